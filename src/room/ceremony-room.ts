/** The room of a live ceremony: puts each request to the token, the people, the host or the disk. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { toHex } from "../bytes/hex.ts";
import type { Request, RequestOf } from "../ceremony/request.ts";
import { isForPeople, type People, type PeopleRequest, type Said, type Stopped } from "../console/people.ts";
import { isEffect, type AnswerTo, type Observation } from "../transcript/observation.ts";
import { Fault } from "../fault.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { attachFiles } from "./attaching.ts";
import type { Disk } from "./disk.ts";
import { keepFiles } from "./files.ts";
import type { Journal } from "./journal.ts";
import { GivenUp, type Room } from "./drive.ts";
import { Floor } from "./floor.ts";
import type { TokenHeads } from "./token-heads.ts";
import type { SignatureSink } from "./signatures.ts";

/** The token side, as the hsm room offers it. */
export interface Tokens {
  prepare(request: Request): Promise<void>;
  answer(request: Request, signed?: SignatureSink): Promise<Observation>;
  /** Logs out of every token. @returns whether anybody was logged in */
  logOut?(): Promise<boolean>;
}

/** Who takes the shares of wrapped keys. */
export interface Shares {
  /** @returns who ended it; null when the secret is there */
  collect(request: RequestOf<"unwrap-key">): Promise<Stopped | null>;
}

export interface RoomParts {
  readonly record: string;
  /** Where the record lies; left out, the disk of this host. */
  readonly disk?: Disk;
  readonly people: People;
  readonly tokens: Tokens;
  readonly journal: Journal;
  /** The host's clock, whole seconds, UTC. */
  readonly now: () => string;
  /** Shows the page of a step when it begins. */
  begin(step: number): void;
  /** What tokens keep of this run. */
  readonly heads: Pick<TokenHeads, "check" | "settle" | "afterEffect">;
  /** People go home, or go on from a hold-point that they signed. @throws Adjourned */
  adjourn(request: RequestOf<"adjourn">): Promise<Observation>;
  /** The shares of wrapped keys. */
  readonly custody: Shares;
  /** Told once the files of a request are on the disk. */
  kept?(request: RequestOf<"keep-artifacts">): void;
  /** What the quorum for effects lacks with these people here, in words; null where nothing. */
  lacks?(present: readonly string[]): string | null;
  /** Told of what people had written down. */
  said?(said: Said): void;
}

export class CeremonyRoom implements Room {
  readonly #parts: RoomParts;
  readonly #floor: Floor;
  #attested: AnswerTo<"time"> | null = null;
  #step = 0;

  constructor(parts: RoomParts) {
    this.#parts = parts;
    const { journal, now, lacks, said, tokens } = parts;
    this.#floor = new Floor({ journal, now, logOut: async () => (await tokens.logOut?.()) === true, ...(lacks === undefined ? {} : { lacks }), ...(said === undefined ? {} : { said }) });
  }

  async prepare(request: Request): Promise<void> {
    this.#begin(request);
    await this.#enoughPeople();
    await this.#untilItWorks(async () => {
      await this.#parts.heads.check(request);
      if (request.kind === "unwrap-key") await this.#collect(request);
      await this.#parts.tokens.prepare(request);
    });
  }

  /** Custodians bring what opens a backup, before anything is put to the token. */
  async #collect(request: RequestOf<"unwrap-key">): Promise<void> {
    const stopped = await this.#parts.custody.collect(request);
    if (stopped !== null) throw new GivenUp(stopped);
  }

  async answer(request: Request, signed?: SignatureSink): Promise<Observation> {
    this.#begin(request);
    if (request.kind === "keep-artifacts") return this.#keep(request);
    if (request.kind === "adjourn") return this.#parts.adjourn(request);
    if (request.kind === "close") return { kind: "close", outcome: "answered" };
    if (request.kind === "draw" && request.source === "host") return { kind: "draw", outcome: "answered", bytes: toHex(randomBytes(request.length)) };
    if (request.kind === "attach") return attachFiles(this.#parts.record, this.#parts.people, request, this.#floor, this.#parts.disk);
    if (request.kind === "act") return this.#afterLogout(request);
    if (isForPeople(request)) return this.#askPeople(request);
    if (isEffect(request.kind)) return this.#parts.tokens.answer(request, signed);
    return this.#askToken(request);
  }

  /** People turn away from the table for what they do outside: nobody stays logged in meanwhile. */
  async #afterLogout(request: RequestOf<"act">): Promise<Observation> {
    await this.#parts.tokens.logOut?.();
    return this.#askPeople(request);
  }

  async #askToken(request: Request): Promise<Observation> {
    const { heads, tokens } = this.#parts;
    await this.#enoughPeople();
    return this.#untilItWorks(async () => {
      await heads.check(request);
      const observation = await tokens.answer(request);
      await heads.settle(request);
      return observation;
    });
  }

  /** What left no trace on a token may be tried again when a person says so: a PIN mistyped, a token not plugged in. */
  async #untilItWorks<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (thrown) {
        // a PIN that nobody typed is asked for again when a person says so
        if (!(thrown instanceof Fault && /^(hsm-|person-)/.test(thrown.code))) throw thrown;
        const then = await this.#parts.people.afterFault(thrown, this.#floor);
        if (then === "leave") throw thrown;
        if (then !== "again") throw new GivenUp(then);
      }
    }
  }

  async afterEffect(request: Request, seq: number, head: string): Promise<void> {
    await this.#parts.heads.afterEffect(request, seq, head);
    await this.#parts.people.showHead(seq, head);
  }

  #begin({ step }: Request): void {
    if (step === this.#step) return;
    this.#step = step;
    this.#parts.begin(step);
  }

  async #keep(request: RequestOf<"keep-artifacts">): Promise<Observation> {
    const kept = request.files.map(({ path, content }) => ({ path: join(this.#parts.record, LAYOUT.artifacts, path), bytes: content.open() }));
    await keepFiles(kept, this.#parts.disk);
    this.#parts.kept?.(request);
    return { kind: "keep-artifacts", outcome: "answered", kept: request.files.length };
  }

  /** Presence and time are asked of people once a process, presence first; after that they are known. */
  async #askPeople(request: PeopleRequest): Promise<Observation> {
    if (request.kind === "present" && this.#floor.isKnown) return this.#whoIsHere();
    if (request.kind === "time" && this.#attested !== null) return this.#attested;
    const missing = request.kind === "time" && !this.#floor.isKnown ? await this.#put({ kind: "present", step: request.step }) : null;
    if (missing?.outcome === "stopped") return { ...missing, kind: "time" } as AnswerTo<"time">;
    return this.#put(request);
  }

  /** Right before an effect: who is here by roll call and what people said since. */
  async #whoIsHere(): Promise<Observation> {
    await this.#enoughPeople();
    return { kind: "present", outcome: "answered", present: [...this.#floor.present] };
  }

  /** No token is opened, and nothing happens on one, before too few people: they come back, or end the ceremony. @throws GivenUp */
  async #enoughPeople(): Promise<void> {
    const { people } = this.#parts;
    for (let lacking = this.#floor.lacking; lacking !== null && people.source === "terminal"; lacking = this.#floor.lacking) {
      const then = await people.gather(lacking, this.#floor);
      if (then !== "go on") throw new GivenUp(then);
    }
  }

  async #put(request: PeopleRequest): Promise<Observation> {
    const observation = await this.#parts.people.answer(request, this.#floor);
    if (observation.kind === "roll-call" || observation.kind === "present") this.#floor.answered(observation);
    if (observation.kind === "time" && observation.outcome === "answered") this.#attested = observation;
    return observation;
  }
}
