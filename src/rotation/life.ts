/** The dates of a certificate's life that a policy and its own dates make, and where in it a given instant is. */
import { shifted } from "../plan/validity.ts";
import type { Register, RegisteredCertificate } from "../transcript/register.ts";
import type { RotationPolicy } from "../transcript/rotation-policy.ts";
import { successorsOf } from "./succession.ts";

/** What a certificate is, for its policy. `foreign`: somebody else's CA issued it. `cross`: a CA that has its own certificate elsewhere, and is followed there: nothing follows this one. */
export type Role = "root" | "subordinate" | "cross" | "leaf" | "transcript" | "foreign";
export type LifeState = "planned" | "active" | "retiring" | "expired" | "revoked";

/** Instants, `YYYY-MM-DDTHH:MM:SSZ`; null where no policy gives one. In the order of time. */
export interface LifeDates {
  /** The first day on which the ceremony that makes the successor is due. */
  readonly ceremonyFrom: string | null;
  /** The last one. */
  readonly ceremonyBy: string | null;
  /** By then the bundle with the successor has left for everybody who has to trust it. */
  readonly distributeBundleBy: string | null;
  /** From then on the successor issues, or is used. */
  readonly switchIssuingOn: string | null;
  /** From then on this one issues nothing any more. */
  readonly stopIssuingOn: string | null;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface CertificateLife extends LifeDates {
  readonly name: string;
  readonly role: Role;
  readonly profile: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly sha256: string;
  readonly state: LifeState;
  /** The name of the certificate that takes its place; null while there is none. */
  readonly successor: string | null;
  /** The name of the one whose place it takes. */
  readonly predecessor: string | null;
}

/** The lives of all certificates that a ceremony made one by one. Those of a folder of requests are in the care of whoever asked. @param at UTC */
export function certificateLives(register: Register, at: string): CertificateLife[] {
  const successors = successorsOf(register);
  const predecessors = new Map([...successors].map(([before, { name }]) => [name, before]));
  const revoked = revokedSerials(register);
  return register.certificates.filter(({ der }) => der !== "").map((one) => {
    const role = roleOf(one);
    const successor = unrevoked(successors.get(one.name), successors, revoked)?.name ?? null;
    const dates = lifeDates(one, role, register.rotation);
    const isRevoked = revoked.has(`${one.issuer} ${one.serial}`);
    const { name, profile, subject, issuer, serial, sha256 } = one;
    return { name, role, profile, subject, issuer, serial, sha256, successor, predecessor: predecessors.get(name) ?? null, state: isRevoked ? "revoked" : stateAt(dates, successor, at), ...dates };
  });
}

/** The one that takes its place; where that was revoked, the one that took the place of that, if any did. */
function unrevoked(first: RegisteredCertificate | undefined, successors: ReadonlyMap<string, RegisteredCertificate>, revoked: ReadonlySet<string>): RegisteredCertificate | undefined {
  const seen = new Set<RegisteredCertificate>();
  for (let one = first; one !== undefined && !seen.has(one); one = successors.get(one.name)) {
    if (!revoked.has(`${one.issuer} ${one.serial}`)) return one;
    seen.add(one);
  }
  return undefined;
}

function roleOf({ name, issuer, ca, profile }: RegisteredCertificate): Role {
  if (issuer === "") return "foreign";
  if (profile.startsWith("private/transcript@")) return "transcript";
  if (!ca) return "leaf";
  if (/\/cross@/.test(profile)) return "cross";
  return issuer === name ? "root" : "subordinate";
}

function revokedSerials({ certificates, revocations }: Register): ReadonlySet<string> {
  const spkis = new Map(certificates.map(({ name, spki }) => [name, spki]));
  const sameCa = (issuer: string): string[] => certificates.filter(({ spki }) => spki === spkis.get(issuer)).map(({ name }) => name);
  return new Set(revocations.filter(({ released }) => released === null).flatMap(({ issuer, serial }) => sameCa(issuer).map((name) => `${name} ${serial}`)));
}

/** The dates of one certificate, each from the one after it in time. */
export function lifeDates({ notBefore, notAfter }: Pick<RegisteredCertificate, "notBefore" | "notAfter">, role: Role, policy: RotationPolicy | undefined): LifeDates {
  const { switchIssuingOn, stopIssuingOn } = issuingDates({ notBefore, notAfter }, role, policy);
  const before = (instant: string | null, period: string | null | undefined): string | null => (instant === null || period == null ? instant : shifted(instant, period, "before"));
  const distributeBundleBy = before(switchIssuingOn, policy?.freeze);
  const ceremonyBy = distributeBundleBy;
  return { ceremonyFrom: before(ceremonyBy, policy?.ceremonyWindow), ceremonyBy, distributeBundleBy, switchIssuingOn, stopIssuingOn, notBefore, notAfter };
}

function issuingDates({ notBefore, notAfter }: { readonly notBefore: string; readonly notAfter: string }, role: Role, policy: RotationPolicy | undefined): Pick<LifeDates, "switchIssuingOn" | "stopIssuingOn"> {
  if (role === "root" && policy?.root != null) {
    const { root, subordinate } = policy;
    return { switchIssuingOn: shifted(notAfter, root.successorBefore, "before"), stopIssuingOn: subordinate === null ? notAfter : shifted(notAfter, subordinate.lifetime, "before") };
  }
  if (role === "subordinate" && policy?.subordinate != null) {
    const end = shifted(notBefore, policy.subordinate.issuesFor, "after");
    const stopIssuingOn = end < notAfter ? end : notAfter;
    return { switchIssuingOn: shifted(stopIssuingOn, policy.subordinate.overlap, "before"), stopIssuingOn };
  }
  const isLeaf = role === "leaf" || role === "transcript" || role === "foreign";
  if (isLeaf && policy?.leaf != null) return { switchIssuingOn: shifted(notAfter, policy.leaf.renewBefore, "before"), stopIssuingOn: null };
  return { switchIssuingOn: null, stopIssuingOn: null };
}

function stateAt({ notBefore, notAfter, switchIssuingOn, stopIssuingOn }: LifeDates, successor: string | null, at: string): LifeState {
  if (at < notBefore) return "planned";
  if (at > notAfter) return "expired";
  const isReplaced = successor !== null && switchIssuingOn !== null && at >= switchIssuingOn;
  return isReplaced || (stopIssuingOn !== null && at >= stopIssuingOn) ? "retiring" : "active";
}
