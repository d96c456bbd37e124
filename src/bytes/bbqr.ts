/**
 * BBQr: octets as a set of QR codes that may be read in any order. A part is `B$`, the encoding, the kind of file, how many parts
 * there are and which this is (from 0), two base-36 digits each, and then its share of the octets. All parts have one size but the last.
 */
import { Fault } from "../fault.ts";
import { concatAll } from "./text.ts";
import { fromHex } from "./hex.ts";

/** What the octets are: text in UTF-8, or anything else. */
export type BbqrKind = "U" | "B";

/** A set that was read whole. */
export interface BbqrFile {
  /** The letter of the kind: `U` text, `B` octets; others are of other tools. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly parts: number;
}

const HEAD = 8;
/** Parts that two base-36 digits can count. */
const MOST_PARTS = 36 * 36 - 1;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The texts of the parts.
 * @param room characters that one code may hold; at least 16
 * @throws Fault form-bbqr for more parts than a set can have
 */
export function splitBbqr(bytes: Uint8Array, kind: BbqrKind, room: number): string[] {
  // 5 octets are 8 characters, and only the last part may end within them
  const most = 5 * Math.floor((room - HEAD) / 8);
  const count = Math.max(1, Math.ceil(bytes.length / most));
  if (most < 5 || count > MOST_PARTS) throw new Fault("form-bbqr", `expected octets for at most ${MOST_PARTS} codes, found ${bytes.length}`, ["carry the file on a medium"]);
  const share = 5 * Math.ceil(bytes.length / count / 5);
  const parts = Math.max(1, Math.ceil(bytes.length / share));
  return Array.from({ length: parts }, (_, i) => `B$2${kind}${base36(parts)}${base36(i)}${toBase32(bytes.subarray(i * share, (i + 1) * share))}`);
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const fromBase36 = (text: string): number => [...text].reduce((number, digit) => 36 * number + DIGITS.indexOf(digit), 0);
const base36 = (number: number): string => number.toString(36).toUpperCase().padStart(2, "0");

/** RFC 4648 6, without padding. */
export function toBase32(bytes: Uint8Array): string {
  let [text, held, count] = ["", 0, 0];
  for (const octet of bytes) {
    held = (held << 8) | octet;
    for (count += 8; count >= 5; count -= 5) text += ALPHABET[(held >>> (count - 5)) & 31] ?? "";
    held &= 255;
  }
  return count === 0 ? text : text + (ALPHABET[(held << (5 - count)) & 31] ?? "");
}

/** @throws Fault form-bbqr for other characters, or bits that stand for nothing */
function fromBase32(text: string): Uint8Array {
  const octets: number[] = [];
  let [held, count] = [0, 0];
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw new Fault("form-bbqr", `expected base32, found ${JSON.stringify(character)}`);
    held = (held << 5) | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      octets.push((held >>> count) & 255);
      held &= 255;
    }
  }
  if (count >= 5 || (held & (2 ** count - 1)) !== 0) throw new Fault("form-bbqr", "expected base32 of whole octets, found bits that stand for nothing");
  return Uint8Array.from(octets);
}

interface Part {
  readonly set: string;
  readonly encoding: string;
  readonly kind: string;
  readonly total: number;
  readonly index: number;
  readonly share: string;
}

/** Whether a text is a part of a set. */
export function isBbqr(text: string): boolean {
  return /^B\$[0-9A-Z]{6}/.test(text);
}

function partOf(text: string): Part {
  const [, encoding = "", kind = "", total = "", index = "", share = ""] = /^B\$([0-9A-Z])([A-Z])([0-9A-Z]{2})([0-9A-Z]{2})([^]*)$/.exec(text) ?? [];
  const part = { set: text.slice(0, 6), encoding, kind, total: fromBase36(total), index: fromBase36(index), share };
  if (encoding === "" || part.total === 0 || part.index >= part.total) throw new Fault("form-bbqr", `expected a part of a BBQr set, found ${JSON.stringify(text.slice(0, 20))}`);
  return part;
}

/**
 * The octets of a set, its parts in any order; the same part twice is one.
 * @throws Fault form-bbqr naming parts of another set, parts that differ and parts that are missing, from 1
 */
export function joinBbqr(texts: readonly string[]): BbqrFile {
  const parts = texts.map(partOf);
  const [first] = parts;
  if (first === undefined) throw new Fault("form-bbqr", "expected the parts of a set, found none");
  const strangers = parts.filter(({ set }) => set !== first.set);
  if (strangers.length > 0) throw new Fault("form-bbqr", `expected parts of one set, found those of ${new Set(parts.map(({ set }) => set)).size} sets: ${[...new Set(parts.map(({ set }) => set))].join(", ")}`, ["read the pictures of one set at a time"]);
  const found = new Map<number, string>();
  for (const { index, share } of parts) {
    if ((found.get(index) ?? share) !== share) throw new Fault("form-bbqr", `expected one part ${index + 1} of ${first.total}, found two that differ`, ["two sets were mixed, or a code was read wrongly: read it again"]);
    found.set(index, share);
  }
  const missing = Array.from({ length: first.total }, (_, i) => i).filter((i) => !found.has(i)).map((i) => i + 1);
  if (missing.length > 0) throw new Fault("form-bbqr", `expected ${first.total} parts, found ${found.size}: missing ${missing.join(", ")}`, ["read the codes that are missing; any order will do"]);
  return { kind: first.kind, parts: first.total, bytes: decoded(first.encoding, Array.from({ length: first.total }, (_, i) => found.get(i) ?? "")) };
}

function decoded(encoding: string, shares: readonly string[]): Uint8Array {
  if (encoding === "2") return concatAll(shares.map(fromBase32));
  if (encoding === "H") return concatAll(shares.map((share) => fromHex(share.toLowerCase())));
  throw new Fault("form-bbqr", `expected a set in base32 or hex, found the encoding ${encoding}`, ["compressed sets (Z) are not in this version: have it shown again without compression"]);
}
