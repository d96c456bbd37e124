/** Cross-certificates: what exists is copied, never widened; its file is judged before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { sameBytes } from "../../src/bytes/text.ts";
import { isOneOrganisation, widerThan } from "../../src/plan/cross-bounds.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { EXTENSION } from "../../src/x509/extension-reading.ts";
import { basicConstraints, extendedKeyUsage, keyUsage, subjectKeyIdentifier, type PlannedExtension } from "../../src/x509/extension.ts";
import { extensionValue } from "../../src/x509/given-certificate.ts";
import { encodeName } from "../../src/x509/name.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { caExtensions, hostExtensions, issue, issueRoot, rootExtensions, ROOT as THEIRS } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { assertAccounted, registerOf, tallyOf } from "../scripted/account.ts";
import { waiverFiles } from "../scripted/waivers.ts";
import { FILES, goodPlan, planOf, ROOT } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const key = new TestKey("ecdsa-p384");
const theirs = issueRoot(key);
/** A key identifier by another method, as other people's programs make it. */
const foreign: PlannedExtension = { oid: EXTENSION.subjectKeyIdentifier, name: "subjectKeyIdentifier", critical: false, text: "", value: "04080102030405060708" };
const OTHERS = [{ type: "CN", value: "Another Root" }] as const;
const bounded = issueRoot(key, { subject: OTHERS, issuer: OTHERS, extensions: [keyUsage(["keyCertSign"]), basicConstraints({ ca: true, pathLength: 1 }), extendedKeyUsage(["serverAuth"]), foreign] });
const pem = (der: Uint8Array) => toPem("CERTIFICATE", der);
const files = { ...FILES, "theirs/root.pem": pem(theirs.der), "theirs/bounded.pem": pem(bounded.der) };

const STEPS = `  - generate-key-pair: { key: next, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: next-ca, key: next, profile: private/root, subject: { CN: Next Root }, valid: { for: P25Y } }
  - cross-certify: { certificate: theirs, existing: theirs/root.pem, issuer: root-ca, profile: private/cross, valid: { for: P5Y } }
  - cross-certify: { certificate: bounded, existing: theirs/bounded.pem, issuer: next-ca, profile: private/cross, valid: { for: P5Y }, path-length: 0 }
  - cross-certify: { certificate: next-by-root, existing: next-ca, issuer: root-ca, profile: private/cross, valid: { for: P10Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: next-by-root, profile: private/code-signing, valid: { for: P5Y } }
  - close: {}`;
const SCRIPT = ROOT.replace("holds: [root]", "holds: [root, next]").replace("  - close: {}", STEPS);

const world = new World(goodPlan(SCRIPT, files));
const ending = await world.run();
const certificate = (name: string) => readCertificate(fromPem(world.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der);
const value = (name: string, oid: string) => Buffer.from(extensionValue(certificate(name).extensions, oid) ?? []).toString("hex");

test("a cross-certificate has subject, key and key identifier of what exists, octet by octet, under another issuer [CROSS-EXISTING]", () => {
  assert.deepEqual([ending.outcome, ending.exceptions], ["done", []]);
  const cross = certificate("theirs");
  assert.ok(sameBytes(cross.subject, encodeName(THEIRS)) && sameBytes(cross.spki, key.spki) && sameBytes(cross.issuer, certificate("root-ca").subject));
  const original = readCertificate(theirs.der);
  for (const oid of [EXTENSION.subjectKeyIdentifier, EXTENSION.keyUsage, EXTENSION.extKeyUsage, EXTENSION.basicConstraints]) {
    assert.equal(value("theirs", oid), Buffer.from(extensionValue(original.extensions, oid) ?? []).toString("hex"), oid);
  }
  assert.equal(value("theirs", EXTENSION.authorityKeyIdentifier).slice(8), value("root-ca", EXTENSION.subjectKeyIdentifier).slice(4));
  assert.equal(value("bounded", EXTENSION.subjectKeyIdentifier), "04080102030405060708");
  assert.ok(tallyOf(world, "CROSS-BOUNDS").held >= 3);
});

test("a cross-certified CA of ours issues by its key, whatever certificate it is named by", () => {
  assert.equal(value("next-by-root", EXTENSION.subjectKeyIdentifier), value("next-ca", EXTENSION.subjectKeyIdentifier));
  assert.equal(value("device", EXTENSION.authorityKeyIdentifier).slice(8), value("next-ca", EXTENSION.subjectKeyIdentifier).slice(4));
  assertAccounted(world);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
  assert.deepEqual(registerOf(world).certificates.map(({ name }) => name), ["root-ca", "next-ca", "theirs", "bounded", "next-by-root", "device"]);
});

function refused(file: string | Uint8Array, change: readonly [string, string] = ["", ""]): string[] {
  const given = typeof file === "string" ? file : pem(file);
  const { findings, made } = planOf(SCRIPT.replace(...change), { ...files, "theirs/root.pem": given });
  const unsigned = (made?.claims ?? []).filter(({ claim }) => !claimHolds(claim)).map(({ otherwise }) => otherwise);
  return [...findings, ...unsigned].map(({ control }) => control);
}

test("what is no CA certificate of strict form, or not signed by itself, is not cross-certified [CROSS-EXISTING]", () => {
  assert.deepEqual(refused(theirs.der), []);
  assert.deepEqual(refused("hello\n"), ["CROSS-EXISTING"]);
  assert.deepEqual(refused(pem(theirs.der) + pem(theirs.der)), ["CROSS-EXISTING"]);
  assert.deepEqual(refused(theirs.der.with(-1, (theirs.der.at(-1) ?? 0) ^ 1)), ["CROSS-EXISTING"], "its own signature does not verify");
  assert.deepEqual(refused(issueRoot(key, { extensions: hostExtensions().slice(0, 2) }).der), ["CROSS-EXISTING"]);
  assert.deepEqual(refused(issueRoot(key, { extensions: [keyUsage(["cRLSign"]), basicConstraints({ ca: true }), subjectKeyIdentifier()] }).der), ["CROSS-EXISTING"]);
  assert.deepEqual(refused(issueRoot(key, { extensions: [...rootExtensions(), subjectKeyIdentifier()] }).der), ["CROSS-EXISTING"], "an extension twice");
  assert.deepEqual(refused(theirs.der, ["existing: next-ca", "existing: device"]), ["SCRIPT-NAMES", "SCRIPT-NAMES"]);
});

test("an intermediate CA is cross-certified without a claim about its own issuer [CROSS-EXISTING]", () => {
  const other = new TestKey("ecdsa-p256");
  const { der } = issue({ subject: [{ type: "CN", value: "Their Sub" }], issuer: THEIRS, key: other, issuerKey: key, extensions: caExtensions() });
  assert.deepEqual(refused(der), []);
  assert.deepEqual(refused(der, ["issuer: root-ca, profile: private/cross, valid: { for: P5Y }", "issuer: root-ca, profile: private/cross, valid: { for: P5Y }, path-length: 1"]), ["CROSS-BOUNDS"]);
});

test("a cross-certificate allows no more than what exists [CROSS-BOUNDS]", () => {
  const ca = (...more: PlannedExtension[]) => [basicConstraints({ ca: true, pathLength: 1 }), ...more];
  const server = extendedKeyUsage(["serverAuth"]);
  assert.deepEqual(widerThan(ca(), [basicConstraints({ ca: true })]), []);
  assert.equal(widerThan([basicConstraints({ ca: true })], ca()).length, 1);
  assert.equal(widerThan([basicConstraints({ ca: true, pathLength: 2 })], ca()).length, 1);
  assert.equal(widerThan(ca(), ca(server)).length, 1);
  assert.equal(widerThan(ca(extendedKeyUsage(["serverAuth", "clientAuth"])), ca(server)).length, 1);
  assert.deepEqual(widerThan(ca(server, keyUsage(["keyCertSign"])), ca(extendedKeyUsage(["serverAuth", "clientAuth"]), keyUsage(["keyCertSign", "cRLSign"]))), []);
  assert.equal(widerThan(ca(keyUsage(["keyCertSign", "cRLSign"])), ca(keyUsage(["keyCertSign"]))).length, 1);
  const names: PlannedExtension = { oid: EXTENSION.nameConstraints, name: "nameConstraints", critical: true, text: "", value: "3000" };
  assert.equal(widerThan(ca(), ca(names)).length, 1);
  assert.deepEqual(widerThan(ca(names), ca(names)), []);
});

test("a cross-certificate does not begin before what exists [CROSS-BOUNDS]", () => {
  const dates = SCRIPT.replaceAll(/valid: \{ for: P(\d+)Y \}/g, 'valid: { from: "2026-12-01T00:00:00Z", until: "2030-01-01T00:00:00Z" }');
  const early = dates.replace(/(theirs\/root.pem.*from: ")2026-12-01/, "$12025-12-01").replace(/(certificate: root-ca.*from: ")2026-12-01/, "$12025-01-01");
  assert.deepEqual(planOf(early, files).findings.map(({ control }) => control), ["CROSS-BOUNDS"]);
});

test("a cross-certificate takes no subject of another CA of the ceremony [SUBJECT-UNIQUE], and no key that its profile does not allow [ALGORITHM-ALLOWED]", () => {
  const named = [{ type: "CN", value: "Next Root" }] as const;
  assert.deepEqual(refused(issueRoot(key, { subject: named, issuer: named }).der), ["SUBJECT-UNIQUE"]);
  assert.deepEqual(refused(issueRoot(new TestKey("rsa-2048")).der), ["ALGORITHM-ALLOWED"]);
});

test("a CA of another organisation is cross-certified when the script says so, and not by mistake [CROSS-ORGANISATION]", () => {
  const named = (...organisations: string[]) => [...organisations.map((value) => ({ type: "O" as const, value })), { type: "CN" as const, value: "X" }];
  const der = (...organisations: string[]) => issueRoot(key, { subject: named(...organisations), issuer: named(...organisations) }).der;
  const ours = ["subject: { CN: Example Root }", "subject: { O: Example, CN: Example Root }"] as const;
  assert.deepEqual(refused(der()), []);
  assert.deepEqual(refused(der("Example")), ["CROSS-ORGANISATION"]);
  assert.deepEqual(refused(der("Example"), ["issuer: root-ca, profile: private/cross,", "issuer: root-ca, profile: private/cross, organisation: other,"]), []);
  assert.deepEqual(refused(der("Example"), ours), ["CROSS-ORGANISATION"], "only that of the other CA without one");
  assert.ok(isOneOrganisation(encodeName(named("Example")), encodeName(named("Example"))));
  for (const others of [["example"], ["Example", "Other"], []]) assert.ok(!isOneOrganisation(encodeName(named("Example")), encodeName(named(...others))));
});

test("a cross-certificate outlives its issuer by a waiver only, and a waiver lifts that of no other certificate [CROSS-WITHIN-ISSUER]", async () => {
  const dated = (until: string) => `valid: { from: "2026-12-01T00:00:00Z", until: "${until}" }`;
  const two = SCRIPT.replace(/ {2}- cross-certify: \{ certificate: (theirs|bounded).*\n/g, "").replace(/ {2}- (sign-request|issue-crl): .*\n/g, "")
    .replace("valid: { for: P20Y }", dated("2030-01-01T00:00:00Z")).replace("valid: { for: P25Y }", dated("2040-01-01T00:00:00Z")).replace("valid: { for: P10Y }", dated("2035-01-01T00:00:00Z"));
  assert.deepEqual(planOf(two, FILES).findings.map(({ control }) => control), ["CROSS-WITHIN-ISSUER"]);
  const waiver = { on: ["next-by-root"], why: "Old devices know the old root alone.", by: ["alice", "dan"], until: "2100-01-01T00:00:00Z" };
  const waived = two.replace("tokens:", `waivers:\n  CROSS-WITHIN-ISSUER: { on: [next-by-root], why: ${waiver.why}, by: [alice, dan], until: "${waiver.until}" }\ntokens:`);
  const outliving = new World(goodPlan(waived, waiverFiles(waived, waiver, "CROSS-WITHIN-ISSUER")));
  const { outcome, exceptions } = await outliving.run();
  assert.deepEqual([outcome, exceptions], ["done", []]);
  assert.equal(readCertificate(fromPem(outliving.record.text("artifacts/certificates/next-by-root.pem"), ["CERTIFICATE"]).der).notAfter, "2035-01-01T00:00:00Z");
  const { replayed } = replay(outliving.record.asFiles());
  assert.equal(replayed.rebuilt.state, "reproduced");
});

test("a CA certifies its next key: subject and issuer are one name, the keys and their identifiers two [KEY-IDENTIFIERS] [SUBJECT-UNIQUE]", async () => {
  const [nextKey, own] = [new TestKey("ecdsa-p256"), [{ type: "CN", value: "Example Root" }] as const];
  const next = issueRoot(nextKey, { subject: own, issuer: own });
  const script = ROOT.replace("  - issue-crl", "  - cross-certify: { certificate: rollover, existing: ca/next.pem, issuer: root-ca, profile: private/cross, valid: { for: P10Y } }\n  - issue-crl");
  const rolled = new World(goodPlan(script, { ...FILES, "ca/next.pem": pem(next.der) }));
  assert.deepEqual([(await rolled.run()).outcome], ["done"]);
  const [rollover, root] = ["rollover", "root-ca"].map((name) => readCertificate(fromPem(rolled.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der));
  assert.ok(rollover !== undefined && root !== undefined && sameBytes(rollover.subject, rollover.issuer) && sameBytes(rollover.spki, nextKey.spki));
  const identifier = (of: typeof root, oid: string) => Buffer.from(extensionValue(of.extensions, oid) ?? []).toString("hex");
  assert.equal(identifier(rollover, EXTENSION.authorityKeyIdentifier).slice(8), identifier(root, EXTENSION.subjectKeyIdentifier).slice(4));
  assert.notEqual(identifier(rollover, EXTENSION.subjectKeyIdentifier), identifier(root, EXTENSION.subjectKeyIdentifier));
  assert.equal(replay(rolled.record.asFiles()).replayed.rebuilt.state, "reproduced");
});
