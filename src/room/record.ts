/** A record's folder, opened for a run: made anew, or gone on with. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { readChain, type ChainEnd, type Entry, type Rest } from "../transcript/chain.ts";
import type { Event } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { HOST_DISK, type Disk } from "./disk.ts";
import { clearParts, keepFile, keepFiles, kindAt, makeFolder, readRegular } from "./files.ts";
import { listFiles } from "./listing.ts";
import { GrowingFile } from "./growing-file.ts";
import { lockRecord } from "./lock.ts";
import { settleFolder } from "./settle.ts";

const TRANSCRIPT_LIMIT = 1024 * 1024 * 1024;

/** What entry 0 binds: written before it, byte for byte. By path in the record. */
export type Foundation = ReadonlyMap<string, Uint8Array>;

export type TornEntry = Extract<Event, { name: "torn-entry" }>;

/** A record that this process, and no other, may append to. */
export interface OpenRecord {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly end: ChainEnd;
  readonly file: GrowingFile;
  /** What was set aside, now or by an opening that got no further, and stands in no entry yet: to be appended as events. */
  readonly torn: readonly TornEntry[];
  close(): void;
}

/** Whether there is a transcript with at least its first entry: then a run goes on, and the record's own script counts. */
export function hasTranscript(folder: string, disk = HOST_DISK): boolean {
  const path = join(folder, LAYOUT.transcript);
  if (kindAt(path, disk) !== "file") return false;
  return readChain(readRegular(path, TRANSCRIPT_LIMIT, disk)).next().done !== true;
}

/**
 * Locks the folder, lays the foundation (equal bytes that are there already go on) and reads the transcript.
 * @throws Fault record-exists when something else lies there; record-locked; record-write; record-artifact-differs; form-entry
 */
export async function openRecord(folder: string, foundation: Foundation, disk = HOST_DISK): Promise<OpenRecord> {
  if (kindAt(folder, disk) !== "nothing" && kindAt(folder, disk) !== "folder") throw new Fault("record-exists", `expected a folder, found something else at ${folder}`);
  makeFolder(folder, disk);
  const unlock = await lockRecord(folder, disk);
  try {
    return { folder, ...(await layAndRead(folder, foundation, disk)), close: unlock };
  } catch (thrown) {
    unlock();
    throw thrown;
  }
}

async function layAndRead(folder: string, foundation: Foundation, disk: Disk): Promise<Omit<OpenRecord, "folder" | "close">> {
  settleFolder(folder, disk);
  const path = join(folder, LAYOUT.transcript);
  const isNew = kindAt(path, disk) === "nothing";
  if (isNew) refuseStrangers(folder, foundation, disk);
  for (const below of [LAYOUT.artifacts, LAYOUT.torn]) clearParts(join(folder, below), disk);
  const { entries, rest } = readAll(isNew ? new Uint8Array() : readRegular(path, TRANSCRIPT_LIMIT, disk));
  // once entry 0 binds the foundation, whoever goes on holds it against entry 0
  if (entries.length === 0) await keepFiles([...foundation].map(([name, bytes]) => ({ path: join(folder, name), bytes })), disk);
  const file = new GrowingFile(path, disk);
  file.settle();
  if (rest.torn.length > 0) setAside(folder, file, rest, disk);
  return { entries, end: rest.end, file, torn: unrecordedTorn(folder, entries, disk) };
}

/** A folder without a transcript may hold what a crash left of this very foundation, and nothing else. */
function refuseStrangers(folder: string, foundation: Foundation, disk: Disk): void {
  const stranger = listFiles(folder, disk).find((path) => {
    const own = foundation.get(path.replace(/\.part~$/, ""));
    return own === undefined || (!path.endsWith(".part~") && !sameBytes(own, readRegular(join(folder, path), undefined, disk)));
  });
  if (stranger !== undefined) throw new Fault("record-exists", `expected an empty or absent folder for a new record, found ${stranger} in ${folder}`, ["name a new folder; nothing was written"]);
}

function readAll(bytes: Uint8Array): { entries: Entry[]; rest: Rest } {
  const entries: Entry[] = [];
  const chain = readChain(bytes);
  for (;;) {
    const next = chain.next();
    if (next.done === true) return { entries, rest: next.value };
    entries.push(next.value);
  }
}

/** The torn last entry is kept, on the disk, before it is cut off. Its digest is in the name: two crashes tear differently. */
function setAside(folder: string, file: GrowingFile, { torn, offset, end }: Rest, disk: Disk): void {
  keepFile(join(folder, LAYOUT.torn, `${end.entries}-${sha256Hex(torn).slice(0, 16)}`), torn, disk);
  file.cut(offset);
}

function unrecordedTorn(folder: string, entries: readonly Entry[], disk: Disk): TornEntry[] {
  const known = new Set(entries.flatMap(({ body }) => (body.kind === "event" && body.event.name === "torn-entry" ? [body.event.path] : [])));
  const paths = kindAt(join(folder, LAYOUT.torn), disk) === "folder" ? listFiles(join(folder, LAYOUT.torn), disk) : [];
  return paths.map((path) => `${LAYOUT.torn}/${path}`).filter((path) => !known.has(path)).map((path) => {
    const bytes = readRegular(join(folder, path), undefined, disk);
    return { name: "torn-entry", length: bytes.length, sha256: sha256Hex(bytes), path };
  });
}
