/** The public key of an object on a token, as a SubjectPublicKeyInfo of our own making. */
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { ecSpki, ed25519Spki, rsaSpki } from "../x509/spki.ts";
import { CKA, CKK } from "./attributes.ts";
import { curveParameters } from "./mechanism.ts";
import type { ObjectHandle, TokenSession } from "./session.ts";

const EC_ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"] as const;
/** Octets of an uncompressed point, 04 ‖ X ‖ Y. */
const POINT_LENGTH = { "ecdsa-p256": 65, "ecdsa-p384": 97, "ecdsa-p521": 133, ed25519: 32 } as const;
/** Some tokens name the Edwards curve by this PrintableString instead of its object identifier (PKCS#11 v3.0 2.3.10). */
const EDWARDS_NAME = Buffer.from("130c656477617264733235353139", "hex");

/**
 * SubjectPublicKeyInfo, DER, of a public key object; null when the token does not show it or it is of no algorithm of ours.
 * Whether the point is on its curve is for `readSpki` to say.
 * @param ckk CKA_KEY_TYPE
 * @throws CkrError
 */
export function publicKeyOf(session: TokenSession, object: ObjectHandle, ckk: number | null): Uint8Array | null {
  if (ckk === CKK.RSA) return rsaKey(session, object);
  if (ckk !== CKK.EC && ckk !== CKK.EC_EDWARDS) return null;
  const algorithm = curveAlgorithm(session.attribute(object, CKA.EC_PARAMS), ckk);
  const value = session.attribute(object, CKA.EC_POINT);
  const point = algorithm === null || value === null ? null : unwrapPoint(value, POINT_LENGTH[algorithm]);
  if (algorithm === null || point === null) return null;
  return algorithm === "ed25519" ? ed25519Spki(point) : ecSpki(algorithm, point);
}

function rsaKey(session: TokenSession, object: ObjectHandle): Uint8Array | null {
  const modulus = session.attribute(object, CKA.MODULUS);
  const exponent = session.attribute(object, CKA.PUBLIC_EXPONENT);
  if (modulus === null || exponent === null || modulus.length === 0 || exponent.length === 0) return null;
  return rsaSpki(withoutLeadingZeros(modulus), withoutLeadingZeros(exponent));
}

function withoutLeadingZeros(number: Buffer): Uint8Array {
  const start = number.findIndex((octet) => octet !== 0);
  return new Uint8Array(number.subarray(start < 0 ? number.length - 1 : start));
}

function curveAlgorithm(parameters: Buffer | null, ckk: number): (KeyAlgorithm & keyof typeof POINT_LENGTH) | null {
  if (parameters === null) return null;
  if (ckk === CKK.EC) return EC_ALGORITHMS.find((algorithm) => curveParameters(algorithm)?.equals(parameters)) ?? null;
  const named = parameters.equals(EDWARDS_NAME) || curveParameters("ed25519")?.equals(parameters);
  return named === true ? "ed25519" : null;
}

/** CKA_EC_POINT is a DER OCTET STRING (PKCS#11 v2.40 2.3.3); older tokens give the point itself. Null when it is neither. */
export function unwrapPoint(value: Uint8Array, length: number): Uint8Array | null {
  if (value.length === length) return new Uint8Array(value);
  const header = length < 0x80 ? [0x04, length] : [0x04, 0x81, length];
  const wrapped = value.length === header.length + length && header.every((octet, i) => value[i] === octet);
  return wrapped ? new Uint8Array(value.subarray(header.length)) : null;
}
