/** Driving: the only shell around the core. Puts each request to the room, and writes ahead. */
import type { Ending, Standing } from "../ceremony/feed.ts";
import type { Ask, Request } from "../ceremony/request.ts";
import type { Stopped } from "../console/people.ts";
import { Fault } from "../fault.ts";
import { isEffect, type AnswerTo, type EffectKind, type Observation } from "../transcript/observation.ts";
import type { Journal } from "./journal.ts";
import { misreadTbs } from "./second-reading.ts";
import { SignatureCheck, type SignatureSink } from "./signatures.ts";

/** What stands around a ceremony: token, people, clock, disk. */
export interface Room {
  /** Reaches the token, opens the session, logs in. A fault here leaves no open effect. */
  prepare(request: Request): Promise<void>;
  /** @param signed told of the signatures of a sign request as they are made, where the room can */
  answer(request: Request, signed?: SignatureSink): Promise<Observation>;
  /** After each effect: the token keeps the head; its first words are shown and written on paper. */
  afterEffect(request: Request, seq: number, head: string): Promise<void>;
}

/** People ended the ceremony because a token could not be reached. Thrown by a room before anything was put to the token. */
export class GivenUp extends Error {
  readonly stopped: Stopped;

  constructor(stopped: Stopped) {
    super("given up");
    this.stopped = stopped;
  }
}

/**
 * Goes on from where feeding stopped, to the end. The request is on the disk before the room is asked, the observation
 * before the core sees it. An effect that was on record without an answer is answered `unknown`, and never put again.
 */
export async function drive(ceremony: Ask<Ending>, standing: Standing, room: Room, journal: Journal): Promise<Ending> {
  if (standing.state !== "asking") throw new Fault("bug-unreachable", `a ceremony that is ${standing.state} cannot be driven`);
  let { request, recorded }: { request: Request; recorded: boolean } = standing;
  for (;;) {
    const observation = await putRequest(request, recorded, room, journal);
    // never written: the chain of a record that holds such an answer cannot be read
    if (observation.kind !== request.kind) throw new Fault("bug-answer", `expected an observation of kind ${request.kind}, the room gave ${observation.kind}`);
    const seq = journal.append({ kind: "observation", observation });
    if (request.kind === "close") journal.close();
    if (isEffect(request.kind)) await room.afterEffect(request, seq, journal.end.head);
    const turn = ceremony.next(observation);
    if (turn.done === true) return turn.value;
    [request, recorded] = [turn.value, false];
  }
}

async function putRequest(request: Request, recorded: boolean, room: Room, journal: Journal): Promise<Observation> {
  if (!isEffect(request.kind)) {
    if (!recorded) journal.append({ kind: "request", request });
    return orGivenUp(request, () => room.answer(request));
  }
  if (recorded) return { kind: request.kind, outcome: "unknown", ckr: "" } satisfies AnswerTo<EffectKind>;
  const misread = request.kind === "sign" ? await misreadTbs(request) : null;
  const answered = misread ?? (await orGivenUp(request, async () => (await room.prepare(request), null)));
  journal.append({ kind: "request", request });
  if (answered !== null || request.kind !== "sign") return answered ?? room.answer(request);
  const check = new SignatureCheck(request);
  const observation = await room.answer(request, (made) => check.take(made));
  return observation.kind === "sign" ? check.judge(observation) : observation;
}

/** What people's giving up is to the core: their stop, at this request. */
async function orGivenUp<T>(request: Request, put: () => Promise<T>): Promise<T | Observation> {
  try {
    return await put();
  } catch (thrown) {
    if (thrown instanceof GivenUp) return { kind: request.kind, outcome: "stopped", ...thrown.stopped } as Observation;
    throw thrown;
  }
}
