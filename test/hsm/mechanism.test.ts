import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, privateEncrypt, constants, verify } from "node:crypto";
import { test } from "node:test";
import { generationOf, mechanismName, signatureInput } from "../../src/hsm/mechanism.ts";
import { unwrapPoint } from "../../src/hsm/public-key.ts";
import { KEY_ALGORITHMS } from "../../src/x509/algorithm.ts";

test("what is given to CKM_RSA_PKCS verifies as PKCS #1 v1.5 over the digest", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const message = Buffer.from("tbs");
  for (const hash of ["sha256", "sha384", "sha512"] as const) {
    const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, signatureInput(`rsa-pkcs1-${hash}`, message));
    assert.ok(verify(hash, message, publicKey, signature), hash);
  }
});

test("the host hashes for ECDSA and not for Ed25519", () => {
  const message = Buffer.from("tbs");
  assert.deepEqual(signatureInput("ecdsa-sha384", message), createHash("sha384").update(message).digest());
  assert.deepEqual(signatureInput("ed25519", message), message);
});

test("every algorithm has a mechanism with a name", () => {
  assert.deepEqual([...new Set(KEY_ALGORITHMS.map((algorithm) => mechanismName(generationOf(algorithm).mechanism)))], ["CKM_EC_KEY_PAIR_GEN", "CKM_RSA_PKCS_KEY_PAIR_GEN", "CKM_EC_EDWARDS_KEY_PAIR_GEN"]);
  assert.equal(mechanismName(0x80000001), "0x80000001");
});

test("reads a point as a DER OCTET STRING or as it is, and nothing else", () => {
  for (const length of [32, 65, 97, 133]) {
    const point = new Uint8Array(length).fill(0x04);
    const header = length < 128 ? [0x04, length] : [0x04, 0x81, length];
    assert.deepEqual(unwrapPoint(point, length), point);
    assert.deepEqual(unwrapPoint(Uint8Array.from([...header, ...point]), length), point);
    assert.equal(unwrapPoint(Uint8Array.from([...header, ...point, 0]), length), null);
    assert.equal(unwrapPoint(point.subarray(1), length), null);
    assert.equal(unwrapPoint(Uint8Array.from([0x03, length, ...point]), length), null);
  }
});
