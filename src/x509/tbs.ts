import "reflect-metadata";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier, Extension, Extensions, Name, SubjectPublicKeyInfo, TBSCertificate, Time, Validity, Version,
} from "@peculiar/asn1-x509";
import { derInteger, TAG } from "../bytes/der.ts";
import { fromHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Mechanism } from "./algorithm.ts";
import { readTbsCertificate } from "./certificate-reading.ts";
import type { FilledExtension } from "./extension.ts";
import { algorithmIdentifier } from "./signed.ts";
import { requireInstant } from "./time.ts";

/** Everything that a TBSCertificate says. */
export interface CertificateContents {
  /** Hex, positive, at most 20 octets; as the INTEGER's magnitude. */
  readonly serial: string;
  /** Name, DER; it stands in the certificate octet by octet. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ`, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SubjectPublicKeyInfo, DER; it stands in the certificate octet by octet. */
  readonly spki: Uint8Array;
  /** What the issuer will sign with. */
  readonly mechanism: Mechanism;
  readonly extensions: readonly FilledExtension[];
}

/**
 * The TBSCertificate, DER, version 3 (RFC 5280 4.1). Pure: serial, dates and hash are never filled in by the library.
 * @throws Fault form-instant for a date that is none; form-der for a serial that is not positive or has over 20 octets, or
 *   for a name or key that is not strict DER
 */
export function buildTbsCertificate(contents: CertificateContents): Uint8Array {
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialOctets(contents.serial),
    signature: algorithmOf(contents.mechanism),
    issuer: nameOf(contents.issuer),
    validity: validityOf(contents),
    subject: nameOf(contents.subject),
    subjectPublicKeyInfo: AsnConvert.parse(contents.spki, SubjectPublicKeyInfo),
  });
  // An empty [3] would be no DER of RFC 5280: Extensions has at least one element.
  if (contents.extensions.length > 0) tbs.extensions = new Extensions(contents.extensions.map(extensionOf));
  return requireKept(new Uint8Array(AsnConvert.serialize(tbs)), contents);
}

/** Names and keys pass through the library's own types: they must come out as they went in, before anybody signs them. */
function requireKept(tbs: Uint8Array, { issuer, subject, spki }: CertificateContents): Uint8Array {
  const found = readTbsCertificate(tbs);
  const isKept = sameBytes(found.issuer, issuer) && sameBytes(found.subject, subject) && sameBytes(found.spki, spki);
  if (!isKept) throw new Fault("form-der", "expected names and public key to stand in the TBSCertificate octet by octet, found other encodings of them");
  return tbs;
}

function validityOf({ notBefore, notAfter }: CertificateContents): Validity {
  const validity = new Validity();
  validity.notBefore = timeOf(notBefore);
  validity.notAfter = timeOf(notAfter);
  return validity;
}

/** The contents octets of the INTEGER of a serial number (RFC 5280 4.1.2.2). @throws Fault form-der */
export function serialOctets(serial: string): ArrayBuffer {
  const integer = derInteger(fromHex(serial));
  const contents = integer.subarray(2);
  if (integer[0] !== TAG.integer || contents.length > 20 || (contents.length === 1 && contents[0] === 0)) {
    throw new Fault("form-der", `expected a serial number that is positive and has at most 20 octets, found ${JSON.stringify(serial)}`);
  }
  return contents.slice().buffer;
}

/** UTCTime to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5). @throws Fault form-instant */
export function timeOf(instant: string): Time {
  return new Time(requireInstant(instant, "Time"));
}

export function algorithmOf(mechanism: Mechanism): AlgorithmIdentifier {
  return AsnConvert.parse(algorithmIdentifier(mechanism), AlgorithmIdentifier);
}

export function nameOf(der: Uint8Array): Name {
  return AsnConvert.parse(der, Name);
}

export function extensionOf({ oid, critical, value }: FilledExtension): Extension {
  return new Extension({ extnID: oid, critical, extnValue: new OctetString(value.slice()) });
}
