/** Writes into the page what was found. Every text passes through `html`, or is set as text. */
import { countsOf, resultsOf, type Checked, type CheckedClaim, type CheckResult, type ClaimState } from "../findings.ts";
import type { ReportFacts } from "../facts.ts";
import { html, type Markup } from "../html.ts";
import { STATE_WORDS, verdictBox } from "../verdict-section.ts";

/** An element of the page, which is there. */
export function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`expected #${id} in the page, found none`);
  return element;
}

export function put(id: string, markup: Markup): void {
  part(id).innerHTML = markup.text;
}

/** Says something without touching what stands in the page. */
export function say(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
}

/** The verdict, every cell, and the list of signatures. @param notes what speaks against the page itself */
export function showChecked(facts: ReportFacts, checked: Checked, notes: readonly string[]): void {
  const results = resultsOf(facts.checks, facts.trees, checked);
  const uncheckable = checked.claims.filter(({ state }) => state === "not checkable").length;
  const counts = countsOf(results, checked);
  put("here", html`${notes.map((note) => html`<p class="banner">${note}</p>`)}${verdictBox("Re-checked here, in this browser", checked.verdict, { ...counts, fail: counts.fail + notes.length }, uncheckable)}`);
  for (const cell of document.querySelectorAll<HTMLElement>("[data-check]")) fill(cell, results.get(cell.dataset["check"] ?? ""));
  put("claims", claimsPart(checked.claims));
}

function fill(cell: HTMLElement, result: CheckResult | undefined): void {
  if (result === undefined) return;
  cell.className = `result ${result.state.replace(" ", "-")}`;
  cell.innerHTML = html`${STATE_WORDS[result.state]}<span class="why">: ${result.found}</span>`.text;
}

const CLAIM_WORDS: Readonly<Record<ClaimState, string>> = { held: STATE_WORDS.pass, failed: STATE_WORDS.fail, "not checkable": STATE_WORDS["not checked"] };

/** Those of one entry stand together: a batch has hundreds. */
function claimsPart(claims: readonly CheckedClaim[]): Markup {
  const groups = new Map<string, CheckedClaim[]>();
  for (const one of claims) {
    const where = one.claim.where.replace(/, item \d+$/, "");
    groups.set(where, [...(groups.get(where) ?? []), one]);
  }
  const bad = claims.filter(({ state }) => state !== "held");
  const row = (where: string, count: number, state: ClaimState) => html`<tr><th scope="row">${linked(where)}</th><td class="number">${count}</td><td class="result ${state === "held" ? "pass" : state === "failed" ? "fail" : "not-checked"}">${CLAIM_WORDS[state]}</td></tr>`;
  const rows = [...groups].flatMap(([where, own]) => (["failed", "not checkable", "held"] as const).flatMap((state) => {
    const count = own.filter((one) => one.state === state).length;
    return count === 0 ? [] : [row(where, count, state)];
  }));
  return html`<h3>Every signature on record</h3><details${bad.length > 0 ? html` open` : null}><summary>${claims.length} signatures, ${bad.length} of them not verified</summary><div class="wide"><table><thead><tr><th scope="col">Where</th><th scope="col">Signatures</th><th scope="col">Here, by WebCrypto</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

function linked(where: string): Markup {
  const seq = /^entry (\d+)$/.exec(where)?.[1];
  return seq === undefined ? html`${where}` : html`<a href="#entry-${seq}">${where}</a>`;
}
