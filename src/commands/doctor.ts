/** `doctor`: what this machine has for a ceremony, what it lacks, and what to do about each. No token is opened and no PIN is read. */
import { dirname, resolve } from "node:path";
import { terminalReady } from "../console/prompts.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { hostInstant } from "../room/clock.ts";
import { readRegular } from "../room/files.ts";
import { programIsThere } from "../room/processes.ts";
import { nodeHere } from "../room/this-machine.ts";
import { parseStation } from "../script/station.ts";
import type { Station } from "../script/station-schema.ts";
import { moduleDigest } from "./module.ts";
import { result } from "./output.ts";
import { requireSources } from "./tokens.ts";

export interface DoctorOptions {
  readonly station?: string;
  readonly json?: boolean;
}

/** One thing that was looked at. */
interface Looked {
  readonly about: string;
  /** `not looked at`: nobody said where. */
  readonly state: "have" | "lack" | "not looked at";
  readonly found: string;
  /** What a person can do; empty where nothing is lacking. */
  readonly todo: readonly string[];
}

const OLDEST_NODE = [20, 17] as const;
const STATION_LIMIT = 1024 * 1024;

/** Prints one line for each thing. Exit 0 when nothing is lacking, else 3. */
export async function doctor({ station, json }: DoctorOptions): Promise<ExitCode> {
  const looked = [node(), await addon(), await sshKeygen(), terminal(), clock(), ...stationLooked(station)];
  if (json === true) result(JSON.stringify(looked));
  else for (const { about, state, found, todo } of looked) result(`${state.padEnd(4)}  ${about}: ${found}`, ...todo.map((line) => `      ${line}`));
  const lacking = looked.filter(({ state }) => state === "lack").length;
  if (json !== true) result(lacking === 0 ? "nothing is lacking of what was looked at" : `${lacking} lacking`);
  return lacking === 0 ? EXIT.done : EXIT.refused;
}

const have = (about: string, found: string): Looked => ({ about, state: "have", found, todo: [] });
const lack = (about: string, found: string, ...todo: readonly string[]): Looked => ({ about, state: "lack", found, todo });

function node(): Looked {
  const { version, system } = nodeHere();
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return enough ? have("Node", `${version}, ${system}`) : lack("Node", version, `install Node ${OLDEST_NODE.join(".")} or later`);
}

async function addon(): Promise<Looked> {
  try {
    await import("../hsm/hsm.ts");
    return have("PKCS#11", "the native addon loads");
  } catch (cause) {
    return lack("PKCS#11", `the native addon does not load (${firstLine(cause)})`, "in a checkout: npm rebuild pkcs11js", "a bundle runs on the Debian release that it was made on", "check, approve, seal and replay do without it");
  }
}

async function sshKeygen(): Promise<Looked> {
  return (await programIsThere("ssh-keygen")) ? have("ssh-keygen", "on PATH; people sign with it") : lack("ssh-keygen", "not on PATH", "install the package openssh-client: people sign with it");
}

function terminal(): Looked {
  return terminalReady() ? have("terminal", "people can be asked here") : lack("terminal", "none here", "a ceremony is run at a terminal, with neither input nor errors redirected");
}

function clock(): Looked {
  return have("clock", `${hostInstant()}: compare it with two watches`);
}

/** All that the station names on this host, without opening a token. */
function stationLooked(path: string | undefined): Looked[] {
  if (path === undefined) return [{ about: "station", state: "not looked at", found: "modules and PIN files, since no station was given", todo: ["anchorite doctor --station station.yaml"] }];
  const { station, findings } = parseStation(readRegular(path, STATION_LIMIT), path);
  if (station === null) return findings.map(({ message }) => lack("station", message, `mend ${path}`));
  const modules = new Set(Object.values(station.tokens).map(({ module }) => module));
  return [have("station", path), ...[...modules].map(moduleLooked), sourcesLooked(station, path)];
}

function moduleLooked(module: string): Looked {
  return tried(`module ${module}`, () => `SHA-256 ${moduleDigest(module)}`);
}

/** PIN files and configurations are looked at as a run does. */
function sourcesLooked(station: Station, path: string): Looked {
  return tried(`files beside ${dirname(resolve(path))}`, () => {
    requireSources(station, path);
    return "configurations and PIN files are there, with their modes";
  });
}

/** Have, or the words of the fault. */
function tried(about: string, look: () => string): Looked {
  try {
    return have(about, look());
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return lack(about, thrown.message, ...thrown.hints);
  }
}

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split("\n")[0] ?? "";
