/**
 * The only place that reads and writes files. Nothing is ever written over another: a file goes to a temporary name, is
 * fsynced, linked exclusively to its own, and the folder is fsynced. An error of write or fsync is final; it is never tried again.
 */
import * as fs from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** Suffix of a file that is not whole yet. A crash leaves some; the next attempt starts them anew. */
const PART = ".part";

function errorWord(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}

/** Reads a regular file of at most `limit` octets; links are followed only when the caller says so by naming them itself. */
export function readRegular(path: string, limit = 64 * 1024 * 1024): Uint8Array {
  let fd: number;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch (cause) {
    throw new Fault("usage-file", `cannot open ${path} (${errorWord(cause)})`, ["check the path; links are not followed"], { cause });
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) throw new Fault("usage-file", `expected a regular file, found something else at ${path}`);
    if (stat.size > limit) throw new Fault("usage-file", `expected at most ${limit} octets, found ${stat.size} in ${path}`);
    return new Uint8Array(readOpened(fd, path));
  } finally {
    fs.closeSync(fd);
  }
}

function readOpened(fd: number, path: string): Uint8Array {
  try {
    return fs.readFileSync(fd);
  } catch (cause) {
    throw new Fault("usage-file", `cannot read ${path} (${errorWord(cause)})`, ["check the medium"], { cause });
  }
}

/**
 * What lies at a path: nothing, a file, a folder, or something else (a link, a device).
 * @throws Fault usage-file when the system does not say
 */
export function kindAt(path: string): "nothing" | "file" | "folder" | "other" {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    // a file where a folder is named: below it lies nothing
    if (errorWord(cause) === "ENOTDIR") return "nothing";
    throw new Fault("usage-file", `cannot look at ${path} (${errorWord(cause)})`, ["check the path and its permissions"], { cause });
  }
  if (stat === undefined) return "nothing";
  return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other";
}

/** The name of the file itself: device and inode, for the lock. */
export function identityOf(path: string): string {
  const stat = fs.statSync(path, { bigint: true });
  return `${stat.dev}-${stat.ino}`;
}

/** The path with every link on the way resolved. */
export function realPath(path: string): string {
  return fs.realpathSync(path);
}

/**
 * Makes a folder and what is missing above it; the parent of each new folder is fsynced.
 * @throws Fault record-write
 */
export function makeFolder(path: string): void {
  writing(path, () => {
    // the way to a record may lead through links; what is below it may not
    if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    makeFolder(dirname(path));
    fs.mkdirSync(path);
    syncFolder(dirname(path));
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

export function syncFolder(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += fs.writeSync(fd, bytes, written);
}

/**
 * Keeps a file: exclusive, whole, on the disk. When it is there already, equal bytes go on and other bytes are a fault.
 * @throws Fault record-artifact-differs, record-write
 */
export function keepFile(path: string, bytes: Uint8Array): void {
  if (kindAt(path) !== "nothing") return refuseDifference(path, bytes);
  makeFolder(dirname(path));
  const file = openPart(path, bytes);
  writing(path, () => {
    try {
      fs.fsyncSync(file.fd);
    } finally {
      fs.closeSync(file.fd);
    }
  });
  linkPart(file);
  writing(path, () => syncFolder(dirname(path)));
}

export interface FileToKeep {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files that are open at a time, and wait for the disk together: it writes many as fast as a few. */
const TOGETHER = 100;

/** Keeps several files like `keepFile`, the bytes of each on the disk before it has its name; each folder is fsynced once, after its last file. */
export async function keepFiles(files: readonly FileToKeep[]): Promise<void> {
  const fresh = files.filter(({ path, bytes }) => kindAt(path) === "nothing" || (refuseDifference(path, bytes), false));
  const folders = new Set(fresh.map(({ path }) => dirname(path)));
  for (const folder of folders) makeFolder(folder);
  for (let i = 0; i < fresh.length; i += TOGETHER) await keepTogether(fresh.slice(i, i + TOGETHER));
  for (const folder of folders) writing(folder, () => syncFolder(folder));
}

async function keepTogether(files: readonly FileToKeep[]): Promise<void> {
  const parts: Part[] = [];
  try {
    for (const { path, bytes } of files) parts.push(openPart(path, bytes));
    await Promise.all(parts.map(synced));
  } finally {
    for (const { fd } of parts) fs.closeSync(fd);
  }
  for (const part of parts) linkPart(part);
}

/** A file under its temporary name, written and not yet on the disk. */
interface Part {
  readonly path: string;
  readonly fd: number;
}

function openPart(path: string, bytes: Uint8Array): Part {
  return writing(path, () => {
    const fd = createPart(path + PART);
    try {
      writeWhole(fd, bytes);
    } catch (thrown) {
      fs.closeSync(fd);
      throw thrown;
    }
    return { path, fd };
  });
}

/** What a crash left under the temporary name is not whole: it goes. */
function createPart(part: string): number {
  try {
    return fs.openSync(part, "wx", 0o644);
  } catch (thrown) {
    if (errorWord(thrown) !== "EEXIST") throw thrown;
    fs.unlinkSync(part);
    return fs.openSync(part, "wx", 0o644);
  }
}

function synced({ path, fd }: Part): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fsync(fd, (cause) => (cause === null ? resolve() : reject(writeFault(path, cause))));
  });
}

/** @param path its own name, which nothing has yet */
function linkPart({ path }: Part): void {
  writing(path, () => {
    fs.linkSync(path + PART, path);
    fs.unlinkSync(path + PART);
  });
}

function refuseDifference(path: string, bytes: Uint8Array): void {
  if (kindAt(path) === "file" && sameBytes(readRegular(path), bytes)) return;
  throw new Fault("record-artifact-differs", `expected ${path} to be absent or to have the SHA-256 ${sha256Hex(bytes)}, found something else there`, ["nothing was written over it; move it away, or start a new record"]);
}

/** What lies below a folder, as paths with `/`, sorted by octets; `strangers` are neither files nor folders (links, devices). */
export function walkFolder(folder: string): { files: string[]; strangers: string[] } {
  const files: string[] = [];
  const strangers: string[] = [];
  const walk = (at: string): void => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else (entry.isFile() ? files : strangers).push(relative(folder, path).split(sep).join("/"));
    }
  };
  walk(folder);
  return { files: files.sort(), strangers: strangers.sort() };
}

/** The names of the folders directly in a folder, sorted by octets; links are none. */
export function subfolders(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/**
 * Every file below a folder that holds nothing else.
 * @throws Fault record-corrupt for a link or a device
 */
export function listFiles(folder: string): string[] {
  const { files, strangers } = walkFolder(folder);
  if (strangers[0] !== undefined) throw new Fault("record-corrupt", `expected files and folders only, found something else: ${strangers[0]} in ${folder}`);
  return files;
}

/** Removes what a crash left half written below a folder; only names that `keepFile` makes. */
export function clearParts(folder: string): void {
  if (kindAt(folder) !== "folder") return;
  for (const path of listFiles(folder)) {
    if (path.endsWith(PART)) fs.rmSync(join(folder, path));
  }
}
