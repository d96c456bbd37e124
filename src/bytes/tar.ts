/** Plain tar archives (POSIX.1-1988 ustar): a writer that makes the same octets of the same files, and a strict reader. */
import { Fault } from "../fault.ts";
import { concatAll, toUtf8 } from "./text.ts";

/** A file; or a folder, whose name ends in a stroke and which has no octets. */
export interface TarEntry {
  /** Relative, of printable ASCII, without `.` and `..` in it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An entry of an archive, and the octets of the archive from its header to the end of its padding. */
export interface TarMember extends TarEntry {
  readonly start: number;
  readonly end: number;
}

const BLOCK = 512;
const [NAME_LENGTH, PREFIX_LENGTH] = [100, 155];
const [SIZE, CHECKSUM, TYPE, LINK, MAGIC, PREFIX] = [124, 148, 156, 157, 257, 345] as const;
/** Eleven octal digits hold no more. */
const LARGEST = 0o77777777777;

const fault = (message: string): Fault => new Fault("form-tar", message);

/**
 * The archive of these entries, in their order: uncompressed ustar, modes 0644 and 0755, owner 0 without a name, all times 0, two
 * blocks of zeros at the end. Folders stand in it only where they are given.
 * @throws Fault form-tar for a name that could lead elsewhere, stands twice, or is longer than ustar has room for
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  judgeNames(entries.map(({ name }) => name));
  const blocks = entries.flatMap((entry) => [headerOf(entry), entry.bytes, new Uint8Array(-entry.bytes.length & (BLOCK - 1))]);
  return concatAll([...blocks, new Uint8Array(2 * BLOCK)]);
}

function headerOf({ name, bytes }: TarEntry): Uint8Array {
  const isFolder = name.endsWith("/");
  if (isFolder && bytes.length > 0) throw fault(`expected no octets in the folder ${name}, found ${bytes.length}`);
  if (bytes.length > LARGEST) throw fault(`expected at most ${LARGEST} octets in ${name}, found ${bytes.length}`);
  const header = new Uint8Array(BLOCK);
  const [prefix, rest] = splitName(name);
  const put = (at: number, text: string) => header.set(toUtf8(text), at);
  put(0, rest);
  put(100, isFolder ? "0000755\0" : "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(SIZE, `${bytes.length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(TYPE, isFolder ? "5" : "0");
  put(MAGIC, "ustar\x0000");
  put(329, "0000000\x000000000\0");
  put(PREFIX, prefix);
  put(CHECKSUM, `${checksumOf(header).toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** The sum of a header's octets, with blanks in the place of the sum itself. */
function checksumOf(header: Uint8Array): number {
  return header.reduce((sum, octet, i) => sum + (i >= CHECKSUM && i < TYPE ? 0x20 : octet), 0);
}

/** A name as ustar holds it: at most 155 octets before a stroke, at most 100 after it. */
function splitName(name: string): readonly [prefix: string, rest: string] {
  if (name.length <= NAME_LENGTH) return ["", name];
  const at = name.indexOf("/", name.length - NAME_LENGTH - 1);
  if (at <= 0 || at > PREFIX_LENGTH || at === name.length - 1) throw fault(`expected a name that ustar has room for, found ${name}`);
  return [name.slice(0, at), name.slice(at + 1)];
}

function judgeNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const parts = name.replace(/\/$/, "").split("/");
    if (!/^[\x20-\x7e]+$/.test(name) || parts.some((part) => part === "" || part === "." || part === "..")) throw fault(`expected a relative name of printable ASCII, found ${JSON.stringify(name)}`);
    if (seen.has(name)) throw fault(`expected each name once, found ${name} twice`);
    seen.add(name);
  }
}

/**
 * The files and folders of an archive, in their order, with views of its octets. Reads ustar and what GNU tar and Go write for plain
 * files and folders, whatever the modes, owners and times; a folder may stand in it again, as in an archive that was appended to. Refuses links, devices, sparse files and extended headers.
 * @throws Fault form-tar for anything else, wrong sums, names as `writeTar` refuses them, padding that is not zero, no end, or octets after it
 */
export function readTar(archive: Uint8Array): TarMember[] {
  const members: TarMember[] = [];
  let at = 0;
  for (; !isZero(archive, at, at + BLOCK); at = members.at(-1)?.end ?? at) members.push(memberAt(archive, at));
  if (archive.length % BLOCK !== 0 || archive.length < at + 2 * BLOCK || !isZero(archive, at, archive.length)) throw fault("expected two blocks of zeros and nothing else after the last file, found others");
  judgeNames(members.filter(({ name }, i) => !(name.endsWith("/") && members.findIndex((one) => one.name === name) < i)).map(({ name }) => name));
  return members;
}

/** Whether there are so many octets, all of them zero. */
function isZero(archive: Uint8Array, start: number, end: number): boolean {
  return end <= archive.length && archive.subarray(start, end).every((octet) => octet === 0);
}

function memberAt(archive: Uint8Array, start: number): TarMember {
  const header = archive.subarray(start, start + BLOCK);
  if (header.length < BLOCK) throw fault("expected blocks of 512 octets, found the archive cut short");
  const name = nameOf(header);
  if (octalAt(header, CHECKSUM, TYPE) !== checksumOf(header)) throw fault(`expected the sum of the header of ${JSON.stringify(name)}, found another`);
  judgeType(header, name);
  const size = octalAt(header, SIZE, SIZE + 12);
  const from = start + BLOCK;
  const end = from + Math.ceil(size / BLOCK) * BLOCK;
  if (end > archive.length) throw fault(`expected ${size} octets of ${name}, found the archive cut short`);
  if (!isZero(archive, from + size, end)) throw fault(`expected zeros after ${name}, found others`);
  return { name, bytes: archive.subarray(from, from + size), start, end };
}

function nameOf(header: Uint8Array): string {
  const magic = textAt(header, MAGIC, MAGIC + 6);
  // GNU tar ends its magic in blanks and has other fields in the place of the prefix
  if (magic !== "ustar" && magic !== "ustar ") throw fault("expected a header of ustar, found none");
  const prefix = magic === "ustar" ? textAt(header, PREFIX, PREFIX + PREFIX_LENGTH) : "";
  const rest = textAt(header, 0, NAME_LENGTH);
  return prefix === "" ? rest : `${prefix}/${rest}`;
}

function judgeType(header: Uint8Array, name: string): void {
  const type = textAt(header, TYPE, LINK);
  const isFolder = name.endsWith("/");
  if (type !== (isFolder ? "5" : "0") || textAt(header, LINK, MAGIC) !== "") throw fault(`expected a plain file or a folder, found ${name} of the type ${JSON.stringify(type)}`);
  if (isFolder && octalAt(header, SIZE, SIZE + 12) !== 0) throw fault(`expected no octets in the folder ${name}, found some`);
}

/** ASCII up to the first NUL. */
function textAt(header: Uint8Array, start: number, end: number): string {
  const field = header.subarray(start, end);
  const length = field.indexOf(0);
  return String.fromCharCode(...field.subarray(0, length === -1 ? field.length : length));
}

function octalAt(header: Uint8Array, start: number, end: number): number {
  const text = textAt(header, start, end).trim();
  if (!/^[0-7]+$/.test(text)) throw fault(`expected an octal number in a header, found ${JSON.stringify(text)}`);
  return Number.parseInt(text, 8);
}
