/** `script SCRIPT -o FILE.html`: the printed procedure of a plan. Touches no token. */
import { toUtf8 } from "../bytes/text.ts";
import { procedurePage, type PrintedDigest } from "../console/procedure.ts";
import type { Measured } from "../console/procedure-steps.ts";
import { EXIT, Fault, type ExitCode, type Finding } from "../fault.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { readTool } from "../room/package-digest.ts";
import { join } from "node:path";
import { readChain } from "../transcript/chain.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { parseStation } from "../script/station.ts";
import { moduleDigest } from "./module.ts";
import { result, talkFindings } from "./output.ts";
import { readScript } from "./reading.ts";
import { stepSeconds } from "../ceremony/step-times.ts";

export interface ScriptOptions {
  readonly output: string;
  /** The station of the day, whose modules are printed with their digests. */
  readonly station?: string;
  /** The record of a rehearsal of this script. */
  readonly rehearsal?: string;
}

/** Writes the page to a new file; a script with findings has no procedure. */
export async function script(scriptPath: string, { output, rehearsal, station }: ScriptOptions): Promise<ExitCode> {
  const { made, findings } = await readScript(scriptPath);
  if (made?.plan == null || findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  if (kindAt(output) !== "nothing") throw new Fault("record-exists", `expected no such file yet, found ${output}`, ["name a new file; nothing was written"]);
  const measured: Measured = rehearsal === undefined ? new Map() : measuredIn(rehearsal, made.digest);
  const modules = station === undefined ? { printed: [], findings: [] } : modulesOf(station);
  if (modules.findings.length > 0) {
    talkFindings(modules.findings);
    return EXIT.refused;
  }
  const { plan, digest: planDigest } = made;
  keepFile(output, toUtf8(procedurePage({ plan, planDigest, tool: readTool(), modules: modules.printed, measured })));
  result(`${output}: ${plan.steps.length} steps, plan ${planDigest}`);
  return EXIT.done;
}

/** @throws Fault hsm-module for a module that is not there */
function modulesOf(path: string): { readonly printed: readonly PrintedDigest[]; readonly findings: readonly Finding[] } {
  const { station, findings } = parseStation(readRegular(path), path);
  if (station === null) return { printed: [], findings };
  return { printed: Object.entries(station.tokens).map(([token, { module }]) => ({ of: `module of ${token}`, sha256: moduleDigest(module) })), findings: [] };
}

/** @throws Fault usage-file for a record that is no rehearsal of this plan */
function measuredIn(record: string, planDigest: string): Measured {
  const entries = [...readChain(readRegular(join(record, LAYOUT.transcript)))];
  const first = entries[0]?.body;
  const of = first?.kind === "header" ? first.rehearsal : undefined;
  if (of === planDigest) return stepSeconds(entries);
  throw new Fault("usage-file", `expected the record of a rehearsal of plan ${planDigest}, found ${of === undefined ? "no rehearsal" : `one of plan ${of}`} at ${record}`, ["rehearse this very script"]);
}
