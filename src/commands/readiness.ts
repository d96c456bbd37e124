/** Whether a run may begin on this host: preflight, rehearsal, auditor or video; and what of it goes on record. */
import { sha256Hex } from "../bytes/digest.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { replayRecord, type Replayed } from "../ceremony/replay.ts";
import { Fault, type Finding } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { statedFacts, type HostFacts } from "../preflight/host-facts.ts";
import { HostQuestions, type Agreed } from "../console/host-questions.ts";
import { STANDARD_TERMINAL } from "../console/prompts.ts";
import { hostInstant } from "../room/clock.ts";
import { judgeHost } from "../preflight/judge-host.ts";
import { judgeVendorBackups } from "../preflight/judge-vendor-backup.ts";
import { judgeRehearsed, judgeTemplates, judgeWitnessed, standAfter, type RehearsalFacts, type StatedException } from "../preflight/judge-run.ts";
import { Checking } from "../room/checking.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { folderFiles } from "../room/folder.ts";
import { readTool } from "../room/package-digest.ts";
import { readExceptions } from "../script/exceptions.ts";
import type { Event } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { Station } from "../script/station-schema.ts";
import { talk } from "./output.ts";
import { hostFacts, notFitLine } from "./preflight.ts";

export interface ReadinessQuestion {
  readonly plan: Plan;
  readonly station: Station;
  /** Where the record will lie. */
  readonly record: string;
  /** The record of a rehearsal; null where none is given. */
  readonly rehearsal: string | null;
  /** The file of exceptions. */
  readonly exceptions: string | null;
  /** False for a run that is gone on with: what it began with is on record. */
  readonly begins: boolean;
  /** Whether people can be asked at a terminal. */
  readonly asks: boolean;
}

export interface Readiness {
  /** Why the run may not begin; none for a test. */
  readonly findings: readonly Finding[];
  /** What is written after the event that opens or resumes the run. */
  readonly events: readonly Event[];
}

/** A test is only told; whatever else counts is refused, but for exceptions of named people. @throws Fault person-interrupted, usage-file */
export async function readiness({ plan, station, record, rehearsal, exceptions, begins, asks }: ReadinessQuestion): Promise<Readiness> {
  const people = plan.people.map(({ id }) => id);
  const counts = plan.assurance !== "test";
  const facts = await hostFacts(station, record, counts && asks ? people : null);
  const unfit = judgeHost(facts, station["hsm-link"] ?? null);
  if (!counts) {
    talk(notFitLine(unfit), ...(begins ? unshownLines(plan) : []));
    return { findings: [], events: [] };
  }
  const rehearsed = rehearsal === null ? null : await rehearsalFacts(rehearsal);
  const written = exceptions === null ? { exceptions: [], findings: [] } : readExceptions(readRegular(exceptions), exceptions);
  const ofRun = begins && plan.assurance === "production" ? [...judgeRehearsed({ script: plan.script, tool: readTool().package, rehearsal: rehearsed }), ...judgeWitnessed(plan), ...judgeVendorBackups(plan.steps)] : [];
  const findings = [...unfit, ...ofRun];
  if (begins && plan.assurance !== "production") talk(...unshownLines(plan));
  // what was said when the run began is on record, and is not said again
  const stated = written.exceptions.filter(({ control }) => begins || control.startsWith("HOST-"));
  const { blocking, used } = standAfter(findings, stated, people);
  const refused = [...written.findings, ...blocking, ...judgeTemplates(stated, rehearsed)];
  const agreed = refused.length === 0 && asks ? await new HostQuestions(STANDARD_TERMINAL, hostInstant).exceptions(used.map((one) => ({ ...one, found: findings.filter(({ control }) => control === one.control).map(({ message }) => message) }))) : null;
  return { findings: refused, events: eventsOf({ facts, findings, used: agreed ?? used, rehearsed }) };
}

/** What production would refuse is said to whoever rehearses it, or runs it for less. */
function unshownLines({ steps }: Plan): string[] {
  return judgeVendorBackups(steps).map(({ control, message, hint }) => `anchorite: production would refuse this [${control}]: ${message}; ${hint ?? ""}`);
}

interface Told {
  readonly facts: HostFacts;
  readonly findings: readonly Finding[];
  readonly used: readonly (StatedException & { readonly agreed?: readonly Agreed[] })[];
  readonly rehearsed: (RehearsalFacts & { readonly head: string }) | null;
}

function eventsOf({ facts, findings, used, rehearsed }: Told): Event[] {
  const host = findings.filter(({ control }) => control.startsWith("HOST-")).map(({ control, message }) => ({ control, found: message }));
  return [
    { name: "preflight", facts: statedFacts(facts), findings: host },
    ...(rehearsed === null ? [] : [{ name: "rehearsed" as const, script: rehearsed.script, plan: rehearsed.plan, tool: rehearsed.tool, head: rehearsed.head }]),
    ...used.map(({ control, why, by, template, agreed }): Event => ({ name: "exception", control, why, by: [...by], template: template ?? "", ...(agreed === undefined ? {} : { agreed: [...agreed] }) })),
  ];
}

/** What a record says that is given as the rehearsal; it is replayed, with every signature. @throws Fault record-missing */
export async function rehearsalFacts(folder: string): Promise<RehearsalFacts & { readonly head: string }> {
  if (kindAt(folder) !== "folder") throw new Fault("record-missing", `expected the record of a rehearsal, found ${kindAt(folder)} at ${folder}`, ["anchorite rehearse SCRIPT --record DIR"]);
  return factsOfRehearsal(folderFiles(folder));
}

export async function factsOfRehearsal(files: RecordFiles): Promise<RehearsalFacts & { readonly head: string }> {
  const replaying = replayRecord(files);
  const checking = new Checking<string>();
  let replayed: Replayed | null = null;
  while (replayed === null) {
    const next = replaying.next();
    if (next.done === true) replayed = next.value;
    else await checking.take(next.value, `${next.value.where}: the signature does not verify`);
  }
  const { header, rebuilt, wrong, end } = replayed;
  const script = files.read(LAYOUT.script);
  const why = rebuilt.state === "reproduced" ? [] : [`${rebuilt.state}${rebuilt.why === "" ? "" : `: ${rebuilt.why}`}`];
  return { plan: header?.rehearsal ?? "", script: script === null ? "" : sha256Hex(script), tool: header?.tool.package ?? "", head: end.head, wrong: [...why, ...wrong, ...(await checking.failed())] };
}
