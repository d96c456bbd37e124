/** RSASSA-PSS as X.509 and CMS name it (RFC 4055 3.1). */
import { derNull, derOid, derSequence, derSmallInteger, derTlv } from "../bytes/der.ts";
import { hashOf, type Mechanism } from "./algorithm.ts";

/** id-RSASSA-PSS. */
export const RSASSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";

const HASHES = {
  sha256: { oid: "2.16.840.1.101.3.4.2.1", length: 32 },
  sha384: { oid: "2.16.840.1.101.3.4.2.2", length: 48 },
  sha512: { oid: "2.16.840.1.101.3.4.2.3", length: 64 },
} as const;

/** Octets of the salt: those of the hash. */
export function saltLength(mechanism: Mechanism): number {
  return HASHES[hashOf(mechanism) ?? "sha256"].length;
}

/**
 * RSASSA-PSS-params, DER: the hash, MGF1 with the same hash, a salt of its length; trailerField 1 is the default and left out.
 * @param ofHash parameters of the hash: NULL as RFC 4055 2.1 writes them @param ofMask those of the hash of MGF1
 */
export function pssParameters(mechanism: Mechanism, ofHash: Uint8Array = derNull(), ofMask: Uint8Array = derNull()): Uint8Array {
  const { oid, length } = HASHES[hashOf(mechanism) ?? "sha256"];
  const mask = derSequence(derOid(MGF1), derSequence(derOid(oid), ofMask));
  return derSequence(derTlv(0xa0, derSequence(derOid(oid), ofHash)), derTlv(0xa1, mask), derTlv(0xa2, derSmallInteger(length)));
}
