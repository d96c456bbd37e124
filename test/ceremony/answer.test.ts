/** Certificates that other CAs give for keys of ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { sameBytes } from "../../src/bytes/text.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { nameConstraints } from "../../src/x509/constraint-extension.ts";
import { EXTENSION, readAuthorityKeyIdentifier, readSubjectKeyIdentifier } from "../../src/x509/extension-reading.ts";
import { extensionValue } from "../../src/x509/given-certificate.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { caExtensions, hostExtensions, issue, issueRoot, ROOT as THEIRS } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { assertAccounted, assertStoppedBy, registerOf } from "../scripted/account.ts";
import { answer, ANSWERED, ANSWER_FILES, OURS, subExtensions, THEIR_KEY, worldOf } from "../scripted/answers.ts";
import { planOf } from "../scripted/scripts.ts";
import { replay } from "../scripted/world.ts";

const world = worldOf(ANSWERED);
const ending = await world.run();
const certificate = (name: string) => readCertificate(fromPem(world.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der);

test("an answer over our key, with the subject that was asked for and its chain, is entered and issues [ACCEPTED-AS-REQUESTED, ACCEPTED-CHAIN]", () => {
  assert.deepEqual([ending.outcome, ending.exceptions], ["done", []]);
  const value = (name: string, oid: string) => extensionValue(certificate(name).extensions, oid) ?? new Uint8Array();
  assert.ok(sameBytes(readAuthorityKeyIdentifier(value("device", EXTENSION.authorityKeyIdentifier)), readSubjectKeyIdentifier(value("sub-ca", EXTENSION.subjectKeyIdentifier))));
  assert.ok(sameBytes(certificate("device").issuer, certificate("sub-ca").subject));
  assert.equal(world.record.text("artifacts/chains/sub-ca.pem"), ANSWER_FILES["answers/root.pem"]);
  assert.deepEqual(registerOf(world).certificates.map(({ name }) => name), ["sub-ca", "device"]);
  assertAccounted(world);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

function refused(files: Record<string, string>, change: readonly [string, string] = ["", ""]): string[] {
  const { findings, made } = planOf(ANSWERED.replace(...change), { ...ANSWER_FILES, ...files });
  const unsigned = (made?.claims ?? []).filter(({ claim }) => !claimHolds(claim)).map(({ otherwise }) => otherwise);
  return [...new Set([...findings, ...unsigned].map(({ control }) => control))];
}

test("an answer that is not what was requested is refused before a token is touched [ACCEPTED-AS-REQUESTED]", () => {
  const sub = (change: Parameters<typeof answer>[0]) => refused({ "answers/sub.pem": answer(change) });
  assert.deepEqual(refused({}), []);
  assert.deepEqual(sub({ subject: [{ type: "CN", value: "Example sub" }] }), ["ACCEPTED-AS-REQUESTED"]);
  assert.deepEqual(sub({ key: new TestKey("ecdsa-p384") }), ["ACCEPTED-AS-REQUESTED"], "a key of another algorithm");
  assert.ok(sub({ extensions: subExtensions(1) }).includes("ACCEPTED-AS-REQUESTED"), "more CAs below it than were asked for");
  assert.ok(sub({ extensions: hostExtensions() }).includes("ACCEPTED-AS-REQUESTED"), "no CA");
  assert.ok(refused({}, [", extension-request: { ca: true, path-length: 0 }", ""]).includes("ACCEPTED-AS-REQUESTED"), "a CA that nobody asked for");
});

test("a chain that is broken, in another order or not signed is refused [ACCEPTED-CHAIN]", () => {
  const other = new TestKey("ecdsa-p256");
  const root = (change: Parameters<typeof issueRoot>[1] = {}, key = THEIR_KEY) => ({ "answers/root.pem": toPem("CERTIFICATE", issueRoot(key, change).der) });
  assert.deepEqual(refused(root({}, other)), ["ACCEPTED-CHAIN"], "a root of this name with another key");
  assert.deepEqual(refused(root({ subject: [{ type: "CN", value: "X" }], issuer: [{ type: "CN", value: "X" }] })), ["ACCEPTED-CHAIN"]);
  assert.deepEqual(refused(root({ extensions: hostExtensions().slice(0, 2) })), ["ACCEPTED-CHAIN"], "an issuer that is no CA");
  assert.deepEqual(refused(root({ extensions: caExtensions() })), ["ACCEPTED-CHAIN"], "a root that allows no CA below it");
  const constraints = (cn: string) => nameConstraints({ permitted: { dns: [], ip: [], email: [], directory: [[{ type: "CN", value: cn }]] }, excluded: { dns: [], ip: [], email: [], directory: [] } });
  assert.deepEqual(refused(root({ extensions: [...subExtensions(1), constraints("Example Sub")] })), ["NAME-CONSTRAINTS"], "our leaf is outside of the constraints above our CA");
  assert.deepEqual(refused(root({ extensions: [...subExtensions(1), constraints("Other")] })), ["ACCEPTED-CHAIN", "NAME-CONSTRAINTS"], "a root that may not certify our CA");
  assert.deepEqual(refused({ "answers/root.pem": "hello\n" }), ["ACCEPTED-CHAIN"]);
  const { der } = issueRoot(THEIR_KEY);
  assert.deepEqual(refused({ "answers/root.pem": toPem("CERTIFICATE", der.with(-1, (der.at(-1) ?? 0) ^ 1)) }), ["ACCEPTED-CHAIN"], "a root that does not sign itself");
  const middle = issue({ subject: [{ type: "CN", value: "Middle" }], issuer: THEIRS, key: other, issuerKey: THEIR_KEY, extensions: subExtensions(1) });
  const longer = ["chain: [answers/root.pem]", "chain: [answers/middle.pem, answers/root.pem]"] as const;
  const files = { "answers/middle.pem": toPem("CERTIFICATE", middle.der), "answers/sub.pem": answer({ issuer: [{ type: "CN", value: "Middle" }], issuerKey: other }) };
  assert.deepEqual(refused(files, longer), []);
  assert.deepEqual(refused(files, ["chain: [answers/root.pem]", "chain: [answers/root.pem, answers/middle.pem]"]), ["ACCEPTED-CHAIN"]);
});

test("an answer over another key stops the ceremony, once there is a key to compare it with [ACCEPTED-AS-REQUESTED]", async () => {
  const another = worldOf(ANSWERED, ANSWER_FILES, new TestKey("ecdsa-p256"));
  await another.run();
  assertStoppedBy(another, "ACCEPTED-AS-REQUESTED");
});

test("an answer that is not valid any more at the attested time stops the ceremony [ACCEPTED-CHAIN]", async () => {
  const files = { ...ANSWER_FILES, "answers/sub.pem": answer({ notAfter: "2026-06-30T23:59:59Z" }) };
  const script = ANSWERED.replace(/  - sign-request:.*\n  - issue-crl:.*\n/, "");
  const late = worldOf(script, files);
  await late.run();
  assertStoppedBy(late, "ACCEPTED-CHAIN");
});

test("an answer of a key that has proved nothing is not accepted [KEY-POSSESSION]", async () => {
  const script = ANSWERED.replace(/  - create-request:.*\n/, "").replace("of: sub,", "of: root,");
  const unproved = worldOf(script);
  await unproved.run();
  assertStoppedBy(unproved, "KEY-POSSESSION");
  assert.equal(OURS.algorithm, "ecdsa-p256");
});
