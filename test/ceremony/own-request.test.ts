/** Requests that keys of ours sign for somebody else's CA. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { readRequest } from "../../src/x509/certification-request.ts";
import { assertAccounted, registerOf } from "../scripted/account.ts";
import { goodPlan, ONE_KEY } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const STEPS = `  - create-request: { request: plain, key: root, subject: { O: Example, CN: Example Sub } }
  - create-request: { request: for-ca, key: root, subject: { CN: Example Sub }, extension-request: { ca: true, path-length: 0 } }
  - close: {}`;
const world = new World(goodPlan(ONE_KEY.replace("  - close: {}", STEPS)));
const ending = await world.run();

const requestOf = (name: string) => {
  const { request, findings } = readRequest(toUtf8(world.record.text(`artifacts/requests/${name}.csr`)), []);
  assert.deepEqual(findings, []);
  return request ?? assert.fail("no request");
};

test("create-request has the key sign its own request, which says what the script says and no more [KEY-POSSESSION]", () => {
  assert.equal(ending.outcome, "done");
  const plain = requestOf("plain");
  assert.deepEqual([plain.subjectText, plain.requestedExtensions, claimHolds(plain.claim)], ["O=Example, CN=Example Sub", [], true]);
  const ca = requestOf("for-ca");
  assert.deepEqual([ca.requestedCa, ca.requestedExtensions.map(({ oid, critical }) => [oid, critical]), claimHolds(ca.claim)], [true, [["2.5.29.19", true], ["2.5.29.15", true]], true]);
});

test("requests of ours are entered in the register, and replay makes them again", () => {
  assertAccounted(world);
  assert.deepEqual(registerOf(world).requests.map(({ name, key, subject }) => [name, key, subject]), [["plain", "root", "O=Example, CN=Example Sub"], ["for-ca", "root", "CN=Example Sub"]]);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});
