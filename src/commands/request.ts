/** `request inspect FILE…`: the request desk. Each file gets its verdict, in the order given; none spoils another. */
import { join } from "node:path";
import { deskJson, deskLines, deskTotal } from "../console/desk-pages.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { RequestDesk } from "../plan/desk.ts";
import type { Profile } from "../plan/profile.ts";
import { claimHolds } from "../room/claims.ts";
import { readLooseFile } from "../room/folder.ts";
import { registeredName } from "../plan/renewal.ts";
import { readRegular } from "../room/files.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { WeakList } from "../x509/weak-list.ts";
import { result } from "./output.ts";

export interface InspectOptions {
  readonly profile?: string;
  /** The field of a JSON object in which each file holds its request. */
  readonly field?: string;
  /** The folder of an earlier record, or its register pack. */
  readonly register?: string;
  /** Lists of weak keys. */
  readonly weakKeys?: readonly string[];
  readonly json?: boolean;
}

/** Returns exit code 0 when every request is accepted, 3 when one is refused. @throws Fault usage-arguments for a profile that takes no requests */
export async function inspect(files: readonly string[], options: InspectOptions): Promise<ExitCode> {
  const desk = new RequestDesk(options.profile === undefined ? null : await profileNamed(options.profile), options.register === undefined ? undefined : await knownKeys(options.register), await weakKeys(options.weakKeys));
  const verdicts = { accept: 0, refuse: 0 };
  for (const file of files) {
    const taken = desk.take(file, readLooseFile(file), options.field ?? null);
    const verdict = desk.judge(taken, taken.claim !== null && claimHolds(taken.claim));
    verdicts[verdict.verdict]++;
    if (options.json === true) result(deskJson(verdict));
    else result(...deskLines(verdict, files.length === 1));
  }
  if (options.json !== true && files.length > 1) result(deskTotal(verdicts));
  return verdicts.refuse === 0 ? EXIT.done : EXIT.refused;
}

/** The keys that a register knows. @throws Fault usage-file, form-json, form-register */
async function knownKeys(pack: string): Promise<ReadonlyMap<string, string>> {
  const { LARGEST_REGISTER, readRegister } = await import("../transcript/register.ts");
  const { keys, certificates } = readRegister(readRegular(join(pack, LAYOUT.artifacts, "register.json"), LARGEST_REGISTER));
  return new Map([...keys.map(({ key, spki }) => [spki, `the key ${key} of the register`] as const), ...certificates.map(({ name, spki }) => [spki, registeredName(name)] as const)]);
}

/** @throws Fault usage-file, form-hex, form-utf8 */
async function weakKeys(files: readonly string[] = []): Promise<WeakList | null> {
  if (files.length === 0) return null;
  const { LARGEST_WEAK_LIST, weakListOf } = await import("../plan/weak-keys.ts");
  return weakListOf(files.map((file) => readRegular(file, LARGEST_WEAK_LIST)));
}

/** Profiles are loaded only for who names one: with them comes what builds extensions. */
async function profileNamed(name: string): Promise<Profile> {
  const { findProfile, profileNames } = await import("../plan/profiles.ts");
  const profile = findProfile(name);
  if (profile?.fits.includes("sign-request") === true) return profile;
  const fitting = profileNames().filter((known) => findProfile(known)?.fits.includes("sign-request"));
  throw new Fault("usage-arguments", profile === undefined ? `there is no profile ${name}` : `${name} is for ${profile.fits.join(" and ")} and takes no request`, [`profiles for requests: ${fitting.join(", ")}`]);
}
