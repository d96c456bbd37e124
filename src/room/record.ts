/** A record's folder, opened for a run: made anew, or gone on with. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { EMPTY_CHAIN, readChain, type ChainEnd, type Entry } from "../transcript/chain.ts";
import type { Event } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { clearParts, GrowingFile, keepFile, kindAt, listFiles, makeFolder, readRegular } from "./files.ts";
import { lockRecord } from "./lock.ts";

/** What entry 0 binds: written before it, byte for byte. By path in the record. */
export type Foundation = ReadonlyMap<string, Uint8Array>;

/** A record that this process, and no other, may append to. */
export interface OpenRecord {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly end: ChainEnd;
  readonly file: GrowingFile;
  /** What was set aside when the record was opened; to be appended as an event. */
  readonly torn: Extract<Event, { name: "torn-entry" }> | null;
  close(): void;
}

/** Whether there is a transcript with at least its first entry: then a run goes on, and the record's own script counts. */
export function hasTranscript(folder: string): boolean {
  const path = join(folder, LAYOUT.transcript);
  if (kindAt(path) !== "file") return false;
  return readChain(readRegular(path)).next().done !== true;
}

/**
 * Locks the folder, lays the foundation (equal bytes that are there already go on) and reads the transcript.
 * @throws Fault record-exists when something else lies there; record-locked; record-write; record-artifact-differs; form-entry
 */
export async function openRecord(folder: string, foundation: Foundation): Promise<OpenRecord> {
  if (kindAt(folder) !== "nothing" && kindAt(folder) !== "folder") throw new Fault("record-exists", `expected a folder, found something else at ${folder}`);
  makeFolder(folder);
  const unlock = await lockRecord(folder);
  try {
    return { folder, ...layAndRead(folder, foundation), close: unlock };
  } catch (thrown) {
    unlock();
    throw thrown;
  }
}

function layAndRead(folder: string, foundation: Foundation): Omit<OpenRecord, "folder" | "close"> {
  const path = join(folder, LAYOUT.transcript);
  const isNew = kindAt(path) === "nothing";
  if (isNew) refuseStrangers(folder, foundation);
  clearParts(join(folder, LAYOUT.artifacts));
  for (const [name, bytes] of foundation) keepFile(join(folder, name), bytes);
  const bytes = isNew ? new Uint8Array() : readRegular(path, 1024 * 1024 * 1024);
  const { entries, rest } = readAll(bytes);
  const file = new GrowingFile(path);
  const torn = rest.torn.length === 0 ? null : setAside(folder, file, rest.offset, rest.end.entries, rest.torn);
  return { entries, end: rest.end, file, torn };
}

/** A folder without a transcript may hold what a crash left of this very foundation, and nothing else. */
function refuseStrangers(folder: string, foundation: Foundation): void {
  const stranger = listFiles(folder).find((path) => {
    const own = foundation.get(path.replace(/\.part$/, ""));
    return own === undefined || (!path.endsWith(".part") && !sameBytes(own, readRegular(join(folder, path))));
  });
  if (stranger !== undefined) throw new Fault("record-exists", `expected an empty or absent folder for a new record, found ${stranger} in ${folder}`, ["name a new folder; nothing was written"]);
}

function readAll(bytes: Uint8Array): { entries: Entry[]; rest: { end: ChainEnd; offset: number; torn: Uint8Array } } {
  const entries: Entry[] = [];
  const chain = readChain(bytes);
  for (;;) {
    const next = chain.next();
    if (next.done === true) return { entries, rest: next.value.end.entries === 0 ? { ...next.value, end: EMPTY_CHAIN } : next.value };
    entries.push(next.value);
  }
}

/** The torn last entry is kept, on the disk, before it is cut off. */
function setAside(folder: string, file: GrowingFile, offset: number, seq: number, torn: Uint8Array): OpenRecord["torn"] {
  const sha256 = sha256Hex(torn);
  // the digest in the name: two crashes at one entry tear differently
  const path = `${LAYOUT.torn}/${seq}-${sha256.slice(0, 16)}`;
  keepFile(join(folder, path), torn);
  file.cut(offset);
  return { name: "torn-entry", length: torn.length, sha256, path };
}
