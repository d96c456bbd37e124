/** The second encoder: the same TBSCertificate and TBSCertList, built by the classes of a library that src/ does not build with. */
import "reflect-metadata";
import { CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier, AuthorityKeyIdentifier, BasicConstraints, CRLNumber, CRLReason, CRLReasons, ExtendedKeyUsage, Extension, Extensions, KeyIdentifier, KeyUsage, Name,
  RevokedCertificate, SubjectAlternativeName, SubjectKeyIdentifier, SubjectPublicKeyInfo, TBSCertificate, TBSCertList, Time, Validity, Version,
} from "@peculiar/asn1-x509";
import { derInteger } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import type { CertificateListContents, Revocation } from "../../src/x509/crl.ts";
import type { FilledExtension } from "../../src/x509/extension.ts";
import { algorithmIdentifier } from "../../src/x509/signed.ts";
import type { CertificateContents } from "../../src/x509/tbs.ts";

export function encodeTbsCertificate(contents: CertificateContents): Uint8Array {
  const validity = new Validity();
  validity.notBefore = new Time(contents.notBefore);
  validity.notAfter = new Time(contents.notAfter);
  const tbs = new TBSCertificate({
    version: Version.v3, serialNumber: serialOctets(contents.serial), signature: algorithmOf(contents.mechanism), issuer: AsnConvert.parse(contents.issuer, Name),
    validity, subject: AsnConvert.parse(contents.subject, Name), subjectPublicKeyInfo: AsnConvert.parse(contents.spki, SubjectPublicKeyInfo),
  });
  if (contents.extensions.length > 0) tbs.extensions = new Extensions(contents.extensions.map(extensionOf));
  return der(tbs);
}

export function encodeTbsCertList(contents: CertificateListContents): Uint8Array {
  const authority = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(contents.authorityKeyIdentifier.slice()) });
  const list = new TBSCertList({
    version: Version.v2, signature: algorithmOf(contents.mechanism), issuer: AsnConvert.parse(contents.issuer, Name),
    thisUpdate: new Time(contents.thisUpdate), nextUpdate: new Time(contents.nextUpdate),
    crlExtensions: [extension("2.5.29.35", der(authority)), extension("2.5.29.20", der(new CRLNumber(contents.number)))],
  });
  if (contents.revoked.length > 0) list.revokedCertificates = contents.revoked.map(entryOf);
  return der(list);
}

function entryOf({ serial, date, reason }: Revocation): RevokedCertificate {
  const entry = new RevokedCertificate({ userCertificate: serialOctets(serial), revocationDate: new Time(date) });
  if (reason !== CRLReasons.unspecified) entry.crlEntryExtensions = [extension("2.5.29.21", der(new CRLReason(reason)))];
  return entry;
}

export function encodeRequestInfo({ subject, spki }: { readonly subject: Uint8Array; readonly spki: Uint8Array }): Uint8Array {
  return der(new CertificationRequestInfo({ subject: AsnConvert.parse(subject, Name), subjectPKInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo) }));
}

/** The classes of the extensions that profiles write. */
const CLASSES: Readonly<Record<string, new () => object>> = {
  "2.5.29.14": SubjectKeyIdentifier, "2.5.29.15": KeyUsage, "2.5.29.17": SubjectAlternativeName, "2.5.29.19": BasicConstraints,
  "2.5.29.35": AuthorityKeyIdentifier, "2.5.29.37": ExtendedKeyUsage,
};

/** The value of an extension, decoded and encoded again; null for one whose class the library does not have. */
export function encodeAgain({ oid, value }: FilledExtension): Uint8Array | null {
  const Class = CLASSES[oid];
  return Class === undefined ? null : der(AsnConvert.parse(value, Class));
}

function der(value: object): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}

function serialOctets(serial: string): ArrayBuffer {
  return derInteger(fromHex(serial)).slice(2).buffer as ArrayBuffer;
}

function algorithmOf(mechanism: CertificateContents["mechanism"]): AlgorithmIdentifier {
  return AsnConvert.parse(algorithmIdentifier(mechanism), AlgorithmIdentifier);
}

function extensionOf({ oid, critical, value }: FilledExtension): Extension {
  return new Extension({ extnID: oid, critical, extnValue: new OctetString(value.slice()) });
}

function extension(oid: string, value: Uint8Array): Extension {
  return extensionOf({ oid, critical: false, value });
}
