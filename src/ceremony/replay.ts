/**
 * Replay: from the files of a record to a judgement, without a token and without asking anybody. Pure: signatures leave as
 * claims, and whoever drains them says which did not hold. A verdict needs all of them.
 */
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { PlanMade } from "../plan/make.ts";
import { approvalTextOf } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import { readChain, type ChainEnd, type Entry } from "../transcript/chain.ts";
import type { Event, Header, Stamp } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { REHEARSAL_PATH } from "../transcript/rehearsal.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { hasWithheld } from "../transcript/withheld.ts";
import type { Claim } from "../x509/algorithm.ts";
import { ceremony } from "./ceremony.ts";
import { replayDisclosed } from "./disclosed.ts";
import { clockRemarks } from "./host-clock.ts";
import { differencesFromHeader } from "./entry-zero.ts";
import { eventRemarks } from "./event-remarks.ts";
import type { Nonces } from "./health.ts";
import { noEvidence, noteEvidence, type Evidence } from "./evidence.ts";
import { feed, type Ending, type Standing } from "./feed.ts";
import { planScript, type PlannedScript } from "./planned.ts";
import { noteHold, type RecordedHold } from "./recorded-holds.ts";
import { strayFiles } from "./record-files.ts";
import { recordedInputs } from "./recorded-inputs.ts";
import type { RecordFiles } from "./recorded-inputs.ts";
import { wrongHeads } from "./recorded-heads.ts";
import { rehearsedScript } from "./rehearsed.ts";
import type { ControlTally } from "./request.ts";
import { checkApprovals, checkHolds, claimed } from "./signed-before.ts";

export type { RecordFiles } from "./recorded-inputs.ts";

export interface Rebuilt {
  readonly state: "reproduced" | "stopped" | "diverged" | "incomplete" | "withheld";
  /** Why it is not reproduced; empty when it is. */
  readonly why: string;
}

/** What replaying found, before any claim was checked. */
export interface Replayed {
  readonly header: Header | null;
  readonly plan: Plan | null;
  readonly planDigest: string;
  readonly rebuilt: Rebuilt;
  readonly ending: Ending | null;
  readonly end: ChainEnd;
  /** When the first and the last entry were written, whole seconds, UTC. */
  readonly openedAt: string;
  readonly closedAt: string;
  readonly holds: readonly RecordedHold[];
  /** Whether the last entry answers the close. */
  readonly closed: boolean;
  /** Artifacts that were rebuilt and are on the disk with the same bytes. */
  readonly artifacts: number;
  readonly claims: number;
  /** Those of every ECDSA signature that the record shows, its seal's left out. */
  readonly nonces: Nonces;
  readonly controls: readonly ControlTally[];
  /** Each of them makes the record not authentic. */
  readonly wrong: readonly Objection[];
  /** What a reader should know, and no verdict hangs on. */
  readonly remarks: readonly string[];
  /** How many entries and files a public copy leaves out; 0 for a whole record. */
  readonly withheld: number;
}

/** What is gathered on the way. */
interface Gathering {
  header: Header | null;
  end: ChainEnd;
  openedAt: string;
  closedAt: string;
  readonly holds: RecordedHold[];
  /** The head after each entry. */
  readonly heads: string[];
  closed: boolean;
  last: Stamp | null;
  artifacts: number;
  claims: number;
  readonly nonces: Nonces;
  controls: readonly ControlTally[];
  readonly wrong: Objection[];
  readonly remarks: string[];
  readonly differing: string[];
  /** Paths in the record of every file that the transcript says was kept. */
  readonly kept: Set<string>;
  readonly evidence: Evidence;
  /** Events about torn entries. */
  readonly setAside: Extract<Event, { name: "torn-entry" }>[];
  /** Octets after the last whole entry. */
  torn: number;
}

/** Replays the files of a record; yields every claim that a signature holds. */
export function* replayRecord(files: RecordFiles): Generator<Claim, Replayed> {
  if (hasWithheld(files.read(LAYOUT.transcript) ?? new Uint8Array())) return yield* replayDisclosed(files);
  const gathering: Gathering = {
    header: null, end: { entries: 0, head: "" }, openedAt: "", closedAt: "", closed: false, last: null, holds: [], heads: [], artifacts: 0, claims: 0, nonces: new Map(), controls: [], wrong: [], remarks: [], differing: [], kept: new Set(), evidence: noEvidence(), setAside: [], torn: 0,
  };
  const planned = recordedScript(files);
  const plan = planned.made?.plan ?? null;
  for (const { claim } of planned.made?.claims ?? []) yield* claimed(gathering, claim);
  if (planned.made !== null && plan !== null) yield* checkApprovals(files, gathering, plan, planned.made.digest);
  const entries = checkedEntries(files, gathering);
  const standing = plan === null || planned.made === null ? drain(entries, planned) : yield* feedAll(planned.made, plan, entries, files, gathering);
  gathering.wrong.push(...differencesFromHeader(files, gathering.header, planned.made?.plan ?? null));
  checkTail(gathering);
  const inputs = plan === null ? null : new Set(planned.inputs.keys());
  gathering.wrong.push(...strayFiles(files, gathering.header, { kept: gathering.closed ? gathering.kept : null, evidence: gathering.evidence, torn: gathering.setAside, inputs }));
  yield* checkHolds(files, gathering, plan, gathering.holds);
  return {
    header: gathering.header, plan, planDigest: planned.made?.digest ?? "", rebuilt: rebuiltOf(standing, planned, gathering),
    ending: standing.state === "done" || standing.state === "stopped" ? standing.ending : null,
    end: gathering.end, openedAt: gathering.openedAt, closedAt: gathering.closedAt, closed: gathering.closed, holds: gathering.holds, artifacts: gathering.artifacts, claims: gathering.claims, nonces: gathering.nonces, controls: gathering.controls,
    wrong: gathering.wrong, remarks: gathering.remarks, withheld: 0,
  };
}

/** The script of a record with its plan; of the record of a rehearsal, with the plan of that. */
export function recordedScript(files: RecordFiles): PlannedScript {
  const planned = planScript(files.read(LAYOUT.script) ?? new Uint8Array(), LAYOUT.script, recordedInputs(files));
  const standIns = files.read(`${LAYOUT.inputs}/${REHEARSAL_PATH}`);
  return standIns === null ? planned : rehearsedScript(planned, standIns);
}

/** The entries as far as the chain holds; where it breaks, the record is not authentic and the rest is not read. */
function* checkedEntries(files: RecordFiles, gathering: Gathering): Generator<Entry, void> {
  const bytes = files.read(LAYOUT.transcript);
  if (bytes === null) return;
  const chain = readChain(bytes);
  try {
    for (;;) {
      const next = chain.next();
      if (next.done === true) {
        gathering.torn = next.value.torn.length;
        return;
      }
      note(gathering, next.value);
      yield next.value;
    }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    gathering.wrong.push(objection("RECORD-CHAIN", `${LAYOUT.transcript}: ${thrown.message}`));
  }
}

function note(gathering: Gathering, entry: Entry): void {
  const { body, seq, head } = entry;
  gathering.end = { entries: seq + 1, head };
  gathering.remarks.push(...clockRemarks(gathering.last, body, seq));
  gathering.last = body;
  gathering.closedAt = `${body.at.slice(0, 19)}Z`;
  if (gathering.openedAt === "") gathering.openedAt = gathering.closedAt;
  gathering.closed = body.kind === "observation" && body.observation.kind === "close";
  if (body.kind === "header") gathering.header = body;
  noteHold(gathering.holds, entry, gathering.header);
  noteEvidence(gathering.evidence, body);
  gathering.heads.push(head);
  if (body.kind === "observation" && body.observation.kind === "inspect-token") gathering.wrong.push(...wrongHeads(body.observation, gathering.header, gathering.heads));
  if (body.kind === "event") gathering.remarks.push(...eventRemarks(body.event, seq));
  if (body.kind === "request" && body.request.kind === "keep-artifacts") for (const path of pathsOf(body.request)) gathering.kept.add(path);
  if (body.kind === "request" && body.request.kind === "close") gathering.controls = body.request["controls"] as readonly ControlTally[];
  if (body.kind === "event" && body.event.name === "torn-entry") gathering.setAside.push(body.event);
}

/** The paths that a recorded keep request names, in the record; its form is the ceremony's to judge. */
function pathsOf(request: Readonly<Record<string, unknown>>): string[] {
  const { files } = request;
  const named = Array.isArray(files) ? (files as readonly { readonly path?: unknown }[]) : [];
  return named.map((file) => `${LAYOUT.artifacts}/${String(file?.path)}`);
}

function drain(entries: Iterable<Entry>, planned: PlannedScript): Standing {
  for (const entry of entries) void entry;
  const first = planned.findings[0];
  return { state: "diverged", seq: 0, expected: "a script from which the plan can be made", found: first === undefined ? "none" : `${first.message} [${first.control}]` };
}

/** Feeds every entry, compares every kept file with the disk, passes on every claim. */
function* feedAll({ digest, given }: PlanMade, plan: Plan, entries: Generator<Entry, void>, files: RecordFiles, gathering: Gathering): Generator<Claim, Standing> {
  const first = entries.next();
  if (first.done === true) return { state: "diverged", seq: 0, expected: "a transcript", found: "no entry" };
  // without `return`, so that a feed that ends early leaves the rest of the chain to be read
  const rest = { [Symbol.iterator]: () => ({ next: () => entries.next() }) };
  const approval = plan.quorum.approval.length === 0 ? null : files.read(`${LAYOUT.approvals}/${approvalTextOf(plan)}`);
  const fed = feed(ceremony(plan, digest, gathering.header?.run ?? "", { ...given, approval }), rest);
  for (;;) {
    const next = fed.next();
    if (next.done === true) {
      // what a divergence leaves unread is still read for the chain
      for (const entry of entries) void entry;
      return next.value;
    }
    if (next.value.kind === "claim") yield* claimed(gathering, next.value.claim);
    else compareArtifact(files, gathering, `${LAYOUT.artifacts}/${next.value.file.path}`, next.value.file.content.open());
  }
}

function compareArtifact(files: RecordFiles, gathering: Gathering, path: string, rebuilt: Uint8Array): void {
  const found = files.read(path);
  if (found !== null && sameBytes(found, rebuilt)) gathering.artifacts++;
  else gathering.differing.push(`${path} ${found === null ? "is missing" : "has other bytes than those rebuilt"}`);
}

/** A crash tears an entry of a ceremony that has not ended; what follows a close was added. */
function checkTail({ closed, torn, wrong, remarks }: Gathering): void {
  if (torn === 0) return;
  const said = `the transcript ends in ${torn} octets that are no whole entry`;
  if (closed) wrong.push(objection("RECORD-CHAIN", said));
  else remarks.push(said);
}

function rebuiltOf(standing: Standing, planned: PlannedScript, gathering: Gathering): Rebuilt {
  if (standing.state === "diverged") return { state: gathering.end.entries === 0 ? "incomplete" : "diverged", why: `at entry ${standing.seq}: expected ${standing.expected}; found ${standing.found}` };
  if (gathering.header !== null && planned.made?.digest !== gathering.header.plan) return { state: "diverged", why: "the plan made from the script is not the plan of entry 0" };
  if (gathering.differing.length > 0) return { state: "diverged", why: gathering.differing.join("; ") };
  if (standing.state === "asking") return { state: "incomplete", why: `the transcript ends where the ceremony asks for ${standing.request.kind} (step ${standing.request.step})` };
  return { state: standing.state === "done" ? "reproduced" : "stopped", why: "" };
}
