/**
 * Stands in for `bytes/digest.ts` in the page: browsers digest by promises only, and the pure rooms want an answer at once.
 * The same functions, by a library that has been audited; `page-parts.test.ts` compares them with node:crypto.
 */
import { hkdf } from "@noble/hashes/hkdf";
import { sha1 } from "@noble/hashes/legacy";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2";
import { toHex } from "../../bytes/hex.ts";
import type { DigestName } from "../../bytes/digest.ts";

export type { DigestName };

const HASHES = { sha1, sha256, sha384, sha512 } as const;

/** The digest of `bytes` (FIPS 180-4), raw octets. */
export function digest(name: DigestName, bytes: Uint8Array): Uint8Array {
  return HASHES[name](bytes);
}

/** SHA-256 of `bytes`, lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

/** HKDF-SHA256 (RFC 5869), one expansion. @param length octets wanted, at most 8,160 */
export function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdf(sha256, ikm, salt, info, length);
}
