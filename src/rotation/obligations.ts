/** Every obligation that a register leaves behind, with its dates. */
import { shifted } from "../plan/validity.ts";
import { keyObligations } from "./key-obligations.ts";
import type { Register } from "../transcript/register.ts";
import { certificateLives, type CertificateLife } from "./life.ts";
import { listLives, type ListLife } from "./lists.ts";
import type { Obligation } from "./obligation.ts";

/** A list travels from the safe room to where it is fetched from in so many days (BR 4.10.2 asks for availability, not for a time). */
const PUBLISHED_WITHIN = "P7D";

/** In the order of their dates. @param at UTC: what has ended before needs nothing any more */
export function obligationsOf(register: Register, at: string): Obligation[] {
  const gone = withoutKey(register);
  // what is revoked stays so when it has ended, and then nobody trusts it any more
  const lives = certificateLives(register, at).filter(({ state, notAfter }) => state !== "revoked" || at <= notAfter);
  const all = [...lives.flatMap((life) => ofCertificate(life, { lives, hasKey: !gone.has(life.name) })), ...listLives(register, at).filter(({ issuer }) => !gone.has(issuer)).flatMap(ofList), ...ofCustody(register), ...keyObligations(register, at), ...ofDisclosure(lives)];
  return all.sort((a, b) => (a.by < b.by || (a.by === b.by && a.id < b.id) ? -1 : 1));
}

/** Certificates whose key is destroyed: nothing is issued with them any more, and nobody can make a list of them. */
function withoutKey({ keys, certificates }: Register): ReadonlySet<string> {
  const destroyed = new Set(keys.filter(({ state }) => state === "destroyed").map(({ spki }) => spki));
  return new Set(certificates.filter(({ spki }) => destroyed.has(spki)).map(({ name }) => name));
}

/** Whoever trusts a revoked CA has no other until the next one is with them. */
const REPLACED_WITHIN = "P7D";

/**
 * Without a successor one has to be made; with one it has to reach the field, be switched to, and the old one be stopped. Where the
 * key is destroyed the old one issues nothing, and nobody makes another for it; one that is there already still has to be used.
 */
function ofCertificate(life: CertificateLife, { lives, hasKey }: { readonly lives: readonly CertificateLife[]; readonly hasKey: boolean }): Obligation[] {
  if (life.state === "expired" || (life.state === "revoked" && life.successor === null)) return [];
  const { name, successor } = life;
  const one = (kind: Obligation["kind"], from: string | null, by: string | null): Obligation[] => (by === null ? [] : [{ id: `${kind}/${name}`, kind, of: name, next: successor, from: from === null || from > by ? by : from, by }]);
  if (successor === null) return hasKey ? one("succeed", life.ceremonyFrom, life.ceremonyBy) : [];
  const made = lives.find((other) => other.name === successor)?.notBefore ?? life.notBefore;
  if (life.state === "revoked") return one("distribute", made, shifted(made, REPLACED_WITHIN, "after"));
  const issues = hasKey && (life.role === "root" || life.role === "subordinate");
  return [...one("distribute", made, life.distributeBundleBy), ...one("switch", life.distributeBundleBy, life.switchIssuingOn), ...(issues ? one("stop", life.switchIssuingOn, life.stopIssuingOn) : [])];
}

/** The next list has to be made, unless nobody needs one; the one in force has to be where it is fetched from. */
function ofList({ issuer, current, upcoming, last, ceremonyFrom, ceremonyBy, isOver, isFinal, policy }: ListLife): Obligation[] {
  if (isOver || policy === "none") return [];
  const next: Obligation = { id: `crl/${last.name}`, kind: "crl", of: issuer, next: null, from: ceremonyFrom, by: ceremonyBy };
  const published = [current, ...upcoming].flatMap((list): Obligation[] => (list === null ? [] : [{ id: `publish/${list.name}`, kind: "publish", of: list.name, next: null, from: list.thisUpdate, by: shifted(list.thisUpdate, PUBLISHED_WITHIN, "after") }]));
  return isFinal ? published : [...published, next];
}

/** Tokens are looked at again: an inventory in a ceremony, or a visit that an operator notes. One on which every key is destroyed holds nothing to look after. */
function ofCustody({ tokens, keys, attested, rotation }: Register): Obligation[] {
  if (rotation?.custody == null || attested === null) return [];
  const by = shifted(attested, rotation.custody, "after");
  const from = rotation.ceremonyWindow === null ? by : shifted(by, rotation.ceremonyWindow, "before");
  return tokens.filter(({ token }) => keys.some((key) => key.token === token && key.state !== "destroyed")).map(({ token }) => ({ id: `custody/${token}`, kind: "custody" as const, of: token, next: null, from, by, since: attested }));
}

/** Root programs of the web PKI are told of every CA below a root, and of every cross-certificate, within a week (MRSP 5.3.2). */
const DISCLOSED_WITHIN = "P7D";

function ofDisclosure(lives: readonly CertificateLife[]): Obligation[] {
  const told = lives.filter(({ role, profile, state }) => profile.startsWith("webpki/") && (role === "subordinate" || role === "cross") && state !== "expired");
  return told.map(({ name, notBefore }) => ({ id: `disclose/${name}`, kind: "disclose", of: name, next: null, from: notBefore, by: shifted(notBefore, DISCLOSED_WITHIN, "after") }));
}
