/** Keys made now and kept in memory, standing in for a token. */
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { hashOf, isPss, MECHANISM_OF } from "../../src/x509/algorithm.ts";
import type { Claim, KeyAlgorithm, Mechanism } from "../../src/x509/algorithm.ts";

const CURVES: Partial<Record<KeyAlgorithm, string>> = { "ecdsa-p256": "P-256", "ecdsa-p384": "P-384", "ecdsa-p521": "P-521" };

/** A key pair made now and kept in memory, standing in for a token. */
export class TestKey {
  readonly algorithm: KeyAlgorithm;
  readonly mechanism: Mechanism;
  readonly spki: Uint8Array;
  readonly #key: KeyObject;

  /** @param twin a key to have again, with another mechanism: RSA keys take long to make */
  constructor(algorithm: KeyAlgorithm, mechanism: Mechanism = MECHANISM_OF[algorithm], twin: TestKey | null = null) {
    this.algorithm = algorithm;
    this.mechanism = mechanism;
    this.#key = twin === null ? createPrivateKey({ key: Buffer.from(pkcs8(algorithm)), format: "der", type: "pkcs8" }) : twin.#key;
    this.spki = new Uint8Array(createPublicKey(this.#key).export({ format: "der", type: "spki" }));
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(hashOf(this.mechanism), message, { key: this.#key, dsaEncoding: "ieee-p1363", ...paddingOf(this.mechanism) }));
  }
}

function pkcs8(algorithm: KeyAlgorithm): Uint8Array {
  const publicKeyEncoding = { format: "der", type: "spki" } as const;
  const privateKeyEncoding = { format: "der", type: "pkcs8" } as const;
  const namedCurve = CURVES[algorithm];
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve, publicKeyEncoding, privateKeyEncoding }).privateKey;
  if (algorithm === "ed25519") return generateKeyPairSync("ed25519", { publicKeyEncoding, privateKeyEncoding }).privateKey;
  return generateKeyPairSync("rsa", { modulusLength: Number(algorithm.slice(4)), publicKeyEncoding, privateKeyEncoding }).privateKey;
}

function paddingOf(mechanism: Mechanism): { padding?: number; saltLength?: number } {
  return isPss(mechanism) ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
}

/** Whether a claim holds, as node:crypto sees it. */
export function holds({ spki, mechanism, message, signature }: Claim): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  return verify(hashOf(mechanism), message, { key, dsaEncoding: "ieee-p1363", ...paddingOf(mechanism) }, signature);
}
