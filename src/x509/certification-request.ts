import "reflect-metadata";
import { Attributes, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Attribute, Extensions, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import type { FilledExtension } from "./extension.ts";
import { extensionOf, nameOf } from "./tbs.ts";

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

/** The CertificationRequestInfo, DER, version 1 (RFC 2986 4.1). */
export function buildRequestInfo({ subject, spki, extensions = [] }: RequestContents): Uint8Array {
  const asked = () => new Attribute({ type: EXTENSION_REQUEST, values: [AsnConvert.serialize(new Extensions(extensions.map(extensionOf)))] });
  const attributes = new Attributes(extensions.length === 0 ? [] : [asked()]);
  const info = new CertificationRequestInfo({ subject: nameOf(subject), subjectPKInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo), attributes });
  return new Uint8Array(AsnConvert.serialize(info));
}
