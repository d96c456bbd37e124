/**
 * A share as people write it: lines of four groups of four hex digits and a checksum of four, so that a slip of the pen is found at
 * its line. What a line sums up is on the same paper; nothing of it goes anywhere else.
 */
import { digest } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { concat, toUtf8 } from "../bytes/text.ts";

/** A share with what it belongs to. */
export interface Share {
  readonly number: number;
  readonly threshold: number;
  /** Of the backup, 10 hex digits: shares of another one are told apart. */
  readonly set: string;
  readonly octets: Uint8Array;
}

const LINE = 8;
const SET = 5;
/** A secret of 32 octets, and one more by the library. */
const SHARE = 33;
const HEAD = 2 + SET;
export const LINES = (HEAD + SHARE) / LINE;

/** `1f2e 3d4c 5b6a 7988  c0de`: five such lines. */
export function shareLines({ number, threshold, set, octets }: Share): string[] {
  const all = concat(Uint8Array.of(number, threshold), fromHex(set), octets);
  return Array.from({ length: LINES }, (_, i) => {
    const part = all.subarray(i * LINE, (i + 1) * LINE);
    return `${grouped(toHex(part))}  ${checksum(i, part)}`;
  });
}

function grouped(hex: string): string {
  return hex.replaceAll(/(.{4})(?=.)/g, "$1 ");
}

/** Another one for each line, so that two lines in the wrong order are found. */
function checksum(index: number, octets: Uint8Array): string {
  return toHex(digest("sha256", concat(toUtf8(`anchorite/share-line/${index + 1}`), octets)).subarray(0, 2));
}

/** The eight octets of a typed line; or what is wrong with it. Blanks and capitals do not matter, and o and l are taken for 0 and 1. @param index from 0 */
export function lineOctets(index: number, typed: string): Uint8Array | string {
  const digits = typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
  if (!/^[0-9a-f]*$/.test(digits)) return `line ${index + 1}: expected the digits 0 to 9 and the letters a to f`;
  if (digits.length !== 20) return `line ${index + 1}: expected five groups of four, found ${digits.length} digits`;
  const octets = fromHex(digits.slice(0, 16));
  return checksum(index, octets) === digits.slice(16) ? octets : `line ${index + 1}: its last group does not fit the others; compare this line with the paper`;
}

/** The share of whole lines, each of which `lineOctets` has read. */
export function shareOf(lines: readonly Uint8Array[]): Share {
  const all = concat(...lines);
  const [number = 0, threshold = 0] = all;
  return { number, threshold, set: toHex(all.subarray(2, HEAD)), octets: all.slice(HEAD) };
}
