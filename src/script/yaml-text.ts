/** The text of a YAML file, before YAML: UTF-8, bounded, and nothing in it that a reader cannot see. */
import { LineCounter } from "yaml";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault, type Finding } from "../fault.ts";
import type { Place } from "./place.ts";
import { shown, UNPRINTABLE } from "./wording.ts";

/** Octets. A script is read aloud; a mebibyte is more than anybody reads. */
const MOST_OCTETS = 1_048_576;
/** Places named one by one in a text full of the same mistake. */
const MOST_PLACES = 20;
const INVISIBLE = new RegExp(`\\r(?!\\n)|(?!\\r)[${UNPRINTABLE}]`, "gu");

export interface YamlText {
  /** The text with a blank for every refused character, so that places stay and reading can go on; null when there is none. */
  readonly text: string | null;
  readonly findings: readonly Finding[];
  placeAt(offset: number): Place;
}

/** Decodes and looks for what has no business in a reviewed text: a byte order mark, tabs, control and bidirectional characters. */
export function readYamlText(bytes: Uint8Array): YamlText {
  if (bytes.length > MOST_OCTETS) return refused(`expected at most ${MOST_OCTETS} octets, found ${bytes.length}`);
  const decoded = decode(bytes);
  if (decoded === null) return refused("expected UTF-8, found octets that are not", firstBadPlace(bytes));
  const marked = decoded.startsWith("\ufeff");
  const text = marked ? decoded.slice(1) : decoded;
  const placeAt = placesOf(text);
  const findings = invisibleCharacters(text, placeAt);
  if (marked) findings.unshift(formFinding("expected no byte order mark", placeAt(0), "save the file as UTF-8 without a byte order mark"));
  return { text: text.replaceAll(INVISIBLE, (found) => " ".repeat(found.length)), findings, placeAt };
}

/** A [SCRIPT-FORM] finding about the text itself, which has no path. */
export function formFinding(message: string, place: Place, hint?: string): Finding {
  return { control: "SCRIPT-FORM", path: [], message, ...(hint === undefined ? {} : { hint }), ...place };
}

function refused(message: string, place: Place = { line: 1, column: 1 }): YamlText {
  return { text: null, findings: [formFinding(message, place)], placeAt: () => place };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

function firstBadPlace(bytes: Uint8Array): Place {
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return placesOf(lenient)(Math.max(0, lenient.indexOf("\ufffd")));
}

function placesOf(text: string): (offset: number) => Place {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

function invisibleCharacters(text: string, placeAt: (offset: number) => Place): Finding[] {
  const findings: Finding[] = [];
  for (const { 0: found, index } of text.matchAll(INVISIBLE)) {
    if (findings.length === MOST_PLACES) return [...findings, formFinding("more of these follow", placeAt(index))];
    findings.push(
      found === "\t"
        ? formFinding("expected spaces, found a tab", placeAt(index))
        : formFinding(`expected visible characters, found ${shown(found).slice(1, -1)}`, placeAt(index), "type the line again; it may have been copied from a page"),
    );
  }
  return findings;
}
