/** The lists of the next ceremony: those that are due, the first ones of new CAs, and one that revokes. */
import { fitInto } from "../plan/validity.ts";
import type { RegisteredCertificate } from "../transcript/register.ts";
import { day, freeName, isLive, nextName, useKey, type Draft, type Fields } from "./next-draft.ts";

/** A revocation that the list of a CA is to hold for the first time. */
export interface Revoking {
  readonly certificate: string;
  readonly reason: string;
}

/** Makes the next list of a CA, by the name of one of its certificates. Once for each key. */
export function makeList(draft: Draft, ca: string, why: string, revoke: Revoking | null = null): void {
  const issuer = issuerOfLists(draft, ca);
  if (draft.newLists.has(issuer.name)) return;
  if (!useKey(draft, issuer.key)) {
    draft.leftOut.push({ id: `crl/${ca}`, why: `the key of ${ca} is not in use: no list can be made of it here` });
    return;
  }
  const before = listNames(draft, ca);
  const name = before[0] === undefined ? freeName(draft.taken, `${issuer.name.slice(0, 37)}-crl`) : nextName(draft.taken, before[0], 1);
  const fields = fieldsOf(draft, ca, issuer.name);
  if (fields === null) return;
  draft.newLists.set(issuer.name, name);
  draft.lists.push({ kind: "issue-crl", fields: { crl: name, issuer: issuer.name, ...fields, ...(revoke === null ? {} : { revoke: [{ certificate: revoke.certificate, reason: revoke.reason }] }) }, why });
}

/** The first list of a new CA whose predecessor gives lists. */
export function makeFirstList(draft: Draft, old: string, name: string): void {
  const key = draft.keyOfNew.get(name);
  const isWanted = listNames(draft, old).length > 0 || draft.made.certificates[old]?.fields.crl === "periodic";
  if (key === undefined || !isWanted) return;
  const fields = fieldsOf(draft, old, name);
  if (fields === null) return;
  const crl = freeName(draft.taken, `${name.slice(0, 37)}-crl`);
  draft.newLists.set(name, crl);
  draft.lists.push({ kind: "issue-crl", fields: { crl, issuer: name, ...fields }, why: `the first list of ${name}, as ${old} gives lists` });
}

/**
 * The list of a CA that a bundle can hold, made for it where nothing else asks for one: the register does not keep the octets of lists.
 * Null where the CA gives none, or gives many at once.
 */
export function listFor(draft: Draft, ca: string, bundle: string): string | null {
  const issuer = issuerOfLists(draft, ca).name;
  if (!draft.newLists.has(issuer) && listNames(draft, ca).length > 0) makeList(draft, ca, `for the bundle ${bundle}: the register does not keep the octets of the last list of ${ca}`);
  const name = draft.newLists.get(issuer);
  return name === undefined || isPack(draft, name) ? null : name;
}

/** Lists for the times to come are many. */
function isPack({ lists }: Draft, name: string): boolean {
  return lists.some(({ fields }) => fields.crl === name && "successive" in fields);
}

/** Of several certificates over one key that which lives longest. */
function issuerOfLists(draft: Draft, ca: string): Pick<RegisteredCertificate, "name" | "key"> {
  const live = ownCertificates(draft, ca).filter(({ name }) => isLive(draft, name) && draft.lives.get(name)?.role !== "cross");
  const [best] = live.sort((a, b) => (a.notAfter < b.notAfter ? 1 : -1));
  return best ?? { name: ca, key: draft.register.certificates.find(({ name }) => name === ca)?.key ?? null };
}

function ownCertificates({ register: { certificates } }: Draft, ca: string): RegisteredCertificate[] {
  const own = certificates.find(({ name }) => name === ca);
  return own === undefined ? [] : certificates.filter(({ spki, subject }) => spki === own.spki && subject === own.subject);
}

/** The lists of a CA up to now, by the names of their steps. */
function listNames(draft: Draft, ca: string): string[] {
  const own = new Set(ownCertificates(draft, ca).map(({ name }) => name));
  return [...new Set(draft.register.crls.filter(({ issuer, claimed }) => own.has(issuer) && claimed === undefined).map(({ name }) => name.split("/")[0] ?? name))];
}

/** As the last list of the CA was made, as far as its policy allows that still; null, and a finding, where nobody said anything. */
function fieldsOf(draft: Draft, like: string, issuer: string): Fields | null {
  const { crl, crls } = draft.register.rotation ?? {};
  const policy = ownCertificates(draft, like).map(({ name }) => crls?.[name]).find((one) => one !== undefined) ?? crl ?? null;
  const before = listNames(draft, like).map((name) => draft.made.crls[name]?.fields).findLast((one) => one !== undefined);
  const { successive, valid, scope, "crl-at": at } = before ?? {};
  const kept: Fields = { ...(scope === undefined ? {} : { scope }), ...(at === undefined ? {} : { "crl-at": at }) };
  if (successive !== undefined) return { successive, ...kept };
  const said = typeof valid === "object" && valid !== null && "for" in valid ? String(valid.for) : null;
  const period = said !== null && (policy === null || fitInto([said], policy.validity)) ? said : (policy?.validity ?? null);
  if (period !== null) return { valid: { for: period }, ...kept };
  draft.findings.push({ control: "ROTATION-NEXT", path: ["register", "rotation", "crl"], message: `expected the policy or the last list of ${issuer} to say how long a list is valid, found neither`, hint: "add crl to rotation in a script that is written by hand" });
  return null;
}

/** Why a list that is due stands in the script. */
export function listReason(of: string, by: string): string {
  return `the next list of ${of}: by ${day(by)}`;
}
