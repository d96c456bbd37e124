/** `run SCRIPT`: a live ceremony. It goes on where the record's transcript ends, and begins where there is none. */
import { demandCustodians } from "./custody.ts";
import { dirname, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import type { PlannedScript } from "../ceremony/planned.ts";
import { readAnswers, type Answers } from "../console/answers.ts";
import { terminalReady } from "../console/prompts.ts";
import { EXIT, exitCodeOf, Fault, type ExitCode, type Finding } from "../fault.ts";
import type { PlanMade } from "../plan/make.ts";
import type { Plan } from "../plan/plan.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { hasTranscript } from "../room/record.ts";
import { placed } from "../script/place.ts";
import { parseStation, stationFindings } from "../script/station.ts";
import type { Script } from "../script/schema.ts";
import type { Station } from "../script/station-schema.ts";
import { approvalTextOf } from "../plan/approvals.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { approvalFindings, readApprovals } from "./approvals.ts";
import { talk, talkFindings, talkThrown } from "./output.ts";
import { readScript } from "./reading.ts";
import { filledScript } from "./template.ts";
import { moduleDigest } from "./module.ts";
import { proxyFindings, proxyLines, softwareFindings } from "./proxies.ts";
import { readiness } from "./readiness.ts";
import { demandOffered } from "./tokens.ts";
import { Session, type SessionSource } from "./session.ts";

export interface RunOptions {
  readonly record: string;
  readonly station: string;
  readonly answers?: string;
  /** The folder of approvals; by default `approvals` beside the script. */
  readonly approvals?: string;
  /** Line by line, for screen readers and serial lines. */
  readonly plain?: boolean;
  /** Nobody is there: under a standing approval, which lies in this folder; by default `standing` beside the script. */
  readonly scheduled?: boolean;
  readonly standing?: string;
  /** The record of a rehearsal, which production wants. */
  readonly rehearsal?: string;
  /** The file in which named people say why the run begins all the same. */
  readonly exceptions?: string;
}

/** Runs or goes on with a ceremony. Findings are shown all at once, before a token is touched. */
export async function run(scriptPath: string, options: RunOptions): Promise<ExitCode> {
  if (options.scheduled === true) return (await import("./scheduled.ts")).runScheduled(scriptPath, options);
  if (options.standing !== undefined) throw new Fault("usage-arguments", "--standing wants --scheduled");
  if (options.answers === undefined && !terminalReady()) {
    throw new Fault("usage-no-terminal", "a ceremony is answered by people at a terminal, and this is none", ["run it at a terminal, or give --answers FILE (never for production)"]);
  }
  const source = await prepare(scriptPath, options);
  return source === null ? EXIT.refused : hold(source);
}

/** A session from its opening to its end. What it throws is told, and is its exit code. @param told of the same */
export async function hold(source: SessionSource, told: (thrown: unknown) => void = () => undefined): Promise<ExitCode> {
  const session = await Session.open(source);
  try {
    return await session.run();
  } catch (thrown) {
    talkThrown(thrown);
    told(thrown);
    const exit = exitCodeOf(thrown, session.hadEffect);
    if (exit === EXIT.endedWithExceptions || (exit === EXIT.token && session.hadEffect)) talk("anchorite: something has happened on a token already; run the same command again to go on");
    return exit;
  } finally {
    await session.close();
  }
}

/** Everything that can be refused is refused here; null when there were findings. */
async function prepare(scriptPath: string, options: RunOptions): Promise<SessionSource | null> {
  const resumes = kindAt(options.record) === "folder" && hasTranscript(options.record);
  const planned = await (resumes ? recordedScript(scriptPath, options.record) : readScript(scriptPath));
  const stationBytes = readRegular(options.station);
  const station = parseStation(stationBytes, options.station);
  const misfits = planned.script === null || station.station === null ? [] : placed(stationFindings(planned.script, station.station), options.station, station.locate);
  const modules = planned.script === null || station.station === null ? [] : planned.locate([...moduleFindings(planned.script, station.station), ...proxyFindings(planned.script, station.station), ...softwareFindings(planned.script)]);
  const approvals = readApprovals(resumes ? join(options.record, LAYOUT.approvals) : (options.approvals ?? join(dirname(scriptPath), LAYOUT.approvals)));
  const unapproved = planned.made?.plan == null ? [] : planned.locate(await approvalFindings(planned.made.plan, planned.made.digest, approvals, !resumes));
  const findings = [...unapproved, ...planned.findings, ...station.findings, ...misfits, ...modules, ...planned.locate([...answersFindings(planned, options), ...scheduledFindings(planned)])];
  if (findings.length > 0 || planned.made?.plan == null || station.station === null) {
    talkFindings(findings);
    return null;
  }
  const { plan } = planned.made;
  demandCustodians({ plan, station: station.station });
  for (const line of proxyLines(station.station)) talk(line);
  if (!resumes) await demandOffered(plan, station.station, options.station);
  const { rehearsal = null, exceptions = null, record } = options;
  const ready = await readiness({ plan, station: station.station, record, rehearsal, exceptions, begins: !resumes, asks: options.answers === undefined });
  if (ready.findings.length > 0) {
    talkFindings(ready.findings);
    return null;
  }
  return sourceOf({ ...options, answers: answersOf(options) }, { ...planned.made, plan }, planned, { station: station.station, bytes: stationBytes }, approvals, ready.events);
}

/** What a session needs of a run. */
export type Running = Pick<RunOptions, "record" | "station" | "plain"> & Pick<SessionSource, "answers">;

export function sourceOf(options: Running, made: PlanMade & { plan: Plan }, planned: PlannedScript, station: { station: Station; bytes: Uint8Array }, given: ReadonlyMap<string, Uint8Array>, events: SessionSource["events"]): SessionSource {
  const approvals = made.plan.quorum.approval.length === 0 ? [] : [...given];
  const text = new Map(approvals).get(approvalTextOf(made.plan)) ?? null;
  const inputs = [...planned.inputs].flatMap(([path, input]) => (input instanceof Uint8Array ? [[`${LAYOUT.inputs}/${path}`, input] as const] : []));
  const foundation = new Map([[LAYOUT.script, planned.scriptBytes], [LAYOUT.station, station.bytes], [LAYOUT.plan, made.bytes], ...approvals.map(([name, bytes]) => [`${LAYOUT.approvals}/${name}`, bytes] as const), ...inputs]);
  return { record: options.record, plan: made.plan, planDigest: made.digest, given: { ...made.given, approval: text }, approval: text === null ? null : sha256Hex(text), foundation, station: station.station, stationPath: options.station, events, answers: options.answers, plain: options.plain };
}

function answersOf({ answers }: RunOptions): Answers | null {
  return answers === undefined ? null : readAnswers(fromUtf8(readRegular(answers)));
}

/** A script that names accepted modules is run with one of them [TOKEN-ASSURANCE]. */
export function moduleFindings(script: Script, station: Station): Finding[] {
  return Object.entries(script.tokens).flatMap(([token, { accept }]): Finding[] => {
    const bound = station.tokens[token];
    if (accept === undefined || bound === undefined) return [];
    const digest = moduleDigest(bound.module);
    if (accept.some(({ module }) => module === digest)) return [];
    return [{ control: "TOKEN-ASSURANCE", path: ["tokens", token, "accept"], message: `the module of the station has the SHA-256 ${digest}, which token ${token} does not accept`, hint: "use the module that the script names" }];
  });
}

/** Where nobody is to be there, nobody is asked. */
function scheduledFindings({ script }: PlannedScript): Finding[] {
  if (script?.scheduled === undefined) return [];
  return [{ control: "STANDING-STEP", path: ["scheduled"], message: "expected a script for people, found a scheduled one", hint: "anchorite run SCRIPT --scheduled --standing DIR, or a ceremony with a script of its own" }];
}

/** A file never answers for a production ceremony: real people do. */
function answersFindings({ script }: PlannedScript, { answers }: RunOptions): Finding[] {
  if (answers === undefined || script?.assurance !== "production") return [];
  return [{ control: "TOKEN-ASSURANCE", path: ["assurance"], message: "a production ceremony is answered by people, not by a file", hint: "run it at a terminal, without --answers" }];
}

/** On resume the record's own script and inputs count; a SCRIPT that differs by one byte is refused. */
export async function recordedScript(scriptPath: string, record: string, run = 1): Promise<PlannedScript> {
  const own = join(record, LAYOUT.script);
  if (!sameBytes(filledScript(readRegular(scriptPath), dirname(scriptPath), run), readRegular(own))) {
    throw new Fault("script-differs", `${scriptPath} is not the script of this record`, [`the record goes on with ${own}, byte for byte`, "for another script, name another record"]);
  }
  return readScript(own, join(record, LAYOUT.inputs));
}
