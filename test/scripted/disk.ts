/**
 * A disk in memory that keeps account of what would outlast a loss of power: the octets of a file once it was fsynced, the
 * names of a folder once that was. What was not may be lost, torn or there. Folders and files only.
 */
import { posix } from "node:path";
import type { Disk, Opening, Seen } from "../../src/room/disk.ts";
import { appended, copied, emptyFolder, makeLasting, survived, type Choose, type File, type Folder, type Node } from "./medium.ts";

/** What an operation was called with, from 0. */
export interface Operation {
  readonly index: number;
  readonly name: keyof Disk;
  readonly path: string;
}

/** Stands at every operation. What it throws before the operation is the system's error; after it, the operation was done. */
export interface Watch {
  before?(operation: Operation): void;
  after?(operation: Operation): void;
  /** How many of so many octets a write writes. */
  short?(operation: Operation, length: number): number;
}

/** Operations by which a disk differs afterwards, at once or at the loss of power. */
export const CHANGING: ReadonlySet<string> = new Set<keyof Disk>(["open", "write", "cut", "sync", "syncLater", "makeFolder", "link", "unlink", "rename"]);

export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

let disks = 0;

export class SimulatedDisk implements Disk {
  watch: Watch = {};
  readonly #top: Folder;
  readonly #number = disks++;
  readonly #identities = new Map<Node, number>();
  #open: { readonly node: Node; readonly path: string; readonly how: Opening }[] = [];
  #operations = 0;

  constructor(top: Folder = emptyFolder()) {
    this.#top = top;
  }

  /** Operations so far. */
  get operations(): number {
    return this.#operations;
  }

  /** The disk as it is at this moment, for another process: what is not fsynced is still remembered. */
  copy(): SimulatedDisk {
    return new SimulatedDisk(copied(this.#top, new Map()) as Folder);
  }

  /** What a loss of power leaves: of each name and octet that was not fsynced, what chance says. */
  afterLossOfPower(choose: Choose): SimulatedDisk {
    return new SimulatedDisk(survived(this.#top, new Map(), choose) as Folder);
  }

  look(path: string): Seen | null {
    return this.#operate("look", path, () => {
      const node = this.#find(path);
      return node === undefined ? null : this.#seen(node);
    });
  }

  list(path: string): { name: string; kind: Seen["kind"] }[] {
    return this.#operate("list", path, () => [...this.#folder(path).names].map(([name, { kind }]) => ({ name, kind })));
  }

  realPath(path: string): string {
    return this.#operate("realPath", path, () => posix.normalize(path));
  }

  open(path: string, how: Opening): number {
    return this.#operate("open", path, () => {
      const there = this.#find(path);
      if (how === "new" && there !== undefined) throw systemError("EEXIST");
      if (there === undefined && (how === "read" || how === "folder")) throw systemError("ENOENT");
      if (there?.kind === "folder" && how === "append") throw systemError("EISDIR");
      const node = there ?? { kind: "file", octets: new Uint8Array(), lasting: new Uint8Array() };
      if (there === undefined) this.#folder(posix.dirname(path)).names.set(posix.basename(path), node);
      return this.#open.push({ node, path, how }) - 1;
    });
  }

  seen(file: number): Seen {
    return this.#operate("seen", this.#path(file), () => this.#seen(this.#opened(file)));
  }

  read(file: number): Uint8Array {
    return this.#operate("read", this.#path(file), () => this.#file(file).octets.slice());
  }

  write(file: number, bytes: Uint8Array): number {
    return this.#operate("write", this.#path(file), (operation) => {
      const node = this.#file(file);
      const length = this.watch.short?.(operation, bytes.length) ?? bytes.length;
      node.octets = appended(node.octets, bytes.subarray(0, length));
      return length;
    });
  }

  cut(file: number, length: number): void {
    this.#operate("cut", this.#path(file), () => {
      const node = this.#file(file);
      node.octets = node.octets.slice(0, length);
    });
  }

  sync(file: number): void {
    this.#operate("sync", this.#path(file), () => makeLasting(this.#opened(file)));
  }

  async syncLater(file: number): Promise<void> {
    this.#operate("syncLater", this.#path(file), () => makeLasting(this.#opened(file)));
  }

  close(file: number): void {
    this.#operate("close", this.#path(file), () => undefined);
  }

  makeFolder(path: string): void {
    this.#operate("makeFolder", path, () => this.#enter(path, emptyFolder()));
  }

  link(from: string, to: string): void {
    this.#operate("link", to, () => {
      const node = this.#find(from);
      if (node?.kind !== "file") throw systemError("ENOENT");
      this.#enter(to, node);
    });
  }

  rename(from: string, to: string): void {
    this.#operate("rename", to, () => {
      const node = this.#find(from);
      if (node?.kind !== "file") throw systemError("ENOENT");
      this.#folder(posix.dirname(from)).names.delete(posix.basename(from));
      this.#folder(posix.dirname(to)).names.delete(posix.basename(to));
      this.#enter(to, node);
    });
  }

  unlink(path: string): void {
    this.#operate("unlink", path, () => {
      if (this.#find(path)?.kind !== "file") throw systemError("ENOENT");
      this.#folder(posix.dirname(path)).names.delete(posix.basename(path));
    });
  }

  #operate<T>(name: keyof Disk, path: string, work: (operation: Operation) => T): T {
    const operation = { index: this.#operations++, name, path };
    this.watch.before?.(operation);
    const result = work(operation);
    this.watch.after?.(operation);
    return result;
  }

  #enter(path: string, node: Node): void {
    const { names } = this.#folder(posix.dirname(path));
    if (names.has(posix.basename(path))) throw systemError("EEXIST");
    names.set(posix.basename(path), node);
  }

  #find(path: string): Node | undefined {
    return posix.normalize(path).split("/").filter(Boolean).reduce<Node | undefined>((at, name) => {
      if (at?.kind === "file") throw systemError("ENOTDIR");
      return at?.names.get(name);
    }, this.#top);
  }

  #folder(path: string): Folder {
    const node = this.#find(path);
    if (node?.kind !== "folder") throw systemError(node === undefined ? "ENOENT" : "ENOTDIR");
    return node;
  }

  #opened(file: number): Node {
    const open = this.#open[file];
    if (open === undefined) throw systemError("EBADF");
    return open.node;
  }

  #file(file: number): File {
    const node = this.#opened(file);
    if (node.kind !== "file") throw systemError("EISDIR");
    return node;
  }

  #path(file: number): string {
    return this.#open[file]?.path ?? "";
  }

  #seen(node: Node): Seen {
    const identity = this.#identities.get(node) ?? this.#identities.size;
    this.#identities.set(node, identity);
    return { kind: node.kind, size: node.kind === "file" ? node.octets.length : 0, identity: `simulated-${process.pid}-${this.#number}-${identity}` };
  }
}
