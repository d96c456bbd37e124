/** What is in the field, held against what the register says should be there: current, stale, unknown, missing. */
import type { Register } from "../transcript/register.ts";
import { objectsIn, type FieldFile, type FoundObject } from "./found.ts";
import { certificateLives, type CertificateLife } from "./life.ts";
import { listLives } from "./lists.ts";
import type { Closing, Obligation } from "./obligation.ts";
import { isUnnamed, placeIn, together, type Together } from "./together.ts";

export type FieldVerdict = "current" | "stale" | "unknown";

export interface FieldObject extends FoundObject {
  /** In the register; null for what it does not know. */
  readonly name: string | null;
  readonly verdict: FieldVerdict;
  /** Why, in a few words. */
  readonly why: string;
}

export interface FieldState {
  readonly objects: readonly FieldObject[];
  /** Files in which nothing of the kind stands. */
  readonly empty: readonly string[];
  /** Names of what should be in the field and was not found. */
  readonly missing: readonly { readonly kind: "certificate" | "crl" | "public key"; readonly name: string }[];
}

/**
 * Compares what was fetched with a register. A CA or key that is followed is current as long as the one after it is trusted beside it:
 * in the same file, or in the folder of the same device.
 * @param files as they were fetched: answers of platforms, lists from their addresses, archives, keys, lists of fingerprints
 * @param at UTC
 */
export function observe(register: Register, files: readonly FieldFile[], at: string): FieldState {
  const known = knownIn(register, at);
  const groups = together(files).map((group) => ({ group, found: group.files.map((file) => ({ file, objects: objectsIn(file) })) }));
  const objects = groups.flatMap(({ group, found }) => judgedTogether(group, found.flatMap(({ objects: all }) => all), known));
  const names = new Set(objects.map(({ name }) => name));
  const missing = [...expectedIn(register, at).filter(({ name }) => !names.has(name)), ...groups.flatMap(({ group }) => group.absent.map((name) => ({ kind: "public key" as const, name })))];
  const empty = groups.flatMap(({ found }) => found.filter(({ file, objects: all }) => all.length === 0 && !isConfiguration(file, groups)).map(({ file }) => file.path));
  return { objects, empty, missing };
}

/** A mender.conf has no key in it, only names of keys. */
function isConfiguration(file: FieldFile, groups: readonly { readonly group: Together }[]): boolean {
  return file.path.endsWith("mender.conf") && groups.some(({ group }) => group.keys !== null && group.files.includes(file));
}

function judgedTogether(group: Together, found: readonly FoundObject[], known: ReadonlyMap<string, Known>): FieldObject[] {
  const judgedAlone = found.map((one) => ({ one, said: known.get(placeOf(one)) ?? UNKNOWN }));
  const names = new Set(judgedAlone.filter(({ one }) => !isUnnamed(group, one.path)).map(({ said }) => said.name));
  return judgedAlone.map(({ one, said: { name, verdict, why, besides } }): FieldObject => {
    if (one.kind === "public key" && isUnnamed(group, one.path)) return { ...one, name, verdict: "stale", why: "mender.conf does not name it" };
    const isBeside = besides !== undefined && names.has(besides);
    return { ...one, name, verdict: isBeside ? "current" : verdict, why: isBeside ? `${besides} is trusted beside it` : why };
  });
}

type Known = Pick<FieldObject, "name" | "verdict" | "why"> & {
  /** The certificate beside which it may go on being trusted. */
  readonly besides?: string;
};
const UNKNOWN: Known = { name: null, verdict: "unknown", why: "the register does not know it" };

function placeOf({ kind, sha256 }: FoundObject): string {
  return kind === "public key" || kind === "crl" ? `${kind} ${sha256}` : `certificate ${sha256}`;
}

/** Every object that the register knows, by kind and digest. */
function knownIn(register: Register, at: string): Map<string, Known> {
  const known = new Map<string, Known>();
  const spkis = new Map(register.certificates.map(({ name, spki }) => [name, spki]));
  const lives = certificateLives(register, at);
  for (const life of lives) {
    const said = ofCertificate(life, lives.find(({ name }) => name === life.successor) ?? null, at);
    known.set(`certificate ${life.sha256}`, said);
    const key = `public key ${spkis.get(life.name) ?? ""}`;
    if (known.get(key)?.verdict !== "current") known.set(key, said);
  }
  for (const { current, upcoming, last } of listLives(register, at)) {
    for (const one of register.crls.filter(({ issuer }) => spkis.get(issuer) === spkis.get(last.issuer))) {
      const isCurrent = one.name === current?.name || upcoming.includes(one);
      known.set(`crl ${one.sha256}`, { name: one.name, verdict: isCurrent ? "current" : "stale", why: isCurrent ? `number ${one.number}, until ${one.nextUpdate}` : `number ${one.number}; ${current === null ? "it has lapsed" : `number ${current.number} is in force`}` });
    }
  }
  return known;
}

function ofCertificate({ name, state, switchIssuingOn, notAfter }: CertificateLife, successor: CertificateLife | null, at: string): Known {
  if (state === "expired" || state === "revoked") return { name, verdict: "stale", why: state === "expired" ? `it ended ${notAfter}` : "it is revoked" };
  if (successor === null || switchIssuingOn === null || at < switchIssuingOn) return { name, verdict: "current", why: `${state}, until ${notAfter}` };
  const since = switchIssuingOn > successor.notBefore ? switchIssuingOn : successor.notBefore; // one that was made late is used from then on
  return { name, verdict: "stale", why: `${successor.name} is used since ${since}`, besides: successor.name };
}

/** CAs and lists that others have to have: the lists in force, and every CA that is active. */
function expectedIn(register: Register, at: string): { kind: "certificate" | "crl"; name: string }[] {
  const cas = certificateLives(register, at).filter(({ role, state }) => (role === "root" || role === "subordinate") && (state === "active" || state === "retiring"));
  const lists = listLives(register, at).filter(({ isOver, policy }) => !isOver && policy !== "none").flatMap(({ current }) => current ?? []);
  return [...cas.map(({ name }) => ({ kind: "certificate" as const, name })), ...lists.map(({ name }) => ({ kind: "crl" as const, name }))];
}

/** What shows that an obligation is done: its bundle or list was seen in the field, and nowhere the old one without the new one. */
export function closedBy({ objects }: FieldState, { kind, of, next }: Obligation): Closing | null {
  const wanted = kind === "distribute" ? next : kind === "publish" ? of : null;
  const seen = wanted === null ? undefined : objects.find(({ name }) => name === wanted);
  const places = new Set(objects.flatMap(({ name, path }) => (name === wanted ? [placeIn(path)] : [])));
  const isLeftBehind = kind === "distribute" && objects.some(({ name, path }) => name === of && !places.has(placeIn(path)));
  return seen === undefined || isLeftBehind ? null : { how: "observed", where: seen.path };
}
