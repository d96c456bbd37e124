/** The whole page: one file, with its style, its program, and the record in it. */
import { toBase64 } from "../bytes/pem.ts";
import { digest } from "../bytes/digest.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import type { Verdict } from "../ceremony/verdict.ts";
import type { ReportFacts } from "./facts.ts";
import type { Counts } from "./verdict-section.ts";
import { html, Markup } from "./html.ts";
import { assuranceWords, factSections, introduction, titleOf } from "./main-part.ts";
import { STYLE } from "./style.ts";
import { ITSELF, madeLine } from "./verdict-section.ts";

/** What lies in a page besides its text: the files of the record, and what in it is no file. */
export interface Carried {
  /** Base64, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly strangers: readonly string[];
}

/** What a page is made of. */
export interface ReportPage {
  readonly facts: ReportFacts;
  readonly files: RecordFiles;
  /** What was found when the page was made. */
  readonly made: { readonly verdict: Verdict; readonly counts: Counts; readonly tool: string };
}

/**
 * The page of a record.
 * @param program what runs in the browser; it may not hold `</script`
 */
export function reportPage({ facts, files, made }: ReportPage, program: string): string {
  const main = html`${introduction(facts)}
<div id="here" aria-live="polite"><section class="verdict pending"><h2>Re-checked here, in this browser</h2><p class="headline">○ NOT CHECKED YET</p><p id="progress">This page brings the record with it and checks it anew when it is opened. While this line stands here, that has not happened.</p></section></div>
${OUTSIDE}
<div id="made">${madeLine(made.tool, made.verdict, made.counts)}</div>
${ITSELF}
<div id="facts">${factSections(facts)}</div>`;
  return documentOf(`${titleOf(facts)}: report of a key ceremony`, `${assuranceWords(facts)} · ${facts.header?.ceremony ?? ""} · head ${facts.head.slice(0, 16)}`, main, program, carriedBy(files));
}

/** The same page without a record: it takes one that is dropped on it. */
export function emptyPage(program: string): string {
  const main = html`<h1>Verify the record of a key ceremony</h1>
<p>This page checks the record of a ceremony held with Anchorite. It brings no record of its own, asks nothing of any network and sends nothing anywhere. Fetch it yourself, from where you trust it, and bring the record on another medium.</p>
<section id="drop" aria-labelledby="drop-title"><h2 id="drop-title">1. The record</h2><p><label for="folder">Drop the record's folder anywhere on this page, or choose it (the folder that holds <code>transcript.jsonl</code>):</label></p><p><input type="file" id="folder" webkitdirectory multiple></p></section>
${OUTSIDE}
<div id="here" aria-live="polite"><p id="progress">No record yet.</p></div>
${ITSELF}<div id="facts"></div>`;
  return documentOf("Verify the record of a key ceremony", "verify.html", main, program, null);
}

/** What somebody brings from outside the record. */
const OUTSIDE = html`<section id="outside" aria-labelledby="outside-title"><h2 id="outside-title">From your paper</h2>
<form id="pins"><p><label for="words">All 32 words of the head, or of the SHA-256 of seal.txt, as they stand on paper (or 64 hex digits):</label><br><textarea id="words" rows="4" autocomplete="off" spellcheck="false"></textarea></p>
<p><label for="roster">And, if you have one, a roster: a file of allowed signers, from elsewhere than the record:</label><br><input type="file" id="roster"></p>
<p><button type="submit">Compare</button> <span id="pinned" role="status"></span></p></form></section>`;

function carriedBy(files: RecordFiles): Carried {
  return { files: Object.fromEntries(files.list().map((path) => [path, toBase64(files.read(path) ?? new Uint8Array())])), strangers: files.strangers() };
}

/** JSON that cannot end the element that it stands in. */
function carriedText(carried: Carried): string {
  return JSON.stringify(carried).replace(/[<>\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function documentOf(title: string, foot: string, main: Markup, program: string, carried: Carried | null): string {
  const hash = (text: string) => `'sha256-${toBase64(digest("sha256", toUtf8(text)))}'`;
  const policy = `default-src 'none'; script-src ${hash(program)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`;
  return html`${new Markup("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(policy.replaceAll('"', ""))}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Markup(STYLE)}</style></head>
<body><a class="skip" href="#main">To the report</a><div id="banner" role="alert"></div><main id="main" tabindex="-1">${main}</main>
<footer><p>${foot}</p></footer>
<noscript><p class="banner">Scripts are off: this page can be read, and nothing of it is re-checked here.</p></noscript>
${carried === null ? null : html`<script type="application/json" id="record">${new Markup(carriedText(carried))}</script>`}
<script>${new Markup(program)}</script></body></html>
`.text;
}
