/** Octets of a station file to a station, and whether it fits a script. */
import type { Finding } from "../fault.ts";
import { doubt, type Doubt } from "./doubt.ts";
import { inReadingOrder, placed, type Locate } from "./place.ts";
import type { Script } from "./schema.ts";
import { stationSchema, UNINITIALIZED, type Station, type StationToken } from "./station-schema.ts";
import { readStrictYaml, withoutEchoes } from "./strict-yaml.ts";
import { readBySchema } from "./zod-findings.ts";

export interface ParsedStation {
  /** Null when there is any finding. */
  readonly station: Station | null;
  /** In the order of the text; each has file, line and column. */
  readonly findings: readonly Finding[];
  /** For `placed(stationFindings(…))`. */
  readonly locate: Locate;
}

/**
 * Reads a station file. Never throws; whatever is wrong is a [SCRIPT-FORM] finding, which shows nothing that might be a PIN.
 * @param text the file's octets, UTF-8
 * @param file the name that the findings carry
 */
export function parseStation(text: Uint8Array, file: string): ParsedStation {
  const yaml = readStrictYaml(text, file);
  if (yaml.value === undefined) return { station: null, findings: yaml.findings, locate: yaml.locate };
  const read = readBySchema(stationSchema, yaml.value, [], yaml.locate);
  const findings = inReadingOrder(placed([...yaml.findings, ...withoutEchoes(read.findings, yaml)], file, yaml.locate));
  return { station: findings.length === 0 ? read.data : null, findings, locate: yaml.locate };
}

/**
 * Whether a station binds exactly the tokens of a script [SCRIPT-NAMES]: an entry each; `uninitialized` and an SO PIN where the
 * script initialises, a serial elsewhere; an SO PIN where it wraps a key; no serial twice.
 * @returns findings whose paths are those of the station file
 */
export function stationFindings(script: Script, station: Station): Finding[] {
  const initialized = new Set(script.steps.flatMap((step) => (step.kind === "initialize-token" ? [step.token] : [])));
  const wrapping = new Set(script.steps.flatMap((step) => (step.kind === "generate-key-pair" && step.backup === "wrap" ? [step.token] : [])));
  const missing = Object.keys(script.tokens).filter((token) => !Object.hasOwn(station.tokens, token));
  const doubts = missing.map((token) => doubt("SCRIPT-NAMES", ["tokens"], token, `expected an entry for ${token}, a token of the script, found none`));
  for (const [token, entry] of Object.entries(station.tokens)) {
    if (!Object.hasOwn(script.tokens, token)) {
      doubts.push(doubt("SCRIPT-NAMES", ["tokens", token], token, `expected only tokens of the script, found ${token}`));
    } else doubts.push(...soPinDoubts(script, token, entry), ...newPinDoubts(script, token, entry), ...(initialized.has(token) ? freshTokenDoubts(token, entry) : existingTokenDoubts(token, entry)));
  }
  for (const token of wrapping) {
    const entry = Object.hasOwn(station.tokens, token) ? station.tokens[token] : undefined;
    if (entry !== undefined && entry["so-pin"] === undefined && !initialized.has(token)) doubts.push(doubt("SCRIPT-NAMES", ["tokens", token], token, `expected so-pin, for the script wraps a key of ${token}, and the SO makes the wrapping key, found none`));
  }
  return [...doubts, ...sharedSerialDoubts(station)].map(({ finding }) => finding);
}

function freshTokenDoubts(token: string, { serial, label, "so-pin": soPin }: StationToken): Doubt[] {
  const doubts: Doubt[] = [];
  if (label !== undefined) doubts.push(doubt("SCRIPT-NAMES", ["tokens", token, "label"], token, `expected no label, for the script initialises ${token} and gives it one, found ${label}`));
  if (serial !== UNINITIALIZED) {
    const message = `expected serial: ${UNINITIALIZED}, for the script initialises ${token}, found a serial`;
    doubts.push(doubt("SCRIPT-NAMES", ["tokens", token, "serial"], token, message, "a token that holds keys is inspected, never initialised"));
  }
  if (soPin === undefined) doubts.push(doubt("SCRIPT-NAMES", ["tokens", token], token, `expected so-pin, for the script initialises ${token}, found none`));
  return doubts;
}

/** The SO unlocks, and changes the SO PIN. */
function soPinDoubts({ steps }: Script, token: string, { "so-pin": soPin }: StationToken): Doubt[] {
  const wanting = steps.find((step) => (step.kind === "unlock-pin" || (step.kind === "change-pin" && step.role === "so")) && step.token === token);
  if (wanting === undefined || soPin !== undefined) return [];
  return [doubt("SCRIPT-NAMES", ["tokens", token], token, `expected so-pin, for the script has ${wanting.kind} for ${token}, found none`)];
}

/** A PIN that is set twice comes from two places, or is typed: a file says one. */
function newPinDoubts({ steps }: Script, token: string, entry: StationToken): Doubt[] {
  const setting = steps.flatMap((step) => ((step.kind === "change-pin" || step.kind === "unlock-pin") && step.token === token ? [step.kind === "change-pin" ? (step.role ?? "user") : "user"] : []));
  return ([["new-pin", "user"], ["new-so-pin", "so"]] as const).flatMap(([field, role]) => {
    const times = setting.filter((one) => one === role).length;
    const places = entry[field];
    const enough = places === undefined || (Array.isArray(places) ? places.length >= times : times < 2 || places === "prompt" || "descriptor" in places);
    return enough ? [] : [doubt("SCRIPT-NAMES", ["tokens", token, field], token, `expected a list of ${times} places, for the script sets the ${role === "so" ? "SO" : "user"} PIN of ${token} so often, found ${Array.isArray(places) ? places.length : "one"}`, "write [{ file: first.txt }, { file: second.txt }], or prompt")];
  });
}

function existingTokenDoubts(token: string, { serial }: StationToken): Doubt[] {
  if (serial !== UNINITIALIZED) return [];
  return [doubt("SCRIPT-NAMES", ["tokens", token, "serial"], token, `expected the serial of ${token}, for the script does not initialise it, found ${UNINITIALIZED}`)];
}

/** Some modules give all their tokens one serial; then the station tells them apart by their labels. */
function sharedSerialDoubts({ tokens }: Station): Doubt[] {
  const entries = Object.entries(tokens).filter(([, { serial }]) => serial !== UNINITIALIZED);
  return entries.flatMap(([token, entry], i) => {
    const [owner] = entries.slice(0, i).find(([, other]) => mayBeOne(entry, other)) ?? [];
    if (owner === undefined) return [];
    return [doubt("SCRIPT-NAMES", ["tokens", token, "serial"], token, `expected a serial of ${token}'s own, found that of ${owner}`, "where a module gives all its tokens one serial, give each its label")];
  });
}

function mayBeOne(a: StationToken, b: StationToken): boolean {
  return a.serial === b.serial && (a.label === undefined || b.label === undefined || a.label === b.label);
}
