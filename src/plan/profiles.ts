/** The table of profiles: versioned data, frozen once released. */
import { CTRLX_PROFILES } from "../platforms/ctrlx/profiles.ts";
import { FOUNDRIES_PROFILES } from "../platforms/foundries/profiles.ts";
import { IOX_PROFILES } from "../platforms/iox/profiles.ts";
import { MENDER_PROFILES } from "../platforms/mender/profiles.ts";
import { ROLLOUTS_PROFILES } from "../platforms/rollouts/profiles.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { PRIVATE_PROFILES } from "./private-profiles.ts";
import type { Profile } from "./profile.ts";
import { WEBPKI_PROFILES } from "./webpki-profiles.ts";

/** Every profile, by trust domain. */
export const PROFILES: readonly Profile[] = [...PRIVATE_PROFILES, ...WEBPKI_PROFILES, ...FOUNDRIES_PROFILES, ...IOX_PROFILES, ...CTRLX_PROFILES, ...MENDER_PROFILES, ...ROLLOUTS_PROFILES];

/** The newest version of a profile that a script names without one (`private/root`); undefined when there is none. */
export function findProfile(name: string): Profile | undefined {
  return PROFILES.find((profile) => profile.name.split("@")[0] === name);
}

/** Whether any profile certifies keys of an algorithm. */
export function isCertifiable(algorithm: KeyAlgorithm): boolean {
  return PROFILES.some((profile) => profile.algorithms.includes(algorithm));
}

/** Every profile's name, without versions. */
export function profileNames(): string[] {
  return PROFILES.map((profile) => profile.name.split("@")[0] ?? profile.name);
}
