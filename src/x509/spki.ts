import { bitStringOctets, derBitString, derInteger, derNull, derOid, derSequence, Fields, oidOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { digest } from "../bytes/digest.ts";
import type { KeyAlgorithm } from "./algorithm.ts";
import { curveNamed, curveOf, pointProblem } from "./curve.ts";
import { rsaProblem } from "./rsa.ts";
import type { RsaProblem } from "./rsa.ts";

/** Why a key is none that this program certifies, in one word. */
export type KeyProblem = RsaProblem["kind"] | "algorithm" | "parameters" | "curve" | "point";

/** A SubjectPublicKeyInfo that was read. */
export interface PublicKey {
  /** Null when the key is of another algorithm or size, or is none at all (a point off its curve, an even modulus). */
  readonly algorithm: KeyAlgorithm | null;
  /** What it is, for people; where `algorithm` is null, why. */
  readonly description: string;
  /** Null when `algorithm` is not. */
  readonly problem: KeyProblem | null;
  /** The DER that was read. */
  readonly spki: Uint8Array;
}

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";

/** Other key types by name, for messages. */
const OTHERS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.10": "RSASSA-PSS", "1.2.840.10040.4.1": "DSA", "1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.113": "Ed448",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44", "2.16.840.1.101.3.4.3.18": "ML-DSA-65", "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 3279, RFC 5480, RFC 8410) and checks the key itself: EC points are
 * uncompressed and on their curve, RSA moduli and exponents have the sizes of FIPS 186-5 and no known weakness.
 * @throws Fault form-der when it is no SubjectPublicKeyInfo
 */
export function readSpki(der: Uint8Array): PublicKey {
  const { oid, parameters, key } = partsOf(readDer(der));
  const found = oid === RSA ? rsaKey(parameters, key) : oid === EC ? ecKey(parameters, key) : oid === ED25519 ? ed25519Key(parameters, key) : null;
  return { ...(found ?? refused("algorithm", `${OTHERS[oid] ?? `algorithm ${oid}`} key`)), spki: der };
}

type Verdict = Omit<PublicKey, "spki">;

function refused(problem: KeyProblem, description: string): Verdict {
  return { algorithm: null, description, problem };
}

function sound(algorithm: KeyAlgorithm, description: string): Verdict {
  return { algorithm, description, problem: null };
}

function partsOf(node: DerNode): { oid: string; parameters: DerNode | undefined; key: Uint8Array } {
  const fields = new Fields(node, "SubjectPublicKeyInfo");
  const algorithm = new Fields(fields.take(TAG.sequence, "algorithm"), "AlgorithmIdentifier");
  const key = bitStringOctets(fields.take(TAG.bitString, "subjectPublicKey"), "subjectPublicKey");
  fields.end();
  const oid = oidOf(algorithm.take(TAG.oid, "algorithm"));
  const parameters = algorithm.next();
  algorithm.end();
  return { oid, parameters, key };
}

/** The octets of a SubjectPublicKeyInfo, once its form is known to be one; the key in it is not judged. @throws Fault form-der */
export function requireSpki(der: Uint8Array): Uint8Array {
  partsOf(readDer(der));
  return der;
}

/** The modulus of an RSA key, big-endian, without a sign octet; null for any other key. The key is not judged. @throws Fault form-der when it is no SubjectPublicKeyInfo */
export function rsaModulus(der: Uint8Array): Uint8Array | null {
  const { oid, key } = partsOf(readDer(der));
  if (oid !== RSA) return null;
  return unsignedOctets(new Fields(readDer(key), "RSAPublicKey").take(TAG.integer, "modulus"), "modulus");
}

function rsaKey(parameters: DerNode | undefined, key: Uint8Array): Verdict {
  if (parameters?.tag !== TAG.null) return refused("parameters", "RSA key without NULL parameters (RFC 3279 2.3.1)");
  const { bits, problem } = rsaProblem(key);
  if (problem !== null) return refused(problem.kind, `RSA ${bits}: ${problem.text}`);
  return sound(`rsa-${bits}` as KeyAlgorithm, `RSA ${bits}`);
}

function ecKey(parameters: DerNode | undefined, key: Uint8Array): Verdict {
  if (parameters?.tag !== TAG.oid) return refused("parameters", "EC key without a named curve (RFC 5480 2.1.1)");
  const oid = oidOf(parameters);
  const curve = curveNamed(oid);
  if (curve === undefined) return refused("curve", `EC key on curve ${oid}`);
  const problem = pointProblem(curve, key);
  return problem === null ? sound(curve.algorithm, `EC ${curve.name}`) : refused("point", `EC ${curve.name}: ${problem}`);
}

function ed25519Key(parameters: DerNode | undefined, key: Uint8Array): Verdict {
  if (parameters !== undefined) return refused("parameters", "Ed25519 key with parameters (RFC 8410 3 forbids them)");
  return key.length === 32 ? sound("ed25519", "Ed25519") : refused("size", `Ed25519 key of ${key.length} octets, expected 32`);
}

/** The SubjectPublicKeyInfo of an EC key (RFC 5480). @param point uncompressed: 04 ‖ X ‖ Y */
export function ecSpki(algorithm: KeyAlgorithm, point: Uint8Array): Uint8Array {
  return derSequence(derSequence(derOid(EC), derOid(curveOf(algorithm).oid)), derBitString(point));
}

/** The SubjectPublicKeyInfo of an RSA key (RFC 3279 2.3.1). @param modulus big-endian @param exponent big-endian */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  return derSequence(derSequence(derOid(RSA), derNull()), derBitString(derSequence(derInteger(modulus), derInteger(exponent))));
}

/** The SubjectPublicKeyInfo of an Ed25519 key (RFC 8410). @param raw 32 octets */
export function ed25519Spki(raw: Uint8Array): Uint8Array {
  return derSequence(derSequence(derOid(ED25519)), derBitString(raw));
}

/**
 * A key identifier: the leftmost 160 bits of SHA-256 of the subjectPublicKey (RFC 7093 section 2, method 1).
 * @throws Fault form-der when it is no SubjectPublicKeyInfo
 */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  return digest("sha256", partsOf(readDer(spki)).key).slice(0, 20);
}
