/** `request inspect FILE…`: the request desk. Each file gets its verdict, in the order given; none spoils another. */
import { deskJson, deskLines, deskTotal } from "../console/desk-pages.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { RequestDesk } from "../plan/desk.ts";
import type { Profile } from "../plan/profile.ts";
import { claimHolds } from "../room/claims.ts";
import { readLooseFile } from "../room/folder.ts";
import { result } from "./output.ts";

export interface InspectOptions {
  readonly profile?: string;
  readonly json?: boolean;
}

/** Returns exit code 0 when every request is accepted, 3 when one is refused. @throws Fault usage-arguments for a profile that takes no requests */
export async function inspect(files: readonly string[], options: InspectOptions): Promise<ExitCode> {
  const desk = new RequestDesk(options.profile === undefined ? null : await profileNamed(options.profile));
  const verdicts = { accept: 0, refuse: 0 };
  for (const file of files) {
    const taken = desk.take(file, readLooseFile(file));
    const verdict = desk.judge(taken, taken.claim !== null && claimHolds(taken.claim));
    verdicts[verdict.verdict]++;
    if (options.json === true) result(deskJson(verdict));
    else result(...deskLines(verdict, files.length === 1));
  }
  if (options.json !== true && files.length > 1) result(deskTotal(verdicts));
  return verdicts.refuse === 0 ? EXIT.done : EXIT.refused;
}

/** Profiles are loaded only for who names one: with them comes what builds extensions. */
async function profileNamed(name: string): Promise<Profile> {
  const { findProfile, profileNames } = await import("../plan/profiles.ts");
  const profile = findProfile(name);
  if (profile?.fits === "sign-request") return profile;
  const fitting = profileNames().filter((known) => findProfile(known)?.fits === "sign-request");
  throw new Fault("usage-arguments", profile === undefined ? `there is no profile ${name}` : `${name} is for ${profile.fits} and takes no request`, [`profiles for requests: ${fitting.join(", ")}`]);
}
