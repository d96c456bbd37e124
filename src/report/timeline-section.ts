/** Deviations and the timeline as markup: what happened, step by step, with the entries behind it. */
import type { Deviation } from "./deviations.ts";
import type { Happening } from "./entries.ts";
import type { ReportFacts } from "./facts.ts";
import { html, lines, type Markup } from "./html.ts";
import { plural, sentenceOf, type NameOf } from "./sentences.ts";
import { durationText, type Act } from "./timeline.ts";

export function deviationSection({ deviations, told, outcome }: ReportFacts): Markup {
  const none = told.withheld > 0 ? "None that this copy shows." : "None: nothing in the record says that anything went otherwise than planned.";
  const grave = deviations.filter((one) => one.grave);
  const noted = deviations.filter((one) => !one.grave);
  return html`<section id="deviations"><h2>Deviations</h2>
${outcome === "stopped" ? html`<p><b>The ceremony was STOPPED before its last step.</b></p>` : null}
${grave.length === 0 ? html`<p>${none}</p>` : html`<ul class="against">${grave.map(item)}</ul>`}
${noted.length === 0 ? null : html`<h3>Worth a look</h3><ul>${noted.map(item)}</ul>`}</section>`;
}

function item({ seq, text }: Deviation): Markup {
  return html`<li>${text}${seq === null ? null : html` (<a href="#entry-${seq}">entry ${seq}</a>)`}</li>`;
}

export function timelineSection({ acts, told, nameOf, openedAt, closedAt }: ReportFacts): Markup {
  return html`<section id="timeline"><h2>Timeline</h2>
<p>From ${openedAt || "an unknown time"} to ${closedAt || "an unknown time"} by the host's clock, in ${plural(told.entries, "entry", "entries")}${told.withheld === 0 ? "" : `, ${told.withheld} of them withheld from this copy`}. The times that count are those that people attested; they stand in the entries.</p>
<ol class="acts">${acts.map((act) => actItem(act, nameOf))}</ol></section>`;
}

function actItem(act: Act, nameOf: NameOf): Markup {
  const { number, kind, title, say, places, beganAt, seconds, happenings } = act;
  const when = happenings.length === 0 ? "no entry of its own" : `${beganAt.slice(11, 19)}Z on ${beganAt.slice(0, 10)}, took ${durationText(seconds)}`;
  return html`<li id="step-${number}" class="act"><h3>${number === 0 ? "Before the first step" : `Step ${number}: ${kind}`}</h3>
<p>${title.map((line, i) => html`${i === 0 ? null : html`<br>`}${line}`)}${say === "" ? null : html`<br><q>${lines(say)}</q>`}${title.length === 0 ? null : html`<br>`}<small>${places.length === 0 ? null : html`Where things are, by the script: ${places.join("; ")}<br>`}${when}</small></p>
${happenings.length === 0 ? null : html`<details><summary>${plural(happenings.length, "event")}</summary><ol class="entries">${happenings.map((happening) => entryItem(happening, nameOf))}</ol></details>`}</li>`;
}

function entryItem(happening: Happening, nameOf: NameOf): Markup {
  const { seq, answerSeq, at, request, answer, event } = happening;
  return html`<li id="entry-${seq}"><p><span class="seq">${seq}${answerSeq === null ? null : html`<span id="entry-${answerSeq}">–${answerSeq}</span>`}</span> <time datetime="${at}">${at.slice(11, 19)}</time> ${sentenceOf(happening, nameOf)}</p>
<details class="raw"><summary>as recorded</summary><pre>${shortened(event ?? request)}${answer === null ? "" : html`
${shortened(answer)}`}</pre></details></li>`;
}

const MOST_SHOWN = 4000;

/** The recorded fact; a longer one is in transcript.jsonl whole. */
function shortened(fact: unknown): string {
  const text = JSON.stringify(fact);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)} … (${text.length} characters; all of it is in transcript.jsonl)`;
}
