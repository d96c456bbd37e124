/** Checks claims with node:crypto: the software's own word on a signature. */
import { constants, createPublicKey, verify, type KeyObject } from "node:crypto";
import { sameBytes } from "../bytes/text.ts";
import { hashOf, isPss, type Claim, type Mechanism } from "../x509/algorithm.ts";

const KEY_TYPE_OF = { ecdsa: "ec", rsa: "rsa", ed25519: "ed25519" } as const;

/** Whether a claim's signature verifies over its message under its key. A key that cannot be read verifies nothing. */
export function claimHolds(claim: Claim): boolean {
  const key = readKey(claim.spki);
  const family = claim.mechanism.split("-")[0] as keyof typeof KEY_TYPE_OF;
  if (key?.asymmetricKeyType !== KEY_TYPE_OF[family]) return false;
  return verify(hashOf(claim.mechanism), claim.message, { key, dsaEncoding: "ieee-p1363", ...paddingOf(claim.mechanism) }, claim.signature);
}

/** For RSASSA-PSS a salt of exactly the hash's length: any other is another mechanism. */
function paddingOf(mechanism: Mechanism): { padding?: number; saltLength?: number } {
  return isPss(mechanism) ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
}

/** The key that was read last, with a copy of its octets: a batch has one issuer, and importing its key costs as much as a verification. */
let last: { readonly spki: Uint8Array; readonly key: KeyObject } | null = null;

function readKey(spki: Uint8Array): KeyObject | null {
  if (last !== null && sameBytes(last.spki, spki)) return last.key;
  try {
    const copy = spki.slice();
    last = { spki: copy, key: createPublicKey({ key: Buffer.from(copy), format: "der", type: "spki" }) };
    return last.key;
  } catch {
    return null;
  }
}
