/** A record in memory: what a folder would hold. Appends may fail or be torn, as a test says. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { concat, sameBytes, toUtf8 } from "../../src/bytes/text.ts";
import type { RecordFiles } from "../../src/ceremony/replay.ts";
import { Fault } from "../../src/fault.ts";
import type { Sink } from "../../src/room/journal.ts";
import { readChain, type ChainEnd, type Entry, type Rest } from "../../src/transcript/chain.ts";
import type { Event, Fact } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";

/** Stands between the journal and the record: appends what it returns; may throw, after having kept a part. */
export type Pen = (bytes: Uint8Array, seq: number, write: (bytes: Uint8Array) => void) => void;

export class MemoryRecord implements Sink {
  readonly files = new Map<string, Uint8Array>();
  pen: Pen = (bytes, _seq, write) => write(bytes);
  #chunks: Uint8Array[] = [];
  #entries = 0;

  /** Like `keepFile`: exclusive, equal bytes go on. */
  keep(path: string, bytes: Uint8Array): void {
    const there = this.files.get(path);
    if (there !== undefined && !sameBytes(there, bytes)) throw new Fault("record-artifact-differs", `${path} is there with other bytes`);
    this.files.set(path, bytes);
  }

  append(bytes: Uint8Array): void {
    this.pen(bytes, this.#entries, (written) => this.#chunks.push(written));
    this.#entries++;
  }

  get transcript(): Uint8Array {
    return concat(...this.#chunks);
  }

  set transcript(bytes: Uint8Array) {
    this.#chunks = [bytes];
  }

  /** The entries, and the torn rest cut off and set aside, as a process finds them when it starts. */
  open(): { entries: readonly Entry[]; end: ChainEnd; torn: Extract<Event, { name: "torn-entry" }> | null } {
    const { entries, rest } = readAll(this.transcript);
    this.#entries = entries.length;
    if (rest.torn.length === 0) return { entries, end: rest.end, torn: null };
    const sha256 = sha256Hex(rest.torn);
    const path = `${LAYOUT.torn}/${entries.length}-${sha256.slice(0, 16)}`;
    this.keep(path, rest.torn.slice());
    this.transcript = this.transcript.slice(0, rest.offset);
    return { entries, end: rest.end, torn: { name: "torn-entry", length: rest.torn.length, sha256, path } };
  }

  /** As replay sees it. */
  asFiles(): RecordFiles {
    const all = new Map([...this.files, [LAYOUT.transcript, this.transcript]]);
    return { list: () => [...all.keys()].sort(), read: (path) => all.get(path) ?? null, strangers: () => [] };
  }

  /** Paths below `artifacts/`, sorted. */
  artifacts(): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(`${LAYOUT.artifacts}/`)).map((path) => path.slice(LAYOUT.artifacts.length + 1)).sort();
  }

  text(path: string): string {
    return new TextDecoder().decode(this.files.get(path));
  }
}

/** Every entry of a transcript, and what is left after them. */
export function readAll(bytes: Uint8Array): { entries: Entry[]; rest: Rest } {
  const entries: Entry[] = [];
  const chain = readChain(bytes);
  for (;;) {
    const next = chain.next();
    if (next.done === true) return { entries, rest: next.value };
    entries.push(next.value);
  }
}

/** The fact of an entry, without its stamp. */
export function factOf({ body }: Entry): Fact {
  const { salt: _salt, at: _at, mono: _mono, boot: _boot, ...fact } = body;
  return fact as Fact;
}

export const STATION = toUtf8("tokens: {}\n");
