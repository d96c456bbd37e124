/** Extensions that several profiles take from their parameters, each absent when nothing was given. */
import { nameConstraints } from "../x509/constraint-extension.ts";
import { extendedKeyUsage, type PlannedExtension } from "../x509/extension.ts";
import { authorityInfoAccess, crlDistributionPoints } from "../x509/pointer-extension.ts";
import { certificatePolicies } from "../x509/policy-extension.ts";
import type { ProfileParameters } from "./profile.ts";

/** extKeyUsage, not critical, and nameConstraints: what a CA may be used for, and for whom. */
export function boundaries({ usage, constraints }: ProfileParameters): PlannedExtension[] {
  return [...purposes(usage), ...(constraints === null ? [] : [nameConstraints(constraints)])];
}

/** extKeyUsage, not critical. @param usage purposes by name, in their order */
export function purposes(usage: readonly string[]): PlannedExtension[] {
  return usage.length === 0 ? [] : [extendedKeyUsage(usage, false)];
}

/** authorityInfoAccess, cRLDistributionPoints and certificatePolicies: where relying parties read on. In that order, unless the script gives another. */
export function pointers({ access, crlAt, policies, order }: ProfileParameters): PlannedExtension[] {
  const given = {
    "authority-info": access === null ? [] : [authorityInfoAccess(access)], "crl-at": crlAt.length === 0 ? [] : [crlDistributionPoints(crlAt)],
    policies: policies.length === 0 ? [] : [certificatePolicies(policies)],
  };
  return order.flatMap((name) => given[name]);
}
