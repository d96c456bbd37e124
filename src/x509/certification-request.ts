import { derSequence, derSmallInteger, derTlv } from "../bytes/der.ts";
import { requireName } from "./name-reading.ts";
import { requireSpki } from "./spki.ts";

export { readRequest, readRequestDer } from "./request-reading.ts";
export type { CertificationRequest, RequestReading } from "./request-reading.ts";

/**
 * The CertificationRequestInfo, DER, version 1, with an empty set of attributes (RFC 2986 4.1).
 * @param contents subject and SubjectPublicKeyInfo, DER; both stand in it octet by octet
 * @throws Fault form-der when one of them is not strict DER
 */
export function buildRequestInfo({ subject, spki }: { readonly subject: Uint8Array; readonly spki: Uint8Array }): Uint8Array {
  return derSequence(derSmallInteger(0), requireName(subject), requireSpki(spki), derTlv(0xa0));
}
