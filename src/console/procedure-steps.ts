/** The acts of the printed procedure: for each step what the screen says, word for word, and room for a pen. Pure. */
import { BOX } from "./places.ts";
import { html, Markup } from "./html.ts";
import { PLACES, stepSentences, type Sentences } from "./pages.ts";
import type { Briefing, StepPage } from "./people.ts";

/** Whole seconds that steps took in a rehearsal, by their number. */
export type Measured = ReadonlyMap<number, number>;

/** Every step in a table of its act. */
export function actTables(briefing: Briefing, measured: Measured): Markup[] {
  const acts = new Map<number, StepPage[]>();
  for (const page of briefing.steps) acts.set(page.act.number, [...(acts.get(page.act.number) ?? []), page]);
  return [...acts].map(([number, pages]) => html`
<h2 id="act-${number}">Act ${number} of ${pages[0]?.act.of ?? 0}: ${pages[0]?.act.name ?? ""}</h2>
<p class="small lead">${timeText(pages, measured)}</p>
<table class="steps"><thead><tr><th scope="col">Step</th><th scope="col">Activity</th><th scope="col">Initials</th><th scope="col">Time (UTC)</th></tr></thead><tbody>
${pages.map((page) => stepRow(briefing, page, measured))}
</tbody></table>`);
}

function timeText(pages: readonly StepPage[], measured: Measured): string {
  const seconds = pages.map(({ number }) => measured.get(number));
  const about = `about ${pages.reduce((sum, { minutes }) => sum + minutes, 0)} minutes`;
  return seconds.every((one) => one !== undefined) ? `${about}; ${clock(seconds.reduce((sum, one) => sum + one, 0))} when it was rehearsed` : about;
}

/** `4:07`, minutes and seconds. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function stepRow(briefing: Briefing, page: StepPage, measured: Measured): Markup {
  const took = measured.get(page.number);
  return html`<tr id="step-${page.number}"><td><span class="number">${page.number}</span></td><td>
<p class="small">${page.kind}, about ${page.minutes} min${took === undefined ? "" : `, rehearsed in ${clock(took)}`}</p>
${stepSentences(briefing, page, []).map(sentence)}
${page.word === undefined ? [] : [html`<p><span class="heading">TO TYPE:</span> <b class="mono">${page.word}</b></p>`]}
${page.typed.map((name) => html`<p>${name}, typed twice: ${emptyBoxes(16)}</p>`)}
${page.readBacks.map(({ by, of }) => html`<p><span class="tick"></span>${personOf(briefing, by)} types back two words of ${of}</p>`)}
${Array.from({ length: page.effects }, (_, i) => headBoxes(page, i))}
</td><td></td><td></td></tr>`;
}

function sentence({ heading, lines }: Sentences): Markup {
  const texts = lines.map((line) => html`<p>${heading === PLACES ? ticked(line) : line}</p>`);
  if (heading === "") return html`${texts}`;
  const kind = heading.startsWith("READ ALOUD") || heading.startsWith("DO") ? "aloud" : heading === "CANNOT BE UNDONE" || heading === "POINT OF NO RETURN" ? "danger" : "told";
  return html`<div class="${kind}"><p class="heading">${heading}:</p>${texts}</div>`;
}

/** The boxes of the screen, to be ticked with a pen. */
function ticked(line: string): Markup[] {
  return line.split(BOX).map((text, i) => (i === 0 ? html`${text}` : html`<span class="box">${BOX}</span>${text}`));
}

/** Four words of the head after something happened on a token. */
function headBoxes({ effects }: StepPage, index: number): Markup {
  return html`<div class="head"><b>words of the head${effects === 1 ? "" : ` (${index + 1} of ${effects})`}</b><span></span><span></span><span></span><span></span></div>`;
}

/** A box a character, to be filled in. */
export function emptyBoxes(count: number): Markup {
  return html`<span class="boxes">${Array.from({ length: count }, () => html`<span></span>`)}</span>`;
}

/** A box a character, filled. */
export function boxes(text: string): Markup {
  return html`<span class="boxes">${Array.from(text, (character) => html`<span>${character}</span>`)}</span>`;
}

export function personOf({ people }: Briefing, id: string): string {
  return people.find((person) => person.id === id)?.name ?? id;
}
