/** Renewal with the same key, keys without a certificate, and the one line of CRL numbers of a CA with several certificates. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { sameBytes } from "../../src/bytes/text.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { assertAccounted, assertStoppedBy, registerOf } from "../scripted/account.ts";
import { goodPlan, ONE_KEY, planOf, ROOT } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const SUB = "key: sub, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Sub }, path-length: 0,";
const RENEWED = ROOT.replace("holds: [root]", "holds: [root, sub]").replace("  - close: {}", `  - generate-key-pair: { key: sub, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate: { certificate: sub-ca, ${SUB} valid: { for: P5Y } }
  - issue-certificate: { certificate: sub-ca-2, ${SUB} valid: { for: P10Y }, renews: sub-ca }
  - issue-root: { certificate: root-ca-2, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P25Y }, renews: root-ca }
  - issue-crl: { crl: second-crl, issuer: root-ca-2, valid: { for: P1Y } }
  - issue-crl: { crl: third-crl, issuer: root-ca, valid: { for: P1Y } }
  - close: {}`);

test("a certificate is renewed with its key: the same subject and key, other dates and serial [RENEWAL-ALIKE]", async () => {
  const world = new World(goodPlan(RENEWED));
  assert.equal((await world.run()).outcome, "done");
  for (const name of ["sub-ca", "root-ca"]) {
    const [old, renewed] = [name, `${name}-2`].map((one) => readCertificate(fromPem(world.record.text(`artifacts/certificates/${one}.pem`), ["CERTIFICATE"]).der));
    assert.ok(old && renewed && sameBytes(old.subject, renewed.subject) && sameBytes(old.spki, renewed.spki) && old.notAfter < renewed.notAfter && old.serial !== renewed.serial);
  }
  assertAccounted(world);
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
});

test("the CRLs of a renewed CA go on with its numbers, by whichever certificate it is named [CRL-NUMBER-RISES]", async () => {
  const world = new World(goodPlan(RENEWED));
  await world.run();
  assert.deepEqual(registerOf(world).crls.map(({ name, number }) => [name, number]), [["root-crl", 1], ["second-crl", 2], ["third-crl", 3]]);
});

const controls = (...change: [string, string]) => {
  const text = RENEWED.replace(...change);
  assert.notEqual(text, RENEWED);
  return planOf(text).findings.map(({ control }) => control);
};

test("a renewal under another subject, or that ends no later, is refused [RENEWAL-ALIKE]", () => {
  assert.deepEqual(controls("valid: { for: P10Y }, renews: sub-ca", "valid: { for: P5Y }, renews: sub-ca"), ["RENEWAL-ALIKE"]);
  assert.deepEqual(controls("subject: { CN: Example Root }, valid: { for: P25Y }", "subject: { CN: Root }, valid: { for: P25Y }"), ["RENEWAL-ALIKE"]);
});

test("a second certificate of one subject is a mistake unless it says that it renews [SUBJECT-UNIQUE], and it renews one over the same key [SCRIPT-NAMES]", () => {
  assert.deepEqual(controls("valid: { for: P10Y }, renews: sub-ca", "valid: { for: P10Y }"), ["SUBJECT-UNIQUE"]);
  assert.deepEqual(controls("valid: { for: P25Y }, renews: root-ca", "valid: { for: P25Y }"), ["SCRIPT-NAMES"]);
  assert.deepEqual(controls("renews: sub-ca", "renews: root-ca"), ["SCRIPT-NAMES"]);
  assert.deepEqual(controls("renews: sub-ca", "renews: sub-caa"), ["SCRIPT-NAMES"]);
});

test("a renewal that its issuer's end cuts short stops the ceremony [RENEWAL-ALIKE]", async () => {
  const until = (date: string) => `valid: { from: "2026-11-01T00:00:00Z", until: "${date}T00:00:00Z" }`;
  const dates = RENEWED.replaceAll(/valid: \{ for: P(\d+)Y \}/g, (_all, years: string) => until(`20${26 + Number(years)}-01-01`));
  const world = new World(goodPlan(dates));
  const source = world.source.plan.steps.find((step) => step.rule === "issue-certificate@1" && step.renews !== null);
  assert.ok(source?.rule === "issue-certificate@1");
  Object.assign(source.template, { valid: { from: "2026-11-01T00:00:00Z", until: "2031-01-01T00:00:00Z" } });
  await world.run();
  assertStoppedBy(world, "RENEWAL-ALIKE");
});

test("a ceremony may do nothing but make a key: it is parked, or kept by the script's word", async () => {
  for (const [close, state] of [["close: {}", "parked"], ["close: { keeps: [root] }", "kept"]] as const) {
    const world = new World(goodPlan(ONE_KEY.replace("close: {}", close)));
    assert.deepEqual([(await world.run()).outcome, registerOf(world).keys.map((key) => key.state)], ["done", [state]]);
    assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
  }
  const findings = (script: string) => planOf(script).findings.map(({ control, message }) => `${control}: ${message}`);
  assert.match(findings(ONE_KEY.replace("close: {}", "close: { keeps: [rot] }"))[0] ?? "", /SCRIPT-NAMES: expected a key that a step generates, found rot/);
  assert.match(findings(ROOT.replace("close: {}", "close: { keeps: [root] }"))[0] ?? "", /SCRIPT-NAMES: expected a key without a certificate/);
});
