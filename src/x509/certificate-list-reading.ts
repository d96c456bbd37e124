import { Fields, integerOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { Mechanism } from "./algorithm.ts";
import type { Revocation } from "./crl.ts";
import { nameBytes } from "./certificate-reading.ts";
import { EXTENSION, extensionsOf, readAuthorityKeyIdentifier } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { OID_ISSUING_DISTRIBUTION_POINT, readIssuingDistributionPoint, type IssuingDistributionPoint } from "./issuing-distribution-point.ts";
import { mechanismOf, signatureOf, signedParts } from "./signed.ts";
import { instantOf } from "./time.ts";

/** What a TBSCertList says, as read by this program's own strict reader. */
export interface TbsCertListFacts {
  /** The TBSCertList's own octets. */
  readonly tbs: Uint8Array;
  /** What the TBS says it will be signed with. */
  readonly mechanism: Mechanism;
  /** Name, DER. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly number: number;
  readonly authorityKeyIdentifier: Uint8Array;
  readonly revoked: readonly Revocation[];
  readonly point: IssuingDistributionPoint | null;
}

/** What a CRL says. */
export interface CertificateListFacts extends TbsCertListFacts {
  /** ECDSA as r ‖ s, as in `CertificateFacts`. */
  readonly signature: Uint8Array;
}

/**
 * Reads a CRL of the kind that this program issues (RFC 5280 5.1): version 2, with nextUpdate, and with
 * authorityKeyIdentifier and cRLNumber, neither critical, and at most an issuingDistributionPoint, critical.
 * @throws Fault form-der, form-instant
 */
export function readCertificateList(der: Uint8Array): CertificateListFacts {
  const { tbs, algorithm, octets } = signedParts(der, "CertificateList");
  const facts = factsOf(tbs);
  const mechanism = mechanismOf(algorithm);
  if (facts.mechanism !== mechanism) throw new Fault("form-der", `CertificateList: expected one signature algorithm, found ${facts.mechanism} inside and ${mechanism} outside`);
  return { ...facts, signature: signatureOf(mechanism, octets) };
}

/** Reads a TBSCertList that has no signature yet. @throws Fault form-der, form-instant */
export function readTbsCertList(tbs: Uint8Array): TbsCertListFacts {
  return factsOf(readDer(tbs));
}

function factsOf(node: DerNode): TbsCertListFacts {
  const fields = new Fields(node, "TBSCertList");
  if (integerOf(fields.take(TAG.integer, "version"), "version") !== 1) throw new Fault("form-der", "TBSCertList: expected version 2");
  const mechanism = mechanismOf(fields.take(TAG.sequence, "signature"));
  const issuer = nameBytes(fields.take(TAG.sequence, "issuer"));
  const thisUpdate = instantOf(fields.takeAny("thisUpdate"), "thisUpdate");
  const nextUpdate = instantOf(fields.takeAny("nextUpdate"), "nextUpdate");
  const revoked = entriesOf(fields.takeIf(TAG.sequence));
  const extensions = listExtensionsOf(fields.take(0xa0, "crlExtensions"));
  fields.end();
  return { tbs: node.bytes, mechanism, issuer, thisUpdate, nextUpdate, revoked, ...extensions };
}

function entriesOf(node: DerNode | undefined): Revocation[] {
  if (node === undefined) return [];
  if (node.children.length === 0) throw new Fault("form-der", "TBSCertList: expected no revokedCertificates rather than an empty list");
  return node.children.map((child) => {
    const fields = new Fields(child, "revokedCertificate");
    const serial = toHex(unsignedOctets(fields.take(TAG.integer, "userCertificate"), "userCertificate"));
    const date = instantOf(fields.takeAny("revocationDate"), "revocationDate");
    const extensions = fields.takeIf(TAG.sequence);
    fields.end();
    return { serial, date, reason: extensions === undefined ? 0 : reasonOf(extensionsOf(extensions)) };
  });
}

function reasonOf([only, ...others]: readonly ReadExtension[]): number {
  if (only?.oid !== EXTENSION.reasonCode || only.critical || others.length > 0) throw new Fault("form-der", "revokedCertificate: expected a reasonCode and nothing else");
  const node = readDer(only.value);
  if (node.tag !== TAG.enumerated || node.contents.length !== 1) throw new Fault("form-der", "reasonCode: expected an ENUMERATED");
  return node.contents[0] ?? 0;
}

function listExtensionsOf(explicit: DerNode): { number: number; authorityKeyIdentifier: Uint8Array; point: IssuingDistributionPoint | null } {
  const wrapped = new Fields(explicit, "crlExtensions", 0xa0);
  const [authority, number, point, ...others] = extensionsOf(wrapped.take(TAG.sequence, "Extensions"));
  wrapped.end();
  const isKnown = authority?.oid === EXTENSION.authorityKeyIdentifier && number?.oid === EXTENSION.cRLNumber;
  const isPoint = point === undefined || (point.oid === OID_ISSUING_DISTRIBUTION_POINT && point.critical);
  if (!isKnown || !isPoint || authority.critical || number.critical || others.length > 0) {
    throw new Fault("form-der", "crlExtensions: expected authorityKeyIdentifier and cRLNumber, not critical, perhaps issuingDistributionPoint, critical, and nothing else");
  }
  const value = readDer(number.value);
  if (value.tag !== TAG.integer) throw new Fault("form-der", "cRLNumber: expected an INTEGER");
  return { number: integerOf(value, "cRLNumber"), authorityKeyIdentifier: readAuthorityKeyIdentifier(authority.value), point: point === undefined ? null : readIssuingDistributionPoint(point.value) };
}
