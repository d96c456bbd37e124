/**
 * The disk, as everything in this room uses it: few operations, each one call of the system, so that what a crash or a failing
 * medium may do can be said of each. Errors are those of the system, with its word as `code`.
 */
import * as fs from "node:fs";

/** What lies at a path: other than a file or a folder is a link, a device, a pipe. */
export interface Seen {
  readonly kind: "file" | "folder" | "other";
  /** Octets. */
  readonly size: number;
  /** The thing itself, whatever its name: device and inode. */
  readonly identity: string;
}

/** A name in a folder, and what it names. */
export interface Listed {
  readonly name: string;
  readonly kind: Seen["kind"];
}

/**
 * `read`: waits for no pipe, follows no link. `new`: exclusive, for writing. `append`: made when it is missing, follows no link,
 * each write goes to the end. `folder`: for `sync`.
 */
export type Opening = "read" | "new" | "append" | "folder";

export interface Disk {
  /** Null: nothing lies there. */
  look(path: string, followLinks: boolean): Seen | null;
  list(folder: string): readonly Listed[];
  realPath(path: string): string;
  open(path: string, how: Opening): number;
  seen(file: number): Seen;
  /** Everything from where the file is open. */
  read(file: number): Uint8Array;
  /** How many octets were written: all of them, or fewer. */
  write(file: number, bytes: Uint8Array): number;
  cut(file: number, length: number): void;
  /** Returns when the file's octets, or a folder's names, will outlast a loss of power. */
  sync(file: number): void;
  /** The same, while others go on. */
  syncLater(file: number): Promise<void>;
  close(file: number): void;
  makeFolder(path: string): void;
  /** A second name, exclusively. */
  link(from: string, to: string): void;
  unlink(path: string): void;
  /** The name then means the other file, at once for everybody who opens it. */
  rename(from: string, to: string): void;
}

const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = fs.constants;

const FLAGS: Readonly<Record<Opening, number>> = {
  read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, new: O_WRONLY | O_CREAT | O_EXCL, append: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, folder: O_RDONLY | O_DIRECTORY,
};

function seenOf(stat: fs.BigIntStats): Seen {
  return { kind: kindOf(stat), size: Number(stat.size), identity: `${stat.dev}-${stat.ino}` };
}

function kindOf(one: { isFile(): boolean; isDirectory(): boolean }): Seen["kind"] {
  return one.isFile() ? "file" : one.isDirectory() ? "folder" : "other";
}

/** The disk of this host. */
export const HOST_DISK: Disk = {
  look: (path, followLinks) => {
    const stat = (followLinks ? fs.statSync : fs.lstatSync)(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : seenOf(stat);
  },
  list: (folder) => fs.readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  realPath: (path) => fs.realpathSync(path),
  open: (path, how) => fs.openSync(path, FLAGS[how], 0o644),
  seen: (file) => seenOf(fs.fstatSync(file, { bigint: true })),
  read: (file) => new Uint8Array(fs.readFileSync(file)),
  write: (file, bytes) => fs.writeSync(file, bytes),
  cut: (file, length) => fs.ftruncateSync(file, length),
  sync: (file) => fs.fsyncSync(file),
  syncLater: (file) => new Promise((resolve, reject) => void fs.fsync(file, (cause) => (cause === null ? resolve() : reject(cause)))),
  close: (file) => fs.closeSync(file),
  makeFolder: (path) => fs.mkdirSync(path),
  link: (from, to) => fs.linkSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  rename: (from, to) => fs.renameSync(from, to),
};

/** The word of an error of the disk (ENOSPC, EIO …), for people. */
export function errorWord(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
