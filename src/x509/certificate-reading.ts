import { Fields, integerOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { Claim, Mechanism } from "./algorithm.ts";
import { extensionsOf } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { attributesOf } from "./name-reading.ts";
import { fitSignature, mechanismOf, signatureOf, signedParts } from "./signed.ts";
import { readSpki } from "./spki.ts";
import { instantOf } from "./time.ts";

/** What a TBSCertificate says, as read by this program's own strict reader. */
export interface TbsFacts {
  /** The TBSCertificate's own octets. */
  readonly tbs: Uint8Array;
  /** Magnitude of the INTEGER, hex; a zero sign octet is left out. */
  readonly serial: string;
  /** What the TBS says it will be signed with. */
  readonly mechanism: Mechanism;
  /** Name, DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: string;
  readonly notAfter: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly extensions: readonly ReadExtension[];
}

/** What a certificate says. */
export interface CertificateFacts extends TbsFacts {
  /**
   * ECDSA as r ‖ s, in the smallest of the sizes 32, 48 and 66 that holds both halves (the issuer's curve is not known
   * here; `certificateClaim` fits it); RSA and Ed25519 as they stand.
   */
  readonly signature: Uint8Array;
}

const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/**
 * Reads a certificate (RFC 5280 4.1): strict DER, version 3, equal inner and outer algorithm, no unique identifiers.
 * @throws Fault form-der, form-instant
 */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const { tbs, algorithm, octets } = signedParts(der, "Certificate");
  const facts = factsOf(tbs);
  const mechanism = mechanismOf(algorithm);
  if (facts.mechanism !== mechanism) throw new Fault("form-der", `Certificate: expected one signature algorithm, found ${facts.mechanism} inside and ${mechanism} outside`);
  return { ...facts, signature: signatureOf(mechanism, octets) };
}

/** Reads a TBSCertificate that has no signature yet. @throws Fault form-der, form-instant */
export function readTbsCertificate(tbs: Uint8Array): TbsFacts {
  return factsOf(readDer(tbs));
}

function factsOf(node: DerNode): TbsFacts {
  const fields = new Fields(node, "TBSCertificate");
  requireVersion3(fields.take(VERSION, "version"));
  const serial = toHex(unsignedOctets(fields.take(TAG.integer, "serialNumber"), "serialNumber"));
  const mechanism = mechanismOf(fields.take(TAG.sequence, "signature"));
  const issuer = nameBytes(fields.take(TAG.sequence, "issuer"));
  const [notBefore, notAfter] = validityOf(fields.take(TAG.sequence, "validity"));
  const subject = nameBytes(fields.take(TAG.sequence, "subject"));
  const spki = fields.take(TAG.sequence, "subjectPublicKeyInfo").bytes;
  const extensions = fields.takeIf(EXTENSIONS);
  fields.end();
  return {
    tbs: node.bytes, serial, mechanism, issuer, subject, notBefore, notAfter, spki,
    extensions: extensions === undefined ? [] : extensionsOf(onlyChild(extensions, "extensions")),
  };
}

function requireVersion3(explicit: DerNode): void {
  const version = onlyChild(explicit, "version");
  if (version.tag !== TAG.integer || integerOf(version, "version") !== 2) throw new Fault("form-der", "TBSCertificate: expected version 3");
}

function onlyChild(node: DerNode, name: string): DerNode {
  const [child, ...others] = node.children;
  if (child === undefined || others.length > 0) throw new Fault("form-der", `${name}: expected one value`);
  return child;
}

/** The octets of a Name, once its form is known to be one. */
export function nameBytes(node: DerNode): Uint8Array {
  attributesOf(node);
  return node.bytes;
}

function validityOf(node: DerNode): [string, string] {
  const fields = new Fields(node, "Validity");
  const dates: [string, string] = [instantOf(fields.takeAny("notBefore"), "notBefore"), instantOf(fields.takeAny("notAfter"), "notAfter")];
  fields.end();
  return dates;
}

/**
 * The statement that the issuer's key signed this certificate.
 * @param where for people: a file, a step
 * @param issuerSpki SubjectPublicKeyInfo, DER
 * @throws Fault form-der when the issuer's key is not one that can have made such a signature
 */
export function certificateClaim(where: string, facts: { readonly tbs: Uint8Array; readonly mechanism: Mechanism; readonly signature: Uint8Array }, issuerSpki: Uint8Array): Claim {
  const { algorithm, description } = readSpki(issuerSpki);
  if (algorithm === null) throw new Fault("form-der", `${where}: expected an issuer key of a known algorithm, found ${description}`);
  const { tbs: message, mechanism } = facts;
  return { where, spki: issuerSpki, mechanism, message, signature: fitSignature(facts.signature, mechanism, algorithm) };
}
