/**
 * The only place that reads and writes files. Nothing is ever written over another: a file goes to a temporary name, is
 * fsynced, linked exclusively to its own, and the folder is fsynced. An error of write or fsync is final; it is never tried again.
 */
import { dirname, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { errorWord, HOST_DISK, type Disk } from "./disk.ts";
import { listFiles } from "./listing.ts";

/** Suffix of a file that is not whole yet, which no input and no artifact has. A crash leaves some; the next attempt starts them anew. */
const PART = ".part~";

/** Reads a regular file of at most `limit` octets; links are followed only when the caller says so by naming them itself. */
export function readRegular(path: string, limit = 1024 * 1024 * 1024, disk = HOST_DISK): Uint8Array {
  const file = openToRead(path, disk);
  try {
    return readOpened(file, path, limit, disk);
  } finally {
    disk.close(file);
  }
}

function openToRead(path: string, disk: Disk): number {
  try {
    return disk.open(path, "read");
  } catch (cause) {
    throw new Fault("usage-file", `cannot open ${path} (${errorWord(cause)})`, ["check the path; links are not followed"], { cause });
  }
}

function readOpened(file: number, path: string, limit: number, disk: Disk): Uint8Array {
  try {
    const { kind, size } = disk.seen(file);
    if (kind !== "file") throw new Fault("usage-file", `expected a regular file, found something else at ${path}`);
    if (size > limit) throw new Fault("usage-file", `expected at most ${limit} octets, found ${size} in ${path}`);
    return disk.read(file);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("usage-file", `cannot read ${path} (${errorWord(cause)})`, ["check the medium"], { cause });
  }
}

/**
 * What lies at a path: nothing, a file, a folder, or something else (a link, a device).
 * @throws Fault usage-file when the system does not say
 */
export function kindAt(path: string, disk = HOST_DISK): "nothing" | "file" | "folder" | "other" {
  try {
    return disk.look(path, false)?.kind ?? "nothing";
  } catch (cause) {
    // a file where a folder is named: below it lies nothing
    if (errorWord(cause) === "ENOTDIR") return "nothing";
    throw new Fault("usage-file", `cannot look at ${path} (${errorWord(cause)})`, ["check the path and its permissions"], { cause });
  }
}

/** The name of the file itself: device and inode, for the lock. @throws Fault record-write when the system does not say */
export function identityOf(path: string, disk = HOST_DISK): string {
  return writing(path, () => disk.look(path, true)?.identity ?? "nothing");
}

/** The path with every link on the way resolved. */
export function realPath(path: string, disk = HOST_DISK): string {
  return disk.realPath(path);
}

/**
 * Makes a folder and what is missing above it; the parent of each new folder is fsynced.
 * @throws Fault record-write
 */
export function makeFolder(path: string, disk = HOST_DISK): void {
  writing(path, () => {
    // the way to a record may lead through links; what is below it may not
    if (disk.look(path, true)?.kind === "folder") return;
    makeFolder(dirname(path), disk);
    disk.makeFolder(path);
    syncFolder(dirname(path), disk);
  });
}

export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw writeFault(path, cause);
  }
}

function writeFault(path: string, cause: unknown): Fault {
  return new Fault("record-write", `cannot write ${path} (${errorWord(cause)})`, ["nothing is signed while the record cannot be written", "free space or mend the medium, then run the same command again"], { cause });
}

export function syncFolder(path: string, disk = HOST_DISK): void {
  const folder = disk.open(path, "folder");
  try {
    disk.sync(folder);
  } finally {
    disk.close(folder);
  }
}

export function writeWhole(file: number, bytes: Uint8Array, disk = HOST_DISK): void {
  for (let written = 0; written < bytes.length; ) written += disk.write(file, bytes.subarray(written));
}

/**
 * Keeps a file: exclusive, whole, on the disk. When it is there already, equal bytes go on and other bytes are a fault.
 * @throws Fault record-artifact-differs, record-write
 */
export function keepFile(path: string, bytes: Uint8Array, disk = HOST_DISK): void {
  if (kindAt(path, disk) !== "nothing") return refuseDifference(path, bytes, disk);
  makeFolder(dirname(path), disk);
  const part = openPart(path, bytes, disk);
  writing(path, () => finish(part, disk));
  linkPart(part, disk);
  writing(path, () => syncFolder(dirname(path), disk));
}

export interface FileToKeep {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files that are open at a time, and wait for the disk together: it writes many as fast as a few. */
const TOGETHER = 100;

/** Keeps several files like `keepFile`, the bytes of each on the disk before it has its name; each folder is fsynced once, after its last file. */
export async function keepFiles(files: readonly FileToKeep[], disk = HOST_DISK): Promise<void> {
  const fresh = files.filter(({ path, bytes }) => kindAt(path, disk) === "nothing" || (refuseDifference(path, bytes, disk), false));
  const folders = new Set(fresh.map(({ path }) => dirname(path)));
  for (const folder of folders) makeFolder(folder, disk);
  for (let i = 0; i < fresh.length; i += TOGETHER) await keepTogether(fresh.slice(i, i + TOGETHER), disk);
  for (const folder of folders) writing(folder, () => syncFolder(folder, disk));
}

async function keepTogether(files: readonly FileToKeep[], disk: Disk): Promise<void> {
  const parts: Part[] = [];
  try {
    for (const { path, bytes } of files) parts.push(openPart(path, bytes, disk));
    await Promise.all(parts.map((part) => synced(part, disk)));
  } finally {
    for (const { file } of parts) disk.close(file);
  }
  for (const part of parts) linkPart(part, disk);
}

/** A file under its temporary name, written and not yet on the disk. */
interface Part {
  readonly path: string;
  readonly file: number;
}

function openPart(path: string, bytes: Uint8Array, disk: Disk): Part {
  return writing(path, () => {
    const file = createPart(path + PART, disk);
    try {
      writeWhole(file, bytes, disk);
    } catch (thrown) {
      disk.close(file);
      throw thrown;
    }
    return { path, file };
  });
}

/** Its octets are on the disk, under the temporary name. */
function finish({ file }: Part, disk: Disk): void {
  try {
    disk.sync(file);
  } finally {
    disk.close(file);
  }
}

/** What a crash left under the temporary name is not whole: it goes. */
function createPart(part: string, disk: Disk): number {
  try {
    return disk.open(part, "new");
  } catch (thrown) {
    if (errorWord(thrown) !== "EEXIST") throw thrown;
    disk.unlink(part);
    return disk.open(part, "new");
  }
}

async function synced({ path, file }: Part, disk: Disk): Promise<void> {
  try {
    await disk.syncLater(file);
  } catch (cause) {
    throw writeFault(path, cause);
  }
}

/** @param path its own name, which nothing has yet */
function linkPart({ path }: Part, disk: Disk): void {
  writing(path, () => {
    disk.link(path + PART, path);
    disk.unlink(path + PART);
  });
}

function refuseDifference(path: string, bytes: Uint8Array, disk: Disk): void {
  if (kindAt(path, disk) === "file" && sameBytes(readRegular(path, undefined, disk), bytes)) return;
  throw new Fault("record-artifact-differs", `expected ${path} to be absent or to have the SHA-256 ${sha256Hex(bytes)}, found something else there`, ["nothing was written over it; move it away, or start a new record"]);
}

/**
 * Puts a file in the place of the one of that name, whole or not at all: only for what is made anew each time, such as metrics.
 * @throws Fault record-write
 */
export function replaceFile(path: string, bytes: Uint8Array, disk = HOST_DISK): void {
  const part = openPart(path, bytes, disk);
  writing(path, () => {
    finish(part, disk);
    disk.rename(path + PART, path);
    syncFolder(dirname(path), disk);
  });
}

/** Removes what a crash left half written below a folder; only names that `keepFile` makes. @throws Fault record-write */
export function clearParts(folder: string, disk = HOST_DISK): void {
  if (kindAt(folder, disk) !== "folder") return;
  for (const path of listFiles(folder, disk)) {
    if (path.endsWith(PART)) writing(path, () => disk.unlink(join(folder, path)));
  }
}
