/** A record in memory: what a folder would hold. Appends may fail or be torn, as a test says. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { concat, sameBytes, toUtf8 } from "../../src/bytes/text.ts";
import type { RecordFiles } from "../../src/ceremony/replay.ts";
import { Fault } from "../../src/fault.ts";
import type { Sink } from "../../src/room/journal.ts";
import { EMPTY_CHAIN, encodeEntry, type ChainEnd, type Entry } from "../../src/transcript/chain.ts";
import type { Body, Event, Fact, Stamp } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { readAll } from "../transcript/facts.ts";

export { readAll } from "../transcript/facts.ts";

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

  /** The bodies of all whole entries as plain JSON: for tests that ask what is on record and trust its form. */
  bodies(): readonly Body[] {
    const lines = new TextDecoder().decode(this.transcript).split("\n");
    return Array.from({ length: (lines.length - 1) >> 1 }, (_, i) => JSON.parse(lines[2 * i] ?? "") as Body);
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

/** A body taken apart: what happened, and when it was written down. */
export function partsOf({ salt, at, mono, boot, ...fact }: Body): { fact: Fact; stamp: Stamp } {
  return { fact: fact as Fact, stamp: { salt, at, mono, boot } };
}

/** What an attacker can always do: facts changed, left out or added, and the chain made anew over them. */
export function chained(bodies: readonly Body[], change: (fact: Fact, seq: number) => readonly Fact[] = (fact) => [fact]): Uint8Array {
  let end = EMPTY_CHAIN;
  const entries = bodies.flatMap((body, seq) => {
    const { fact, stamp } = partsOf(body);
    return change(fact, seq).map((one) => {
      const next = encodeEntry(end, one, stamp);
      end = next.end;
      return next.bytes;
    });
  });
  return concat(...entries);
}

export const STATION = toUtf8("anchorite-station: 1\ntokens:\n  vault: { module: /usr/lib/softhsm/libsofthsm2.so, serial: uninitialized, pin: prompt, so-pin: prompt }\n");
