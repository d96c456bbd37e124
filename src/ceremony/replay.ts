/**
 * Replay: from the files of a record to a judgement, without a token and without asking anybody. Pure: signatures leave as
 * claims, and whoever drains them says which did not hold. A verdict needs all of them.
 */
import { sha256Hex } from "../bytes/digest.ts";
import { canonicalBytes } from "../bytes/canonical.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { PlanMade } from "../plan/make.ts";
import { sealsBefore, type Plan } from "../plan/plan.ts";
import { readChain, type ChainEnd, type Entry } from "../transcript/chain.ts";
import type { Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { hasWithheld } from "../transcript/withheld.ts";
import type { Claim } from "../x509/algorithm.ts";
import { ceremony } from "./ceremony.ts";
import { replayDisclosed } from "./disclosed.ts";
import { feed, type Ending, type Standing } from "./feed.ts";
import { planScript, type PlannedScript } from "./planned.ts";
import { recordedInputs } from "./recorded-inputs.ts";
import type { RecordFiles } from "./recorded-inputs.ts";
import type { ControlTally } from "./request.ts";

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
  /** When the last entry was written, whole seconds, UTC. */
  readonly closedAt: string;
  /** Artifacts that were rebuilt and are on the disk with the same bytes. */
  readonly artifacts: number;
  readonly claims: number;
  readonly controls: readonly ControlTally[];
  /** Each of them makes the record not authentic. */
  readonly wrong: readonly string[];
  /** What a reader should know, and no verdict hangs on. */
  readonly remarks: readonly string[];
  /** How many entries and files a public copy leaves out; 0 for a whole record. */
  readonly withheld: number;
}

/** What is gathered on the way. */
interface Gathering {
  header: Header | null;
  end: ChainEnd;
  closedAt: string;
  artifacts: number;
  claims: number;
  controls: readonly ControlTally[];
  readonly wrong: string[];
  readonly remarks: string[];
  readonly differing: string[];
  /** Paths in the record of every file that the ceremony had kept. */
  readonly kept: Set<string>;
  /** Octets after the last whole entry. */
  torn: number;
}

/** Replays the files of a record; yields every claim that a signature holds. */
export function* replayRecord(files: RecordFiles): Generator<Claim, Replayed> {
  if (hasWithheld(files.read(LAYOUT.transcript) ?? new Uint8Array())) return yield* replayDisclosed(files);
  const gathering: Gathering = {
    header: null, end: { entries: 0, head: "" }, closedAt: "", artifacts: 0, claims: 0, controls: [], wrong: [], remarks: [], differing: [], kept: new Set(), torn: 0,
  };
  const planned = planScript(files.read(LAYOUT.script) ?? new Uint8Array(), LAYOUT.script, recordedInputs(files));
  const plan = planned.made?.plan ?? null;
  for (const { claim } of planned.made?.claims ?? []) yield* claimed(gathering, claim);
  const entries = checkedEntries(files, gathering);
  const standing = plan === null || planned.made === null ? drain(entries, planned) : yield* feedAll(planned.made, plan, entries, files, gathering);
  checkHeader(files, gathering, planned);
  checkTail(standing, gathering);
  checkStrays(files, standing, gathering);
  return {
    header: gathering.header, plan, planDigest: planned.made?.digest ?? "", rebuilt: rebuiltOf(standing, planned, gathering),
    ending: standing.state === "done" || standing.state === "stopped" ? standing.ending : null,
    end: gathering.end, closedAt: gathering.closedAt, artifacts: gathering.artifacts, claims: gathering.claims, controls: gathering.controls,
    wrong: gathering.wrong, remarks: gathering.remarks, withheld: 0,
  };
}

function* claimed(gathering: Gathering, claim: Claim): Generator<Claim, void> {
  gathering.claims++;
  yield claim;
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
    gathering.wrong.push(`${LAYOUT.transcript}: ${thrown.message}`);
  }
}

function note(gathering: Gathering, { body, seq, head }: Entry): void {
  gathering.end = { entries: seq + 1, head };
  const at = `${body.at.slice(0, 19)}Z`;
  if (at < gathering.closedAt) gathering.remarks.push(`the host's clock went back before entry ${seq}`);
  gathering.closedAt = at;
  if (body.kind === "header") gathering.header = body;
  if (body.kind === "request" && body.request.kind === "close") gathering.controls = body.request["controls"] as readonly ControlTally[];
  if (body.kind === "event" && body.event.name === "torn-entry") gathering.remarks.push(`a torn entry of ${body.event.length} octets was set aside at entry ${seq}`);
  if (body.kind === "event" && body.event.name === "resumed") gathering.remarks.push(`the run was resumed at entry ${seq}`);
  if (body.kind === "event" && body.event.name === "opened" && body.event.answers === "file") gathering.remarks.push("people's answers came from a file");
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
  const fed = feed(ceremony(plan, digest, gathering.header?.run ?? "", given), rest);
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
  gathering.kept.add(path);
  const found = files.read(path);
  if (found !== null && sameBytes(found, rebuilt)) gathering.artifacts++;
  else gathering.differing.push(`${path} ${found === null ? "is missing" : "has other bytes than those rebuilt"}`);
}

/** Entry 0 binds script, plan, station and inputs; a file that differs from what it says was changed afterwards. */
function checkHeader(files: RecordFiles, gathering: Gathering, planned: PlannedScript): void {
  const { header, wrong } = gathering;
  if (header === null) return;
  const bound = [
    { path: LAYOUT.script, sha256: header.script }, { path: LAYOUT.station, sha256: header.station }, { path: LAYOUT.plan, sha256: header.plan },
    ...header.inputs.map(({ path, sha256 }) => ({ path: `${LAYOUT.inputs}/${path}`, sha256 })),
  ];
  for (const { path, sha256 } of bound) {
    const bytes = files.read(path);
    if (bytes === null) wrong.push(`${path} is missing; entry 0 names it`);
    else if (sha256Hex(bytes) !== sha256) wrong.push(`${path} has the SHA-256 ${sha256Hex(bytes)}, entry 0 says ${sha256}`);
  }
  const plan = planned.made?.plan;
  const inputs = plan?.inputs.map(({ path, sha256 }) => ({ path, sha256 }));
  const previous = plan === undefined || plan === null ? [] : sealsBefore(plan);
  const agrees = plan === undefined || plan === null || (header.ceremony === plan.ceremony && header.assurance === plan.assurance && sameBytes(canonicalBytes([header.inputs, header.previous]), canonicalBytes([inputs, previous])));
  if (!agrees) wrong.push("entry 0 names another ceremony, assurance, inputs or seals before than the plan");
}

/** A crash tears an entry of a ceremony that has not ended; what follows a close was added. */
function checkTail(standing: Standing, { torn, wrong, remarks }: Gathering): void {
  if (torn === 0) return;
  const ended = standing.state === "done" || standing.state === "stopped";
  (ended ? wrong : remarks).push(`the transcript ends in ${torn} octets that are no whole entry`);
}

/** What lies among the artifacts of an ended ceremony and was not made by it would pass for one of them. */
function checkStrays(files: RecordFiles, standing: Standing, { kept, wrong }: Gathering): void {
  if (standing.state !== "done" && standing.state !== "stopped") return;
  const strays = files.list().filter((path) => path.startsWith(`${LAYOUT.artifacts}/`) && !kept.has(path));
  wrong.push(...strays.map((path) => `${path} was not made by this ceremony`));
}

function rebuiltOf(standing: Standing, planned: PlannedScript, gathering: Gathering): Rebuilt {
  if (standing.state === "diverged") return { state: gathering.end.entries === 0 ? "incomplete" : "diverged", why: `at entry ${standing.seq}: expected ${standing.expected}; found ${standing.found}` };
  if (gathering.header !== null && planned.made?.digest !== gathering.header.plan) return { state: "diverged", why: "the plan made from the script is not the plan of entry 0" };
  if (gathering.differing.length > 0) return { state: "diverged", why: gathering.differing.join("; ") };
  if (standing.state === "asking") return { state: "incomplete", why: `the transcript ends where the ceremony asks for ${standing.request.kind} (step ${standing.request.step})` };
  return { state: standing.state === "done" ? "reproduced" : "stopped", why: "" };
}
