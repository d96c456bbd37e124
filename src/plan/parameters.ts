/** What a step gives its profile, from the script's words to the parameters of extensions. */
import type { ConstraintFields, PointerName, ProfileFields, SubtreeFields } from "../script/profile-fields.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import type { NameConstraints, Subtrees } from "../x509/constraint-extension.ts";
import type { NameAttribute } from "../x509/name.ts";
import type { ProfileParameters } from "./profile.ts";

/** How pointers are encoded where the script does not say. */
export const USUAL_ORDER: readonly PointerName[] = ["authority-info", "crl-at", "policies"];

/** The fields of a step that are parameters. */
export type ParameterFields = ProfileFields & { readonly subject?: Readonly<Record<string, string>>; readonly factory?: string; readonly issuer?: string };

/** The parameters of a step; what it does not give is null or empty. */
export function parametersOf(ceremony: string, step: ParameterFields, { request = null, existing = null }: Partial<Pick<ProfileParameters, "request" | "existing">> = {}): ProfileParameters {
  const { policies = [], constraints, "authority-info": access } = step;
  return {
    ceremony, subject: step.subject === undefined ? null : attributesOf(step.subject), pathLength: step["path-length"] ?? null, factory: step.factory ?? null, isBelow: step.issuer !== undefined, request, existing,
    usage: step.usage ?? [], policies: policies.map(({ oid, cps }) => ({ oid, cps: cps ?? null })), constraints: constraints === undefined ? null : constraintsOf(constraints),
    access: access === undefined ? null : { issuers: access.issuers ?? [], ocsp: access.ocsp ?? [] }, crlAt: step["crl-at"] ?? [], order: step.order ?? USUAL_ORDER,
  };
}

/** What a desk knows: the request alone. */
export function requestParameters(request: CertificationRequest | null): ProfileParameters {
  return parametersOf("", {}, { request });
}

/** In the order written, which is the order in which they are encoded. */
export function attributesOf(subject: Readonly<Record<string, string>>): NameAttribute[] {
  return Object.entries(subject).map(([type, value]) => ({ type, value }) as NameAttribute);
}

function constraintsOf({ permitted, excluded }: ConstraintFields): NameConstraints {
  return { permitted: subtreesOf(permitted), excluded: subtreesOf(excluded) };
}

function subtreesOf(side: SubtreeFields | undefined): Subtrees {
  return { dns: side?.dns ?? [], ip: side?.ip ?? [], email: side?.email ?? [], directory: (side?.directory ?? []).map(attributesOf) };
}
