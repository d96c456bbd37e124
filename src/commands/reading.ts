/** Reading a script from disk: bytes, inputs, plan, and the signatures among its inputs checked. */
import { basename, dirname } from "node:path";
import { planScript, type PlannedScript } from "../ceremony/planned.ts";
import { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { listFolder, readInput } from "../room/folder.ts";
import { filledScript } from "./template.ts";
import type { Finding } from "../fault.ts";
import type { Probe } from "../plan/resolving.ts";
import { inReadingOrder } from "../script/place.ts";

/** Scripts are read by people; a larger file is something else. */
const SCRIPT_LIMIT = 1024 * 1024;

/**
 * Reads a script with what it names, and judges all of it [REQUEST-POSSESSION, WAIVER-SIGNED, CROSS-EXISTING, REGISTER-SIGNED included].
 * @param inputsFolder where the files lie that the script names; its own folder unless it is a record's
 * @param run which one under a standing approval, where the script is a template
 * @throws Fault usage-file when the script itself cannot be read
 */
export async function readScript(path: string, inputsFolder: string = dirname(path), run = 1): Promise<PlannedScript> {
  const planned = await planFrom(path, inputsFolder, run);
  const claims = (planned.made?.claims ?? []).filter(({ probed }) => probed !== true);
  const checking = new Checking<Finding>(claims.length);
  for (const { claim, otherwise } of claims) await checking.take(claim, otherwise);
  const findings = await checking.failed();
  return { ...planned, findings: inReadingOrder([...planned.findings, ...planned.locate(findings)]) };
}

/** Where a step skips what it refuses, the plan is made again without the requests that their own key did not sign. */
async function planFrom(path: string, folder: string, run: number): Promise<PlannedScript> {
  const bytes = filledScript(readRegular(path, SCRIPT_LIMIT), folder, run);
  const refuted = new Map<string, Set<string>>();
  const plan = () => planScript(bytes, basename(path), {
    read: (input, most) => readInput(folder, input, most), list: (input) => listFolder(folder, input), refuted: (list) => refuted.get(list) ?? new Set(),
  });
  const planned = plan();
  const probes = planned.made?.probes ?? [];
  const checking = new Checking<Probe>(probes.length);
  for (const probe of probes) await checking.take(probe.claim, probe);
  for (const { list, file } of await checking.failed()) refuted.set(list, (refuted.get(list) ?? new Set()).add(file));
  return refuted.size === 0 ? planned : plan();
}
