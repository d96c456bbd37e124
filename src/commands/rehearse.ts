/** `rehearse SCRIPT`: a run of the rehearsal plan, in a room of throw-away tokens and stand-in people. */
import { join } from "node:path";
import { toUtf8 } from "../bytes/text.ts";
import type { PlannedScript } from "../ceremony/planned.ts";
import { rehearsedScript } from "../ceremony/rehearsed.ts";
import { terminalReady } from "../console/prompts.ts";
import { substitutionLines } from "../console/rehearsal-pages.ts";
import { EXIT, exitCodeOf, Fault, type ExitCode } from "../fault.ts";
import { findSoftHsm, isSoftHsm } from "../hsm/softhsm-module.ts";
import { periodEnd } from "../plan/validity.ts";
import { existingOf } from "../plan/rehearse.ts";
import { hostInstant } from "../room/clock.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { removeThrowAway } from "../room/throw-away-folder.ts";
import { parseStation } from "../script/station.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { writeStandIns } from "../transcript/rehearsal.ts";
import { result, talk, talkFindings, talkThrown } from "./output.ts";
import { readScript } from "./reading.ts";
import { Session, type SessionSource } from "./session.ts";
import { makeThrowAwayTokens, type ThrowAway } from "./throw-away-tokens.ts";

export interface RehearseOptions {
  readonly record: string;
  /** A station on SoftHSM, for its module. */
  readonly station?: string;
  readonly prompts?: boolean;
}

/** What exists lives on for less than what a rehearsal makes, so that it can be renewed. */
const EXISTING_DAYS = "P6D";

/**
 * Rehearses a script. Its tokens are gone at the end, whatever happens, so that a rehearsal is not gone on with: it is begun anew.
 * @throws Fault record-exists, usage-no-terminal, hsm-module
 */
export async function rehearse(scriptPath: string, options: RehearseOptions): Promise<ExitCode> {
  if (kindAt(options.record) !== "nothing") throw new Fault("record-exists", `expected nothing at ${options.record}, found something`, ["a rehearsal is not gone on with: name a new folder"]);
  if (options.prompts === true && !terminalReady()) throw new Fault("usage-no-terminal", "with --prompts a rehearsal is answered by people at a terminal, and this is none", ["leave --prompts out: then stand-ins answer"]);
  const planned = await readScript(scriptPath);
  const module = moduleFor(options);
  if (planned.findings.length > 0 || planned.made?.plan == null) return refuse(planned);
  const { plan, given } = planned.made;
  const until = periodEnd(hostInstant(), EXISTING_DAYS);
  const tokens = await makeThrowAwayTokens({ plan, existing: existingOf(plan, given), people: options.prompts === true ? "people" : "stand-ins", module, until });
  try {
    const rehearsed = rehearsedScript(planned, writeStandIns(tokens.standIns));
    return await held(sourceOf(rehearsed, tokens, options), () => refuse(rehearsed));
  } finally {
    removeThrowAway(tokens.folder);
  }
}

function refuse({ findings }: PlannedScript): ExitCode {
  talkFindings(findings);
  return EXIT.refused;
}

/** That of the station, which must be SoftHSM's: no other token is ever opened by a rehearsal. */
function moduleFor({ station }: RehearseOptions): string {
  if (station === undefined) return findSoftHsm();
  const parsed = parseStation(readRegular(station), station);
  if (parsed.station === null) {
    talkFindings(parsed.findings);
    throw new Fault("usage-file", `expected a station file, found one with ${parsed.findings.length} findings at ${station}`);
  }
  const modules = Object.values(parsed.station.tokens).map(({ module }) => module);
  const own = modules.find(isSoftHsm);
  if (own !== undefined) return own;
  throw new Fault("hsm-module", `expected a station with SoftHSM's module, for a rehearsal uses throw-away tokens only, found ${modules.join(", ")}`, ["leave --station out: SoftHSM's module is found in its usual places"]);
}

function sourceOf(rehearsed: PlannedScript, { station, folder, custodians }: ThrowAway, { record, prompts }: RehearseOptions): SessionSource | null {
  const { made, inputs, scriptBytes } = rehearsed;
  if (made?.plan == null) return null;
  const { plan, bytes, digest, given } = made;
  const parsed = parseStation(toUtf8(station), LAYOUT.station);
  if (parsed.station === null) throw new Fault("bug-unreachable", `the station of a rehearsal has findings: ${parsed.findings.map(({ message }) => message).join("; ")}`);
  const files = [...inputs].flatMap(([path, input]) => (input instanceof Uint8Array ? [[`${LAYOUT.inputs}/${path}`, input] as const] : []));
  const foundation = new Map<string, Uint8Array>([[LAYOUT.script, scriptBytes], [LAYOUT.station, toUtf8(station)], [LAYOUT.plan, bytes], ...files]);
  return { record, plan, planDigest: digest, given, approval: null, foundation, station: parsed.station, stationPath: join(folder, LAYOUT.station), events: [], answers: prompts === true ? null : "stand-ins", custodians };
}

async function held(source: SessionSource | null, refused: () => ExitCode): Promise<ExitCode> {
  if (source === null) return refused();
  talk(...substitutionLines(source.plan));
  const session = await Session.open(source);
  try {
    const exit = await session.run();
    result(`REHEARSAL of plan ${source.plan.rehearsal?.plan ?? ""}: nothing in ${source.record} counts; its tokens are gone`);
    return exit;
  } catch (thrown) {
    talkThrown(thrown);
    return exitCodeOf(thrown, session.hadEffect);
  } finally {
    await session.close();
  }
}
