/** From a station to its tokens: bindings, and where the PINs come from. */
import { dirname, resolve } from "node:path";
import type { Briefing } from "../console/people.ts";
import { StationPins, type AgreeOnLastTry, type PinPlace, type TokenPins } from "../console/pin.ts";
import { Fault } from "../fault.ts";
import type { Hsm, TokenBinding, WrappingSecrets } from "../hsm/hsm.ts";
import { kindAt } from "../room/files.ts";
import type { Plan } from "../plan/plan.ts";
import type { Journal } from "../room/journal.ts";
import { idleMinutesOf, UNINITIALIZED, type Station, type StationPin, type StationToken } from "../script/station-schema.ts";
import { moduleDigest } from "./module.ts";
import { talk, working } from "./output.ts";
import type { PinsBefore } from "./pin-past.ts";
import type { SessionSource } from "./session.ts";

/** What PINs are asked in: where logins are recorded, who may agree to a last try, and what the record says of earlier ones. */
export interface PinCircumstances {
  readonly briefing: Briefing;
  readonly journal: Journal;
  readonly before: PinsBefore;
}

/**
 * Looks for the files that a station names, as a run does; no token is opened.
 * @throws Fault hsm-pin-source, hsm-configuration for one that cannot serve
 */
export function requireSources(station: Station, stationPath: string): void {
  bindingsOf(station, stationPath);
  new StationPins(placesOf(station, dirname(resolve(stationPath))), null, null).requireFiles();
}

/**
 * The tokens of a station. The native addon is loaded here, and not before. The relative paths of the station count from its folder.
 * @throws Fault hsm-pin-source, hsm-configuration for a file that the station names and that cannot serve
 */
export async function openTokens({ plan, station, stationPath, plain }: Pick<SessionSource, "plan" | "station" | "stationPath" | "plain">, { briefing, journal, before }: PinCircumstances, secrets: WrappingSecrets): Promise<Hsm> {
  const { Hsm } = await import("../hsm/hsm.ts");
  const { askPin, askTwo, mannerOf, terminalReady } = await import("../console/terminal.ts");
  const manner = mannerOf(briefing, { idleMinutes: idleMinutesOf(station), plain });
  const agree: AgreeOnLastTry = async (token, role) => {
    const by = await askTwo(`The next wrong ${role === "so" ? "SO PIN" : "PIN"} may lock token ${token}. Two people have to agree that it is tried.`, briefing.people.map(({ id }) => id), undefined, manner);
    journal.event({ name: "last-try", token, role, by: [...by] });
  };
  const isThere = terminalReady();
  const pins = new StationPins(placesOf(station, dirname(resolve(stationPath))), isThere ? (question) => askPin(question, undefined, manner) : null, isThere ? agree : null);
  pins.requireFiles();
  for (const { token, role } of before.changed) pins.changed(token, role);
  for (const { token, role, times } of before.wrong) for (let i = 0; i < times; i++) pins.tried(token, role, false);
  return new Hsm(acceptedBy(plan, bindingsOf(station, stationPath)), pins, {
    login: async (token, serial, role) => {
      pins.tried(token, role, true);
      journal.event({ name: "login", token, serial, role });
      talk(`  token ${token}, serial ${serial}: ${role === "so" ? "the SO is logged in" : "LOGGED IN"}`);
    },
    logout: async (token, serial) => {
      journal.event({ name: "logout", token, serial });
      talk(`  token ${token}, serial ${serial}: logged out`);
    },
    loginRefused: async (token, serial, ckr, role = "user") => (pins.tried(token, role, false), journal.event({ name: "login-refused", token, serial, ckr, role })),
    progress: (line) => talk(`  ${line}`),
    working: (line, seconds) => working(line, seconds, manner.plain),
  }, secrets);
}

/** Where the PINs of a station come from. @param folder that its relative paths count from */
export function placesOf(station: Station, folder: string): Record<string, TokenPins> {
  return Object.fromEntries(Object.entries(station.tokens).map(([token, entry]) => {
    const { pin, "so-pin": soPin, "new-pin": newPin, "new-so-pin": newSoPin } = entry;
    return [token, {
      pin: placeOf(pin, folder), soPin: soPin === undefined ? null : placeOf(soPin, folder),
      ...(newPin === undefined ? {} : { newPin: placesIn(newPin, folder) }), ...(newSoPin === undefined ? {} : { newSoPin: placesIn(newSoPin, folder) }),
    }];
  }));
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

/** How each token of a station is reached. @throws Fault hsm-configuration */
export function bindingsOf(station: Station, stationPath: string): Record<string, TokenBinding> {
  const folder = dirname(resolve(stationPath));
  return Object.fromEntries(Object.entries(station.tokens).map(([token, entry]) => [token, bindingOf(entry, folder)]));
}

/** Each binding with the models that the plan accepts behind its module; where it names none, as it was. */
function acceptedBy(plan: Plan, bindings: Readonly<Record<string, TokenBinding>>): Record<string, TokenBinding> {
  return Object.fromEntries(Object.entries(bindings).map(([token, binding]) => {
    const accept = plan.tokens.find((planned) => planned.token === token)?.accept ?? [];
    const digest = accept.length === 0 ? "" : moduleDigest(binding.module);
    return [token, accept.length === 0 ? binding : { ...binding, accepted: accept.filter(({ module }) => module === digest) }];
  }));
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

function placesIn(pin: NonNullable<StationToken["new-pin"]>, folder: string): PinPlace[] {
  return (Array.isArray(pin) ? pin : [pin]).map((one) => placeOf(one, folder));
}

function placeOf(pin: StationPin, folder: string): StationPin {
  return typeof pin === "object" && "file" in pin ? { file: resolve(folder, pin.file) } : pin;
}
