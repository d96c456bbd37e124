/** Reading a script from disk: bytes, inputs, plan, and the signatures among its inputs checked. */
import { basename, dirname } from "node:path";
import { planScript, type PlannedScript } from "../ceremony/planned.ts";
import { claimHolds } from "../room/claims.ts";
import { readRegular } from "../room/files.ts";
import { readInput } from "../room/folder.ts";
import { inReadingOrder } from "../script/place.ts";

/** Scripts are read by people; a larger file is something else. */
const SCRIPT_LIMIT = 1024 * 1024;

/**
 * Reads a script with what it names, and judges all of it [REQUEST-POSSESSION, WAIVER-SIGNED, CROSS-EXISTING included].
 * @param inputsFolder where the files lie that the script names; its own folder unless it is a record's
 * @throws Fault usage-file when the script itself cannot be read
 */
export function readScript(path: string, inputsFolder: string = dirname(path)): PlannedScript {
  const planned = planScript(readRegular(path, SCRIPT_LIMIT), basename(path), (input) => readInput(inputsFolder, input));
  const claims = planned.made?.claims ?? [];
  const findings = claims.filter(({ claim }) => !claimHolds(claim)).map(({ otherwise }) => otherwise);
  return { ...planned, findings: inReadingOrder([...planned.findings, ...planned.locate(findings)]) };
}
