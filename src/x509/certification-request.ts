import { derOid, derSequence, derSet, derSmallInteger, derTlv } from "../bytes/der.ts";
import type { FilledExtension } from "./extension.ts";
import { requireName } from "./name-reading.ts";
import { requireSpki } from "./spki.ts";
import { derExtension } from "./tbs.ts";

export { readRequest, readRequestDer } from "./request-reading.ts";
export type { CertificationRequest, RequestReading } from "./request-reading.ts";

/** The extensionRequest attribute (RFC 2985 5.4.2). */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

export interface RequestContents {
  /** Name and SubjectPublicKeyInfo, DER; both stand in the request octet by octet. */
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** What is asked for, in this order; where there is nothing the set of attributes is empty. */
  readonly extensions?: readonly FilledExtension[];
}

/**
 * The CertificationRequestInfo, DER, version 1 (RFC 2986 4.1).
 * @throws Fault form-der when subject or key is not strict DER
 */
export function buildRequestInfo({ subject, spki, extensions = [] }: RequestContents): Uint8Array {
  const asked = extensions.length === 0 ? [] : [derSequence(derOid(EXTENSION_REQUEST), derSet(derSequence(...extensions.map(derExtension))))];
  return derSequence(derSmallInteger(0), requireName(subject), requireSpki(spki), derTlv(0xa0, ...asked));
}
