/** The entries of a record as far as they can be read: a page shows what is there, and leaves the judging to the replay. */
import { Fault } from "../fault.ts";
import { readChain } from "../transcript/chain.ts";
import type { Body, Event } from "../transcript/entry.ts";
import type { Observation } from "../transcript/observation.ts";
import { hasWithheld, readDisclosed, type DisclosedEntry } from "../transcript/withheld.ts";

/** A request as it is recorded. */
export type RecordedRequest = Extract<Body, { kind: "request" }>["request"];

/** One thing that happened: a request with its answer, or an event. */
export interface Happening {
  /** The number of its first entry. */
  readonly seq: number;
  /** The number of the entry that answers it; null where there is none. */
  readonly answerSeq: number | null;
  /** The step of its request; of an event that of the request before it, 0 before the first. */
  readonly step: number;
  /** UTC by the host's clock. */
  readonly at: string;
  readonly mono: number;
  readonly boot: string;
  readonly request: RecordedRequest | null;
  /** Null where the run died before there was one. */
  readonly answer: Observation | null;
  readonly event: Event | null;
}

/** What the transcript tells. */
export interface Told {
  readonly happenings: readonly Happening[];
  readonly entries: number;
  /** How many bodies a public copy leaves out. */
  readonly withheld: number;
  /** Why reading ended before the end of the file; empty when it did not. */
  readonly broken: string;
}

/** Reads a transcript until it ends or breaks. */
export function toldBy(transcript: Uint8Array): Told {
  const happenings: Happening[] = [];
  let [entries, withheld, broken] = [0, 0, ""];
  try {
    for (const { seq, body } of entriesOf(transcript)) {
      entries++;
      if (body === null) withheld++;
      else note(happenings, seq, body);
    }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    broken = thrown.message;
  }
  return { happenings, entries, withheld, broken };
}

function* entriesOf(transcript: Uint8Array): Generator<DisclosedEntry, void> {
  if (hasWithheld(transcript)) yield* readDisclosed(transcript);
  else yield* readChain(transcript);
}

function note(happenings: Happening[], seq: number, body: NonNullable<DisclosedEntry["body"]>): void {
  const { at, mono, boot } = body;
  const last = happenings[happenings.length - 1];
  if (body.kind === "request") happenings.push({ seq, answerSeq: null, step: body.request.step, at, mono, boot, request: body.request, answer: null, event: null });
  else if (body.kind === "event") happenings.push({ seq, answerSeq: null, step: last?.step ?? 0, at, mono, boot, request: null, answer: null, event: body.event });
  else if (body.kind === "observation") answer(happenings, seq, body.observation);
}

/** The answer belongs to the one open request; events may stand between them. */
function answer(happenings: Happening[], seq: number, observation: Observation): void {
  const open = happenings.findLastIndex(({ request }) => request !== null);
  const asked = happenings[open];
  if (asked !== undefined) happenings[open] = { ...asked, answerSeq: seq, answer: observation };
}
