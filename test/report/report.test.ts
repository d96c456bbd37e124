/** The report as text: what it says of records, and that nothing of a record can be markup in it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { factSections, introduction } from "../../src/report/main-part.ts";
import type { ReportFacts } from "../../src/report/facts.ts";
import { countsOf, resultsOf } from "../../src/report/findings.ts";
import { escapeText, html } from "../../src/report/html.ts";
import { REQUIREMENTS } from "../../src/report/requirements.ts";
import { statementText } from "../../src/report/statement.ts";
import { verdictBox } from "../../src/report/verdict-section.ts";
import { asRecord } from "../end-to-end/record-files.ts";
import { folderOf, readVectors } from "../vectors/vector.ts";
import { checkedHere, pageOf } from "./made.ts";

const vectors = readVectors();
const recordOf = (name: string) => asRecord(folderOf(name, vectors.get(name) ?? assert.fail(name)).files);

test("a page holds deviations before everything else, the tree, the timeline, controls, people and tokens of its record", () => {
  const text = factSections(checkedHere(recordOf("unknown")).facts).text;
  const places = ["deviations", "certificates", "timeline", "checks", "people", "tokens", "controls", "files", "paper", "by-hand"].map((id) => text.indexOf(`id="${id}"`));
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.ok(places[0] !== -1);
  assert.match(text, /UNKNOWN whether it happened/);
  assert.match(text, /Alice Example/);
});

test("the same record gives the same page, and its policy allows its own program and style and nothing else", () => {
  const [one, other] = [pageOf(recordOf("sealed"), "1+1"), pageOf(recordOf("sealed"), "1+1")];
  assert.equal(one, other);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(one)?.[1] ?? "";
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const style = /<style>([^]*?)<\/style>/.exec(one)?.[1] ?? "";
  assert.equal(policy, `default-src 'none'; script-src ${hash("1+1")}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`);
  assert.ok(!/ style="| on[a-z]+="|(src|href)="(?!#)/.test(one), "no inline style, no handler, no address but anchors");
});

test("good records and bad ones fold to a page: a record that cannot be read too", () => {
  // the browser folds every vector; here are some, by chance of their names
  for (const [name, vector] of [...vectors].filter((_, i) => i % 8 === 3)) {
    const { facts, checked } = checkedHere(asRecord(folderOf(name, vector).files));
    const counts = countsOf(resultsOf(facts.checks, facts.trees, checked), checked);
    const page = verdictBox("here", checked.verdict, counts, 0).text + introduction(facts).text + factSections(facts).text;
    assert.ok(page.length > 1000, name);
    const isBad = checked.verdict.exit === 6 || checked.verdict.exit === 7;
    if (!isBad) assert.equal(counts.fail, 0, name);
    else if (checked.verdict.rebuilt.state !== "withheld") assert.ok(counts.fail > 0, name);
  }
});

const EVIL = `"'><img src=x onerror=alert(1)><script>alert(2)</script>\u202e`;

/** Every text of a fold replaced, but those that are read as a date. */
function poisoned<T>(value: T): T {
  if (typeof value === "string") return (/^\d{4}-\d\d-\d\dT/.test(value) || /^[0-9a-f]{64}$/.test(value) ? value : EVIL) as T;
  if (Array.isArray(value)) return value.map(poisoned) as T;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one)])) as T;
}

test("no name, label, path or sentence of a record can be markup, whatever stands in it", () => {
  for (const name of ["sealed", "stopped", "adopted", "disclosed", "approved", "adjourned", "requests", "waived"]) {
    const { facts, checked } = checkedHere(recordOf(name));
    const bad: ReportFacts = { ...poisoned({ ...facts, header: null, nameOf: null }), header: facts.header === null ? null : { ...poisoned(facts.header), assurance: "test" }, nameOf: () => EVIL };
    const counts = { pass: 1, fail: 2, "not checked": 3 };
    const page = introduction(bad).text + factSections(bad).text + verdictBox(EVIL, poisoned({ ...checked.verdict, exit: 7 }), counts, 0).text;
    assert.ok(page.includes("&lt;img src=x"), name);
    assert.ok(!/<img|<script|\u202e/.test(page), name);
    // with every attribute taken away, no quote of EVIL has closed one early
    assert.ok(!/ onerror=/.test(page.replace(/&quot;&#39;&gt;&lt;img src=x onerror=/g, "")), name);
  }
});

test("what a template inserts is escaped, once, and what it made itself is not", () => {
  assert.equal(html`<b title="${'"'}">${"<&>'"}${html`<i>${1}</i>`}${null}${["a", html`<br>`]}</b>`.text, "<b title=\"&quot;\">&lt;&amp;&gt;&#39;<i>1</i>a<br></b>");
  assert.equal(escapeText("a\u0000b\u202ec"), "a\\u{0}b\\u{202e}c");
});

test("the draft of a statement says what the record says, leaves blank what only people can say, and has an index by clause", () => {
  const { facts, checked } = checkedHere(recordOf("sealed"));
  const text = statementText(facts, checked.verdict, resultsOf(facts.checks, facts.trees, checked));
  for (const part of [facts.planDigest, facts.head, facts.sealDigest, "| Alice Example | administrator | no | yes | signed the seal |", "- Place: [address, room]", "In our opinion: ["]) assert.ok(text.includes(part), part);
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  assert.deepEqual(REQUIREMENTS.filter(({ clauses, asked }) => !rows.some((row) => row.startsWith(`| ${clauses} | ${asked} | `))), [], "no row of the requirements is missing");
  const row = (words: string): string => rows.find((line) => line.includes(words)) ?? assert.fail(words);
  assert.match(row("signed by those who have to"), /SEAL-QUORUM \(held in replay\); not asked for here: ADDENDUM-SIGNED; outside: .*an addendum \[what answers it\]/);
  assert.match(row("a qualified auditor witnesses"), /RUN-WITNESSED \(not judged in this run\).*`act`: the camera is started and stopped \(no act was done in this ceremony\)/);
  assert.ok(!text.includes("SEAL-PINNED (held"), "nothing was pinned");
});
