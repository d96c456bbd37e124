/** The index by clause: each row of the requirements, with what of this record answers it; then the controls that no row names. */
import { CONTROLS, type Control } from "../controls.ts";
import type { Verdict } from "../ceremony/verdict.ts";
import type { ReportFacts } from "./facts.ts";
import type { CheckResult, CheckState } from "./findings.ts";
import { plain } from "./markdown.ts";
import { REQUIREMENTS } from "./requirements.ts";

/** What was found of each rule over the record, by the id of its check. */
export type Results = ReadonlyMap<string, CheckResult>;

const RULE_WORDS: Readonly<Record<CheckState, string>> = { pass: "held in replay", fail: "DID NOT HOLD", "not checked": "not checked" };
/** Of a control that nothing in the record speaks of. */
const SILENT = "not asked for here";
const NAMED = /\[([A-Z][A-Z0-9-]+)\]/g;
/** So many acts are named in a row; the timeline has them all. */
const MOST_ACTS = 6;

/** Markdown. No clause is left out: what nothing here answers says so. */
export function clauseLines(facts: ReportFacts, verdict: Verdict, results: Results): string[] {
  const spoken = spokenIn(facts, verdict, results);
  const acts = actsIn(facts);
  const rows = REQUIREMENTS.map(({ asked, clauses, answered }) => `| ${clauses} | ${asked} | ${answered.split("; ").map((part) => answerIn(part, spoken, acts)).join("; ")} |`);
  const others = otherRows(spoken);
  return [
    "The rows are those of the table of requirements in the tool's documentation. GEN is ETSI EN 319 411-1.", "", "| clause | what is asked | what answers it in this record |", "|---|---|---|", ...rows,
    ...(others.length === 0 ? [] : ["", "Other controls of this record, by the clause that they come from:", "", "| clause | controls |", "|---|---|", ...others]),
  ];
}

/** A part of an answer: each control with what was said of it, acts with those that were done, and room for what is outside. */
function answerIn(part: string, spoken: ReadonlyMap<string, string>, acts: string): string {
  const ids = [...part.matchAll(NAMED)].map(([, id = ""]) => id);
  const silent = ids.filter((id) => !spoken.has(id));
  if (silent.length > 0 && part === ids.map((id) => `[${id}]`).join(", ")) {
    const held = ids.filter((id) => spoken.has(id)).map((id) => `${id} (${spoken.get(id)})`).join(", ");
    return `${held}${held === "" ? "" : "; "}${SILENT}: ${silent.join(", ")}`;
  }
  const said = part.replace(NAMED, (_, id: string) => `${id} (${spoken.get(id) ?? SILENT})`);
  if (part.startsWith("`act`")) return `${said} (${acts})`;
  return part.startsWith("outside: ") ? `${said} [what answers it]` : said;
}

function actsIn({ told, nameOf }: ReportFacts): string {
  const done = told.happenings.flatMap(({ seq, answer }) => (answer?.kind === "act" && answer.outcome === "answered" ? [`entry ${seq} by ${plain(nameOf(answer.by))}`] : []));
  if (done.length === 0) return "no act was done in this ceremony";
  return `acts that were done: ${done.slice(0, MOST_ACTS).join(", ")}${done.length > MOST_ACTS ? ` and ${done.length - MOST_ACTS} more` : ""}; [which of them]`;
}

/** What was said of each control, by its id: by the plan, the entries, the replay, the run, the addenda. */
function spokenIn(facts: ReportFacts, { addenda }: Verdict, results: Results): Map<string, string> {
  return new Map<string, string>([
    ...CONTROLS.filter((control: Control) => control.judges === "run").map(({ id }) => [id, beforeRun(id, facts)] as const),
    ...addendaWords(addenda),
    ...facts.evidence.map(({ control, verdict: said }) => [control.id, said] as const),
    ...facts.checks.rules.map(({ id, control }) => [control, RULE_WORDS[results.get(id)?.state ?? "not checked"]] as const),
  ]);
}

function addendaWords(addenda: Verdict["addenda"]): (readonly [string, string])[] {
  const count = (kind: Verdict["addenda"][number]["kind"]) => addenda.filter((one) => one.kind === kind).length;
  const wrong = count("wrong") === 0 ? [] : [`DID NOT HOLD for ${count("wrong")}`];
  const words = (kind: "file" | "timestamp") => [...(count(kind) === 0 ? [] : [`held for ${count(kind)}`]), ...wrong].join(", ");
  return ([["ADDENDUM-SIGNED", words("file")], ["TIMESTAMP-VERIFIED", count("timestamp") === 0 ? "" : words("timestamp")]] as const).filter(([, said]) => said !== "");
}

/** Rules that are judged before a run begins stand in its events: a finding, an exception, or that the host was looked at. */
function beforeRun(control: string, { told, header }: ReportFacts): string {
  const events = told.happenings.flatMap(({ seq, event }) => (event === null ? [] : [{ seq, event }]));
  const exception = events.find(({ event }) => event.name === "exception" && (event.control === control || control === "EXCEPTION-STATED"));
  if (exception !== undefined) return `EXCEPTION, entry ${exception.seq}`;
  const looks = events.flatMap(({ seq, event }) => (event.name === "preflight" ? [{ seq, findings: event.findings }] : []));
  const [look] = looks;
  if (look === undefined) return "not judged in this run";
  const against = looks.find(({ findings }) => findings.some((one) => one.control === control));
  if (against !== undefined) return `DID NOT HOLD, entry ${against.seq}`;
  if (control.startsWith("HOST-")) return `no finding, entry ${look.seq}`;
  return header?.assurance === "production" ? "held before the run began" : "asked of production only";
}

/** The controls that no row names, by the clauses that they come from. */
function otherRows(spoken: ReadonlyMap<string, string>): string[] {
  const named = new Set(REQUIREMENTS.flatMap(({ answered }) => [...answered.matchAll(NAMED)].map(([, id]) => id)));
  const clauses = new Map<string, string[]>();
  for (const { id, clause, judges } of CONTROLS as readonly Control[]) {
    const said = spoken.get(id);
    if (said === undefined || named.has(id) || (judges === "run" && !/entry/.test(said))) continue;
    for (const one of clausesOf(clause)) clauses.set(one, [...(clauses.get(one) ?? []), `${id} (${said})`]);
  }
  return [...clauses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([clause, controls]) => `| ${clause} | ${controls.join(", ")} |`);
}

/** `BR 6.1.1.1; WebTrust for CAs 4.1` as two; the numbers after a comma belong to the standard before it. */
function clausesOf(clause: string): string[] {
  return clause.split("; ").flatMap((part) => {
    const [first = "", ...others] = part.split(", ");
    const standard = first.slice(0, first.lastIndexOf(" "));
    return [first, ...others.map((other) => (other.startsWith("-") ? first.replace(/-\d+$/, other) : /^[(\d]/.test(other) ? `${standard} ${other}` : other))];
  });
}
