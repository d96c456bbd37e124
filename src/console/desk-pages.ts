/** What the request desk says: a verdict as lines for people, or as one line of JSON. Pure. */
import type { DeskVerdict, RequestedExtension, ShownExtension } from "../plan/desk.ts";
import { printable } from "./escape.ts";
import { digestLines, labelled as labelledLines } from "./pages.ts";
import { headWords } from "./words.ts";

/** Findings and requested extensions that a page shows of one file; a hostile one could have thousands. */
const MOST_SHOWN = 20;
/** Characters of one text on a page. */
const LONGEST_SHOWN = 1000;

const OUTCOMES = { granted: "granted as asked", changed: "the profile decides", dropped: "not granted" } as const;

/**
 * The verdict on one file.
 * @param alone whether it is the only one: then the digest of its key is shown with all 32 words
 */
export function deskLines({ file, verdict, findings, subject, publicKey, requested, granted }: DeskVerdict, alone: boolean): string[] {
  return [
    `${printable(file)}: ${verdict}`,
    ...labelled("subject", short(subject ?? "(not read)")),
    ...labelled("public key", publicKey === null ? "(not read)" : publicKey.description),
    ...(publicKey === null ? [] : keyLines(publicKey.sha256, alone)),
    ...firstOf(requested, "requested", (extension) => labelled("requested", requestedText(extension))),
    ...granted.flatMap((extension) => labelled("granted", extensionLine(extension))),
    ...firstOf(findings, "refused", ({ control, code, message, hint }) => [
      ...labelled("refused", `${code}: ${short(message)} [${control}]`),
      ...(hint === undefined ? [] : labelled("hint", hint)),
    ]),
    "",
  ];
}

function firstOf<T>(items: readonly T[], label: string, lines: (item: T) => string[]): string[] {
  const more = items.length - MOST_SHOWN;
  return [...items.slice(0, MOST_SHOWN).flatMap(lines), ...(more > 0 ? labelled(label, `and ${more} more; --json has them all`) : [])];
}

/** The last line, under several files. */
export function deskTotal({ accept, refuse }: { readonly accept: number; readonly refuse: number }): string {
  return `${accept + refuse} files: ${accept} accepted, ${refuse} refused`;
}

/** The verdict as one line of JSON in ASCII: what a terminal would not show as it is stands there as \uXXXX. */
export function deskJson({ file, verdict, findings, subject, publicKey, requested, granted }: DeskVerdict): string {
  const told = findings.map(({ code, control, message, hint }) => ({ code, control, message, ...(hint === undefined ? {} : { hint }) }));
  const json = JSON.stringify({ file, verdict, findings: told, subject, publicKey, requested, granted });
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function keyLines(sha256: string, alone: boolean): string[] {
  if (alone) return digestLines("the public key (SubjectPublicKeyInfo)", sha256).map((line) => `  ${line}`);
  return [...labelled("SHA-256", sha256), ...labelled("words", `${headWords(sha256)} ...`)];
}

function requestedText(extension: RequestedExtension): string {
  return `${extensionLine(extension)}${extension.outcome === null ? "" : ` (${OUTCOMES[extension.outcome]})`}`;
}

function extensionLine({ name, critical, text }: ShownExtension): string {
  return `${name}${critical ? " (critical)" : ""}: ${short(text)}`;
}

function short(text: string): string {
  const characters = Array.from(text);
  return characters.length <= LONGEST_SHOWN ? text : `${characters.slice(0, LONGEST_SHOWN).join("")}... (${characters.length} characters)`;
}

function labelled(label: string, text: string): string[] {
  return labelledLines(`  ${label}`, text, 14);
}
