/**
 * The token's signature over seal.txt: detached CMS SignedData in one fixed profile, so that the public tools verify it and every octet
 * of it but the signature follows from the seal, the certificates and the mechanism: no signingTime, nothing unsigned.
 */
import { Fields, readDer, TAG, type DerNode } from "../bytes/der.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { SIGNATURE_LENGTH, type Claim, type Mechanism } from "../x509/algorithm.ts";
import { buildCms, cmsSignedAttributes, CONTEXT_0, issuerAndSerialNumber } from "../x509/cms.ts";
import { readCertificate } from "../x509/reread.ts";
import { ecdsaFromDer, fitSignature, mechanismOf } from "../x509/signed.ts";
import { readSpki } from "../x509/spki.ts";
import { LAYOUT } from "./layout.ts";

export { buildCms, cmsSignedAttributes, type CmsParts } from "../x509/cms.ts";

/** What a CMS file says, once its form holds. */
export interface TokenSignature {
  /** DER. */
  readonly signerCertificate: Uint8Array;
  /** The others, DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  readonly claim: Claim;
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

/** The certificates that a CMS file holds, DER: for a reader who does not know which the record would have named. @throws Fault form-cms or form-der */
export function certificatesIn(der: Uint8Array): readonly Uint8Array[] {
  return parse(der).certificates;
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
  return fitSignature(mechanism.startsWith("ecdsa") ? ecdsaFromDer(signature, SIGNATURE_LENGTH[algorithm] / 2) : signature, mechanism, algorithm);
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
