/** The top of the page: the verdict with its counts, what a page cannot prove, and the words to compare with paper. */
import type { Verdict } from "../ceremony/verdict.ts";
import { headline } from "../console/verdict-pages.ts";
import { toWords } from "../console/words.ts";
import { fromHex } from "../bytes/hex.ts";
import { EXIT } from "../fault.ts";
import type { CheckState } from "./findings.ts";
import { digestText, html, type Markup } from "./html.ts";
import { plural } from "./sentences.ts";

/** The symbol and the word of a state: never only a colour. */
export const STATE_WORDS: Readonly<Record<CheckState, string>> = { pass: "✔ PASS", fail: "✖ FAIL", "not checked": "○ NOT CHECKED" };

/** How a whole verdict looks: good, to be weighed, or bad. */
export type Mood = CheckState;

/** @param uncheckable signatures of kinds that the checking program did not know */
export function moodOf(verdict: Verdict, uncheckable: number): Mood {
  if (verdict.exit === EXIT.notAuthentic || verdict.exit === EXIT.incompleteOrDiverged) return "fail";
  return verdict.exit === EXIT.done && uncheckable === 0 && verdict.rehearsal === undefined ? "pass" : "not checked";
}

const MOOD_SYMBOL: Readonly<Record<Mood, string>> = { pass: "✔", fail: "✖", "not checked": "!" };

/** The counts of a verdict, where somebody counted. */
export type Counts = Readonly<Record<CheckState, number>>;

/** What one check of the record came to: a headline, counts, what speaks against it, what was not checked. */
export function verdictBox(title: string, verdict: Verdict, counts: Counts, uncheckable: number): Markup {
  const mood = moodOf(verdict, uncheckable);
  return html`<section class="verdict ${mood.replace(" ", "-")}">
<h2>${title}</h2>
<p class="headline"><span class="symbol" aria-hidden="true">${MOOD_SYMBOL[mood]}</span> ${uncheckable > 0 && mood !== "fail" ? `NOT ALL CHECKED: ${uncheckable} signatures are of kinds that this browser does not know` : plainHeadline(verdict)}</p>
<ul class="counts"><li><b>${counts.pass}</b> verified</li><li><b>${counts.fail}</b> failed</li><li><b>${counts["not checked"]}</b> not checked</li></ul>
<p>${verdict.rehearsal === undefined ? null : html`<b>This is a REHEARSAL: nothing of it counts.</b> `}${meaningOf(verdict)}</p>
${listOf("What speaks against it", [...verdict.wrong, ...verdict.signed.missing.map((line) => `missing: ${line}`), ...(verdict.rebuilt.why === "" ? [] : [verdict.rebuilt.why])], "against")}
${verdict.remarks.length + verdict.addenda.length === 0 ? null : html`<details><summary>${plural(verdict.remarks.length + verdict.addenda.length, "remark")}</summary>${listOf("", [...verdict.remarks, ...verdict.addenda.map(addendumText)])}</details>`}
${listOf("What was not checked", verdict.notChecked)}
</section>`;
}

/** What was found when the page was made, in a line, and why it was so. */
export function madeLine(tool: string, verdict: Verdict, counts: Counts): Markup {
  const against = [...verdict.wrong, ...verdict.signed.missing.map((line) => `missing: ${line}`), ...(verdict.rebuilt.why === "" ? [] : [verdict.rebuilt.why])];
  const line = `${MOOD_SYMBOL[moodOf(verdict, 0)]} ${plainHeadline(verdict)}; ${counts.pass} verified, ${counts.fail} failed, ${counts["not checked"]} not checked`;
  return html`<section class="made" aria-labelledby="made-title"><h2 id="made-title">When this page was made</h2><p>${tool} found: <b>${line}</b>${verdict.pinned.length === 0 ? "" : `, pinned to ${verdict.pinned.join(" and ")}`}.</p>${listOf("", against, "against")}</section>`;
}

/** The headline of the command without its words for the command line. */
export function plainHeadline(verdict: Verdict): string {
  return headline(verdict).replace(": give --roster, --words or --head", "");
}

function meaningOf(verdict: Verdict): string {
  switch (verdict.exit) {
    case EXIT.done: return stoppedText(verdict) + "Everything in this record came out again from its own script and entries, every signature verifies, and it is the record that was named from outside.";
    case EXIT.unpinned: return stoppedText(verdict) + "Everything in this record came out again from its own script and entries, and every signature verifies. Nothing from outside was compared yet: another record, made by others under the same names, would look the same. Compare it with the words on your paper, below.";
    case EXIT.notAuthentic: return "Something in this record is not what was sealed, or was never sealed so. Do not rely on any of it until that is explained.";
    default: return verdict.rebuilt.state === "withheld" ? "This is a public copy: what is there is authentic, and what was withheld cannot be rebuilt." : "The record is not whole, or does not come out again from its own entries. What is there may be genuine; it is not complete.";
  }
}

function stoppedText({ rebuilt }: Verdict): string {
  return rebuilt.state === "stopped" ? "The ceremony was stopped before its last step; the record shows what was done until then, and how it was left. " : "";
}

/** One addendum, in a line. */
export function addendumText(one: Verdict["addenda"][number]): string {
  if (one.kind === "wrong") return `${one.folder}, not sealed: COUNTS FOR NOTHING: ${one.why}`;
  if (one.kind === "timestamp") return `${one.folder}, not sealed: the seal existed at ${one.at}, says ${one.tsa}; its CA is ${one.ca}`;
  return `${one.folder}, not sealed: ${one.file}, added by ${one.by} (${one.fingerprint}, ${one.signer}) at ${one.at}${one.note === "none" ? "" : `: ${one.note}`}`;
}

function listOf(title: string, items: readonly string[], kind = ""): Markup | null {
  if (items.length === 0) return null;
  return html`${title === "" ? null : html`<h3>${title}</h3>`}<ul class="${kind}">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** What no page can say of itself. */
export const ITSELF = html`<section class="itself" aria-labelledby="itself"><h2 id="itself">What this page cannot prove about itself</h2>
<p>A page that checks itself can be forged together with what it checks: whoever writes the record can write the page. Its worth is that it can be read. To prove the record, take the checking from elsewhere than the record: <code>anchorite replay</code>, an empty <code>verify.html</code> that you fetched yourself, or the public programs named <a href="#by-hand">below</a>. And compare the words below with those on paper, which were written by hand on the day.</p>
<p>No check can tell that the keys were born in the token and never left it (that is the token's word), that the people named were in the room and the clock was right (that is theirs), or that the host ran nothing else.</p></section>`;

/** A digest as hex and as its 32 words, in numbered rows of four. */
export function wordsTable(caption: string, digest: string): Markup {
  if (digest.length !== 64) return html`<p>${caption}: there is none.</p>`;
  const words = toWords(fromHex(digest));
  const rows = Array.from({ length: 8 }, (_, row) => html`<tr><th scope="row">${row + 1}</th><td>${digest.slice(8 * row, 8 * row + 8)}</td>${words.slice(4 * row, 4 * row + 4).map((word) => html`<td>${word}</td>`)}</tr>`);
  return html`<h3>${caption}</h3><p>${digestText(digest)}</p><div class="wide"><table class="words" aria-label="${caption}, in words"><tbody>${rows}</tbody></table></div>`;
}
