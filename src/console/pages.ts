/** The sentences and pages that people read. Every line is printable and stands by itself. */
import { fromHex } from "../bytes/hex.ts";
import type { Fault, Finding, ScriptPath } from "../fault.ts";
import { printable } from "./escape.ts";
import type { Briefing, Person, StepPage } from "./people.ts";
import { wordRows } from "./words.ts";

/** Columns of every page. */
export const COLUMNS = 80;
const RULE = "-".repeat(COLUMNS - 2);

/** The word on every screen that says how much this ceremony is worth. */
export const ASSURANCE_WORDS = { test: "TEST", "software-keys": "SOFTWARE KEYS", production: "PRODUCTION - REAL KEYS" } as const;

/** That word for a ceremony; nothing of a rehearsal counts, whatever it is rehearsed for. */
export function assuranceWord({ assurance, isRehearsal }: Pick<Briefing, "assurance" | "isRehearsal">): string {
  return isRehearsal ? "REHEARSAL" : ASSURANCE_WORDS[assurance];
}

/** `steps[3].valid.for`; the document itself is `(document)`. */
export function pathText(path: ScriptPath): string {
  if (path.length === 0) return "(document)";
  const parts = path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`));
  return printable(parts.join(""));
}

/** Findings as `file:line:column: path: message [CONTROL]`, each followed by its hint. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    const place = [finding.file, finding.line, finding.column].filter((part) => part !== undefined).join(":");
    const where = place === "" ? "" : `${printable(place)}: `;
    const line = `${where}${pathText(finding.path)}: ${printable(finding.message)} [${finding.control}]`;
    return finding.hint === undefined ? [line] : [line, `  hint: ${printable(finding.hint)}`];
  });
}

/** A fault as `anchorite: code: message` and its hints, one a line. */
export function faultLines(fault: Fault): string[] {
  return [`anchorite: ${fault.code}: ${printable(fault.message)}`, ...fault.hints.map((hint) => `hint: ${printable(hint)}`)];
}

/**
 * A digest to be compared: hex in full, then eight numbered rows of its hex and its four words.
 * @param what what was hashed: `certificate factory-ca`
 * @param sha256 hex
 */
export function digestLines(what: string, sha256: string): string[] {
  const rows = wordRows(fromHex(sha256)).map((row, i) => `  ${row.slice(0, 2)}  ${sha256.slice(8 * i, 8 * i + 8)}  ${row.slice(4)}`);
  return [`SHA-256 of ${printable(what)}`, `  ${sha256}`, ...rows];
}

/** `Alice Example (administrator)`. */
export function personText(person: Person): string {
  return printable(`${person.name} (${person.role})`);
}

/**
 * The page that opens a step, as on the printed procedure: ceremony, assurance word, number and time over a rule, then what
 * is done and what is read aloud.
 * @param now UTC, `YYYY-MM-DDTHH:MM:SSZ`
 */
export function stepLines(briefing: Briefing, page: StepPage, now: string): string[] {
  return [
    "",
    RULE,
    ...bothEnds(`CEREMONY ${printable(briefing.ceremony)}`, assuranceWord(briefing)),
    ...bothEnds(`Step ${page.number} of ${briefing.steps.length}  ${printable(page.kind)}`, now),
    RULE,
    ...page.title.flatMap((line) => wrap(line, " ")),
    ...part("READ ALOUD:", page.readAloud),
    ...part("DO:", page.act),
  ];
}

/** A step on one line, for a log. */
export function stepText(briefing: Briefing, page: StepPage): string {
  return printable(`${assuranceWord(briefing)}  step ${page.number} of ${briefing.steps.length}  ${page.kind}: ${page.title.join("; ")}`);
}

function part(heading: string, text: string | undefined): string[] {
  return text === undefined ? [] : ["", ` ${heading}`, ...text.trimEnd().split("\n").flatMap((line) => wrap(line, "   "))];
}

/** A left and a right text on one line; a left text that is too long goes on under itself, never cut. */
function bothEnds(left: string, right: string): string[] {
  const room = RULE.length - 1 - right.length;
  const [first = "", ...more] = wrap(left, " ", room);
  return [`${first.padEnd(room)} ${right}`, ...more];
}

/** A label and its text, which begins in column `indent` and goes on under itself. */
export function labelled(label: string, text: string, indent: number): string[] {
  const [first = "", ...more] = wrap(text, " ".repeat(indent));
  return [`${label.padEnd(indent)}${first.trimStart()}`, ...more];
}

/** A text as lines of at most `width` columns, broken at blanks, a longer word where the line ends. Printable. */
export function wrap(text: string, indent = "", width = RULE.length): string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ").flatMap((word) => chunks(word, room))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > room) lines.push(line);
    line = longer.length > room ? word : longer;
  }
  return [...lines, line].map((text) => (text === "" ? "" : indent + text));
}

function chunks(word: string, length: number): string[] {
  const characters = Array.from(word);
  if (characters.length <= length) return [word];
  const parts: string[] = [];
  for (let i = 0; i < characters.length; i += length) parts.push(characters.slice(i, i + length).join(""));
  return parts;
}
