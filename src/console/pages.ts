/** The sentences and pages that people read. Every line is printable and stands by itself. */
import { fromHex } from "../bytes/hex.ts";
import type { Fault, Finding, ScriptPath } from "../fault.ts";
import { printable } from "./escape.ts";
import type { Briefing, Person, StepPage, TokenStanding } from "./people.ts";
import { wordRows } from "./words.ts";

/** Columns of every page. */
export const COLUMNS = 80;
const RULE = "-".repeat(COLUMNS - 2);

/** The word on every screen and page that says how much a ceremony is worth. */
export const ASSURANCE_WORDS = { test: "TEST", "software-keys": "SOFTWARE KEYS", production: "REAL KEYS" } as const;

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

/** What a page is made for at its moment. */
export interface PageMoment {
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly instant: string;
  /** The tokens as they are. */
  readonly tokens: readonly TokenStanding[];
  /** Ids of those here; empty before roll call. */
  readonly present: readonly string[];
  /** The four words of the last head and the number of its entry, for who has not yet written them down; absent before any. */
  readonly words?: { readonly seq: number; readonly text: string };
  /** For screen readers and serial lines: no rules, nothing side by side. */
  readonly plain: boolean;
}

/** The page that opens a step: where we are over a rule, then what the printed procedure says, sentence by sentence. */
export function stepLines(briefing: Briefing, page: StepPage, moment: PageMoment): string[] {
  const rule = moment.plain ? [] : [RULE];
  const sides = moment.plain ? stacked : bothEnds;
  const { number, of, name } = page.act;
  return [
    "",
    ...rule,
    ...sides(`CEREMONY ${printable(briefing.ceremony)}`, assuranceWord(briefing)),
    ...sides(`Step ${page.number} of ${briefing.steps.length}  ${printable(page.kind)}`, moment.instant),
    ...sides(`Act ${number} of ${of}  ${name}`, `about ${page.minutes} min`),
    ...moment.tokens.flatMap((token) => wrap(tokenText(token), " ")),
    ...(moment.words === undefined ? [] : wrap(`On paper after entry ${moment.words.seq}: ${moment.words.text}`, " ")),
    ...rule,
    ...stepSentences(briefing, page, moment.present).flatMap(({ heading, lines }) => sentenceLines(heading, lines)),
  ];
}

/** A part of what is said of a step; the printed procedure has the same. */
export interface Sentences {
  /** Empty for what the step is. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Everything that is said of a step, in order. @param present ids of those here; empty where that is not known */
export function stepSentences(briefing: Briefing, page: StepPage, present: readonly string[]): Sentences[] {
  const some = (heading: string, text: string | undefined): Sentences[] => (text === undefined ? [] : [{ heading, lines: text.trimEnd().split("\n") }]);
  const speaker = speakerAmong(briefing, page, present);
  return [
    { heading: "", lines: page.title },
    ...(page.isFirstEffect ? [{ heading: "POINT OF NO RETURN", lines: [NO_RETURN] }] : []),
    ...some(`READ ALOUD by ${speaker}`, page.readAloud),
    ...some(`DO, ${speaker}`, page.deed),
    ...(page.places.length === 0 ? [] : [{ heading: PLACES, lines: page.places }]),
    ...some("CANNOT BE UNDONE", page.irreversible),
    ...some("IF IT FAILS", page.failure),
  ];
}

/** Over what is where before and after a step. */
export const PLACES = "WHERE THINGS ARE";
const NO_RETURN = "Until here nothing has happened. A ceremony that is stopped after this still has to be closed and sealed.";

/** Who is named on the page, if here; else the first of that role, else the first at all. */
function speakerAmong({ people }: Briefing, { speaker }: StepPage, present: readonly string[]): string {
  const named = people.find(({ id }) => id === speaker);
  const here = present.length === 0 ? people : people.filter(({ id }) => present.includes(id));
  const one = here.find(({ id }) => id === speaker) ?? here.find(({ role }) => role === named?.role) ?? here.find(({ role }) => role === "operator" || role === "administrator") ?? here[0] ?? named;
  return one === undefined ? "" : personText(one);
}

/** A token on the screen. */
export function tokenText({ token, serial, loggedIn }: TokenStanding): string {
  return printable(`Token ${token}: ${serial === null ? "serial not known yet" : `serial ${serial}`}, ${loggedIn ? "LOGGED IN" : "not logged in"}`);
}

/** A step on one line, for a log. */
export function stepText(briefing: Briefing, page: StepPage): string {
  return printable(`${assuranceWord(briefing)}  step ${page.number} of ${briefing.steps.length}  ${page.kind}: ${page.title.join("; ")}`);
}

function sentenceLines(heading: string, lines: readonly string[]): string[] {
  if (heading === "") return lines.flatMap((line) => wrap(line, " "));
  const isSpoken = heading.startsWith("READ ALOUD") || heading.startsWith("DO");
  if (isSpoken) return ["", ...wrap(`${heading}:`, " "), ...lines.flatMap((line) => wrap(line, "   "))];
  return lines.length === 1 ? wrap(`${heading}: ${lines[0] ?? ""}`, " ") : [...wrap(`${heading}:`, " "), ...lines.flatMap((line) => wrap(line, "   "))];
}

function stacked(left: string, right: string): string[] {
  return [...wrap(left, " "), ...wrap(right, " ")];
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
