/** What the keys of a register oblige to: to name parked ones every year, to end roots whose key is old, to look at records that may go. */
import { shifted } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";
import { keyStandings, type KeyStanding } from "./keys.ts";
import type { Obligation } from "./obligation.ts";

/** From its ceremony until a root of the web PKI is trusted for servers no more (MRSP 7.4). */
const OLDEST_ROOT = "P15Y";
/** Another root takes so long to be included. */
const BEFORE_THAT = "P3Y";
const YEARLY = "P1Y";
const WINDOW = "P90D";

/** @param at UTC */
export function keyObligations(register: Register, at: string): Obligation[] {
  const roots = new Set(register.certificates.filter(({ profile }) => profile.startsWith("webpki/root@")).map(({ spki }) => spki));
  return keyStandings(register).flatMap((key) => [...ofParked(key, register.attested, at), ...(roots.has(key.spki) ? ofAge(key) : []), ...ofRetention(key, at)]);
}

/** One for each year since the last ceremony, which listed it in its register: auditors and root programs are told by the SHA-256 of its SubjectPublicKeyInfo (MRSP 3.1.3). */
function ofParked({ key, state }: KeyStanding, attested: string | null, at: string): Obligation[] {
  if (state !== "parked" || attested === null) return [];
  const years: Obligation[] = [];
  for (let by = shifted(attested, YEARLY, "after"); ; by = shifted(by, YEARLY, "after")) {
    years.push({ id: `parked/${key}-${by.slice(0, 4)}`, kind: "parked", of: key, next: null, from: shifted(by, WINDOW, "before"), by });
    if (by >= at) return years;
  }
}

function ofAge({ key, state, since }: KeyStanding): Obligation[] {
  if (since === null || state === "destroyed") return [];
  const by = shifted(since, OLDEST_ROOT, "after");
  return [{ id: `age/${key}`, kind: "age", of: key, next: null, from: shifted(by, BEFORE_THAT, "before"), by }];
}

/** Once every certificate over a key or by it has ended: its records are kept for two years more, and then somebody decides. */
function ofRetention({ key, lastNotAfter, retainUntil }: KeyStanding, at: string): Obligation[] {
  if (lastNotAfter === null || retainUntil === null || at <= lastNotAfter) return [];
  return [{ id: `retain/${key}`, kind: "retain", of: key, next: null, from: retainUntil, by: shifted(retainUntil, YEARLY, "after") }];
}
