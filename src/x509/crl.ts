import "reflect-metadata";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CRLNumber, CRLReason, CRLReasons, RevokedCertificate, TBSCertList, Version } from "@peculiar/asn1-x509";
import type { Mechanism } from "./algorithm.ts";
import { authorityKeyIdentifierValue } from "./extension.ts";
import type { FilledExtension } from "./extension.ts";
import { issuingDistributionPointValue, OID_ISSUING_DISTRIBUTION_POINT, type IssuingDistributionPoint } from "./issuing-distribution-point.ts";
import { algorithmOf, extensionOf, nameOf, serialOctets, timeOf } from "./tbs.ts";

/** One revoked certificate. */
export interface Revocation {
  /** Hex. */
  readonly serial: string;
  /** revocationDate, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly date: string;
  /** CRLReason (RFC 5280 5.3.1); 0, unspecified, is left out of the entry. */
  readonly reason: number;
}

/** Everything that a TBSCertList says. */
export interface CertificateListContents {
  /** Name, DER. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  /** CRLNumber. */
  readonly number: number;
  /** The issuer's subjectKeyIdentifier, octets. */
  readonly authorityKeyIdentifier: Uint8Array;
  readonly mechanism: Mechanism;
  readonly revoked: readonly Revocation[];
  /** Null for a CRL of everything that the issuer revokes. */
  readonly point: IssuingDistributionPoint | null;
}

/**
 * The TBSCertList, DER, version 2, with authorityKeyIdentifier, cRLNumber and, where it is limited, issuingDistributionPoint (RFC 5280
 * 5.1, 5.2.1, 5.2.3, 5.2.5).
 * revokedCertificates is absent when nothing is revoked.
 * @throws Fault form-instant, form-der
 */
export function buildTbsCertList(contents: CertificateListContents): Uint8Array {
  const list = new TBSCertList({
    version: Version.v2,
    signature: algorithmOf(contents.mechanism),
    issuer: nameOf(contents.issuer),
    thisUpdate: timeOf(contents.thisUpdate),
    nextUpdate: timeOf(contents.nextUpdate),
    crlExtensions: certificateListExtensions(contents).map(extensionOf),
  });
  if (contents.revoked.length > 0) list.revokedCertificates = contents.revoked.map(entryOf);
  return new Uint8Array(AsnConvert.serialize(list));
}

function certificateListExtensions({ authorityKeyIdentifier, number, point }: CertificateListContents): FilledExtension[] {
  return [
    { oid: "2.5.29.35", critical: false, value: authorityKeyIdentifierValue(authorityKeyIdentifier) },
    { oid: "2.5.29.20", critical: false, value: new Uint8Array(AsnConvert.serialize(new CRLNumber(number))) },
    ...(point === null ? [] : [{ oid: OID_ISSUING_DISTRIBUTION_POINT, critical: true, value: issuingDistributionPointValue(point) }]),
  ];
}

function entryOf({ serial, date, reason }: Revocation): RevokedCertificate {
  const entry = new RevokedCertificate({ userCertificate: serialOctets(serial), revocationDate: timeOf(date) });
  if (reason !== CRLReasons.unspecified) {
    const value = new Uint8Array(AsnConvert.serialize(new CRLReason(reason)));
    entry.crlEntryExtensions = [extensionOf({ oid: "2.5.29.21", critical: false, value })];
  }
  return entry;
}
