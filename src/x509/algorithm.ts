/**
 * The table of key algorithms and signature mechanisms. One name each, used in scripts, plans, requests and records;
 * nobody passes a WebCrypto `Algorithm` or a CKM number between rooms.
 */

/** Key algorithms as a script names them. */
export const KEY_ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096", "ed25519"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/** Signature mechanisms. ECDSA signatures are r ‖ s (IEEE P1363) everywhere but inside X.509 and CMS. */
export const MECHANISMS = [
  "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512",
  "rsa-pkcs1-sha256", "rsa-pkcs1-sha384", "rsa-pkcs1-sha512",
  // MGF1 with the same hash, a salt as long as the hash (RFC 4055 3.1)
  "rsa-pss-sha256", "rsa-pss-sha384", "rsa-pss-sha512",
  "ed25519",
] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/**
 * A statement that a signature holds, emitted by pure rooms and checked by whoever can (node:crypto, WebCrypto).
 * A verdict needs all of them to hold.
 */
export interface Claim {
  /** Where the signature comes from, for people: an entry number, a file. */
  readonly where: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly mechanism: Mechanism;
  /** The bytes that were signed (not their digest). */
  readonly message: Uint8Array;
  /** ECDSA as r ‖ s, RSA as the octet string, Ed25519 as 64 octets. */
  readonly signature: Uint8Array;
}

/** The mechanism a key of this algorithm signs with, unless a profile says otherwise: the hash that matches the curve. */
export const MECHANISM_OF: Readonly<Record<KeyAlgorithm, Mechanism>> = {
  "ecdsa-p256": "ecdsa-sha256",
  "ecdsa-p384": "ecdsa-sha384",
  "ecdsa-p521": "ecdsa-sha512",
  "rsa-2048": "rsa-pkcs1-sha256",
  "rsa-3072": "rsa-pkcs1-sha256",
  "rsa-4096": "rsa-pkcs1-sha256",
  ed25519: "ed25519",
};

const RSA_MECHANISMS = MECHANISMS.filter((mechanism) => mechanism.startsWith("rsa-"));

/**
 * Every mechanism that a key of this algorithm may be given for its life. An ECDSA key signs with the hash that matches its curve
 * (RFC 5758 3.2), but for artifacts of platforms that want P-256 with SHA-384; such a key is no CA's.
 */
export const MECHANISMS_OF: Readonly<Record<KeyAlgorithm, readonly Mechanism[]>> = {
  "ecdsa-p256": ["ecdsa-sha256", "ecdsa-sha384"],
  "ecdsa-p384": ["ecdsa-sha384"],
  "ecdsa-p521": ["ecdsa-sha512"],
  "rsa-2048": RSA_MECHANISMS,
  "rsa-3072": RSA_MECHANISMS,
  "rsa-4096": RSA_MECHANISMS,
  ed25519: ["ed25519"],
};

/** The hash of a mechanism; null for Ed25519, which takes the message itself. */
export function hashOf(mechanism: Mechanism): "sha256" | "sha384" | "sha512" | null {
  return (["sha256", "sha384", "sha512"] as const).find((hash) => mechanism.endsWith(hash)) ?? null;
}

export function isPss(mechanism: Mechanism): boolean {
  return mechanism.startsWith("rsa-pss-");
}

/** Octets of a signature by a key of this algorithm (ECDSA as r ‖ s). */
export const SIGNATURE_LENGTH: Readonly<Record<KeyAlgorithm, number>> = {
  "ecdsa-p256": 64,
  "ecdsa-p384": 96,
  "ecdsa-p521": 132,
  "rsa-2048": 256,
  "rsa-3072": 384,
  "rsa-4096": 512,
  ed25519: 64,
};
