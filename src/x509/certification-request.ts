import "reflect-metadata";
import { CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { nameOf } from "./tbs.ts";

export { readRequest, readRequestDer } from "./request-reading.ts";
export type { CertificationRequest, RequestReading } from "./request-reading.ts";

/**
 * The CertificationRequestInfo, DER, version 1, with an empty set of attributes (RFC 2986 4.1).
 * @param contents subject and SubjectPublicKeyInfo, DER; both stand in it octet by octet
 */
export function buildRequestInfo({ subject, spki }: { readonly subject: Uint8Array; readonly spki: Uint8Array }): Uint8Array {
  const info = new CertificationRequestInfo({ subject: nameOf(subject), subjectPKInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo) });
  return new Uint8Array(AsnConvert.serialize(info));
}
