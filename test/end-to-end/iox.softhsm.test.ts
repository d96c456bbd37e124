/** The ceremony for Cisco IOx on SoftHSM, from check to replay, with the vendor's own commands over what it leaves. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { Ceremony } from "./ceremony.ts";

const ceremony = Ceremony.finished("iox");
const bundle = ceremony.inRecord("artifacts", "bundles", "anchor");
const register = () => JSON.parse(readFileSync(ceremony.inRecord("artifacts", "register.json"), "utf8")) as { tokens: { serial: string }[]; bundles: { platform: string; files: { path: string; sha256: string }[] }[] };
const run = (program: string, ...args: string[]) => spawnSync(program, args, { cwd: bundle, encoding: "utf8" });

test("the ceremony for IOx is sealed, and replay makes its bundle again byte for byte [PLATFORM-ACCEPTS]", () => {
  const replayed = ceremony.replay("--roster", "roster");
  assert.equal(replayed.exit, 0, replayed.stdout);
  assert.match(replayed.stdout, /\nREPRODUCED, authentic, pinned\n$/);
  assert.deepEqual(readdirSync(bundle).sort(), ["DELIVER.md", "acceptance.json", "apps", "ca-chain.cert.pem", "info.txt", "trustanchorv1.tar.gz"]);
  const { checks, verdict } = JSON.parse(readFileSync(`${bundle}/acceptance.json`, "utf8")) as { checks: { part: string; verdict: string }[]; verdict: string };
  assert.equal(verdict, "pass");
  assert.deepEqual([...new Set(checks.map(({ part }) => part))], ["chain", "apps", "crls", "package"]);
});

test("the vendor's commands take the archive and the application's certificate, strictly and with the CRLs", () => {
  assert.equal(run("tar", "-tzf", "trustanchorv1.tar.gz").stdout, "ca-chain.cert.pem\ninfo.txt\n");
  assert.equal(run("tar", "-xzOf", "trustanchorv1.tar.gz", "info.txt").stdout, "Example IOx app CA v1\n");
  assert.equal(run("tar", "-xzOf", "trustanchorv1.tar.gz", "ca-chain.cert.pem").stdout, readFileSync(`${bundle}/ca-chain.cert.pem`, "utf8"));
  for (const options of [[], ["-crl_check_all"], ["-x509_strict", "-crl_check_all"]]) {
    const verified = run("openssl", "verify", ...options, "-CAfile", "ca-chain.cert.pem", "apps/app.pem");
    assert.deepEqual([verified.status, verified.stdout], [0, "apps/app.pem: OK\n"], verified.stderr);
  }
  assert.match(run("openssl", "x509", "-in", "apps/app.pem", "-noout", "-text").stdout, /Version: 3 \(0x2\)[^]*sha256WithRSAEncryption[^]*CA:FALSE[^]*Digital Signature/);
});

test("the register holds the digest of info.txt, by which the next anchor knows this one", () => {
  const info = register().bundles.find(({ platform }) => platform === "iox")?.files.find(({ path }) => path === "bundles/anchor/info.txt");
  assert.equal(info?.sha256, sha256Hex(new Uint8Array(readFileSync(`${bundle}/info.txt`))));
});

test("check refuses an anchor without its root, with the device's number, and touches no token [PLATFORM-ACCEPTS]", () => {
  const refused = Ceremony.prepare("iox").edit("script.yaml", "chain: [issuing-ca, root-ca]", "chain: [issuing-ca]");
  const checked = refused.call("check", "script.yaml");
  assert.equal(checked.exit, 3);
  assert.match(checked.stderr + checked.stdout, /script\.yaml:\d+:\d+: .*PLATFORM-ACCEPTS|PLATFORM-ACCEPTS/);
  assert.match(checked.stderr + checked.stdout, /openssl error 2, unable to get issuer certificate/);
  assert.equal(refused.run().exit, 3);
  assert.ok(refused.tokenFolderIsEmpty());
});

/** The next ceremony, beside the first: new lists, of which one revokes the application, and a bundle with these fields. */
function writeNext(fields: string): void {
  const people = /people:[^]*?(?=tokens:)/.exec(ceremony.read("script.yaml"))?.[0] ?? "";
  const seal = sha256Hex(new Uint8Array(readFileSync(ceremony.inRecord("seal.txt"))));
  writeFileSync(ceremony.path("next.yaml"), `anchorite: 1
ceremony: Example IOx rotation
assurance: test
${people}register: { pack: previous, seal: "${seal}" }
tokens:
  vault: { holds: [root, issuing, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-crl: { crl: root-crl-2, issuer: root-ca, valid: { for: P3Y } }
  - issue-crl: { crl: issuing-crl-2, issuer: issuing-ca, valid: { for: P3Y }, revoke: [{ certificate: app, reason: keyCompromise }] }
  - export-bundle: { bundle: next, platform: iox, chain: [issuing-ca, root-ca], crls: [root-crl-2, issuing-crl-2], info: Example IOx app CA, ${fields} }
  - close: { transcript-key: transcript }
`);
}

before(() => {
  cpSync(ceremony.inRecord(), ceremony.path("previous"), { recursive: true });
  writeFileSync(ceremony.path("info.txt"), readFileSync(`${bundle}/info.txt`));
  writeFileSync(ceremony.path("next-station.yaml"), ceremony.read("station.yaml").replace("serial: uninitialized", `serial: "${register().tokens[0]?.serial ?? ""}"`).replace(/ *so-pin:.*\n/, ""));
  writeFileSync(ceremony.path("next-answers.yaml"), "words: computed\n1: [[alice, bob, dan], agree]\n3: [sign]\n4: [sign]\n0: [[alice, bob, dan], agree]\n");
});

test("the next anchor wants the version before it, and refuses the application that it revokes [PLATFORM-ACCEPTS]", () => {
  writeNext("version: v1, apps: [app]");
  const { exit, stderr } = ceremony.call("check", "next.yaml");
  assert.equal(exit, 3);
  assert.match(stderr, /app is not revoked in issuing-crl-2; found: openssl error 23, certificate revoked/);
  assert.match(stderr, /previous is the info\.txt of an anchor of the register, so that the version rises; found: no file; the register has bundles\/anchor\/info\.txt/);
  writeNext("version: v1, previous: info.txt");
  assert.match(ceremony.call("check", "next.yaml").stderr, /the version is above v1, that of the anchor before; found: v1/);
});

test("the next anchor is made, and openssl refuses the revoked application against it as 23", () => {
  writeNext("version: v2, previous: info.txt");
  const ran = ceremony.call("run", "next.yaml", "--record", "next", "--station", "next-station.yaml", "--answers", "next-answers.yaml");
  assert.equal(ran.exit, 0, ran.stderr);
  const anchor = ceremony.path("next", "artifacts", "bundles", "next");
  assert.equal(readFileSync(`${anchor}/info.txt`, "utf8"), "Example IOx app CA v2\n");
  const refused = run("openssl", "verify", "-crl_check_all", "-CAfile", `${anchor}/ca-chain.cert.pem`, "apps/app.pem");
  assert.match(refused.stderr, /error 23 at 0 depth/);
});
