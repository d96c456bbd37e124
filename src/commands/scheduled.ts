/** `run SCRIPT --scheduled`: a run at which nobody is, under a standing approval. What it is refused for is kept beside the records. */
import { dirname, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import type { PlannedScript } from "../ceremony/planned.ts";
import { terminalReady } from "../console/prompts.ts";
import { EXIT, Fault, type ExitCode, type Finding } from "../fault.ts";
import { judgeOnline } from "../preflight/judge-online.ts";
import { statedFacts } from "../preflight/host-facts.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { hasTranscript } from "../room/record.ts";
import { keepRefusal } from "../room/refusals.ts";
import { placed } from "../script/place.ts";
import { parseStation, stationFindings } from "../script/station.ts";
import type { Station } from "../script/station-schema.ts";
import { isTemplate, withRun } from "../script/template.ts";
import type { Event } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readChain } from "../transcript/chain.ts";
import { readSeal } from "../transcript/seal.ts";
import { readApprovals } from "./approvals.ts";
import { talk, talkFindings } from "./output.ts";
import { hostFacts, namedInterfaces, notFitLine } from "./preflight.ts";
import { pinsBefore } from "./pin-past.ts";
import { proxyFindings, proxyLines, softwareFindings } from "./proxies.ts";
import { readScript } from "./reading.ts";
import { hold, moduleFindings, recordedScript, sourceOf, type RunOptions } from "./run.ts";
import type { SessionSource } from "./session.ts";
import { standingFindings, type JudgedStanding } from "./standing.ts";
import { hasPlaces } from "./template.ts";
import { requireSources } from "./tokens.ts";

/** Which run it is, and where its record lies. */
interface Turn {
  readonly run: number;
  readonly record: string;
  readonly resumes: boolean;
}

/** Nobody is asked anything. @throws Fault whatever a session throws; it is kept as a refusal too */
export async function runScheduled(scriptPath: string, options: RunOptions): Promise<ExitCode> {
  const turn = turnOf(scriptPath, options);
  const refused = (reasons: readonly string[]): void => {
    const script = kindAt(scriptPath) === "file" ? sha256Hex(readRegular(scriptPath)) : "";
    talk(`refused, and kept in ${keepRefusal(turn.record, { script, run: turn.run, record: turn.record, reasons })}`);
  };
  try {
    const source = await prepare(scriptPath, options, turn);
    if ("findings" in source) {
      talkFindings(source.findings);
      refused(source.findings.map(({ control, message }) => `${message} [${control}]`));
      return EXIT.refused;
    }
    const exit = await hold(source, (thrown) => refused([reasonOf(thrown)]));
    if (exit === EXIT.refused && hasSealAt(turn.record)) refused(["the run stopped by its own rules; its record says why"]);
    return exit;
  } catch (thrown) {
    refused([reasonOf(thrown)]);
    throw thrown;
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Fault ? `${thrown.code}: ${thrown.message}` : "a bug of anchorite";
}

/** The first run whose record is not sealed; a record that is there is gone on with. @throws Fault usage-arguments */
function turnOf(scriptPath: string, { record, answers, rehearsal, exceptions, approvals }: RunOptions): Turn {
  const given = Object.entries({ answers, rehearsal, exceptions, approvals }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length > 0) throw new Fault("usage-arguments", `nobody is there in a scheduled run: expected no ${given.join(", ")}`, ["the standing approval is given with --standing"]);
  const isFilled = kindAt(scriptPath) === "file" && hasPlaces(readRegular(scriptPath));
  if (isFilled !== isTemplate(record)) throw new Fault("usage-arguments", "expected <run> in the script and in --record, or in neither", ["such as --record 'runs/<run>', quoted for the shell"]);
  let run = 1;
  while (isFilled && hasSealAt(withRun(record, run))) run++;
  const folder = withRun(record, run);
  return { run, record: folder, resumes: kindAt(folder) === "folder" && hasTranscript(folder) };
}

function hasSealAt(record: string): boolean {
  const seal = join(record, LAYOUT.seal);
  if (kindAt(seal) !== "file") return false;
  return readSeal(readRegular(seal)).tokenSignature === "none" || kindAt(join(record, LAYOUT.tokenSignature)) === "file";
}

/** Everything that can be refused before a token is touched, all at once. */
async function prepare(scriptPath: string, options: RunOptions, { run, record, resumes }: Turn): Promise<SessionSource | { readonly findings: readonly Finding[] }> {
  const planned = await (resumes ? recordedScript(scriptPath, record, run) : readScript(scriptPath, undefined, run));
  const stationBytes = readRegular(options.station);
  const { station, findings: misread, locate } = parseStation(stationBytes, options.station);
  const approvals = readApprovals(resumes ? join(record, LAYOUT.approvals) : standingFolder(scriptPath, options.standing));
  const judged = await standingFindings(planned, approvals, !resumes);
  const fits = planned.script === null || station === null ? [] : [...placed([...stationFindings(planned.script, station), ...promptFindings(station)], options.station, locate), ...planned.locate([...moduleFindings(planned.script, station), ...proxyFindings(planned.script, station), ...softwareFindings(planned.script)])];
  const findings = [...planned.findings, ...planned.locate(judged.findings), ...misread, ...fits];
  if (findings.length > 0 || planned.made?.plan == null || station === null) return { findings };
  if (resumes) refuseWrongPin(record);
  requireSources(station, options.station);
  for (const line of proxyLines(station)) talk(line);
  const ready = await onlineReadiness(planned, station, judged, record);
  if (ready.findings.length > 0) return ready;
  const { plan } = planned.made;
  return sourceOf({ record, station: options.station, answers: "standing", plain: true }, { ...planned.made, plan }, planned, { station, bytes: stationBytes }, approvals, ready.events);
}

function standingFolder(scriptPath: string, given: string | undefined): string {
  if (given === undefined) return join(dirname(scriptPath), "standing");
  return kindAt(given) === "file" ? dirname(given) : given;
}

/** A timer would try a wrong PIN until the token is locked: whoever has put the right one in its place says so at a terminal. @throws Fault hsm-login */
function refuseWrongPin(record: string): void {
  const wrong = [...new Set(pinsBefore([...readChain(readRegular(join(record, LAYOUT.transcript)))]).wrong.map(({ token }) => token))];
  if (wrong.length === 0 || terminalReady()) return;
  throw new Fault("hsm-login", `token ${wrong.join(", ")} refused the PIN of this run before, and it is not tried again by itself`, ["put the right PIN where the station says, and give the same command once at a terminal"]);
}

/** Nobody is there to type. */
function promptFindings({ tokens }: Station): Finding[] {
  return Object.entries(tokens).flatMap(([token, { pin }]): Finding[] => (pin !== "prompt" ? [] : [{ control: "STANDING-STEP", path: ["tokens", token, "pin"], message: "expected a PIN from a credential, a descriptor or a file, for nobody is there to type it, found prompt", hint: "pin: { credential: NAME }, with LoadCredential=NAME:PATH in the unit" }]));
}

/** A test is told; whatever else counts is refused on a host that is not fit, and there are no exceptions. */
async function onlineReadiness({ made }: PlannedScript, station: Station, { standing }: JudgedStanding, record: string): Promise<{ readonly findings: readonly Finding[]; readonly events: readonly Event[] }> {
  const facts = await hostFacts(station, record, null);
  const unfit = judgeOnline(facts, { interfaces: namedInterfaces(station), tool: standing?.tool ?? null });
  if (made?.plan?.assurance === "test") {
    talk(notFitLine(unfit));
    return { findings: [], events: [] };
  }
  return { findings: unfit, events: [{ name: "preflight", facts: statedFacts(facts), findings: unfit.map(({ control, message }) => ({ control, found: message })) }] };
}
