/**
 * What may reach a terminal or a page: everything that comes from outside passes through here, so that it cannot move the
 * cursor, turn the reading direction, hide or pile itself over the line above.
 */

/** What the terminal can show: `ascii` where the locale does not say UTF-8. */
export type Charset = "unicode" | "ascii";

/** Marks on one letter; Vietnamese needs two, pointed Hebrew three. More is a pile. */
const MOST_MARKS = 4;

// Controls, format and bidi characters, lone surrogates, private and unassigned code points, line and paragraph separators,
// every blank but U+0020, and what Unicode says is not drawn (fillers, joiners, variation selectors, tags).
const TRICK = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const ODD_BLANK = /[\p{Zs}\u2800]/u;
const MARK = /\p{M}/u;

/**
 * A text as one line that a terminal shows as it is: tricky characters appear as `\u{…}` with their code point in hex;
 * letters of every script stay. Applied twice it changes nothing more, so it is for showing, not for reading back.
 */
export function printable(text: string, charset: Charset = "unicode"): string {
  let shown = "";
  let marks = MOST_MARKS; // a mark without a letter before it sits on whatever the page put there
  for (const character of text) {
    const isMark = MARK.test(character);
    marks = isMark ? marks + 1 : 0;
    const keep = character === " " || isPlain(character, charset) && !(isMark && marks > MOST_MARKS);
    shown += keep ? character : escaped(character);
  }
  return shown;
}

function isPlain(character: string, charset: Charset): boolean {
  if (charset === "ascii") return /^[\x20-\x7e]$/.test(character);
  return !TRICK.test(character) && !ODD_BLANK.test(character);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
