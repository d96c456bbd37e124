/** What the next ceremony is put together from, piece by piece: steps with their reasons, names that are taken, what somebody has to bring. */
import type { Finding } from "../fault.ts";
import type { HeldCeremony } from "../transcript/held-ceremony.ts";
import type { Register, RegisteredCertificate, RegisteredKey } from "../transcript/register.ts";
import type { RotationMade, WrittenStep } from "../transcript/rotation-made.ts";
import { certificateLives, type CertificateLife } from "./life.ts";
import { successorsOf } from "./succession.ts";

export type Fields = WrittenStep["fields"];

/** A step of the script to be, and why it stands there. */
export interface NextStep {
  readonly kind: string;
  readonly fields: Fields;
  readonly why: string;
}

/** Something that somebody has to bring before the script can be checked. */
export interface Wanted {
  /** Where it is put, below the script's folder. */
  readonly file: string;
  readonly what: string;
  /** Who is asked for it. */
  readonly from: string;
  /** How it is looked at when it is there. */
  readonly look: string;
}

/** Something that is due and is not in the script. */
export interface LeftOut {
  readonly id: string;
  readonly why: string;
}

/** A successor that the script makes. */
export interface Succession {
  readonly old: CertificateLife;
  readonly name: string;
}

export interface Draft {
  readonly register: Register;
  readonly held: HeldCeremony;
  readonly made: RotationMade;
  /** UTC. */
  readonly at: string;
  readonly lives: ReadonlyMap<string, CertificateLife>;
  /** By the name of a certificate of the register: that which took its place, in the register. */
  readonly followed: ReadonlyMap<string, RegisteredCertificate>;
  /** What is revoked in this script; null for nothing. */
  readonly revoked: string | null;
  /** By the name of the old certificate. */
  readonly successions: Map<string, Succession>;
  /** By the name of a key of the register: the new one in its place. */
  readonly newKeys: Map<string, string>;
  /** By the name of a certificate of this script: its key, where that is ours. */
  readonly keyOfNew: Map<string, string>;
  /** By the name of the CA's certificate: the CRL that this script makes of it. */
  readonly newLists: Map<string, string>;
  /** By token: the keys of the register that are used. */
  readonly used: Map<string, Set<string>>;
  /** Names of certificates, lists and requests; keys have names of their own. */
  readonly taken: Set<string>;
  readonly takenKeys: Set<string>;
  readonly keys: NextStep[];
  readonly certificates: NextStep[];
  readonly lists: NextStep[];
  readonly bundles: NextStep[];
  /** Periods of lists of new CAs, by the CA. */
  readonly crls: Map<string, Fields>;
  readonly wanted: Wanted[];
  readonly leftOut: LeftOut[];
  readonly findings: Finding[];
  /** Texts that lie beside the script, by path. */
  readonly files: Map<string, string>;
}

/** @param at UTC @param revoked the name of the certificate that is revoked in this script */
export function newDraft(register: Register, held: HeldCeremony, made: RotationMade, at: string, revoked: string | null): Draft {
  const { keys, certificates, crls, requests } = register;
  const taken = [...certificates.map(({ name }) => name), ...crls.map(({ name }) => name.split("/")[0] ?? name), ...requests.map(({ name }) => name)];
  return {
    register, held, made, at, revoked, lives: new Map(certificateLives(register, at).map((life) => [life.name, life])), followed: successorsOf(register),
    successions: new Map(), newKeys: new Map(), keyOfNew: new Map(), newLists: new Map(), used: new Map(), taken: new Set(taken), takenKeys: new Set(keys.map(({ key }) => key)),
    keys: [], certificates: [], lists: [], bundles: [], crls: new Map(), wanted: [], leftOut: [], findings: [], files: new Map(),
  };
}

/** A new name: `issuing-ca-3` after `issuing-ca-2`, which followed `issuing-ca`. @param place how many of its line there were, this one too */
export function nextName(taken: Set<string>, name: string, place: number): string {
  const base = withoutPlace(name, "-", place);
  for (let number = place + 1; ; number++) {
    const next = `${base.slice(0, MOST - 1 - String(number).length)}-${number}`;
    if (!taken.has(next)) return take(taken, next);
  }
}

/** A name that says what it is, or the next one that is free. */
export function freeName(taken: Set<string>, wish: string): string {
  const name = wish.slice(0, MOST);
  return taken.has(name) ? nextName(taken, name, 1) : take(taken, name);
}

/** Of `Example CA 2`, the second of its line, `Example CA`. */
export function withoutPlace(text: string, mark: string, place: number): string {
  const end = `${mark}${place}`;
  return place > 1 && text.endsWith(end) ? text.slice(0, -end.length) : text;
}

/** Names of a script have at most so many characters. */
const MOST = 41;

function take(taken: Set<string>, name: string): string {
  taken.add(name);
  return name;
}

/** The place of a certificate in its line: 1 for one that follows nothing. */
export function placeOf({ lives }: Pick<Draft, "lives">, name: string): number {
  const seen = new Set<string>();
  for (let one = lives.get(name); one?.predecessor != null && !seen.has(one.name); one = lives.get(one.predecessor)) seen.add(one.name);
  return seen.size + 1;
}

/** Whether a certificate of the register can still be built upon. */
export function isLive({ lives, revoked }: Pick<Draft, "lives" | "revoked">, name: string): boolean {
  const state = lives.get(name)?.state;
  return name !== revoked && state !== undefined && state !== "expired" && state !== "revoked";
}

/** Enters that a key of the register is used; false, where nothing can be signed with it. */
export function useKey({ used, register }: Pick<Draft, "used" | "register">, name: string | null): boolean {
  const key = register.keys.find(({ key: own }) => own === name);
  if (key === undefined || !isUsable(key)) return false;
  used.set(key.token, (used.get(key.token) ?? new Set()).add(key.key));
  return true;
}

function isUsable({ state }: RegisteredKey): boolean {
  return state === "in use" || state === "kept";
}

/** The key of a certificate, where it is ours: of this script or of the register. */
export function keyBehind({ keyOfNew, register }: Pick<Draft, "keyOfNew" | "register">, certificate: string): string | null {
  return keyOfNew.get(certificate) ?? register.certificates.find(({ name }) => name === certificate)?.key ?? null;
}

/** The day of an instant. */
export function day(instant: string | null): string {
  return instant?.slice(0, 10) ?? "no fixed day";
}
