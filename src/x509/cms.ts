/**
 * Detached CMS SignedData (RFC 5652) of one signer by issuerAndSerialNumber, version 1, nothing unsigned; every octet but the signature
 * follows from the content, the certificates, the mechanism and the signed attributes. Algorithm identifiers as in RFC 5754.
 */
import { compareOctets, derInteger, derOctetString, derOid, derSequence, derSet, derTlv, readDer, TAG } from "../bytes/der.ts";
import { digest } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { hashOf, type Mechanism } from "./algorithm.ts";
import { readCertificate } from "./reread.ts";
import { algorithmIdentifier, ecdsaToDer } from "./signed.ts";

const OID_SIGNED_DATA = "1.2.840.113549.1.7.2";
const OID_DATA = "1.2.840.113549.1.7.1";
const OID_CONTENT_TYPE = "1.2.840.113549.1.9.3";
const OID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const DIGEST_OIDS: Readonly<Record<"sha256" | "sha384" | "sha512", string>> = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};
/** Context tag [0], constructed: ContentInfo.content, SignedData.certificates and SignerInfo.signedAttrs. */
export const CONTEXT_0 = 0xa0;
const VERSION_1 = derInteger(Uint8Array.of(1));

export interface CmsParts {
  readonly mechanism: Mechanism;
  /** DER. */
  readonly signerCertificate: Uint8Array;
  /** The certificates of the issuing chain, DER, in any order; the signer's own is added. */
  readonly certificates: readonly Uint8Array[];
  /** As `cmsSignedAttributes` made them. */
  readonly signedAttributes: Uint8Array;
  /** ECDSA as r ‖ s, RSA as the octet string. */
  readonly signature: Uint8Array;
}

/**
 * The octets that the signer signs: SignedAttributes as a DER SET OF (RFC 5652 5.4), contentType and messageDigest among them.
 * @param content the octets whose digest is signed
 * @param more further attributes, DER, as `cmsAttribute` makes them
 * @throws Fault form-cms for Ed25519, whose CMS the public tools in use do not verify
 */
export function cmsSignedAttributes(content: Uint8Array, mechanism: Mechanism, more: readonly Uint8Array[] = []): Uint8Array {
  return setOf([
    cmsAttribute(OID_CONTENT_TYPE, derOid(OID_DATA)),
    cmsAttribute(OID_MESSAGE_DIGEST, derOctetString(digest(digestOf(mechanism), content))),
    ...more,
  ]);
}

/** An Attribute with one value (RFC 5652 5.3). @param value DER */
export function cmsAttribute(oid: string, value: Uint8Array): Uint8Array {
  return derSequence(derOid(oid), derSet(value));
}

function digestOf(mechanism: Mechanism): keyof typeof DIGEST_OIDS {
  const name = hashOf(mechanism);
  if (name !== null) return name;
  throw new Fault("form-cms", `expected a key for ECDSA or RSA as the signer of CMS, found the mechanism ${mechanism}`, ["choose ecdsa-p384 for such a key"]);
}

function setOf(elements: readonly Uint8Array[], tag: number = TAG.set): Uint8Array {
  return derTlv(tag, ...[...elements].sort(compareOctets));
}

/**
 * The CMS file, DER.
 * @throws Fault form-cms for Ed25519 or a certificate given twice, form-der for a certificate that is none
 */
export function buildCms(parts: CmsParts): Uint8Array {
  const certificates = [parts.signerCertificate, ...parts.certificates].sort(compareOctets);
  if (certificates.some((der, i) => sameBytes(der, certificates[i + 1] ?? new Uint8Array()))) throw new Fault("form-cms", "expected each certificate once");
  const signedData = derSequence(
    VERSION_1,
    derSet(digestAlgorithm(parts.mechanism)),
    derSequence(derOid(OID_DATA)),
    setOf(certificates, CONTEXT_0),
    derSet(signerInfo(parts)),
  );
  return derSequence(derOid(OID_SIGNED_DATA), derTlv(CONTEXT_0, signedData));
}

/** RFC 5754 section 2: parameters are absent. */
function digestAlgorithm(mechanism: Mechanism): Uint8Array {
  return derSequence(derOid(DIGEST_OIDS[digestOf(mechanism)]));
}

function signerInfo({ mechanism, signerCertificate, signedAttributes, signature }: CmsParts): Uint8Array {
  return derSequence(
    VERSION_1,
    issuerAndSerialNumber(signerCertificate),
    digestAlgorithm(mechanism),
    derTlv(CONTEXT_0, readDer(signedAttributes).contents),
    algorithmIdentifier(mechanism),
    derOctetString(mechanism.startsWith("ecdsa") ? ecdsaToDer(signature) : signature),
  );
}

/** IssuerAndSerialNumber of a certificate (RFC 5652 10.2.4), DER. */
export function issuerAndSerialNumber(certificate: Uint8Array): Uint8Array {
  const { issuer, serial } = readCertificate(certificate);
  return derSequence(issuer, derInteger(fromHex(serial)));
}
