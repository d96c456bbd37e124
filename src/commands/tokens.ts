/** From a station to its tokens: bindings, and where the PINs come from. */
import { dirname, resolve } from "node:path";
import { StationPins } from "../console/pin.ts";
import { Fault } from "../fault.ts";
import type { Hsm, TokenBinding } from "../hsm/hsm.ts";
import { kindAt } from "../room/files.ts";
import type { Plan } from "../plan/plan.ts";
import type { Journal } from "../room/journal.ts";
import { UNINITIALIZED, type Station, type StationPin } from "../script/station-schema.ts";
import { talk } from "./output.ts";

/**
 * The tokens of a station. The native addon is loaded here, and not before.
 * @param stationPath the station file; its relative paths count from its folder
 * @throws Fault hsm-pin-source, hsm-configuration for a file that the station names and that cannot serve
 */
export async function openTokens(station: Station, stationPath: string, journal: Pick<Journal, "event">): Promise<Hsm> {
  const { Hsm } = await import("../hsm/hsm.ts");
  const { askPin, terminalReady } = await import("../console/terminal.ts");
  const folder = dirname(resolve(stationPath));
  const tokens = Object.entries(station.tokens);
  const places = Object.fromEntries(tokens.map(([token, entry]) => [token, { pin: placeOf(entry.pin, folder), soPin: entry["so-pin"] === undefined ? null : placeOf(entry["so-pin"], folder) }]));
  const pins = new StationPins(places, terminalReady() ? (question) => askPin(question) : null);
  pins.requireFiles();
  return new Hsm(bindingsOf(station, stationPath), pins, {
    login: async (token, serial, role) => journal.event({ name: "login", token, serial, role }),
    logout: async (token, serial) => journal.event({ name: "logout", token, serial }),
    loginRefused: async (token, serial, ckr) => journal.event({ name: "login-refused", token, serial, ckr }),
    progress: (line) => talk(`  ${line}`),
  });
}

/**
 * Looks at the tokens that are here before a ceremony begins, so that an algorithm that one of them does not have is known before
 * anything is made. Nobody logs in.
 * @throws Fault hsm-mechanism with every key that cannot be made
 */
export async function demandOffered(plan: Plan, station: Station, stationPath: string): Promise<void> {
  const wishes = plan.steps.flatMap((step) => (step.rule === "generate-key-pair@1" ? [step] : []));
  if (wishes.length === 0) return;
  const bindings = bindingsWhole(station, stationPath);
  if (bindings === null) return;
  const { Hsm } = await import("../hsm/hsm.ts");
  const hsm = new Hsm(bindings, new StationPins({}, null), { login: async () => undefined, logout: async () => undefined, loginRefused: async () => undefined });
  try {
    const reasons = await hsm.shortcomings(wishes);
    if (reasons.length > 0) throw new Fault("hsm-mechanism", `the tokens cannot make what the script wants of them: ${reasons.join("; ")}`, ["nothing was done; choose an algorithm that the token supports, or another token"]);
  } finally {
    await hsm.close();
  }
}

/** Null where the station names a file that is not there: the session says so, in its own words. */
function bindingsWhole(station: Station, stationPath: string): Record<string, TokenBinding> | null {
  try {
    return bindingsOf(station, stationPath);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

function bindingsOf(station: Station, stationPath: string): Record<string, TokenBinding> {
  const folder = dirname(resolve(stationPath));
  return Object.fromEntries(Object.entries(station.tokens).map(([token, entry]) => [token, bindingOf(entry, folder)]));
}

function bindingOf(entry: Station["tokens"][string], folder: string): TokenBinding {
  const environment = Object.fromEntries(Object.entries(entry.environment ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : configurationAt(name, resolve(folder, value.file))]));
  return { module: entry.module, serial: entry.serial === UNINITIALIZED ? null : entry.serial, environment, initString: entry["init-string"] ?? null, ...(entry.label === undefined ? {} : { label: entry.label }) };
}

/** A module that does not find its configuration says so in words of its own, or takes another one. */
function configurationAt(name: string, path: string): string {
  const found = kindAt(path);
  if (found === "nothing" || found === "folder") throw new Fault("hsm-configuration", `expected ${name} to name a file, found ${found} at ${path}`, ["check the path in the station file, which counts from its folder"]);
  return path;
}

function placeOf(pin: StationPin, folder: string): StationPin {
  return typeof pin === "object" && "file" in pin ? { file: resolve(folder, pin.file) } : pin;
}
