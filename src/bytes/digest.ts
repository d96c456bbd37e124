/** Digests and HKDF: the one file of the pure rooms that reaches for the platform, so that a browser build can replace it. */
import { createHash, hkdfSync } from "node:crypto";

export type DigestName = "sha1" | "sha256" | "sha384" | "sha512";

/** The digest of `bytes` (FIPS 180-4), raw octets. */
export function digest(name: DigestName, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(name).update(bytes).digest());
}

/** SHA-256 of `bytes`, lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * HKDF-SHA256 (RFC 5869), one expansion.
 * @param ikm input keying material
 * @param length octets wanted, at most 8,160
 */
export function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", ikm, salt, info, length));
}
