/** Project Wycheproof's signatures against the way that ours take: from DER to a claim, and the claim checked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "../../src/bytes/hex.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { KeyAlgorithm, Mechanism } from "../../src/x509/algorithm.ts";
import { fitSignature, signatureOf } from "../../src/x509/signed.ts";
import { corpusFile, needsCorpus } from "../x509/corpora.ts";

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: "valid" | "invalid" | "acceptable" }[];
  }[];
}

/** The file, what its keys are, and whether its ECDSA signatures are DER as in certificates, or r ‖ s as a token gives them. */
const FILES: readonly [file: string, algorithm: KeyAlgorithm, mechanism: Mechanism, form: "der" | "raw"][] = [
  ["ecdsa_secp256r1_sha256_test.json", "ecdsa-p256", "ecdsa-sha256", "der"],
  ["ecdsa_secp256r1_sha256_p1363_test.json", "ecdsa-p256", "ecdsa-sha256", "raw"],
  ["ecdsa_secp384r1_sha384_test.json", "ecdsa-p384", "ecdsa-sha384", "der"],
  ["ecdsa_secp384r1_sha384_p1363_test.json", "ecdsa-p384", "ecdsa-sha384", "raw"],
  ["ecdsa_secp521r1_sha512_p1363_test.json", "ecdsa-p521", "ecdsa-sha512", "raw"],
  ["ed25519_test.json", "ed25519", "ed25519", "raw"],
  ["rsa_signature_2048_sha256_test.json", "rsa-2048", "rsa-pkcs1-sha256", "raw"],
  ["rsa_signature_3072_sha256_test.json", "rsa-3072", "rsa-pkcs1-sha256", "raw"],
  ["rsa_signature_4096_sha256_test.json", "rsa-4096", "rsa-pkcs1-sha256", "raw"],
  ["rsa_signature_4096_sha512_test.json", "rsa-4096", "rsa-pkcs1-sha512", "raw"],
];

/** Whether we take the signature for one. A signature in no form of ours is none. */
function accepted(spki: Uint8Array, message: Uint8Array, octets: Uint8Array, algorithm: KeyAlgorithm, mechanism: Mechanism, form: "der" | "raw"): boolean {
  try {
    const signature = form === "der" ? fitSignature(signatureOf(mechanism, octets), mechanism, algorithm) : octets;
    return claimHolds({ where: "here", spki, mechanism, message, signature });
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}

for (const [file, algorithm, mechanism, form] of FILES) {
  test(`Wycheproof: every valid signature is taken and no other: ${file} [SIGNATURE-VERIFIED]`, needsCorpus("wycheproof"), () => {
    const { testGroups } = JSON.parse(fromUtf8(corpusFile("wycheproof", file))) as Vectors;
    const found = { valid: 0, invalid: 0, acceptable: 0 };
    for (const { publicKeyDer, tests } of testGroups) {
      for (const { tcId, comment, msg, sig, result } of tests) {
        // what Wycheproof calls acceptable, a missing NULL in RSA's DigestInfo, is no signature of ours
        assert.equal(accepted(fromHex(publicKeyDer), fromHex(msg), fromHex(sig), algorithm, mechanism, form), result === "valid", `${tcId}: ${comment}`);
        found[result]++;
      }
    }
    assert.ok(found.valid > 5 && found.invalid > 50, JSON.stringify(found));
  });
}
