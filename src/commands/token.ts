/** `token list` and `token inspect`: what is in the slots of a station's modules, and what is on a token. Nothing is changed. */
import { dirname, resolve } from "node:path";
import { StationPins } from "../console/pin.ts";
import { moduleLines, objectLines, tokenLines } from "../console/token-pages.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { TokenDesk } from "../hsm/token-desk.ts";
import { readRegular } from "../room/files.ts";
import { parseStation } from "../script/station.ts";
import type { Station } from "../script/station-schema.ts";
import type { SeenModule } from "../tokens/probe.ts";
import { moduleDigest, moduleProxy } from "./module.ts";
import { result, talkFindings } from "./output.ts";
import { bindingsOf, placesOf } from "./tokens.ts";

export interface ListOptions {
  readonly station: string;
  readonly json?: boolean;
}
export interface InspectTokenOptions extends ListOptions {
  readonly login?: boolean;
}

/** A station as read, or null when its findings were shown. */
export function readStation(path: string): Station | null {
  const { station, findings } = parseStation(readRegular(path), path);
  if (station === null) talkFindings(findings);
  return station;
}

/** @throws Fault hsm-pin-source when a PIN file cannot serve */
export async function openDesk(station: Station, path: string): Promise<TokenDesk> {
  const { TokenDesk } = await import("../hsm/token-desk.ts");
  const { askPin, terminalReady } = await import("../console/terminal.ts");
  const pins = new StationPins(placesOf(station, dirname(resolve(path))), terminalReady() ? (question) => withoutRecord(() => askPin(question)) : null);
  return new TokenDesk(bindingsOf(station, path), pins);
}

/** Asks at the terminal; whoever leaves it leaves no record behind, as in a ceremony. @throws Fault person-interrupted */
export async function withoutRecord<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== "person-interrupted") throw thrown;
    throw new Fault(thrown.code, thrown.message, ["nothing was made on the token; the same command begins again"], { cause: thrown });
  }
}

/** The module of a token of the station, with the digest of its file. @throws Fault hsm-module, … */
export function seenModule(desk: TokenDesk, name: string, path: string): SeenModule {
  const sha256 = moduleDigest(path);
  return { ...desk.module(name), sha256 };
}

/** No PIN goes through a module that writes it down [TOKEN-PROXY]. @throws Fault hsm-module */
export function demandSilent(station: Station, name: string): void {
  const proxy = moduleProxy(station.tokens[name]?.module ?? "");
  if (proxy?.refused === true) throw new Fault("hsm-module", `the module of token ${name} is ${proxy.what}`, ["name the token's own module in the station"]);
}

/** The one token that is meant. @throws Fault usage-arguments */
export function tokenOf({ tokens }: Station, name: string | undefined): string {
  const names = Object.keys(tokens);
  const meant = name ?? (names.length === 1 ? names[0] : undefined);
  if (meant === undefined || !names.includes(meant)) throw new Fault("usage-arguments", `expected one token of the station (${names.join(", ")}), found ${name ?? "none"}`, ["name it: --token NAME"]);
  return meant;
}

/** `token list`: each module of the station once, and every token in its slots. Nobody logs in. */
export async function listTokens({ station: path, json }: ListOptions): Promise<ExitCode> {
  const station = readStation(path);
  if (station === null) return EXIT.refused;
  const desk = await openDesk(station, path);
  try {
    const names = Object.keys(station.tokens).filter((name, i, all) => all.findIndex((other) => station.tokens[other]?.module === station.tokens[name]?.module) === i);
    const seen = names.map((name) => ({ module: seenModule(desk, name, station.tokens[name]?.module ?? ""), tokens: desk.list(name) }));
    if (json === true) result(JSON.stringify(seen));
    else for (const { module, tokens } of seen) result(...moduleLines(module, moduleProxy(module.path)?.what ?? null), "", ...tokens.flatMap((token) => [...tokenLines(token), ""]));
    return EXIT.done;
  } finally {
    await desk.close();
  }
}

/** `token inspect`: every object of a token and every attribute that it tells; without a login those that everybody may see. */
export async function inspectTokens(name: string | undefined, { station: path, login, json }: InspectTokenOptions): Promise<ExitCode> {
  const station = readStation(path);
  if (station === null) return EXIT.refused;
  const meant = tokenOf(station, name);
  if (login === true) demandSilent(station, meant);
  const desk = await openDesk(station, path);
  try {
    const module = seenModule(desk, meant, station.tokens[meant]?.module ?? "");
    const { token, objects } = await desk.inspect(meant, login === true);
    if (json === true) result(JSON.stringify({ module, token, login: login === true, objects }));
    else result(...moduleLines(module, moduleProxy(module.path)?.what ?? null), "", ...tokenLines(token), "", `${objects.length} objects${login === true ? "" : " that are shown without a login; there may be more"}`, "", ...objects.flatMap(objectLines));
    return EXIT.done;
  } finally {
    await desk.close();
  }
}
