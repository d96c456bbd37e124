/** The ceremony for Cisco IOx on SoftHSM, from check to replay, with the vendor's own commands over what it leaves. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { Ceremony } from "./ceremony.ts";

const ceremony = Ceremony.finished("iox");
const bundle = ceremony.inRecord("artifacts", "bundles", "anchor");
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
  const register = JSON.parse(readFileSync(ceremony.inRecord("artifacts", "register.json"), "utf8")) as { bundles: { platform: string; files: { path: string; sha256: string }[] }[] };
  const info = register.bundles.find(({ platform }) => platform === "iox")?.files.find(({ path }) => path === "bundles/anchor/info.txt");
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
