/** Which certificate takes the place of which: by the word of a script, or because the same key was certified anew. */
import type { Register, RegisteredCertificate } from "../transcript/register.ts";

/** By the name of a certificate: the one that takes its place. */
export function successorsOf(register: Register): ReadonlyMap<string, RegisteredCertificate> {
  const byName = new Map(register.certificates.map((one) => [one.name, one]));
  const successors = new Map<string, RegisteredCertificate>();
  for (const [after, before] of Object.entries(register.rotation?.successors ?? {})) {
    const successor = byName.get(after);
    if (successor !== undefined) successors.set(before, successor);
  }
  for (const one of register.certificates) {
    const renewal = successors.has(one.name) ? undefined : renewalOf(register, one);
    if (renewal !== undefined) successors.set(one.name, renewal);
  }
  return successors;
}

/** The next certificate over the same key, for the same subject, by the same CA. */
function renewalOf({ certificates }: Register, one: RegisteredCertificate): RegisteredCertificate | undefined {
  const later = certificates.filter((other) => other.spki === one.spki && other.subject === one.subject && other.ca === one.ca && isOfOneIssuer(one, other) && other.notAfter > one.notAfter);
  return later.sort((a, b) => (a.notAfter < b.notAfter ? -1 : 1))[0];
}

/** A root names itself as its issuer, and so does the root that renews it. */
function isOfOneIssuer(one: RegisteredCertificate, other: RegisteredCertificate): boolean {
  return one.issuer === other.issuer || (one.issuer === one.name && other.issuer === other.name);
}
