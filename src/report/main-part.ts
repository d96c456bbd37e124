/** The page of a record between its verdict and its end: the same for the same record, whoever makes it. */
import { ASSURANCE_WORDS } from "../console/pages.ts";
import { allOf } from "./certificates.ts";
import { addedSection } from "./added-section.ts";
import { certificateSection } from "./certificate-section.ts";
import type { ReportFacts } from "./facts.ts";
import { digestText, html, type Markup } from "./html.ts";
import { manualSection } from "./manual-section.ts";
import { checkSection, controlSection, fileSection, peopleSection, tokenSection } from "./record-section.ts";
import { deviationSection, timelineSection } from "./timeline-section.ts";
import { plural } from "./sentences.ts";
import { wordsTable } from "./verdict-section.ts";

const SECTIONS = [
  ["deviations", "Deviations"], ["certificates", "Certificates"], ["timeline", "Timeline"], ["checks", "Checks"], ["people", "People"], ["tokens", "Tokens"], ["controls", "Controls"], ["files", "Files"], ["addenda", "Added later"], ["paper", "Words for paper"], ["by-hand", "Without this page"],
] as const;

/** What kind of keys these are, in words. */
export function assuranceWords({ header }: ReportFacts): string {
  if (header?.rehearsal !== undefined) return "REHEARSAL: nothing of it counts";
  return header === null ? "UNREADABLE" : ASSURANCE_WORDS[header.assurance].replace(" - ", ": ");
}

/** The words over the page. */
export function titleOf({ plan, header }: ReportFacts): string {
  return plan?.title ?? header?.ceremony ?? "A record that cannot be read";
}

export function factSections(facts: ReportFacts): Markup {
  return html`<nav aria-label="Sections"><ul>${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${deviationSection(facts)}${certificateSection(facts)}${timelineSection(facts)}${checkSection(facts)}${peopleSection(facts)}${tokenSection(facts)}${controlSection(facts)}${fileSection(facts)}${addedSection(facts)}${paperSection(facts)}${manualSection(facts)}`;
}

/** The ceremony in a few lines. */
export function introduction(facts: ReportFacts): Markup {
  const { header, plan, planDigest, openedAt, closedAt, outcome } = facts;
  const row = (name: string, value: Markup | string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<p class="assurance">${assuranceWords(facts)}</p><h1>${titleOf(facts)}</h1>
<p class="short">${inShort(facts)}</p>
<dl class="intro">${row("Held", `${openedAt || "unknown"} to ${closedAt || "unknown"}, by the host's clock`)}${row("Ended", outcome === null ? "not, or not so that it can be made out" : outcome === "done" ? "with its last step done" : "STOPPED before its last step")}
${row("Ceremony", header?.ceremony ?? "unreadable")}${row("Run", header?.run ?? "unreadable")}${header?.rehearsal === undefined ? null : row("Rehearsed", html`the plan with the SHA-256 ${digestText(header.rehearsal)}${plan?.rehearsal === undefined ? null : `, with ${plural(plan.rehearsal.substitutions.length, "substitution")}; answered by ${plan.rehearsal.people}`}`)}${row("Tool", header === null ? "unreadable" : html`${header.tool.name} ${header.tool.version}, package ${digestText(header.tool.package)}`)}
${row("Plan", planDigest === "" ? "none can be made" : html`${plan === null ? "" : `${plan.steps.length} steps, `}SHA-256 ${digestText(planDigest)}`)}</dl>`;
}

/** The whole ceremony in a few sentences. */
function inShort({ plan, register, deviations, trees, told, header }: ReportFacts): string {
  if (plan === null || header === null) return "Script or entries cannot be read, so that little can be said of this ceremony.";
  const own = [...allOf(trees)].filter(({ path }) => path !== "");
  const made = register === null ? "It has not ended, and has no register. " : `${plural(own.length, "certificate")}, ${plural(own.reduce((sum, { crls }) => sum + crls.filter(({ path }) => path !== "").length, 0), "CRL")} and ${plural(register.bundles.filter(({ run }) => run === header.run).length, "bundle")} were made. `;
  const keys = register === null ? [] : register.keys.filter(({ line }) => line[0] === header.run).map(({ key, algorithm }) => `${key} (${algorithm})`);
  const grave = deviations.filter((one) => one.grave).length;
  return `${plural(plan.people.length, "person", "people")} of the script, ${plural(plan.steps.length, "step")}, ${plural(told.entries, "entry", "entries")}. ${keys.length === 0 ? "No key was made. " : `${plural(keys.length, "key pair")} made here: ${keys.join(", ")}. `}${made}${grave === 0 ? "No deviation." : `${plural(grave, "deviation")}: see below.`}`;
}

function paperSection({ head, sealDigest, planDigest }: ReportFacts): Markup {
  return html`<section id="paper"><h2>Words to compare with paper</h2><p>One word an octet, from the PGP word list: two syllables, three syllables, in turn, so that a word left out or swapped is heard. The head is what was written down at the end of the ceremony; SHA-256 of seal.txt is what people signed.</p>
${wordsTable("The head", head)}${wordsTable("SHA-256 of seal.txt", sealDigest)}${wordsTable("SHA-256 of the plan", planDigest)}</section>`;
}
