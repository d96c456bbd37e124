/** The journal: appends entries to transcript.jsonl, each in one write and one fsync, stamped as it is written. */
import { Fault } from "../fault.ts";
import { encodeEntry, type ChainEnd } from "../transcript/chain.ts";
import { bodySchema, type Event, type Fact, type Stamp } from "../transcript/entry.ts";
import { isEffect } from "../transcript/observation.ts";

/** Where entries go; a file that only grows, or memory in a test. */
export interface Sink {
  append(bytes: Uint8Array): void;
}

export class Journal {
  readonly #sink: Sink;
  readonly #stamp: () => Stamp;
  #end: ChainEnd;
  #closed = false;
  #hadEffect = false;

  constructor(sink: Sink, end: ChainEnd, stamp: () => Stamp) {
    this.#sink = sink;
    this.#end = end;
    this.#stamp = stamp;
  }

  /** How many entries there are, and the head (hex). */
  get end(): ChainEnd {
    return this.#end;
  }

  /** Whether an effect was put on record by this process. */
  get hadEffect(): boolean {
    return this.#hadEffect;
  }

  /**
   * Appends a fact; returns its entry number. After an append that failed the journal takes nothing more.
   * @throws Fault record-write; bug-answer for a fact that no reader would take, of which nothing is written
   */
  append(fact: Fact): number {
    if (this.#closed) throw new Fault("record-write", "the transcript takes nothing more: it is closed, or an append has failed", ["run the same command again"]);
    const stamp = this.#stamp();
    refuseUnreadable(fact, stamp);
    const { bytes, end } = encodeEntry(this.#end, fact, stamp);
    this.#closed = true;
    if (fact.kind === "request" && isEffect(fact.request.kind)) this.#hadEffect = true;
    this.#sink.append(bytes);
    this.#closed = false;
    const seq = this.#end.entries;
    this.#end = end;
    return seq;
  }

  /** Appends an event; after the close, when nothing may be appended whatever happens, it is dropped. */
  event(event: Event): void {
    if (!this.#closed) this.append({ kind: "event", event });
  }

  /** The last entry is on the disk. */
  close(): void {
    this.#closed = true;
  }
}

/** What no reader would take is never written: one such line, and the record could not be gone on with. */
function refuseUnreadable(fact: Fact, stamp: Stamp): void {
  const parsed = bodySchema.safeParse({ ...fact, ...stamp });
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  throw new Fault("bug-answer", `expected an entry that can be read again, found one that cannot: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, ["nothing of it was written; run the same command again"]);
}
