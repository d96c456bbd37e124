/** Many certificates read a second time: no octet passes that reading each as a whole would not let pass. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import type { KeyAlgorithm } from "../../src/x509/algorithm.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import { BatchReader } from "../../src/x509/second-reading-batch.ts";
import { readIssuedAgain, readTbsAgain } from "../../src/x509/second-reading.ts";
import { issue, ROOT, type Issued } from "./chain.ts";
import { TestKey } from "./test-key.ts";

const issuerKey = new TestKey("ecdsa-p256");

function device(n: number, algorithm: KeyAlgorithm = "ecdsa-p256"): Issued {
  const name = `d${n}`;
  return issue({
    subject: [{ type: "O", value: "Beispiel Zürich" }, { type: "CN", value: name }], issuer: ROOT, key: new TestKey(algorithm), issuerKey, serial: `4${String(n).padStart(39, "0")}`,
    extensions: [basicConstraints({ ca: false }), keyUsage(["digitalSignature"]), extendedKeyUsage(["serverAuth"]), subjectKeyIdentifier(), authorityKeyIdentifier(), subjectAltNames({ dns: [`${name}.example.com`] })],
  });
}

const devices = [...Array.from({ length: 12 }, (_, n) => device(n)), device(10_000), device(12, "ed25519"), device(13, "rsa-2048"), device(14)];
/** A reader that has read one of each layout. */
function experienced(): BatchReader {
  const reader = new BatchReader();
  for (const { tbs, der } of devices) assert.deepEqual([reader.readTbs(tbs), reader.readIssued(der, tbs, "ecdsa-sha256")], [[], []]);
  return reader;
}

test("certificates of several lengths and kinds of keys are read as they are when each is read as a whole [ISSUED-AS-PLANNED]", () => {
  const reader = experienced();
  for (const { tbs, der } of devices) {
    assert.deepEqual([readTbsAgain("certificate", tbs), readIssuedAgain("certificate", der, tbs, "ecdsa-sha256")], [[], []]);
    assert.deepEqual([reader.readTbs(tbs), reader.readIssued(der, tbs, "ecdsa-sha256")], [[], []]);
  }
});

test("whichever octet of a TBSCertificate is changed: there is a difference where reading it as a whole finds one, and only there [ISSUED-AS-PLANNED]", () => {
  const reader = experienced();
  const { tbs } = device(7);
  let found = 0;
  for (let at = 0; at < tbs.length; at++) {
    for (const mask of [1, 0x80]) {
      const changed = tbs.with(at, (tbs[at] ?? 0) ^ mask);
      const whole = readTbsAgain("certificate", changed).length > 0;
      assert.equal(reader.readTbs(changed).length > 0, whole, `octet ${at} ^ ${mask}`);
      if (whole) found++;
    }
  }
  // the frame, the lengths, the types: what is left are contents that may well be others
  assert.ok(found > tbs.length / 3, String(found));
});

test("whichever octet of a signed certificate is changed: there is a difference where reading it as a whole finds one, and one for each octet of the TBS [ISSUED-AS-PLANNED]", () => {
  const reader = experienced();
  const { tbs, der } = device(8);
  for (let at = 0; at < der.length; at++) {
    const changed = der.with(at, (der[at] ?? 0) ^ 1);
    const found = reader.readIssued(changed, tbs, "ecdsa-sha256").length > 0;
    assert.equal(found, readIssuedAgain("certificate", changed, tbs, "ecdsa-sha256").length > 0, `octet ${at}`);
    assert.ok(found || at < 4 || at >= 4 + tbs.length, `octet ${at}, of the TBS`);
  }
  assert.notDeepEqual(reader.readIssued(der, device(9).tbs, "ecdsa-sha256"), [], "what was to be signed is another TBS of the same length");
  assert.notDeepEqual(reader.readIssued(der, tbs, "ecdsa-sha384"), [], "another mechanism");
});

test("what has a difference is no example for what follows, and what cannot be read is no end of reading [ISSUED-AS-PLANNED]", () => {
  const reader = new BatchReader();
  const { tbs } = device(3);
  const wrong = tbs.with(8, 3);
  for (let i = 0; i < 3; i++) assert.notDeepEqual(reader.readTbs(wrong), []);
  for (const odd of [new Uint8Array(), toUtf8("no DER"), tbs.subarray(0, -1), concat(tbs, Uint8Array.of(0))]) assert.notDeepEqual(reader.readTbs(odd), []);
  assert.deepEqual(reader.readTbs(tbs), []);
  assert.notDeepEqual(reader.readTbs(wrong), []);
});
