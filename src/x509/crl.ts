import { derSequence, derSequenceOf, derSmallInteger, derTlv } from "../bytes/der.ts";
import type { Mechanism } from "./algorithm.ts";
import { authorityKeyIdentifierValue, crlNumberValue, reasonCodeValue } from "./extension-value.ts";
import type { FilledExtension } from "./extension.ts";
import { issuingDistributionPointValue, OID_ISSUING_DISTRIBUTION_POINT, type IssuingDistributionPoint } from "./issuing-distribution-point.ts";
import { requireName } from "./name-reading.ts";
import { algorithmIdentifier } from "./signed.ts";
import { derExtension, derSerial } from "./tbs.ts";
import { derTime } from "./time.ts";

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
  const { mechanism, issuer, thisUpdate, nextUpdate, revoked } = contents;
  return derSequence(
    derSmallInteger(1), algorithmIdentifier(mechanism), requireName(issuer), derTime(thisUpdate), derTime(nextUpdate),
    ...(revoked.length > 0 ? [derSequenceOf(revoked.map(entryOf))] : []),
    derTlv(0xa0, derSequenceOf(certificateListExtensions(contents).map(derExtension))),
  );
}

function certificateListExtensions({ authorityKeyIdentifier, number, point }: CertificateListContents): FilledExtension[] {
  return [
    { oid: "2.5.29.35", critical: false, value: authorityKeyIdentifierValue(authorityKeyIdentifier) },
    { oid: "2.5.29.20", critical: false, value: crlNumberValue(number) },
    ...(point === null ? [] : [{ oid: OID_ISSUING_DISTRIBUTION_POINT, critical: true, value: issuingDistributionPointValue(point) }]),
  ];
}

/** An entry; reason 0, unspecified, is not written (RFC 5280 5.3.1). */
function entryOf({ serial, date, reason }: Revocation): Uint8Array {
  const extensions = reason === 0 ? [] : [derSequence(derExtension({ oid: "2.5.29.21", critical: false, value: reasonCodeValue(reason) }))];
  return derSequence(derSerial(serial), derTime(date), ...extensions);
}
