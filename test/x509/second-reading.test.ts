/** What our own writer built, read by a library: the same words, or a reason not to sign. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { derInteger, derSequence, derTlv, readDer } from "../../src/bytes/der.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import { misreadIssued, misreadTbs } from "../../src/room/second-reading.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { buildRequestInfo } from "../../src/x509/certification-request.ts";
import { buildTbsCertList } from "../../src/x509/crl.ts";
import { encodeName } from "../../src/x509/name.ts";
import { readIssuedAgain, readTbsAgain, type Purpose } from "../../src/x509/second-reading.ts";
import { assemble } from "../../src/x509/signed.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { HOST, hostExtensions, issue, issueRoot, ROOT } from "./chain.ts";
import { TestKey } from "./test-key.ts";

const key = new TestKey("ecdsa-p256");
const revoked = [0, 1, 6, 10].map((reason) => ({ serial: `4${reason.toString(16)}f0`, date: "2026-11-19T00:00:00Z", reason }));
const crl = buildTbsCertList({
  issuer: encodeName(ROOT), thisUpdate: "2026-11-20T10:00:00Z", nextUpdate: "2050-11-20T09:59:59Z", number: 300, authorityKeyIdentifier: keyIdentifier(key.spki), mechanism: key.mechanism, revoked, point: null,
});
const GOOD: readonly (readonly [Purpose, Uint8Array])[] = [
  ["certificate", issueRoot(key).tbs], ["certificate", issueRoot(key, { notAfter: "2050-01-01T00:00:00Z", extensions: [] }).tbs],
  ["certificate", issue({ subject: HOST, issuer: ROOT, key: new TestKey("rsa-2048"), issuerKey: key, extensions: hostExtensions() }).tbs],
  ["request", buildRequestInfo({ subject: encodeName(HOST), spki: key.spki })], ["crl", crl],
];

test("a library reads every TBS of ours as we do, and what is assembled from it [ISSUED-AS-PLANNED]", () => {
  for (const [purpose, tbs] of GOOD) {
    assert.deepEqual(readTbsAgain(purpose, tbs), []);
    assert.deepEqual(readIssuedAgain(purpose, assemble(tbs, key.mechanism, key.sign(tbs)), tbs, key.mechanism), []);
  }
});

test("what a library cannot read, reads otherwise or would write otherwise is a difference [ISSUED-AS-PLANNED]", () => {
  for (const [purpose, tbs] of GOOD) {
    for (const other of ["certificate", "request", "crl"] as const) if (other !== purpose) assert.notDeepEqual(readTbsAgain(other, tbs), [], `${purpose} as ${other}`);
    const fields = readDer(tbs).children.map(({ bytes }) => bytes);
    const changes = [fields.slice(1), [...fields, derInteger(Uint8Array.of(1))], [derInteger(Uint8Array.of(9)), ...fields.slice(1)], [...fields.slice(1), ...fields.slice(0, 1)]];
    for (const changed of changes) assert.notDeepEqual(readTbsAgain(purpose, derSequence(...changed)), [], `${purpose} ${toHex(derSequence(...changed)).slice(0, 40)}`);
    const der = assemble(tbs, key.mechanism, key.sign(tbs));
    assert.equal(readIssuedAgain(purpose, der, GOOD[0]?.[1] === tbs ? crl : (GOOD[0]?.[1] ?? crl), key.mechanism).length, 1);
    assert.equal(readIssuedAgain(purpose, der, tbs, "ecdsa-sha384").length, 1);
    assert.notDeepEqual(readIssuedAgain(purpose, derTlv(0x31, der), tbs, key.mechanism), []);
  }
});

const request = (tbs: Uint8Array): RequestOf<"sign"> => ({
  kind: "sign", step: 3, purpose: "certificate", items: [{ tbs: new Content(tbs) }],
  key: { token: "vault", serial: "1", id: "01", spki: new Content(key.spki), mechanism: key.mechanism },
});

test("a TBS that a library reads otherwise is not put to the token, and the answer says so [ISSUED-AS-PLANNED]", async () => {
  const good = issueRoot(key).tbs;
  assert.equal(await misreadTbs(request(good)), null);
  assert.equal(misreadIssued(request(good), [toHex(key.sign(good))]), null);
  const answer = await misreadTbs(request(crl));
  assert.ok(answer?.outcome === "wrong" && answer.why.startsWith("not put to the token: ") && answer.signatures.length === 0 && answer.why.length < 2000);
});
