/** Names of a certificate, held against the name constraints of the CAs above it, before it is signed [NAME-CONSTRAINTS]. */
import { fromHex } from "../bytes/hex.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { namesOutside } from "../x509/name-bounds.ts";
import type { CertificateTemplate } from "./plan.ts";
import type { ResolvedCertificate } from "./resolving.ts";

function valueOf(extensions: readonly PlannedExtension[], oid: string): Uint8Array | null {
  const extension = extensions.find((one) => one.oid === oid);
  return extension !== undefined && "value" in extension ? fromHex(extension.value) : null;
}

/** What binds what a CA with these extensions issues below its issuer. */
export function boundsOf(extensions: readonly PlannedExtension[], issuer: Pick<ResolvedCertificate, "bounds"> | null): readonly Uint8Array[] {
  const own = valueOf(extensions, EXTENSION.nameConstraints);
  return [...(own === null ? [] : [own]), ...(issuer?.bounds ?? [])];
}

/** The names of a template that its issuer may not certify, in words; none for a self-issued certificate (RFC 5280 6.1.3 (b)). @throws Fault form-der */
export function namesOutOfBounds({ subject, extensions }: CertificateTemplate, issuer: ResolvedCertificate | null): string[] {
  if (issuer === null || subject === issuer.template.subject) return [];
  const names = { subject: fromHex(subject), altNames: valueOf(extensions, EXTENSION.subjectAltName) };
  return [...new Set(issuer.bounds.flatMap((constraints) => namesOutside(constraints, names)))];
}
