/** From files to a plan: the one way in, for a script in a folder and for a record. */
import type { Finding } from "../fault.ts";
import { inputPaths } from "../plan/inputs.ts";
import { makePlan, type PlanMade } from "../plan/make.ts";
import type { Input } from "../plan/resolving.ts";
import { parseScript } from "../script/parse.ts";
import { inReadingOrder, type Locate } from "../script/place.ts";
import type { Script } from "../script/schema.ts";

/** A script with its plan, or the findings for which there is none, each with file, line and column. */
export interface PlannedScript {
  readonly script: Script | null;
  readonly scriptBytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly made: PlanMade | null;
  readonly findings: readonly Finding[];
  /** Adds file, line and column to findings of this script. */
  locate(findings: readonly Finding[]): Finding[];
}

/**
 * Parses a script and makes its plan.
 * @param file its name, for findings
 * @param readInput gives a file that the script names, by its path
 */
export function planScript(scriptBytes: Uint8Array, file: string, readInput: (path: string) => Input): PlannedScript {
  const { script, sound, findings, locate: place } = parseScript(scriptBytes, file);
  const locate = (found: readonly Finding[]) => located(found, file, place);
  const judged = script ?? sound;
  if (judged === null) return { script, scriptBytes, inputs: new Map(), made: null, findings, locate };
  const inputs = new Map(inputPaths(judged).map((path) => [path, readInput(path)]));
  const made = makePlan({ script: judged, scriptBytes, inputs, isWhole: script !== null });
  return { script, scriptBytes, inputs, made, findings: inReadingOrder([...findings, ...locate(made.findings)]), locate };
}

function located(findings: readonly Finding[], file: string, locate: Locate): Finding[] {
  return findings.map((finding) => ({ ...finding, file, ...locate(finding.path) }));
}
