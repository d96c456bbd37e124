/** `token probe`: what a token does, found on keys that are made for it and destroyed, and what of a script will not work there. */
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import { misfitsOf, type Misfit } from "../ceremony/probed.ts";
import { terminalReady } from "../console/prompts.ts";
import { misfitLines, probeLines } from "../console/token-pages.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { TokenDesk } from "../hsm/token-desk.ts";
import { templatesOf } from "../plan/key-template.ts";
import type { Plan } from "../plan/plan.ts";
import { claimHolds } from "../room/claims.ts";
import { hostInstant } from "../room/clock.ts";
import { keepFile, kindAt } from "../room/files.ts";
import { UNINITIALIZED, type Station } from "../script/station-schema.ts";
import type { Probe } from "../tokens/probe.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { listenForStop, result, talk, talkFindings } from "./output.ts";
import { readScript } from "./reading.ts";
import { demandSilent, openDesk, readStation, seenModule, tokenOf, withoutRecord } from "./token.ts";

export interface ProbeOptions {
  readonly station: string;
  readonly token?: string;
  /** Where the probe is kept; never overwritten. */
  readonly output: string;
  readonly json?: boolean;
}

/** Returns 0; 3 when something of the script will not work; 4 when something that was made is still on the token. */
export async function probeToken(scriptPath: string | undefined, options: ProbeOptions): Promise<ExitCode> {
  if (kindAt(options.output) !== "nothing") throw new Fault("usage-arguments", `${options.output} is there already, and nothing is overwritten`, ["name another file, or move that one away"]);
  const station = readStation(options.station);
  if (station === null) return EXIT.refused;
  const name = tokenOf(station, options.token);
  if (station.tokens[name]?.serial === UNINITIALIZED) throw new Fault("usage-arguments", `expected the serial of token ${name} in the station, found ${UNINITIALIZED}`, ["a probe wants a token with a user PIN: initialise one of the same model by its vendor's tool, and name its serial in a station for the probe"]);
  demandSilent(station, name);
  const plan = scriptPath === undefined ? null : await planOf(scriptPath);
  if (plan === false) return EXIT.refused;
  const desk = await openDesk(station, options.station);
  try {
    return await probeAt(desk, { station, name, options, plan, scriptPath });
  } finally {
    await desk.close();
  }
}

interface Task {
  readonly station: Station;
  readonly name: string;
  readonly options: ProbeOptions;
  readonly plan: Plan | null;
  readonly scriptPath: string | undefined;
}

async function probeAt(desk: TokenDesk, { station, name, options, plan, scriptPath }: Task): Promise<ExitCode> {
  const module = seenModule(desk, name, station.tokens[name]?.module ?? "");
  const { token, keys, leftBefore } = await desk.present(name);
  if (leftBefore.length > 0) talk("anchorite: a probe before has left on this token, and this one does not touch it:", ...leftBefore.map((one) => `  ${one}`));
  if (keys.length > 0) await demandConsent(token.label, keys);
  let stopped = false;
  const end = listenForStop(() => { stopped = true; });
  try {
    const found = await desk.probe(name, {
      name: toHex(randomBytes(8)), algorithms: algorithmsFor(plan, name), templates: templatesOf(), verifies: claimHolds,
      draw: (length) => new Uint8Array(randomBytes(length)), stopped: () => stopped, progress: (line) => talk(`  ${line}`),
    });
    const probe: Probe = { format: "anchorite-token-probe/1", at: hostInstant(), module, ...found };
    keepFile(options.output, toUtf8(`${JSON.stringify(probe, null, 2)}\n`));
    return tell(probe, plan === null ? null : { path: basename(scriptPath ?? ""), misfits: misfitsOf(plan, name, probe) }, options.json === true);
  } finally {
    end();
  }
}

function tell(probe: Probe, script: { readonly path: string; readonly misfits: readonly Misfit[] } | null, json: boolean): ExitCode {
  if (json) result(JSON.stringify({ probe, script: script === null ? null : script.misfits }));
  else result(...probeLines(probe), ...(script === null ? [] : ["", ...misfitLines(script.path, script.misfits)]));
  if (probe.scratch.destroyed !== "yes") {
    talk(`anchorite: what was made for the probe is still on the token, under the label ${probe.scratch.label}: destroy it by the vendor's tool`);
    return EXIT.token;
  }
  return script !== null && script.misfits.length > 0 ? EXIT.refused : EXIT.done;
}

/** Those that the script wants of this token; null: all. */
function algorithmsFor(plan: Plan | null, name: string): readonly KeyAlgorithm[] | null {
  const wanted = (plan?.steps ?? []).flatMap((step) => (step.rule === "generate-key-pair@1" && step.token === name ? [step.algorithm] : []));
  return wanted.length === 0 ? null : [...new Set(wanted)];
}

async function planOf(path: string): Promise<Plan | false> {
  const { made, findings } = await readScript(path);
  if (made?.plan != null && findings.length === 0) return made.plan;
  talkFindings(findings);
  return false;
}

/** A token that holds keys is somebody's: who probes it types its label. @throws Fault usage-no-terminal, person-interrupted */
async function demandConsent(label: string, keys: readonly string[]): Promise<void> {
  if (!terminalReady()) throw new Fault("usage-no-terminal", `token ${JSON.stringify(label)} holds ${keys.length} keys, and only a person at a terminal may have it probed`, ["run it at a terminal, or take a token that holds no key"]);
  const { askWords } = await import("../console/terminal.ts");
  talk(`Token ${JSON.stringify(label)} holds keys that this probe did not make and will not touch:`, ...keys.slice(0, 20).map((key) => `  ${key}`), ...(keys.length > 20 ? [`  and ${keys.length - 20} more`] : []), "Keys will be made beside them, used, and destroyed. On some tokens that counts against a limit or a log.");
  await withoutRecord(() => askWords(`type  probe ${label}  to go on, Ctrl-C to leave:`, `probe ${label}`));
}
