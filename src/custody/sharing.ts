/** Splitting a secret and putting it together, by an audited library, and the value by which the right secret is known. */
import { combine, split } from "shamir-secret-sharing";
import { hkdfSha256, sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { sameBytes, toUtf8 } from "../bytes/text.ts";

/** Octets of the secret: an AES-256 key. */
export const SECRET_LENGTH = 32;

/** Shares of a secret, of which any `threshold` give it back. */
export async function splitSecret(secret: Uint8Array, count: number, threshold: number): Promise<Uint8Array[]> {
  return split(secret, count, threshold);
}

/** What shares come to. Wrong ones come to something else, and nothing says so but the check value. */
export async function combineShares(shares: readonly Uint8Array[]): Promise<Uint8Array> {
  return combine(shares.map((share) => share.slice()));
}

/** Tries every set of `threshold` shares. @returns how many there are, or null when one of them does not give the secret */
export async function tryEverySet(shares: readonly Uint8Array[], threshold: number, secret: Uint8Array): Promise<number | null> {
  const sets = setsOf(shares, threshold);
  for (const set of sets) {
    const found = await combineShares(set);
    const isSecret = sameBytes(found, secret);
    found.fill(0);
    if (!isSecret) return null;
  }
  return sets.length;
}

function setsOf<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return all.flatMap((one, i) => setsOf(all.slice(i + 1), size - 1).map((rest) => [one, ...rest]));
}

/**
 * The check value: 8 octets of HKDF-SHA256 over the secret, salted with the key that it wraps. The secret is 256 random bits, so
 * that it cannot be found by trying. @param spki SHA-256 of the SubjectPublicKeyInfo, hex
 */
export function checkValueOf(secret: Uint8Array, spki: string): string {
  return toHex(hkdfSha256(secret, fromHex(spki), toUtf8("anchorite/check-value/1"), 8));
}

/** What the shares of one backup have in common, 10 hex digits. */
export function setOf(checkValue: string): string {
  return sha256Hex(toUtf8(`anchorite/share-set/1 ${checkValue}`)).slice(0, 10);
}
