/** What stands revoked under a CA, whichever of its certificates issues the list. */
import type { ResolvedRevocation, Resolving } from "./resolving.ts";

/** What this CA has revoked and not released, up to here. */
export function standing(resolving: Resolving, issuer: string): ResolvedRevocation[] {
  const names = sameCa(resolving, issuer);
  return resolving.revocations.filter((one) => names.has(one.issuer));
}

/** Certificates of one CA: one subject, one key. A renewed CA goes on with the lists of the old one. */
export function sameCa({ certificates }: Pick<Resolving, "certificates">, issuer: string): ReadonlySet<string> {
  const own = certificates.get(issuer);
  const same = [...certificates].filter(([, { template, key }]) => own !== undefined && template.subject === own.template.subject && key === own.key);
  return new Set(same.map(([name]) => name));
}
