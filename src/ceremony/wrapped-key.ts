/** A wrapped key as its octets show it: how long it is, and that it is no key in the clear [BACKUP-BLOB]. */
import type { KeyAlgorithm } from "../x509/algorithm.ts";

/**
 * Octets of a wrapped PKCS#8 PrivateKeyInfo (RFC 5208), least and most: with and without curve and public key inside it (RFC 5915),
 * padded to eight, and eight more (RFC 3394 2.2.1, RFC 5649 4.1).
 */
const LENGTHS: Readonly<Record<KeyAlgorithm, readonly [least: number, most: number]>> = {
  "ecdsa-p256": [80, 168], "ecdsa-p384": [88, 216], "ecdsa-p521": [104, 280], ed25519: [56, 104],
  "rsa-2048": [1208, 1264], "rsa-3072": [1784, 1840], "rsa-4096": [2360, 2416],
};
/** Of so many octets by chance, or less where there are less, some are alike and most are not. */
const DISTINCT = 32;

/** What speaks against a wrapped key, in words; empty when nothing does. */
export function wrappedKeyFaults(algorithm: KeyAlgorithm, blob: Uint8Array): string[] {
  const [least, most] = LENGTHS[algorithm];
  const faults = blob.length >= least && blob.length <= most && blob.length % 8 === 0 ? [] : [`expected ${least} to ${most} octets, a multiple of eight, for a wrapped key of ${algorithm}, found ${blob.length}`];
  if (isPlainSequence(blob)) faults.push("expected a wrapped key, found a DER SEQUENCE, as a key in the clear is");
  if (new Set(blob).size < Math.min(DISTINCT, blob.length)) faults.push(`expected octets as by chance, found only ${new Set(blob).size} different ones`);
  return faults;
}

/** A SEQUENCE from the first octet, and nothing but zeros after it. */
function isPlainSequence(blob: Uint8Array): boolean {
  const [tag, first = 0] = blob;
  if (tag !== 0x30) return false;
  const count = first < 0x80 ? 0 : first & 0x7f;
  const length = count === 0 ? first : blob.subarray(2, 2 + count).reduce((sum, octet) => sum * 256 + octet, 0);
  const end = 2 + count + length;
  return end <= blob.length && blob.length - end < 16 && blob.subarray(end).every((octet) => octet === 0);
}
