/** Successors of certificates: a new key, a new certificate by the same profile with the same parameters, and the ways from an old root to the new one. */
import { findProfile } from "../plan/profiles.ts";
import { daysBetween, fitInto, shifted } from "../plan/validity.ts";
import type { WrittenStep } from "../transcript/rotation-made.ts";
import { day, freeName, isLive, keyBehind, nextName, placeOf, useKey, withoutPlace, type Draft, type Fields } from "./next-draft.ts";
import type { CertificateLife } from "./life.ts";
import { succeedForeign } from "./next-foreign.ts";
import { newKeyFor } from "./next-keys.ts";
import { wantRequest } from "./next-wanted.ts";

/** Makes the successor of a certificate, and what that needs first. Says why where there can be none. */
export function succeed(draft: Draft, old: CertificateLife, why: string): void {
  if (draft.successions.has(old.name)) return;
  if (old.role === "foreign" || draft.made.certificates[old.name]?.step === "accept-certificate") return succeedForeign(draft, old, why);
  const without = whyNone(old);
  if (without !== null) {
    draft.leftOut.push({ id: `succeed/${old.name}`, why: without });
    return;
  }
  const step = draft.made.certificates[old.name];
  if (step === undefined) {
    draft.findings.push({ control: "ROTATION-NEXT", path: ["register", "rotation", "made", old.name], message: `expected the register to hold how ${old.name} was made, found nothing: the script that made it said nothing of rotation`, hint: `write the script of this ceremony by hand, with a field rotation and successors that name ${old.name}` });
    return;
  }
  make(draft, old, step, why);
}

/** Successors that no script of ours can make. */
function whyNone({ profile }: CertificateLife): string | null {
  if (profile.startsWith("foundries/root@")) return "Foundries.io takes one root for each factory and knows no successor of it: every device has to be flashed anew before it ends. See docs/platforms/foundries.md";
  if (profile.startsWith("foundries/device-client@")) return "the serial number of a device is its UUID, which one certificate has: devices renew theirs at the EST server of the platform";
  return null;
}

function make(draft: Draft, old: CertificateLife, { step, fields }: WrittenStep, why: string): void {
  const issuer = old.role === "root" ? null : issuerFor(draft, old);
  if (issuer !== null && !draft.keyOfNew.has(issuer) && !useKey(draft, keyBehind(draft, issuer))) {
    draft.findings.push({ control: "ROTATION-NEXT", path: ["register", "certificates", old.name], message: `expected ${issuer}, which issues the successor of ${old.name}, to have a key of ours that is in use, found none`, hint: "that CA has to issue the successor itself, or another CA of the register has to take its place first" });
    return;
  }
  const name = nextName(draft.taken, old.name, placeOf(draft, old.name));
  draft.successions.set(old.name, { old, name });
  const { renews: _renews, ...said } = fields;
  const own = step === "sign-request" ? { request: wantRequest(draft, old, name, fields.request) } : { key: newKeyFor(draft, old, name) };
  const all: Fields = { ...said, certificate: name, ...own, ...(issuer === null ? {} : { issuer }), ...subjectOf(draft, old, said), valid: { for: periodOf(draft, old, said) } };
  draft.certificates.push({ kind: step, fields: inOrder(all), why });
  const lists = draft.register.rotation?.crls[old.name];
  if (lists !== undefined) draft.crls.set(name, { validity: lists.validity, "renew-before": lists.renewBefore, ...(lists.ceremonyWindow === null ? {} : { "ceremony-window": lists.ceremonyWindow }) });
  if (old.role === "root") crossCertify(draft, old, name);
}

/** The CA that issues it: that of the old one while it issues and a whole lifetime fits into it, otherwise the one that took or takes its place. */
function issuerFor(draft: Draft, old: CertificateLife): string {
  const seen = new Set<string>();
  let name = old.issuer;
  for (let ca = draft.lives.get(name); ca !== undefined && !seen.has(name); ca = draft.lives.get(name)) {
    seen.add(name);
    const hasStopped = !isLive(draft, name) || (ca.stopIssuingOn !== null && draft.at >= ca.stopIssuingOn);
    const registered = draft.followed.get(name)?.name;
    const isOver = hasStopped || (registered !== undefined && ca.switchIssuingOn !== null && draft.at >= ca.switchIssuingOn) || !holds(draft, ca, old);
    if (!isOver) return name;
    if (registered === undefined && hasStopped) succeed(draft, ca, `${name} has stopped issuing, and ${old.name} needs a CA above it`);
    const next = draft.successions.get(name)?.name ?? registered;
    if (next === undefined) return name;
    name = next;
  }
  return name;
}

/** Whether a certificate of full lifetime that is made today ends with its issuer at the latest. That of a transcript key is cut where it does not. */
function holds(draft: Draft, issuer: CertificateLife, old: CertificateLife): boolean {
  if (old.role === "transcript") return true;
  return shifted(draft.at, periodOf(draft, old, draft.made.certificates[old.name]?.fields ?? {}), "after") <= shifted(issuer.notAfter, "P1D", "after");
}

/** As the policy has it, and otherwise as the script said. */
function periodOf({ register }: Draft, { role, notBefore, notAfter }: CertificateLife, { valid }: Fields): string {
  const { root, subordinate, leaf } = register.rotation ?? {};
  const said = typeof valid === "object" && valid !== null && "for" in valid ? String(valid.for) : null;
  if (role === "root" && root != null) return root.lifetime;
  if (role === "subordinate" && subordinate != null) return subordinate.lifetime;
  if (role === "leaf" && leaf != null && (said === null || !fitInto([said], leaf.lifetime))) return leaf.lifetime;
  return said ?? `P${Math.max(1, daysBetween(notBefore, notAfter) + 1)}D`;
}

/** Another CA has another common name, unless its platform has many of one name. */
function subjectOf(draft: Draft, old: CertificateLife, { subject }: Fields): Fields {
  const profile = findProfile(old.profile.split("@")[0] ?? "");
  if (!Array.isArray(subject) || profile?.ca !== true || profile.sharesSubject === true) return {};
  const place = placeOf(draft, old.name);
  return { subject: subject.map((pair) => (Array.isArray(pair) && pair[0] === "CN" ? ["CN", `${withoutPlace(String(pair[1]), " ", place)} ${place + 1}`] : pair)) };
}

/** For devices that know one of two roots: the new one certified by the old one, and the old one by the new one, where the trust domain has cross-certificates. */
function crossCertify(draft: Draft, old: CertificateLife, name: string): void {
  const domain = old.profile.split("/")[0] ?? "";
  const policy = draft.register.rotation?.root;
  const isPossible = domain === "private" && isLive(draft, old.name) && policy != null && useKey(draft, keyBehind(draft, old.name));
  if (!isPossible) {
    draft.leftOut.push({ id: `cross/${name}`, why: `${domain} has no cross-certificates that could be written without asking: who knows ${old.name} alone has to be given ${name} before it is used` });
    return;
  }
  const profile = `${domain}/cross`;
  const cross = (certificate: string, existing: string, issuer: string, period: string, why: string): void => {
    draft.certificates.push({ kind: "cross-certify", fields: { certificate, existing, issuer, profile, valid: { for: period } }, why });
  };
  cross(freeName(draft.taken, `${name}-by-${old.name}`), name, old.name, policy.lifetime, `the way to ${name} for devices that know ${old.name} alone; it ends with ${old.name}, ${day(old.notAfter)}`);
  cross(freeName(draft.taken, `${old.name}-by-${name}`), old.name, name, policy.successorBefore, `the way to what ${old.name} issued for devices that know ${name} alone`);
}

const ORDER = ["certificate", "request", "key", "existing", "issuer", "profile", "factory", "subject", "path-length"];
const LAST = ["valid", "crl", "crl-at"];

/** As a person would write them. */
function inOrder(fields: Fields): Fields {
  const names = Object.keys(fields);
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : LAST.includes(name) ? ORDER.length + 1 + LAST.indexOf(name) : ORDER.length);
  return Object.fromEntries([...names].sort((a, b) => place(a) - place(b)).map((name) => [name, fields[name] ?? null]));
}
