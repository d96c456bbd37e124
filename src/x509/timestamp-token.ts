/**
 * What a time-stamping authority answers (RFC 3161 2.4.2): TimeStampResp with a TimeStampToken, which is CMS SignedData (RFC 5652)
 * over a TSTInfo. Read strictly as DER; its signature leaves as a claim.
 */
import { derTlv, Fields, integerOf, oidOf, readDer, TAG, unsignedOctets, type DerNode } from "../bytes/der.ts";
import { digest, type DigestName } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Mechanism } from "./algorithm.ts";
import { CONTEXT_0 } from "./cms.ts";
import { readGivenDer, type GivenCertificate } from "./given-certificate.ts";
import { mechanismOf, signatureOf } from "./signed.ts";
import { requireInstant } from "./time.ts";

/** What was timestamped, when, and by which rules: TSTInfo. */
export interface TimestampInfo {
  readonly hash: DigestName;
  readonly imprint: Uint8Array;
  /** Null where the answer repeats none. */
  readonly nonce: Uint8Array | null;
  /** Whole seconds; what the TSA gave beyond them is left out. */
  readonly at: string;
  readonly policy: string;
  /** Hex. */
  readonly serial: string;
}

export interface TimestampToken {
  readonly info: TimestampInfo;
  readonly signer: GivenCertificate;
  /** All that the token brings, the signer's among them. */
  readonly certificates: readonly GivenCertificate[];
  readonly mechanism: Mechanism;
  /** The signed attributes as a DER SET OF: what is signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const HASHES: Readonly<Record<string, DigestName>> = { "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512", "1.3.14.3.2.26": "sha1" };
const OID = {
  signedData: "1.2.840.113549.1.7.2", tstInfo: "1.2.840.113549.1.9.16.1.4", contentType: "1.2.840.113549.1.9.3", messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12", signingCertificateV2: "1.2.840.113549.1.9.16.2.47", rsaEncryption: "1.2.840.113549.1.1.1",
} as const;

/** The token of a TimeStampResp that was granted. @throws Fault form-der, form-cms */
export function readTimestampResponse(der: Uint8Array): TimestampToken {
  const response = new Fields(readDer(der), "TimeStampResp");
  const status = new Fields(response.take(TAG.sequence, "status"), "PKIStatusInfo");
  const code = integerOf(status.take(TAG.integer, "status"), "status");
  if (code > 1) throw refused(`expected a timestamp that was granted, found the status ${code}`, "the TSA refused the query: ask again, or ask another");
  const token = response.take(TAG.sequence, "timeStampToken");
  response.end();
  return readToken(token);
}

function refused(message: string, hint = "have the TSA's answer given again, as it came"): Fault {
  return new Fault("form-cms", message, [hint]);
}

function readToken(node: DerNode): TimestampToken {
  const contentInfo = new Fields(node, "ContentInfo");
  if (oidOf(contentInfo.take(TAG.oid, "contentType")) !== OID.signedData) throw refused("expected CMS SignedData in the timestamp, found another content");
  const data = new Fields(only(contentInfo.take(CONTEXT_0, "content"), "content"), "SignedData");
  contentInfo.end();
  data.take(TAG.integer, "version");
  data.take(TAG.set, "digestAlgorithms");
  const content = contentOf(data.take(TAG.sequence, "encapContentInfo"));
  const certificates = (data.takeIf(CONTEXT_0)?.children ?? []).map(({ bytes }) => readGivenDer(bytes));
  data.takeIf(0xa1);
  const signerInfo = readSigner(only(data.take(TAG.set, "signerInfos"), "signerInfos"));
  data.end();
  const signer = certificates.find((one) => toHex(one.issuer) === signerInfo.issuer && one.serial === signerInfo.serial);
  if (signer === undefined) throw refused("expected the certificate of the TSA in the timestamp, found it missing", "the query asks for it: have the TSA answer with its certificate");
  requireAttributes(signerInfo, content, signer);
  return { info: infoOf(content), signer, certificates, mechanism: signerInfo.mechanism, signed: signerInfo.signed, signature: signerInfo.signature };
}

function only(node: DerNode, what: string): DerNode {
  const [child, ...others] = node.children;
  if (child === undefined || others.length > 0) throw refused(`expected one value in ${what} of the timestamp, found ${node.children.length}`);
  return child;
}

/** The octets of the TSTInfo. */
function contentOf(node: DerNode): Uint8Array {
  const fields = new Fields(node, "EncapsulatedContentInfo");
  if (oidOf(fields.take(TAG.oid, "eContentType")) !== OID.tstInfo) throw refused("expected a TSTInfo in the timestamp, found another content");
  const { contents } = only(fields.take(CONTEXT_0, "eContent"), "eContent");
  fields.end();
  return contents;
}

interface SignerInfo {
  readonly issuer: string;
  readonly serial: string;
  readonly hash: DigestName;
  readonly attributes: ReadonlyMap<string, DerNode>;
  readonly mechanism: Mechanism;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

function readSigner(node: DerNode): SignerInfo {
  const fields = new Fields(node, "SignerInfo");
  fields.take(TAG.integer, "version");
  const sid = new Fields(fields.take(TAG.sequence, "issuerAndSerialNumber"), "IssuerAndSerialNumber");
  const issuer = toHex(sid.take(TAG.sequence, "issuer").bytes);
  const serial = toHex(unsignedOctets(sid.take(TAG.integer, "serialNumber"), "serialNumber"));
  const hash = hashOf(fields.take(TAG.sequence, "digestAlgorithm"));
  const attributes = fields.take(CONTEXT_0, "signedAttrs");
  const mechanism = signerMechanism(fields.take(TAG.sequence, "signatureAlgorithm"), hash);
  const signature = signatureOf(mechanism, fields.take(TAG.octetString, "signature").contents);
  fields.takeIf(0xa1);
  fields.end();
  return { issuer, serial, hash, attributes: attributesOf(attributes), mechanism, signed: derTlv(TAG.set, attributes.contents), signature };
}

function hashOf(node: DerNode): DigestName {
  const fields = new Fields(node, "AlgorithmIdentifier");
  const oid = oidOf(fields.take(TAG.oid, "algorithm"));
  const hash = HASHES[oid];
  if (hash === undefined) throw refused(`expected a digest of the SHA-2 family in the timestamp, found ${oid}`);
  return hash;
}

/** RSA keys sign under the name of the key alone, the digest standing beside it (RFC 3370 3.2). */
function signerMechanism(node: DerNode, hash: DigestName): Mechanism {
  const [first] = node.children;
  if (first === undefined || oidOf(first) !== OID.rsaEncryption) return mechanismOf(node, "anyone");
  if (hash === "sha1") throw refused("expected a timestamp signed with SHA-2, found SHA-1");
  return `rsa-pkcs1-${hash}`;
}

function attributesOf(node: DerNode): Map<string, DerNode> {
  const attributes = new Map<string, DerNode>();
  for (const child of node.children) {
    const fields = new Fields(child, "Attribute");
    const type = oidOf(fields.take(TAG.oid, "attrType"));
    if (attributes.has(type)) throw refused(`expected each signed attribute once, found ${type} twice`);
    attributes.set(type, only(fields.take(TAG.set, "attrValues"), "attrValues"));
  }
  return attributes;
}

/** The signature is over this TSTInfo, and names this certificate (RFC 3161 2.4.2, RFC 5816). */
function requireAttributes({ attributes, hash }: SignerInfo, content: Uint8Array, signer: GivenCertificate): void {
  const type = attributes.get(OID.contentType);
  if (type === undefined || oidOf(type) !== OID.tstInfo) throw refused("expected the signed attribute contentType to say TSTInfo");
  const digested = attributes.get(OID.messageDigest)?.contents ?? new Uint8Array();
  if (!sameBytes(digested, digest(hash, content))) throw refused("expected a signature over the TSTInfo in the timestamp, found one over other octets");
  const [old, now] = [attributes.get(OID.signingCertificate), attributes.get(OID.signingCertificateV2)];
  const named = now !== undefined ? certificateHash(now, "sha256") : old !== undefined ? certificateHash(old, "sha1") : null;
  if (named === null || !sameBytes(named.value, digest(named.hash, signer.der))) throw refused("expected the signed attributes to name the TSA's certificate, found another or none");
}

/** The hash of the first ESSCertID. */
function certificateHash(node: DerNode, usual: DigestName): { readonly hash: DigestName; readonly value: Uint8Array } {
  const certs = new Fields(node, "SigningCertificate").take(TAG.sequence, "certs");
  const id = new Fields(certs.children[0] ?? certs, "ESSCertID");
  const first = id.next();
  if (first?.tag === TAG.octetString) return { hash: usual, value: first.contents };
  if (first === undefined) throw refused("expected an ESSCertID, found none");
  return { hash: hashOf(first), value: id.take(TAG.octetString, "certHash").contents };
}

function infoOf(content: Uint8Array): TimestampInfo {
  const fields = new Fields(readDer(content), "TSTInfo");
  if (integerOf(fields.take(TAG.integer, "version"), "version") !== 1) throw refused("expected a TSTInfo of version 1");
  const policy = oidOf(fields.take(TAG.oid, "policy"));
  const imprint = new Fields(fields.take(TAG.sequence, "messageImprint"), "MessageImprint");
  const hash = hashOf(imprint.take(TAG.sequence, "hashAlgorithm"));
  const value = imprint.take(TAG.octetString, "hashedMessage").contents;
  const serial = toHex(fields.take(TAG.integer, "serialNumber").contents);
  const at = instantIn(fields.takeAny("genTime"));
  fields.takeIf(TAG.sequence);
  fields.takeIf(TAG.boolean);
  const nonce = fields.takeIf(TAG.integer);
  return { hash, imprint: value, nonce: nonce === undefined ? null : unsignedOctets(nonce, "nonce"), at, policy, serial };
}

/** GeneralizedTime with a fraction of a second or without (RFC 3161 2.4.2). */
function instantIn({ tag, contents }: DerNode): string {
  const digits = /^(\d{14})(\.\d*[1-9])?Z$/.exec(tag === TAG.generalizedTime ? fromUtf8(contents) : "")?.[1];
  if (digits === undefined) throw refused("expected genTime as YYYYMMDDHHMMSS[.f]Z");
  return requireInstant(digits.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z"), "genTime");
}
