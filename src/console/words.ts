import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { THREE_SYLLABLES, TWO_SYLLABLES } from "./word-list.ts";

/** Octets of a digest that the head words stand for. */
const HEAD_OCTETS = 4;
const WORDS_A_ROW = 4;
/** Far above the 32 words of a digest; a longer text is not somebody reading words. */
const LONGEST_TEXT = 20_000;

const OCTETS = [octetsOf(TWO_SYLLABLES), octetsOf(THREE_SYLLABLES)] as const;

function octetsOf(list: readonly string[]): ReadonlyMap<string, number> {
  return new Map(list.map((word, octet) => [word.toLowerCase(), octet]));
}

/** The PGP words of octets, one an octet. */
export function toWords(bytes: Uint8Array): string[] {
  return Array.from(bytes, (octet, offset) => (offset % 2 === 0 ? TWO_SYLLABLES : THREE_SYLLABLES)[octet] ?? "");
}

/**
 * The octets that PGP words stand for. Upper and lower case are the same; blanks, new lines and dashes separate.
 * @throws Fault form-words naming the first word that does not stand where it may, and its position from 1
 */
export function fromWords(text: string): Uint8Array {
  if (text.length > LONGEST_TEXT) throw new Fault("form-words", `expected at most ${LONGEST_TEXT} characters of words, found ${text.length}`);
  const words = text.split(/[\s-]+/u).filter((word) => word !== "");
  return Uint8Array.from(words, octetOf);
}

function octetOf(word: string, offset: number): number {
  const here = OCTETS[offset % 2 === 0 ? 0 : 1];
  const spelt = /^[A-Za-z]+$/.test(word) ? word.toLowerCase() : "";
  const octet = here.get(spelt);
  if (octet !== undefined) return octet;
  const syllables = offset % 2 === 0 ? "two" : "three";
  throw new Fault("form-words", `word ${offset + 1}: expected a ${syllables}-syllable word of the PGP list, found ${JSON.stringify(word.slice(0, 40))}`, hintsFor(spelt, offset));
}

function hintsFor(spelt: string, offset: number): string[] {
  const elsewhere = OCTETS[offset % 2 === 0 ? 1 : 0].has(spelt);
  return [elsewhere ? "this word is in the list, but not for this place: a word was left out, repeated or swapped just before it" : "read the word again, letter by letter"];
}

/** The words of octets in numbered rows of four, in columns: for a digest of 32 octets, eight rows to be read aloud. */
export function wordRows(bytes: Uint8Array): string[] {
  const words = toWords(bytes);
  const rows: string[] = [];
  for (let first = 0; first < words.length; first += WORDS_A_ROW) {
    const cells = words.slice(first, first + WORDS_A_ROW).map((word, column) => word.padEnd(column % 2 === 0 ? 10 : 12));
    rows.push(`${String(rows.length + 1).padStart(2)}  ${cells.join(" ").trimEnd()}`);
  }
  return rows;
}

/**
 * The first four words of a head, as written on the printed procedure.
 * @param head SHA-256 in hex
 */
export function headWords(head: string): string {
  return toWords(fromHex(head).subarray(0, HEAD_OCTETS)).join(" ");
}
