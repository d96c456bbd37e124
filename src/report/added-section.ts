/** What was added later, as markup: each with who says so, and a cell for what checking its signature gave. */
import type { ShownAddendum } from "./added.ts";
import { cell } from "./cell.ts";
import type { ReportFacts } from "./facts.ts";
import { digestText, html, type Markup } from "./html.ts";

export function addedSection({ addenda, nameOf }: ReportFacts): Markup {
  const row = ({ id, folder, kind, statement }: ShownAddendum) => html`<tr id="${id}"><th scope="row">${statement?.file ?? (kind === "timestamp" ? "a timestamp of the seal" : "nothing that can be read")}<br><small>${folder}</small></th><td>${statement === null ? (kind === "timestamp" ? "an authority" : "nobody that can be read") : html`${nameOf(statement.by)}<br><small>${statement.by}, ${statement.at}</small>`}</td><td>${statement === null ? "" : html`${statement.note === "none" ? "" : html`${statement.note}<br>`}<small>SHA-256 ${digestText(statement.sha256)}</small>`}</td>${cell(id, "td")}</tr>`;
  return html`<section id="addenda"><h2>What was added later</h2>${addenda.length === 0 ? html`<p>Nothing.</p>` : html`<p>Addenda are no part of the sealed record. A wrong one does not speak against the record: it counts above as not checked, never as failed.</p>
<div class="wide"><table><thead><tr><th scope="col">What</th><th scope="col">By whom, as its statement says</th><th scope="col">Note</th><th scope="col">Its signature, re-checked here</th></tr></thead><tbody>${addenda.map(row)}</tbody></table></div>`}</section>`;
}
