/** RSASSA-PSS and Ed25519 on a token, from the script to what the public tools say of the certificates and CRLs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Ceremony, freshPath } from "./ceremony.ts";

const SCRIPT = `anchorite: 1
ceremony: Other algorithms
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  bob:   { name: Bob Example,   role: operator,      key: people/bob.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
tokens:
  vault: { holds: [pss, pss-sub, ed, ed-sub, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: pss, token: vault, algorithm: rsa-3072, signature: rsa-pss-sha256, backup: none }
  - generate-key-pair: { key: pss-sub, token: vault, algorithm: rsa-3072, signature: rsa-pss-sha512, backup: none }
  - generate-key-pair: { key: ed, token: vault, algorithm: ed25519, backup: none }
  - generate-key-pair: { key: ed-sub, token: vault, algorithm: ed25519, signature: ed25519, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: rsa-2048, signature: rsa-pss-sha384, backup: none }
  - issue-root: { certificate: pss-ca, key: pss, profile: private/root, subject: { O: Example, CN: PSS Root CA }, valid: { for: P20Y } }
  - issue-root: { certificate: ed-ca, key: ed, profile: private/root, subject: { O: Example, CN: Edwards Root CA }, valid: { for: P20Y } }
  - issue-certificate: { certificate: pss-sub-ca, key: pss-sub, issuer: pss-ca, profile: private/subordinate, path-length: 0, subject: { O: Example, CN: PSS Issuing CA }, valid: { for: P10Y } }
  - issue-certificate: { certificate: ed-sub-ca, key: ed-sub, issuer: ed-ca, profile: private/subordinate, path-length: 0, subject: { O: Example, CN: Edwards Issuing CA }, valid: { for: P10Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: pss-ca, profile: private/transcript, valid: { for: P15Y } }
  - sign-request: { request: requests/oem.csr, certificate: pss-leaf, issuer: pss-sub-ca, profile: private/code-signing, valid: { for: P5Y } }
  - sign-request: { request: requests/ed.csr, certificate: ed-leaf, issuer: ed-sub-ca, profile: private/tls-client, valid: { for: P5Y } }
  - issue-crl: { crl: pss-crl, issuer: pss-ca, valid: { for: P30D } }
  - issue-crl: { crl: pss-sub-crl, issuer: pss-sub-ca, valid: { for: P30D } }
  - issue-crl: { crl: ed-crl, issuer: ed-ca, valid: { for: P30D } }
  - issue-crl: { crl: ed-sub-crl, issuer: ed-sub-ca, valid: { for: P30D } }
  - close: { transcript-key: transcript }
`;
const STATION = `anchorite-station: 1
tokens:
  vault:
    module: /usr/lib/softhsm/libsofthsm2.so
    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }
    serial: uninitialized
    pin: { file: pin.txt }
    so-pin: { file: so-pin.txt }
`;
const ANSWERS = `words: computed\n1: [[alice, bob, dan], agree]\n2: [initialize]\n${[3, 4, 5, 6, 7].map((step) => `${step}: [generate]\n`).join("")}${Array.from({ length: 11 }, (_, i) => `${i + 8}: [sign]\n`).join("")}`;

let ceremony: Ceremony;

function openssl(...args: string[]): string {
  const ended = spawnSync("openssl", args, { cwd: ceremony.folder, encoding: "utf8" });
  assert.equal(ended.status, 0, `${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout + ended.stderr;
}

before(() => {
  const from = freshPath("algorithms");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", SCRIPT], ["station.yaml", STATION], ["answers.yaml", ANSWERS]] as const) writeFileSync(join(from, file), text);
  ceremony = Ceremony.prepare("hierarchy", from);
  openssl("req", "-new", "-newkey", "ed25519", "-nodes", "-keyout", "ed.key", "-subj", "/CN=edwards client", "-out", "requests/ed.csr");
  const ended = ceremony.run();
  assert.equal(ended.exit, 0, ended.stderr);
});

const certificate = (name: string): string => ceremony.inRecord("artifacts", "certificates", `${name}.pem`);
const crl = (name: string): string => ceremony.inRecord("artifacts", "crls", `${name}.pem`);

test("openssl verify -x509_strict accepts chains by RSASSA-PSS and by Ed25519, with their CRLs [ISSUED-AS-PLANNED]", () => {
  for (const kind of ["pss", "ed"]) {
    const lists = ["-crl_check_all", "-CRLfile", crl(`${kind}-crl`), "-CRLfile", crl(`${kind}-sub-crl`)];
    openssl("verify", "-x509_strict", "-check_ss_sig", ...lists, "-CAfile", certificate(`${kind}-ca`), "-untrusted", certificate(`${kind}-sub-ca`), certificate(`${kind}-leaf`));
    assert.match(openssl("crl", "-noout", "-in", crl(`${kind}-crl`), "-CAfile", certificate(`${kind}-ca`)), /verify OK/);
  }
});

test("an RSASSA-PSS signature names its hash, its mask and its salt, in certificates, requests and CRLs [ALGORITHM-ALLOWED]", () => {
  for (const [args, hash, salt] of [
    [["x509", "-in", certificate("pss-ca")], "sha256", "20"], [["x509", "-in", certificate("pss-leaf")], "sha512", "40"], [["crl", "-in", crl("pss-sub-crl")], "sha512", "40"],
    [["req", "-verify", "-in", ceremony.inRecord("artifacts", "requests", "transcript.csr")], "sha384", "30"],
  ] as const) {
    const text = openssl(...args, "-noout", "-text");
    assert.match(text, new RegExp(`Signature Algorithm: rsassaPss[^]*Hash Algorithm: ${hash}\\n[^]*Mask Algorithm: mgf1 with ${hash}\\n[^]*Salt Length: 0x${salt}\\n`), args.join(" "));
  }
  assert.match(openssl("x509", "-in", certificate("pss-ca"), "-noout", "-text"), /Public Key Algorithm: rsaEncryption/);
});

test("a transcript key that signs by RSASSA-PSS seals the record, and openssl cms verifies it [TRANSCRIPT-KEY-SEPARATE]", () => {
  const [signature, seal] = [ceremony.inRecord("signatures", "transcript-key.p7s"), ceremony.inRecord("seal.txt")];
  openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", seal, "-CAfile", certificate("pss-ca"), "-purpose", "any", "-out", "/dev/null");
});

test("the record replays, and the plan and the register say what each key signs with", () => {
  for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
  const replayed = ceremony.replay("--roster", "roster");
  assert.equal(replayed.exit, 0, replayed.stdout + replayed.stderr);
  const register = JSON.parse(readFileSync(ceremony.inRecord("artifacts", "register.json"), "utf8")) as { keys: { key: string; signature: string }[] };
  const signatures = { pss: "rsa-pss-sha256", "pss-sub": "rsa-pss-sha512", ed: "ed25519", "ed-sub": "ed25519", transcript: "rsa-pss-sha384" };
  assert.deepEqual(Object.fromEntries(register.keys.map(({ key, signature }) => [key, signature])), signatures);
  assert.match(ceremony.call("check", "script.yaml").stdout, /signs with {2,}rsa-pss-sha512/);
});
