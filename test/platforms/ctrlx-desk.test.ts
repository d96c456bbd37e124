/** The desk that signs requests of ctrlX OEMs below a root of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { policyOf } from "../../src/plan/algorithm-policy.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { makeRequest } from "../scripted/keys.ts";
import { FILES, goodPlan, HEAD, planOf, type Octets } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const DESK = `${HEAD}tokens:
  vault: { holds: [root, own] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: own, token: vault, algorithm: ecdsa-p256, signature: ecdsa-sha384, backup: none }
  - issue-root: { certificate: apps-root, key: root, profile: ctrlx/root, subject: { O: Mockcorp, CN: Mockcorp Apps }, valid: { for: P20Y } }
  - sign-request: { request: requests/oem.csr, certificate: oem, issuer: apps-root, profile: ctrlx/oem, valid: { for: P10Y }, crl-at: ["http://ca.example.com/apps.crl"] }
  - issue-certificate: { certificate: own, key: own, issuer: apps-root, profile: ctrlx/oem, subject: { O: Mockcorp, CN: Own Apps }, valid: { for: P10Y } }
  - export-bundle: { platform: ctrlx, certificate: oem }
  - close: {}
`;
const oemRequest = (...types: readonly ("O" | "CN" | "OU")[]) => ({ ...FILES, "requests/oem.csr": makeRequest({ subject: types.map((type) => ({ type, value: `Example ${type}` })) }) });
const deskFindings = (files: Octets, script = DESK) => (planOf(script, files).made?.findings ?? []).map(({ control, message }) => `${control} ${message}`);

test("the desk asks an OEM's request for one Organization and one common name [REQUEST-SUBJECT]", () => {
  assert.deepEqual(deskFindings(oemRequest("O", "CN")), []);
  assert.deepEqual(deskFindings(oemRequest("CN")), ["REQUEST-SUBJECT expected one Organization (O) in the request's subject, found 0"]);
  assert.deepEqual(deskFindings(oemRequest("O")).map((one) => one.slice(0, 46)), ["REQUEST-SUBJECT expected one common name (CN) "]);
  assert.match(deskFindings(oemRequest("O", "CN"), DESK.replace("{ O: Mockcorp, CN: Own Apps }", "{ CN: Own Apps }")).join(), /PLATFORM-ACCEPTS .*found no O/);
});

test("profiles of ctrlX are those of the vendor's own certificates: P-256, digitalSignature, no extended key usage", async () => {
  const desk = new World(goodPlan(DESK, oemRequest("O", "CN")));
  assert.equal((await desk.run()).outcome, "done");
  const facts = (name: string) => readCertificate(fromPem(desk.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der);
  const extensions = (name: string) => facts(name).extensions.map(({ oid, critical }) => `${oid}${critical ? " critical" : ""}`);
  assert.deepEqual(extensions("apps-root"), ["2.5.29.19 critical", "2.5.29.15 critical", "2.5.29.14"]);
  assert.deepEqual(extensions("oem"), ["2.5.29.19 critical", "2.5.29.15 critical", "2.5.29.14", "2.5.29.35", "2.5.29.31"]);
  assert.deepEqual(extensions("own"), extensions("oem").slice(0, 4));
  assert.deepEqual([findProfile("ctrlx/root")?.algorithms, findProfile("ctrlx/oem")?.algorithms, policyOf("ctrlx/oem")?.signatures], [["ecdsa-p256"], ["ecdsa-p256"], ["ecdsa-sha256"]]);
  assert.match(desk.record.text("artifacts/bundles/ctrlx/DELIVER.md"), /this is own trust: whether a device takes it is unknown/);
});
