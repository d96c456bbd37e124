/** What stands in for the platform in a browser gives what the platform gives. */
import assert from "node:assert/strict";
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { digest, hkdfSha256, sha256Hex } from "../../src/report/page/digest.ts";
import { gunzip } from "../../src/report/page/gunzip.ts";
import { inflate } from "../../src/report/page/inflate.ts";
import { checkClaim } from "../../src/report/page/claims.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { MECHANISMS_OF, type KeyAlgorithm } from "../../src/x509/algorithm.ts";
import { TestKey } from "../x509/test-key.ts";

test("digests and HKDF of the page are those of node:crypto", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    for (const name of ["sha1", "sha256", "sha384", "sha512"] as const) assert.deepEqual(Buffer.from(digest(name, bytes)), createHash(name).update(bytes).digest());
    assert.equal(sha256Hex(bytes), createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual(Buffer.from(hkdfSha256(bytes, bytes.subarray(3), bytes.subarray(5), 100)), Buffer.from(hkdfSync("sha256", bytes, bytes.subarray(3), bytes.subarray(5), 100)));
  }), { numRuns: 60 });
});

test("the page inflates what zlib deflates: stored, fixed and own codes, several members", () => {
  const text = (length: number) => Buffer.from(Array.from({ length }, (_, i) => 97 + (i * i) % 23));
  const samples = [Buffer.alloc(0), Buffer.from("a"), text(70), text(5000), Buffer.alloc(70_000, 7), randomBytes(70_000)];
  for (const sample of samples) {
    for (const level of [0, 1, 9]) assert.deepEqual(Buffer.from(gunzip(gzipSync(sample, { level }), 100_000)), sample);
    assert.deepEqual(Buffer.from(inflate(deflateRawSync(sample, { strategy: 4 }), 0, 100_000).out), sample);
  }
  assert.deepEqual(Buffer.from(gunzip(Buffer.concat([gzipSync("one "), gzipSync("two")]), 10)), Buffer.from("one two"));
});

test("the page refuses what is no gzip, has a wrong sum, is cut short or grows too long", () => {
  const good = new Uint8Array(gzipSync("expected"));
  const wrong = [new Uint8Array(), new Uint8Array(30), good.with(0, 0), good.with(good.length - 6, (good.at(-6) ?? 0) ^ 1), good.subarray(0, -9), good.with(3, 0xff)];
  for (const bytes of wrong) assert.throws(() => gunzip(bytes, 100), /form-gzip|expected a gzip file/);
  assert.throws(() => gunzip(gzipSync(Buffer.alloc(101)), 100), /at most 100 octets/);
});

const KINDS: readonly KeyAlgorithm[] = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "ed25519"];

test("WebCrypto's word on a signature is that of node:crypto, for every mechanism", async () => {
  const message = Uint8Array.of(1, 2, 3);
  for (const algorithm of KINDS) {
    const twin = new TestKey(algorithm);
    for (const mechanism of MECHANISMS_OF[algorithm]) {
      const key = new TestKey(algorithm, mechanism, twin);
      const claim = { where: "here", spki: key.spki, mechanism, message, signature: key.sign(message) };
      assert.deepEqual([claimHolds(claim), await checkClaim(claim)], [true, "held"], mechanism);
      const wrong = [{ ...claim, message: Uint8Array.of(1, 2) }, { ...claim, signature: claim.signature.with(9, (claim.signature[9] ?? 0) ^ 1) }, { ...claim, signature: new Uint8Array() }, { ...claim, spki: new TestKey(algorithm === "ed25519" ? "ecdsa-p256" : "ed25519").spki }, { ...claim, spki: Uint8Array.of(1) }];
      for (const one of wrong) assert.deepEqual([claimHolds(one), await checkClaim(one)], [false, "failed"], mechanism);
    }
  }
});
