/** The step kinds beyond the two ceremonies, on SoftHSM: judged by openssl, and replayed. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { derOctetString, derOid, derSequence } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { subjectAltNames } from "../../src/x509/extension.ts";
import { makeRequest } from "../scripted/keys.ts";
import { issueRoot } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { freshPath, Ceremony, type Ended } from "./ceremony.ts";
import { answersText, PEOPLE_OF_SMALL, STATION } from "./small-ceremony.ts";

const SCRIPT = `${PEOPLE_OF_SMALL}tokens:
  vault: { holds: [root, next, spare, idle, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root,       token: vault, algorithm: ecdsa-p384, backup: none }
  - generate-key-pair: { key: next,       token: vault, algorithm: rsa-3072, backup: none }
  - generate-key-pair: { key: spare,      token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: idle,       token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { O: Example, CN: Example Root }, valid: { for: P20Y } }
  - issue-root: { certificate: next-ca, key: next, profile: private/root, subject: { O: Example, CN: Next Root }, valid: { for: P25Y } }
  - cross-certify: { certificate: next-by-root, existing: next-ca, issuer: root-ca, profile: private/cross, valid: { for: P10Y } }
  - cross-certify: { certificate: theirs, existing: theirs/root.pem, issuer: next-ca, profile: private/cross, valid: { for: P5Y }, organisation: other }
  - create-request: { request: sub, key: spare, subject: { O: Example, CN: Example Sub }, extension-request: { ca: true, path-length: 0 } }
  - sign-requests: { requests: devices, files: all, certificates: devices, issuer: next-ca, profile: private/tls-server, valid: { for: P1Y }, on-refusal: skip }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - issue-root: { certificate: root-ca-2, key: root, profile: private/root, subject: { O: Example, CN: Example Root }, valid: { for: P25Y }, renews: root-ca }
  - issue-crl: { crl: next-crl, issuer: next-by-root, valid: { for: P30D } }
  - acknowledge: { by: [dan], of: [theirs, next-crl] }
  - close: { transcript-key: transcript, keeps: [idle] }
`;

const steps = (from: number, to: number, answer: string): Record<number, readonly string[]> => Object.fromEntries(Array.from({ length: to - from + 1 }, (_, i) => [from + i, [answer]]));
const ANSWERS = { 1: ["[alice, bob, dan]", "agree"], 2: ["initialize"], ...steps(3, 7, "generate"), ...steps(8, 16, "sign"), 0: ["[alice, bob, dan]", "agree"] };

const name = subjectAltNames({ dns: ["device.example.com"] });
const asked = derSequence(derOid(name.oid), derOctetString(fromHex("value" in name ? name.value : "")));

function prepared(): Ceremony {
  const from = freshPath("kinds");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", SCRIPT], ["station.yaml", STATION], ["answers.yaml", answersText(ANSWERS)]] as const) writeFileSync(`${from}/${file}`, text);
  const ceremony = Ceremony.prepare("hierarchy", from);
  for (const folder of ["theirs", "devices"]) mkdirSync(ceremony.path(folder));
  writeFileSync(ceremony.path("theirs", "root.pem"), toPem("CERTIFICATE", issueRoot(new TestKey("ecdsa-p256"), { subject: THEIRS, issuer: THEIRS }).der));
  for (let n = 1; n <= 12; n++) writeFileSync(ceremony.path("devices", `d${n}.csr`), makeRequest({ subject: [{ type: "CN", value: `Device ${n}` }], extensions: n === 7 ? [] : [asked] }));
  return ceremony;
}

const THEIRS = [{ type: "O", value: "Other" }, { type: "CN", value: "Other Root" }] as const;
let ceremony: Ceremony;
let ran: Ended;

before(() => {
  ceremony = prepared();
  ran = ceremony.run();
});

const certificate = (path: string) => ceremony.inRecord("artifacts", "certificates", `${path}.pem`);
function openssl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  assert.equal(status, 0, `openssl ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

test("check shows what a cross-certificate copies, what a request asks for, and what is skipped", () => {
  const { exit, stdout, stderr } = ceremony.call("check", "script.yaml");
  assert.equal(exit, 0, stderr);
  for (const said of [/subject {5,}O=Other, CN=Other Root/, /subjectKeyIdentifier: copied:\s+[0-9a-f]{40}/, /asks for basicConstraints \(critical\): CA:TRUE, pathLenConstraint 0/, /11 accepted, 1 skipped/, /SKIPPED {2}d7\.csr: request-dns-names/]) assert.match(stdout, said);
});

test("a ceremony of all kinds runs to its end, with a line a certificate and a table of verdicts", () => {
  assert.equal(ran.exit, 0, ran.stderr);
  assert.match(ran.stderr, / 1 of 11 {2}certificates\/devices\/d1\.pem\n/);
  assert.match(ran.stderr, /11 of 11 {2}certificates\/devices\/d9\.pem\n/);
  assert.match(ran.stderr, /d7\.csr {3}SKIPPED {2}request-dns-names\n/);
  assert.match(ran.stderr, /12 requests: 11 signed, 1 skipped/);
  assert.equal(readdirSync(ceremony.inRecord("artifacts", "certificates", "devices")).length, 11);
});

test("openssl verifies cross-certificates and the certificates of a folder, by either root, strictly", () => {
  openssl("verify", "-x509_strict", "-CAfile", certificate("root-ca"), certificate("next-by-root"));
  openssl("verify", "-x509_strict", "-CAfile", certificate("next-ca"), certificate("theirs"));
  for (const file of readdirSync(ceremony.inRecord("artifacts", "certificates", "devices"))) {
    const device = ceremony.inRecord("artifacts", "certificates", "devices", file);
    openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", certificate("next-ca"), device);
    openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", certificate("root-ca"), "-untrusted", certificate("next-by-root"), device);
  }
  openssl("crl", "-in", ceremony.inRecord("artifacts", "crls", "next-crl.pem"), "-CAfile", certificate("next-by-root"), "-noout");
});

test("openssl verifies the request for somebody else's CA, and signs it as what it asks to be", () => {
  const request = ceremony.inRecord("artifacts", "requests", "sub.csr");
  assert.match(openssl("req", "-in", request, "-noout", "-verify", "-text"), /CA:TRUE, pathlen:0[^]*Certificate Sign, CRL Sign/);
  const key = ceremony.path("other.key");
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", `${key}.pem`, "-subj", "/CN=Other");
  const issued = openssl("x509", "-req", "-in", request, "-CA", `${key}.pem`, "-CAkey", key, "-copy_extensions", "copyall", "-days", "30");
  writeFileSync(ceremony.path("sub.pem"), issued);
  openssl("verify", "-CAfile", `${key}.pem`, ceremony.path("sub.pem"));
});

test("a renewed root verifies what the first one issued, and the register keeps the key that has no certificate", () => {
  openssl("verify", "-x509_strict", "-CAfile", certificate("root-ca-2"), certificate("next-by-root"));
  const { keys } = JSON.parse(ceremony.read("record", "artifacts", "register.json")) as { keys: { key: string; state: string }[] };
  assert.deepEqual(keys.map(({ key, state }) => `${key} ${state}`), ["root in use", "next in use", "spare in use", "idle kept", "transcript in use"]);
});

test("the record of all kinds is sealed, replays, and fails to when one request of the folder is changed", () => {
  for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
  const { exit, stdout } = ceremony.replay("--roster", "roster");
  assert.equal(exit, 0, stdout);
  assert.match(stdout, /reproduced/);
  const path = ceremony.inRecord("inputs", "devices", "d1.csr");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, readFileSync(ceremony.inRecord("inputs", "devices", "d2.csr")));
  assert.equal(ceremony.replay("--roster", "roster").exit, 7);
  writeFileSync(path, text);
});
