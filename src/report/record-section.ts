/** The other parts of a record as markup: checks, people, tokens, controls, files. */
import { cell } from "./cell.ts";
import type { Check } from "./checks.ts";
import type { Evidence } from "./evidence.ts";
import type { ReportFacts } from "./facts.ts";
import { digestText, html, type Inserted, type Markup } from "./html.ts";
import { plural } from "./sentences.ts";
import type { ShownObject, ShownToken } from "./tokens.ts";

function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="wide"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const COLUMNS = ["Recorded", "Re-checked here, in this browser"];

function checkRow(check: Check, first: Inserted): Markup {
  return html`<tr id="check-${check.id}"><th scope="row">${first}</th><td class="recorded">${check.recorded}</td>${cell(check.id, "td")}</tr>`;
}

export function checkSection({ checks }: ReportFacts): Markup {
  return html`<section id="checks"><h2>The checks</h2>
<p>On the left what the record says of itself, on the right what this browser found just now.</p>
${table(["Rule", ...COLUMNS], checks.rules.map((rule) => checkRow(rule, html`${rule.control}<br><small>${rule.rule}</small>`)))}
<h3>The signatures under the record</h3>
${checks.seals.length === 0 ? html`<p>There is none.</p>` : table(["By", ...COLUMNS], checks.seals.map((seal) => checkRow(seal, html`${seal.what}<br><small>${seal.path}</small>`)))}
<div id="claims"></div></section>`;
}

export function fileSection({ checks }: ReportFacts): Markup {
  return html`<section id="files"><h2>The files</h2><details><summary>${plural(checks.files.length, "file")}, each with its SHA-256</summary>
${table(["File", "Octets", "Recorded in SHA256SUMS", "Re-checked here"], checks.files.map(({ id, path, length, recorded }) =>
    html`<tr id="check-${id}"><th scope="row">${path}</th><td class="number">${length}</td><td class="recorded">${recorded.length === 64 ? digestText(recorded) : recorded || "nothing: it is not listed"}</td>${cell(id, "td")}</tr>`))}</details></section>`;
}

export function peopleSection({ people, plan }: ReportFacts): Markup {
  const yes = (does: boolean) => (does ? "yes" : "no");
  return html`<section id="people"><h2>People</h2>${plan === null ? html`<p>There is no plan that can be made from this record, and so nobody is known.</p>` : html`<p>Names and roles are those of the script. That somebody signed with a key shows that they had it; whose it is, a roster from outside tells.</p>
${table(["Person", "Role", "Key", "At roll call", "Answers", ...(plan.quorum.approval.length === 0 ? [] : ["Approved"]), "Sealed"], people.map((one) =>
    html`<tr><th scope="row">${one.name}<br><small>${one.id}</small></th><td>${one.role}</td><td>${digestText(one.fingerprint)}</td><td>${yes(one.atRollCall)}</td><td class="number">${one.answers}</td>${plan.quorum.approval.length === 0 ? null : html`<td>${yes(one.approved)}</td>`}<td>${yes(one.sealed)}</td></tr>`))}`}</section>`;
}

export function tokenSection({ tokens, told }: ReportFacts): Markup {
  const none = told.withheld > 0 ? "withheld from this copy, or it was never looked at" : "it was never looked at";
  return html`<section id="tokens"><h2>Tokens, before and after</h2>${tokens.length === 0 ? html`<p>No token.</p>` : tokens.map((token) => tokenPart(token, none))}</section>`;
}

function tokenPart({ token, identity, module, looks, objects }: ShownToken, none: string): Markup {
  const title = html`<h3>Token ${token}</h3>`;
  const digest = html`<p><small>PKCS#11 module, SHA-256 ${digestText(module)}</small></p>`;
  if (identity === null || looks === null) return html`${title}<p>No inventory: ${none}.</p>${digest}`;
  return html`${title}<p>${identity.manufacturer} ${identity.model}, serial ${identity.serial}, firmware ${identity.firmware}, label ${identity.label}.<br>First looked at in <a href="#entry-${looks[0]}">entry ${looks[0]}</a>, last in <a href="#entry-${looks[1]}">entry ${looks[1]}</a>.</p>${digest}
${objects.length === 0 ? html`<p>It held no object, then and at the end.</p>` : table(["Object", "Before", "After", "Attributes"], objects.map(objectRow))}`;
}

function objectRow({ object, state }: ShownObject): Markup {
  const before = state === "appeared" ? "not there" : "there";
  const after = state === "vanished" ? "NOT THERE" : state === "changed" ? "there, CHANGED" : "there";
  const attributes = Object.entries(object.attributes).map(([name, value]) => `${name} ${value === true ? "yes" : value === false ? "no" : value}`).join(", ");
  return html`<tr><th scope="row">${object.class} ${object.label || "(no label)"}<br><small>${object.keyType}, id ${digestText(object.id || "none")}</small></th><td>${before}</td><td>${after}</td><td><details><summary>${object.keyGenMechanism}</summary>${attributes}</details></td></tr>`;
}

export function controlSection({ evidence, plan }: ReportFacts): Markup {
  const failed = evidence.filter((one) => one.failed).length;
  return html`<section id="controls"><h2>The controls and their evidence</h2>
<p>${plural(evidence.length, "named rule")} judged this ceremony; ${failed === 0 ? "none failed" : `${failed} FAILED`}${plan === null ? "; there is no plan that can be made" : ""}. What replay judges of the record stands under <a href="#checks">the checks</a>.</p>
<details${failed > 0 ? html` open` : null}><summary>Each of them</summary>${table(["Control", "What must hold", "Verdict", "Evidence"], evidence.map(controlRow))}</details></section>`;
}

function controlRow({ control, verdict, where, entries }: Evidence): Markup {
  return html`<tr id="control-${control.id}"><th scope="row">${control.id}<br><small>${control.clause}</small></th><td>${control.rule}</td><td>${verdict}</td><td>${where}${entries.length === 0 ? null : html`: ${entries.map((seq, i) => html`${i === 0 ? "" : ", "}<a href="#entry-${seq}">${seq}</a>`)}`}</td></tr>`;
}
