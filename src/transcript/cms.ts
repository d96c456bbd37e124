/**
 * The token's signature over seal.txt: detached CMS SignedData (RFC 5652) in one fixed profile, so that the public tools verify it
 * and every octet of it but the signature follows from the seal, the certificates and the mechanism. Version 1, one signer by
 * issuerAndSerialNumber, signed attributes contentType and messageDigest, no signingTime, nothing unsigned. Algorithm
 * identifiers as in RFC 5754.
 */
import { compareOctets, derInteger, derOctetString, derOid, derSequence, derSet, derTlv, Fields, readDer, TAG, type DerNode } from "../bytes/der.ts";
import { digest, type DigestName } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { SIGNATURE_LENGTH, type Claim, type Mechanism } from "../x509/algorithm.ts";
import { readCertificate } from "../x509/reread.ts";
import { algorithmIdentifier, ecdsaFromDer, ecdsaToDer, fitSignature, mechanismOf } from "../x509/signed.ts";
import { readSpki } from "../x509/spki.ts";
import { LAYOUT } from "./layout.ts";

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
const CONTEXT_0 = 0xa0;
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

/** What a CMS file says, once its form holds. */
export interface TokenSignature {
  /** DER. */
  readonly signerCertificate: Uint8Array;
  /** The others, DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  readonly claim: Claim;
}

/**
 * The octets that the transcript key signs: SignedAttributes as a DER SET OF (RFC 5652 5.4).
 * @param seal the octets of seal.txt
 * @throws Fault form-cms for Ed25519, whose CMS the public tools in use do not verify
 */
export function cmsSignedAttributes(seal: Uint8Array, mechanism: Mechanism): Uint8Array {
  return setOf([
    derSequence(derOid(OID_CONTENT_TYPE), derSet(derOid(OID_DATA))),
    derSequence(derOid(OID_MESSAGE_DIGEST), derSet(derOctetString(digest(digestOf(mechanism), seal)))),
  ]);
}

function digestOf(mechanism: Mechanism): DigestName & keyof typeof DIGEST_OIDS {
  const name = (["sha256", "sha384", "sha512"] as const).find((known) => mechanism.endsWith(known));
  if (name !== undefined) return name;
  throw new Fault("form-cms", `expected a transcript key for ECDSA or RSA, found the mechanism ${mechanism}`, ["choose ecdsa-p384 for the transcript key"]);
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
    derOctetString(isEcdsa(mechanism) ? ecdsaToDer(signature) : signature),
  );
}

function isEcdsa(mechanism: Mechanism): boolean {
  return mechanism.startsWith("ecdsa");
}

function issuerAndSerialNumber(certificate: Uint8Array): Uint8Array {
  const { issuer, serial } = readCertificate(certificate);
  return derSequence(issuer, derInteger(fromHex(serial)));
}

/**
 * Reads the token's signature: parse, then rebuild from what was found, and demand the same octets.
 * @param der the octets of the `.p7s` file
 * @param seal the octets of seal.txt
 * @param known the record's own certificates, DER: a CMS file may hold no other, so that its unsigned part cannot be changed either
 * @param where the file, for people
 * @throws Fault form-cms or form-der for another seal.txt, another profile, a second signer, unsigned parts or unknown certificates
 */
export function readCms(der: Uint8Array, seal: Uint8Array, known: readonly Uint8Array[], where: string = LAYOUT.tokenSignature): TokenSignature {
  const found = parse(der);
  const { mechanism } = found;
  const signerCertificate = signerAmong(found.certificates, found.signer, known);
  const certificates = found.certificates.filter((certificate) => certificate !== signerCertificate);
  const signedAttributes = cmsSignedAttributes(seal, mechanism);
  if (!sameBytes(readDer(signedAttributes).contents, found.signedAttributes)) throw new Fault("form-cms", "expected a CMS file over this seal.txt, found other signed attributes");
  const { spki } = readCertificate(signerCertificate);
  const signature = fixedLength(found, spki);
  if (!sameBytes(buildCms({ mechanism, signerCertificate, certificates, signedAttributes, signature }), der)) {
    throw new Fault("form-cms", "expected a CMS file of one signer, without unsigned parts, in the one form this version writes, found another");
  }
  return { signerCertificate, certificates, claim: { where, spki, mechanism, message: signedAttributes, signature } };
}

function signerAmong(certificates: readonly Uint8Array[], signer: Uint8Array, known: readonly Uint8Array[]): Uint8Array {
  const isStrange = certificates.some((certificate) => !known.some((own) => sameBytes(own, certificate)));
  if (isStrange) throw new Fault("form-cms", "expected only certificates of this record in the CMS file, found another one");
  const certificate = certificates.find((candidate) => sameBytes(issuerAndSerialNumber(candidate), signer));
  if (certificate === undefined) throw new Fault("form-cms", "expected the certificate of the signer in the CMS file, found it missing");
  return certificate;
}

/** The signature with the length that the signer's key makes. */
function fixedLength({ signature, mechanism }: Found, spki: Uint8Array): Uint8Array {
  const { algorithm, description } = readSpki(spki);
  if (algorithm === null) throw new Fault("form-cms", `expected a signer's key for ${mechanism}, found ${description}`);
  return fitSignature(isEcdsa(mechanism) ? ecdsaFromDer(signature, SIGNATURE_LENGTH[algorithm] / 2) : signature, mechanism, algorithm);
}

interface Found {
  readonly certificates: readonly Uint8Array[];
  readonly signer: Uint8Array;
  readonly mechanism: Mechanism;
  /** Contents of the IMPLICIT SET OF. */
  readonly signedAttributes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes what the rebuilding needs; what is passed over here, the comparison sees. */
function parse(der: Uint8Array): Found {
  const contentInfo = new Fields(readDer(der), "ContentInfo");
  contentInfo.take(TAG.oid, "contentType");
  const signedData = new Fields(only(contentInfo.take(CONTEXT_0, "content"), "content"), "SignedData");
  signedData.take(TAG.integer, "version");
  signedData.take(TAG.set, "digestAlgorithms");
  signedData.take(TAG.sequence, "encapContentInfo");
  const certificates = signedData.take(CONTEXT_0, "certificates").children.map(({ bytes }) => bytes);
  const signerInfo = new Fields(only(signedData.take(TAG.set, "signerInfos"), "signerInfos"), "SignerInfo");
  signerInfo.take(TAG.integer, "version");
  const signer = signerInfo.take(TAG.sequence, "issuerAndSerialNumber").bytes;
  signerInfo.take(TAG.sequence, "digestAlgorithm");
  const signedAttributes = signerInfo.take(CONTEXT_0, "signedAttrs").contents;
  const mechanism = mechanismOf(signerInfo.take(TAG.sequence, "signatureAlgorithm"));
  return { certificates, signer, mechanism, signedAttributes, signature: signerInfo.take(TAG.octetString, "signature").contents };
}

function only(node: DerNode, what: string): DerNode {
  const [child, ...others] = node.children;
  if (child === undefined || others.length > 0) throw new Fault("form-cms", `expected one value in ${what} of the CMS file, found ${node.children.length}`);
  return child;
}
