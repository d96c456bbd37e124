/** The printed procedure: what people hold in the safe room. One HTML page without anything from outside; the steps are those of the screen. Pure. */
import { fromHex } from "../bytes/hex.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlannedThing } from "../plan/rehearsal-plan.ts";
import { briefingOf } from "./briefing.ts";
import { html, Markup } from "./html.ts";
import { assuranceWord } from "./pages.ts";
import type { Briefing } from "./people.ts";
import { actTables, boxes, clock, emptyBoxes, type Measured } from "./procedure-steps.ts";
import { PROCEDURE_STYLE } from "./procedure-style.ts";
import { wordRows } from "./words.ts";

export interface ProcedureSource {
  readonly plan: Plan;
  /** SHA-256 of plan.json, hex. */
  readonly planDigest: string;
  /** The tool that runs it: version, and digest of the package. */
  readonly tool: { readonly version: string; readonly package: string };
  /** The PKCS#11 modules of the station on which it will run; empty where none was given. */
  readonly modules?: readonly PrintedDigest[];
  /** Of a rehearsal; empty where there was none. */
  readonly measured: Measured;
}

/** A digest that is held against paper when a run begins. */
export interface PrintedDigest {
  /** `module of vault`. */
  readonly of: string;
  /** Hex. */
  readonly sha256: string;
}

const EXCEPTION_SHEETS = 3;
const SPARE_ROWS = 8;

/** The page as UTF-8 text. */
export function procedurePage(source: ProcedureSource): string {
  const briefing = briefingOf(source.plan, source.planDigest);
  const title = `${source.plan.title}: procedure`;
  const body = [cover(source, briefing), paperDigests(source), roles(source.plan), materials(source.plan), ...actTables(briefing, source.measured), closing(source.plan), attendance(), ...exceptionSheets()];
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${new Markup(PROCEDURE_STYLE + footerStyle(source, briefing))}</style></head><body>
${body}
</body></html>
`.text;
}

/** On each sheet: what it belongs to, what it is worth, which page of how many. */
function footerStyle({ plan, planDigest }: ProcedureSource, briefing: Briefing): string {
  // a ceremony id has no character that a style sheet could take for its own
  return `@page { @bottom-left { content: "${plan.ceremony}  plan ${planDigest.slice(0, 16)}..."; font-size: 8pt; } @bottom-center { content: "${assuranceWord(briefing)}"; font-size: 9pt; font-weight: bold; } @bottom-right { content: "page " counter(page) " of " counter(pages); font-size: 8pt; } }\n`;
}

function cover({ plan, planDigest, tool, measured }: ProcedureSource, briefing: Briefing): Markup {
  const minutes = briefing.steps.reduce((sum, page) => sum + page.minutes, 0);
  const took = [...measured.values()].reduce((sum, one) => sum + one, 0);
  return html`<header><h1>${plan.title}</h1><p><span class="word">${assuranceWord(briefing)}</span></p>
<p>Ceremony <span class="mono">${plan.ceremony}</span>. ${briefing.steps.length} steps in ${briefing.steps[0]?.act.of ?? 0} acts, about ${minutes} minutes${measured.size === 0 ? "" : ` (${clock(took)} when it was rehearsed)`}.</p></header>
<h3>The plan: SHA-256 of plan.json</h3><p class="mono">${planDigest}</p>
<table class="words">${wordTable(planDigest)}</table>
<p>In step 1 a witness types back words of this digest. Where they differ, this paper is not the plan that runs: stop.</p>
<h3>The script and the tool</h3>
<p class="mono">script.yaml ${plan.script}</p><p class="mono">anchorite ${tool.version}, package ${tool.package}</p>
<h3>Place and day</h3><table class="fill place"><tr><th scope="row">Place</th><td></td><th scope="row">Date</th><td></td></tr><tr><th scope="row">Begun (UTC)</th><td></td><th scope="row">Ended (UTC)</th><td></td></tr></table>
<h3>Who is here</h3><table class="fill who"><thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Signature</th><th scope="col">In (UTC)</th><th scope="col">Out (UTC)</th></tr></thead>
${plan.people.map(({ name, role }) => html`<tr><td>${name}</td><td>${role}</td><td></td><td></td><td></td></tr>`)}</table>
<p class="small">Each step is initialled by a witness once it is done, with the time, and not before. Initials and signatures on paper say that people were there; they prove nothing to a computer. What the computer can prove stands in the record.</p>`;
}

/** What preflight asks for from paper: the tool, and each module that the station loads or the script accepts [HOST-TOOL]. */
function paperDigests({ plan, tool, modules = [] }: ProcedureSource): Markup {
  const accepted = plan.tokens.flatMap(({ token, accept }) => accept.map(({ module }) => ({ of: `module of ${token}, as accepted`, sha256: module })));
  const known = new Map([...accepted, ...modules].map((one) => [one.sha256, one.of]));
  const all = [{ of: `tool, anchorite ${tool.version}`, sha256: tool.package }, ...[...known].map(([sha256, of]) => ({ of, sha256 }))];
  return html`<h2 class="page">Digests on paper</h2><p>Before the run begins, the screen asks for one row of words of each, typed from this sheet, and then shows all of them. What is not equal here is not what was reviewed: stop.</p>
${all.map(paperDigest)}${known.size === 0 ? html`<p>Modules: print this again with <span class="mono">--station</span>, on the host of the day, or copy their words from <span class="mono">anchorite preflight</span> there.</p>` : []}`;
}

function paperDigest({ of, sha256 }: PrintedDigest): Markup {
  return html`<div class="whole"><h3>The ${of}: SHA-256</h3><p class="mono">${sha256}</p><table class="words">${wordTable(sha256)}</table>
<p><span class="tick"></span>equal <span class="tick"></span>not equal. Initials of two people: ____________ ____________</p></div>`;
}

function wordTable(digest: string): Markup[] {
  return wordRows(fromHex(digest)).map((row) => html`<tr>${row.trim().split(/ +/).map((cell) => html`<td>${cell}</td>`)}</tr>`);
}

const DUTIES: Readonly<Record<string, string>> = {
  administrator: "reads each step aloud and types its words; answers for the ceremony", operator: "does what the steps say, at the keyboard and at the token",
  custodian: "brings and keeps tokens, cards and their secrets, and enters them alone", witness: "follows on paper, types words back, initials each step, writes exceptions", auditor: "watches, asks, and writes an opinion of their own",
};

function roles({ people, quorum }: Plan): Markup {
  const seats = (list: Plan["quorum"]["seal"]) => list.map(({ count, role }) => `${count} of ${role}`).join(", ");
  const present = [...new Set(people.map(({ role }) => role))];
  return html`<h2 class="page">Roles</h2><table><thead><tr><th scope="col">Role</th><th scope="col">Who</th><th scope="col">What they do</th></tr></thead>
${present.map((role) => html`<tr><td>${role}</td><td>${people.filter((one) => one.role === role).map(({ name }) => name).join(", ")}</td><td>${DUTIES[role] ?? ""}</td></tr>`)}</table>
<p>Before anything happens on a token two people are here${quorum.effects.length === 0 ? "" : `, and ${seats(quorum.effects)}`}. The record is sealed by ${seats(quorum.seal)}.</p>
<p>Secrets are never read aloud, shown or written here: PINs, and what is on the cards of custodians.</p>
<p>At every question on the screen these are taken too: <span class="mono">:note :deviation :pause :leave :join :stop :help</span>.</p>`;
}

function materials({ materials: things, tokens, places = [] }: Plan): Markup {
  return html`<h2>Materials</h2>${things.length === 0 ? html`<p>The script names none.</p>` : html`<table><thead><tr><th scope="col">What</th><th scope="col">Serial or bag number, as planned</th><th scope="col">As found</th><th scope="col">Initials</th></tr></thead>
${things.map(({ name, serial, note }) => html`<tr><td>${name}<br><span class="small">${note}</span></td><td>${boxes(serial)}</td><td>${emptyBoxes(serial.length)}</td><td></td></tr>`)}</table>`}
${thingRows(places)}<h3>Tokens</h3><table><thead><tr><th scope="col">Token</th><th scope="col">Keys on it</th><th scope="col">Accepted</th><th scope="col">Serial, from the screen</th></tr></thead>
${tokens.map(({ token, holds, accept }) => html`<tr><td>${token}</td><td>${holds.join(", ")}</td><td>${accept.map(({ manufacturer, model, firmware }) => `${manufacturer} ${model}, firmware ${firmware}`).join("; ") || "any"}</td><td>${emptyBoxes(16)}</td></tr>`)}</table>`;
}

/** Where things are before the first step, and where they go after the last. */
function thingRows(places: readonly PlannedThing[]): Markup[] {
  if (places.length === 0) return [];
  return [html`<div class="whole"><h3>Where things are</h3><table><thead><tr><th scope="col">What</th><th scope="col">At the beginning</th><th scope="col">Its bag, as planned</th><th scope="col">At the end</th><th scope="col">Initials</th></tr></thead>
${places.map(({ thing, is, begins, ends, bag }) => html`<tr><td>${thing}, ${is}</td><td><span class="tick"></span>${begins}</td><td>${bag === "" ? [] : boxes(bag)}</td><td><span class="tick"></span>${ends}</td><td></td></tr>`)}</table></div>`];
}

function closing({ people }: Plan): Markup {
  return html`<div class="whole"><h2>The end</h2><h3>All 32 words of the head, from the last screen</h3>
<table class="fill words">${Array.from({ length: 8 }, (_, row) => html`<tr><td>${row + 1}</td><td></td><td></td><td></td><td></td></tr>`)}</table>
<p>Outcome: <span class="tick"></span>done <span class="tick"></span>stopped. Deviations: ______ Exceptions: ______</p></div>
<div class="whole"><h3>Back into their bags</h3><table class="fill"><thead><tr><th scope="col">What</th><th scope="col">Bag number, read by two people</th><th scope="col">Where it goes</th><th scope="col">Initials</th></tr></thead>${Array.from({ length: 4 }, () => html`<tr><td></td><td>${emptyBoxes(12)}</td><td></td><td></td></tr>`)}</table></div>
<div class="whole"><h3>Those who were here</h3><p>What stands on these sheets is what I saw. I have read the exceptions.</p><table class="fill"><thead><tr><th scope="col">Name</th><th scope="col">Signature</th><th scope="col">Sealed with a key of mine</th><th scope="col">Time (UTC)</th></tr></thead>${people.map(({ name }) => html`<tr><td>${name}</td><td></td><td><span class="tick"></span>yes <span class="tick"></span>no</td><td></td></tr>`)}</table></div>`;
}

function attendance(): Markup {
  return html`<div class="page"><h2>Breaks, comings and goings</h2><table class="fill"><thead><tr><th scope="col">Time (UTC)</th><th scope="col">Who, or the break</th><th scope="col">Goes or comes</th><th scope="col">Who stays</th><th scope="col">Initials</th></tr></thead>${Array.from({ length: SPARE_ROWS }, () => html`<tr><td></td><td></td><td></td><td></td><td></td></tr>`)}</table>
<p class="small">Two people stay. On the screen: :leave, :join, :pause.</p></div>`;
}

function exceptionSheets(): Markup[] {
  return Array.from({ length: EXCEPTION_SHEETS }, (_, i) => html`<div class="whole"><h2>Exception sheet ${i + 1}</h2><table class="tall"><tr><th scope="row">Step, time (UTC)</th><td></td></tr><tr><th scope="row">Expected</th><td></td></tr><tr><th scope="row">Happened</th><td></td></tr><tr><th scope="row">Decided, by whom</th><td></td></tr></table><p class="small">On the screen: :deviation, in the same words. Initials of two witnesses: ____________ ____________</p></div>`);
}
