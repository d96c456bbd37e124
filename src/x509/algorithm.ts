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
