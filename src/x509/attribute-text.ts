import { TAG } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import type { AttributeType } from "./attribute-type.ts";

/** Control, format (bidirectional and zero-width among them), surrogate, private and invisible characters, and blanks other than a space. */
const NOT_DISPLAYABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/** PrintableString (X.680 41.4). */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const NUMERIC = /^[0-9 ]*$/;

/** Whether a text can be put before a person as it is, without tricks. */
export function isDisplayable(text: string): boolean {
  return text.isWellFormed() && !NOT_DISPLAYABLE.test(text);
}

/**
 * The text of a string value, or undefined when its octets are not of its type. T61String is read only where it is ASCII:
 * no two programs agree on the rest.
 * @param tag a universal string tag
 */
export function textOfString(tag: number, contents: Uint8Array): string | undefined {
  switch (tag) {
    case TAG.utf8String: return utf8(contents);
    case TAG.printableString: return matching(ascii(contents), PRINTABLE);
    case TAG.numericString: return matching(ascii(contents), NUMERIC);
    case TAG.ia5String: case TAG.t61String: return ascii(contents);
    case TAG.visibleString: return matching(ascii(contents), /^[ -~]*$/);
    case TAG.bmpString: return fixedWidth(contents, 2);
    case TAG.universalString: return fixedWidth(contents, 4);
    default: return undefined;
  }
}

/** Made once: to make a decoder takes longer than to use it. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(contents: Uint8Array): string | undefined {
  try {
    return UTF8.decode(contents);
  } catch {
    return undefined;
  }
}

function ascii(contents: Uint8Array): string | undefined {
  return contents.every((octet) => octet < 0x80) ? UTF8.decode(contents) : undefined;
}

function matching(text: string | undefined, form: RegExp): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined;
}

function fixedWidth(contents: Uint8Array, width: number): string | undefined {
  if (contents.length % width !== 0) return undefined;
  let text = "";
  for (let at = 0; at < contents.length; at += width) {
    const point = contents.subarray(at, at + width).reduce((sum, octet) => sum * 256 + octet, 0);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}

/** One thing that is wrong with the text of an attribute: its kind, in one word, and a sentence for people. */
export interface TextProblem {
  readonly kind: "length" | "blank" | "characters" | "country";
  readonly text: string;
}

/**
 * Everything that is wrong with the text of an attribute: empty, too long (X.520), blanks at an end, characters that
 * cannot be shown, characters that its string type does not have.
 * @param tag the string type that it has or will have
 */
export function textProblems(type: AttributeType, tag: number, text: string): TextProblem[] {
  const problem = (kind: TextProblem["kind"], found: string): TextProblem[] => [{ kind, text: `${type.name}: ${found}` }];
  const length = [...text].length;
  const allowed = tag === TAG.printableString ? PRINTABLE : tag === TAG.ia5String ? /^[\0-\x7f]*$/ : null;
  return [
    ...(length === 0 ? problem("length", "expected a value, found an empty one") : []),
    ...(length > type.max ? problem("length", `expected at most ${type.max} characters, found ${length}`) : []),
    ...(text !== text.trim() ? problem("blank", `expected no blank at either end, found ${escaped(text)}`) : []),
    ...(isDisplayable(text) ? [] : problem("characters", `expected no control, NUL, invisible or bidirectional character, found ${escaped(text)}`)),
    ...(allowed === null || allowed.test(text) ? [] : problem("characters", `expected only characters of ${tag === TAG.ia5String ? "IA5String" : "PrintableString"}, found ${escaped(text)}`)),
    ...(type.name !== "C" || /^[A-Z]{2}$/.test(text) ? [] : problem("country", `expected two capital letters (ISO 3166), found ${escaped(text)}`)),
  ];
}

/** A text for a message: quoted, shortened, with everything but printable ASCII as \u{…}. */
export function escaped(text: string): string {
  const shown = [...text].slice(0, 80).map((c) => (/^[ -~]$/.test(c) ? c.replace(/["\\]/, "\\$&") : `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`));
  return `"${shown.join("")}${[...text].length > 80 ? "…" : ""}"`;
}

/** The RFC 4514 form of one value; `#hex` of its TLV where its text is unknown or not displayable. */
export function printValue(text: string | undefined, tlv: Uint8Array): string {
  if (text === undefined || !isDisplayable(text)) return `#${toHex(tlv)}`;
  return text.replace(/[,+"\\<>;=]/g, "\\$&").replace(/^[ #]/, "\\$&").replace(/ $/, "\\ ");
}
