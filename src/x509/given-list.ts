/** A CRL that somebody else made: read for what it revokes, with the extensions and omissions that other programs allow themselves. */
import { Fields, integerOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { fromPem } from "../bytes/pem.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Mechanism } from "./algorithm.ts";
import { nameBytes } from "./certificate-reading.ts";
import type { Revocation } from "./crl.ts";
import { duplicatesOf, EXTENSION, extensionsOf, type ReadExtension } from "./extension-reading.ts";
import { OID_ISSUING_DISTRIBUTION_POINT } from "./issuing-distribution-point.ts";
import { mechanismOf, signatureOf, signedParts } from "./signed.ts";
import { instantOf } from "./time.ts";

/** What it says. Nothing of it is proved; its signature is a claim. */
export interface GivenList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly mechanism: Mechanism;
  /** ECDSA as r ‖ s. */
  readonly signature: Uint8Array;
  /** Name, DER. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: string;
  /** Null where there is none: old programs leave it out. */
  readonly nextUpdate: string | null;
  /** Null where there is none: version 1, or no cRLNumber. */
  readonly number: number | null;
  readonly revoked: readonly Revocation[];
}

/**
 * Reads a CRL file: one PEM block `X509 CRL`, strict DER, RFC 5280 5.1 of version 1 or 2. A list that is limited to a part of what
 * its CA issued, is a delta, or has another critical extension is refused: it does not say all that is revoked.
 * @throws Fault form-…
 */
export function readGivenList(bytes: Uint8Array): GivenList {
  const { der } = fromPem(fromUtf8(bytes), ["X509 CRL"], "ignored");
  const { tbs, algorithm, octets } = signedParts(der, "CertificateList");
  const fields = new Fields(tbs, "TBSCertList");
  const version = fields.takeIf(TAG.integer);
  if (version !== undefined && integerOf(version, "version") !== 1) throw new Fault("form-der", "TBSCertList: expected version 1 or 2");
  const mechanism = mechanismOf(fields.take(TAG.sequence, "signature"), "anyone");
  if (mechanismOf(algorithm, "anyone") !== mechanism) throw new Fault("form-der", "CertificateList: expected one signature algorithm, found two");
  const issuer = nameBytes(fields.take(TAG.sequence, "issuer"));
  const thisUpdate = instantOf(fields.takeAny("thisUpdate"), "thisUpdate");
  const next = fields.takeIf(UTC_TIME) ?? fields.takeIf(GENERALIZED_TIME);
  const revoked = (fields.takeIf(TAG.sequence)?.children ?? []).map(entryOf);
  const extensions = fields.takeIf(0xa0);
  fields.end();
  return {
    der, tbs: tbs.bytes, mechanism, signature: signatureOf(mechanism, octets), issuer, thisUpdate, nextUpdate: next === undefined ? null : instantOf(next, "nextUpdate"),
    number: extensions === undefined ? null : numberOf(extensions), revoked,
  };
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const DELTA_INDICATOR = "2.5.29.27";

function entryOf(node: DerNode): Revocation {
  const fields = new Fields(node, "revokedCertificate");
  const serial = toHex(unsignedOctets(fields.take(TAG.integer, "userCertificate"), "userCertificate"));
  const date = instantOf(fields.takeAny("revocationDate"), "revocationDate");
  const extensions = fields.takeIf(TAG.sequence);
  fields.end();
  const known = extensions === undefined ? [] : understandable(extensionsOf(extensions), "revokedCertificate");
  const reason = known.find(({ oid }) => oid === EXTENSION.reasonCode);
  return { serial, date, reason: reason === undefined ? 0 : reasonOf(reason.value) };
}

function reasonOf(value: Uint8Array): number {
  const node = readDer(value);
  if (node.tag !== TAG.enumerated || node.contents.length !== 1) throw new Fault("form-der", "reasonCode: expected an ENUMERATED");
  return node.contents[0] ?? 0;
}

function numberOf(explicit: DerNode): number | null {
  const wrapped = new Fields(explicit, "crlExtensions", 0xa0);
  const extensions = understandable(extensionsOf(wrapped.take(TAG.sequence, "Extensions")), "crlExtensions");
  wrapped.end();
  const partial = extensions.find(({ oid }) => oid === OID_ISSUING_DISTRIBUTION_POINT || oid === DELTA_INDICATOR);
  if (partial !== undefined) throw new Fault("form-der", "expected a full CRL, found a delta, or one that is limited to a part of what its CA issued", ["give the list with everything that is revoked"]);
  const number = extensions.find(({ oid }) => oid === EXTENSION.cRLNumber);
  return number === undefined ? null : integerOf(readDer(number.value), "cRLNumber");
}

/** What nobody here understands is passed over, unless it is critical. */
function understandable(extensions: readonly ReadExtension[], where: string): readonly ReadExtension[] {
  const understood: readonly string[] = [EXTENSION.reasonCode, EXTENSION.cRLNumber, EXTENSION.authorityKeyIdentifier, OID_ISSUING_DISTRIBUTION_POINT, DELTA_INDICATOR];
  const strange = extensions.find(({ oid, critical }) => critical && !understood.includes(oid));
  if (strange !== undefined) throw new Fault("form-der", `${where}: expected no other critical extension, found ${strange.oid}`);
  if (duplicatesOf(extensions.map(({ oid }) => oid)).length > 0) throw new Fault("form-der", `${where}: expected each extension once`);
  return extensions;
}
