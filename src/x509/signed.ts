import { bitStringOctets, derBitString, derInteger, derNull, derOid, derSequence, Fields, oidOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { concat, sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { isPss, MECHANISMS, SIGNATURE_LENGTH } from "./algorithm.ts";
import type { KeyAlgorithm, Mechanism } from "./algorithm.ts";
import { pssParameters, RSASSA_PSS } from "./pss.ts";

/** Signature algorithms by OID (RFC 5758, RFC 4055, RFC 8410). */
const OIDS: Readonly<Record<Mechanism, string>> = {
  "ecdsa-sha256": "1.2.840.10045.4.3.2",
  "ecdsa-sha384": "1.2.840.10045.4.3.3",
  "ecdsa-sha512": "1.2.840.10045.4.3.4",
  "rsa-pkcs1-sha256": "1.2.840.113549.1.1.11",
  "rsa-pkcs1-sha384": "1.2.840.113549.1.1.12",
  "rsa-pkcs1-sha512": "1.2.840.113549.1.1.13",
  "rsa-pss-sha256": RSASSA_PSS,
  "rsa-pss-sha384": RSASSA_PSS,
  "rsa-pss-sha512": RSASSA_PSS,
  ed25519: "1.3.101.112",
};

/** What is refused, by name. */
const REFUSED: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "MD2 with RSA", "1.2.840.113549.1.1.3": "MD4 with RSA", "1.2.840.113549.1.1.4": "MD5 with RSA",
  "1.2.840.113549.1.1.5": "SHA-1 with RSA", "1.3.14.3.2.29": "SHA-1 with RSA", "1.2.840.113549.1.1.14": "SHA-224 with RSA",
  "1.2.840.10045.4.1": "ECDSA with SHA-1", "1.2.840.10045.4.3.1": "ECDSA with SHA-224",
  "1.2.840.10040.4.3": "DSA with SHA-1", "2.16.840.1.101.3.4.3.2": "DSA with SHA-256",
};

/** The AlgorithmIdentifier of a mechanism, DER: NULL parameters for RSA PKCS #1, RSASSA-PSS-params in full, none for ECDSA and Ed25519. */
export function algorithmIdentifier(mechanism: Mechanism): Uint8Array {
  return IDENTIFIERS.get(mechanism) ?? new Uint8Array();
}

const IDENTIFIERS = new Map(MECHANISMS.map((mechanism) => [mechanism, derSequence(derOid(OIDS[mechanism]), parametersOf(mechanism))]));

function parametersOf(mechanism: Mechanism): Uint8Array {
  if (isPss(mechanism)) return pssParameters(mechanism);
  return mechanism.startsWith("rsa-pkcs1") ? derNull() : new Uint8Array();
}

/** Whose AlgorithmIdentifier it is: other people's programs write NULL and absent parameters either way (RFC 4055 5 says to accept both). */
export type Writer = "ours" | "anyone";

/**
 * The mechanism of an AlgorithmIdentifier.
 * @param writer `ours`: with the parameters that RFC 4055, 5758 and 8410 ask for; `anyone`: for RSA PKCS #1, ECDSA and the hashes of RSASSA-PSS NULL or absent
 * @throws Fault form-der when it is not one of `MECHANISMS`, or has other parameters
 */
export function mechanismOf(node: DerNode, writer: Writer = "ours"): Mechanism {
  const fields = new Fields(node, "AlgorithmIdentifier");
  const oid = oidOf(fields.take(TAG.oid, "algorithm"));
  if (oid === RSASSA_PSS) return pssMechanism(fields, writer);
  const mechanism = MECHANISMS.find((known) => OIDS[known] === oid);
  if (mechanism === undefined) throw new Fault("form-der", `expected a signature of ${MECHANISMS.join(", ")}, found ${REFUSED[oid] ?? oid}`);
  if (writer === "anyone" && mechanism !== "ed25519") fields.takeIf(TAG.null);
  else if (mechanism.startsWith("rsa")) fields.take(TAG.null, "NULL parameters");
  fields.end();
  return mechanism;
}

function pssMechanism(fields: Fields, writer: Writer): Mechanism {
  const parameters = fields.take(TAG.sequence, "RSASSA-PSS-params");
  fields.end();
  const mechanism = MECHANISMS.find((known) => isPss(known) && spellingsOf(known, writer).some((spelling) => sameBytes(spelling, parameters.bytes)));
  if (mechanism === undefined) throw new Fault("form-der", "expected RSASSA-PSS with SHA-256, SHA-384 or SHA-512, MGF1 with the same hash and a salt of its length, found other parameters");
  return mechanism;
}

function spellingsOf(mechanism: Mechanism, writer: Writer): Uint8Array[] {
  if (writer === "ours") return [pssParameters(mechanism)];
  const nulls = [derNull(), new Uint8Array()];
  return nulls.flatMap((ofHash) => nulls.map((ofMask) => pssParameters(mechanism, ofHash, ofMask)));
}

/**
 * A signed object of X.509 (RFC 5280 4.1.1): the TBS verbatim, the AlgorithmIdentifier, the signature.
 * @param signature ECDSA as r ‖ s
 */
export function assemble(tbs: Uint8Array, mechanism: Mechanism, signature: Uint8Array): Uint8Array {
  const octets = mechanism.startsWith("ecdsa") ? ecdsaToDer(signature) : signature;
  return derSequence(tbs, algorithmIdentifier(mechanism), derBitString(octets));
}

/** An ECDSA signature from r ‖ s (IEEE P1363) to Ecdsa-Sig-Value (RFC 3279 2.2.3). @throws Fault form-der for an odd or zero length */
export function ecdsaToDer(rs: Uint8Array): Uint8Array {
  if (rs.length === 0 || rs.length % 2 !== 0) throw new Fault("form-der", `expected r and s of equal length, found ${rs.length} octets`);
  return derSequence(derInteger(rs.subarray(0, rs.length / 2)), derInteger(rs.subarray(rs.length / 2)));
}

/**
 * An ECDSA signature from Ecdsa-Sig-Value to r ‖ s.
 * @param size octets of each half, as the curve has them
 * @throws Fault form-der when it is no strict DER, or r or s is zero, negative or longer than `size`
 */
export function ecdsaFromDer(der: Uint8Array, size: number): Uint8Array {
  const [r, s] = halvesOf(der);
  if (r.length > size || s.length > size) throw new Fault("form-der", `expected an ECDSA signature of ${size} octets a half, found longer ones`);
  return concat(new Uint8Array(size - r.length), r, new Uint8Array(size - s.length), s);
}

function halvesOf(der: Uint8Array): [Uint8Array, Uint8Array] {
  const fields = new Fields(readDer(der), "Ecdsa-Sig-Value");
  const halves: [Uint8Array, Uint8Array] = [
    unsignedOctets(fields.take(TAG.integer, "r"), "r"),
    unsignedOctets(fields.take(TAG.integer, "s"), "s"),
  ];
  fields.end();
  if (halves.some((half) => half.length === 1 && half[0] === 0)) throw new Fault("form-der", "expected an ECDSA signature, found a zero half");
  return halves;
}

/** The parts of a signed object as they stand. */
export interface SignedParts {
  readonly tbs: DerNode;
  /** AlgorithmIdentifier, not yet judged. */
  readonly algorithm: DerNode;
  /** The octets of the BIT STRING. */
  readonly octets: Uint8Array;
}

/**
 * Takes a certificate, request or CRL apart.
 * @param what its name in the standard, for faults
 * @throws Fault form-der
 */
export function signedParts(der: Uint8Array, what: string): SignedParts {
  return signedPartsOf(readDer(der), what);
}

/** The same for a node that was read already. @throws Fault form-der */
export function signedPartsOf(node: DerNode, what: string): SignedParts {
  const fields = new Fields(node, what);
  const tbs = fields.take(TAG.sequence, "what was signed");
  const algorithm = fields.take(TAG.sequence, "signatureAlgorithm");
  const octets = bitStringOctets(fields.take(TAG.bitString, "signature"), "signature");
  fields.end();
  return { tbs, algorithm, octets };
}

/**
 * The signature as claims hold it.
 * @param octets contents of the BIT STRING
 * @returns ECDSA as r ‖ s, in the smallest of the sizes 32, 48 and 66 that holds both; otherwise the octets themselves
 * @throws Fault form-der
 */
export function signatureOf(mechanism: Mechanism, octets: Uint8Array): Uint8Array {
  return mechanism.startsWith("ecdsa") ? ecdsaFromDer(octets, smallestSize(octets)) : octets;
}

/** The curve of the key is not known here. */
function smallestSize(der: Uint8Array): number {
  const longest = Math.max(...halvesOf(der).map((half) => half.length));
  return [32, 48].find((size) => longest <= size) ?? 66;
}

/**
 * The signature with the length that a key of this algorithm makes.
 * @param signature as `signatureOf` gives it
 * @throws Fault form-der when the mechanism is not one of such a key, or the length does not fit it
 */
export function fitSignature(signature: Uint8Array, mechanism: Mechanism, algorithm: KeyAlgorithm): Uint8Array {
  if (mechanism.split("-")[0] !== algorithm.split("-")[0]) throw new Fault("form-der", `expected a signature by a key of ${algorithm}, found ${mechanism}`);
  const wanted = SIGNATURE_LENGTH[algorithm];
  const fitted = mechanism.startsWith("ecdsa") && signature.length < wanted ? widened(signature, wanted / 2) : signature;
  if (fitted.length !== wanted) throw new Fault("form-der", `expected a signature of ${wanted} octets, found ${fitted.length}`);
  return fitted;
}

function widened(rs: Uint8Array, size: number): Uint8Array {
  return ecdsaFromDer(ecdsaToDer(rs), size);
}
