/**
 * The heads that tokens keep: written after each effect, outside the transcript, and held against the record before anything is
 * asked of a token that this run has used [RECORD-NOT-ROLLED-BACK].
 */
import type { Request, RequestOf, TokenRef } from "../ceremony/request.ts";
import type { Entry } from "../transcript/chain.ts";
import { isEffect } from "../transcript/observation.ts";
import { judgeTokenHead, readTokenHead, writeTokenHead, type TokenHead } from "../transcript/token-head.ts";
import type { Journal } from "./journal.ts";

/** What the hsm room offers for it. */
export interface HeadKeeper {
  /** Every head on the token, its octets; logs in. */
  readHeads(ref: TokenRef): Promise<Uint8Array[]>;
  /** `kept`, `closed`, or why not. Never asks for a PIN. */
  keepHead(ref: TokenRef, value: Uint8Array): Promise<string>;
}

export interface HeadParts {
  readonly keeper: HeadKeeper;
  readonly journal: Journal;
  /** Those that were on record when the process began. */
  readonly entries: readonly Entry[];
  readonly own: Pick<TokenHead, "ceremony" | "run" | "approval">;
  tell(line: string): void;
}

/** An entry and the head after it. */
interface Mark {
  readonly ref: TokenRef;
  readonly seq: number;
  readonly head: string;
}

export class TokenHeads {
  readonly #parts: HeadParts;
  /** The last effect on each token, by its name; of entries before this process and of this process. */
  readonly #marks: Map<string, Mark>;
  /** Tokens that were looked at before this process, and not yet in it. */
  readonly #unchecked: Set<string>;
  /** What they kept then, hex. */
  readonly #seen: ReadonlyMap<string, readonly string[]>;
  readonly #pending = new Set<string>();
  readonly #told = new Set<string>();

  constructor(parts: HeadParts) {
    this.#parts = parts;
    this.#marks = lastEffects(parts.entries);
    this.#seen = lookedAt(parts.entries);
    this.#unchecked = new Set(this.#seen.keys());
  }

  /**
   * Before anything is asked of a token: one that this run looked at before this process must not know more than the record.
   * @throws Fault record-rolled-back, record-other-run; and what reaching the token throws
   */
  async check(request: Request): Promise<void> {
    const ref = tokenRefOf(request);
    if (ref === null || !this.#unchecked.has(ref.token)) return;
    const kept = (await this.#parts.keeper.readHeads(ref)).flatMap((value) => readTokenHead(value) ?? []);
    const { entries, own, journal } = this.#parts;
    const found = judgeTokenHead(ref.token, kept, { run: own.run, heads: entries.map(({ head }) => head), last: this.#marks.get(ref.token)?.seq ?? null, seen: this.#seen.get(ref.token) ?? [] });
    this.#unchecked.delete(ref.token);
    if (!this.#marks.has(ref.token)) return;
    journal.event({ name: "token-head", token: ref.token, serial: ref.serial ?? "", found });
    if (found !== "equal") this.#pending.add(ref.token);
    if (found === "none") this.#parts.tell(`token ${ref.token} keeps no head of this run: that it was rolled back cannot be seen by it`);
  }

  /** After an effect: the token keeps the head, now or as soon as somebody is logged in to it. */
  async afterEffect(request: Request, seq: number, head: string): Promise<void> {
    const ref = tokenRefOf(request);
    if (ref === null) return;
    this.#marks.set(ref.token, { ref, seq, head });
    this.#pending.add(ref.token);
    await this.settle(request);
  }

  /** Whatever was asked of a token, it has been reached: what it should keep is written. */
  async settle(request: Request): Promise<void> {
    const token = tokenRefOf(request)?.token;
    if (token !== undefined && this.#pending.has(token)) await this.#keep(token);
  }

  /** At a hold-point and at the end: every token that is open keeps the head of that entry. */
  async keepOnAll(seq: number, head: string): Promise<void> {
    for (const [token, { ref }] of [...this.#marks]) {
      if (this.#unchecked.has(token)) continue;
      this.#marks.set(token, { ref, seq, head });
      await this.#keep(token);
    }
  }

  async #keep(token: string): Promise<void> {
    const mark = this.#marks.get(token);
    // what nobody has looked at is not written over
    if (mark === undefined || this.#unchecked.has(token)) return;
    const { ref, seq, head } = mark;
    const said = await this.#parts.keeper.keepHead(ref, writeTokenHead({ ...this.#parts.own, seq, head }));
    if (said === "closed") return;
    this.#pending.delete(token);
    if (said === "kept" || this.#told.has(`${token} ${said}`)) return;
    this.#told.add(`${token} ${said}`);
    this.#parts.journal.event({ name: "head-not-kept", token, serial: ref.serial ?? "", ckr: said });
    this.#parts.tell(`token ${token} does not keep the head of this run (${said}): only the words on paper show that a record was rolled back`);
  }
}

/** The tokens of which an inspection is on record, by their names, with the heads that the last answer named. */
function lookedAt(entries: readonly Entry[]): Map<string, readonly string[]> {
  const seen = new Map<string, readonly string[]>();
  let token = "";
  for (const { body } of entries) {
    if (body.kind === "request" && body.request.kind === "inspect-token") {
      token = (body.request as unknown as RequestOf<"inspect-token">).token;
      seen.set(token, seen.get(token) ?? []);
    }
    if (body.kind === "observation" && body.observation.kind === "inspect-token" && body.observation.outcome === "answered") seen.set(token, body.observation.heads);
  }
  return seen;
}

/** The last answered effect on each token whose serial was known then. */
function lastEffects(entries: readonly Entry[]): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  let open: Request | null = null;
  for (const { body, seq, head } of entries) {
    if (body.kind === "request") open = body.request as unknown as Request;
    if (body.kind !== "observation" || open === null || !isEffect(open.kind)) continue;
    const ref = tokenRefOf(open);
    if (ref !== null) marks.set(ref.token, { ref, seq, head });
  }
  return marks;
}

/** The token of a request by name and serial; null where it has none yet. */
function tokenRefOf(request: Request): TokenRef | null {
  const ref = request.kind === "sign" ? request.key : "serial" in request ? request : null;
  return ref === null || ref.serial === null ? null : { token: ref.token, serial: ref.serial };
}
