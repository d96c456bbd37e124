/** The example ceremony for Mender on SoftHSM: Mender's own tool and openssl judge what it made, and it is replayed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { needTool } from "../tools.ts";
import { Ceremony, freshPath } from "./ceremony.ts";

const ceremony = Ceremony.finished("mender");

function judge(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { cwd: ceremony.inRecord("artifacts"), encoding: "utf8" });
  return stdout + stderr;
}

const KEY = "bundles/mender/artifact-verify-key.pem";
const SIGNED = "signed/release-1/signed.mender";

test("mender-artifact validates the release under the key that the bundle gives to devices, and reads it", needTool("mender-artifact"), () => {
  assert.match(judge("mender-artifact", ["validate", "-k", KEY, SIGNED]), /validated successfully/);
  assert.match(judge("mender-artifact", ["read", "-k", KEY, SIGNED]), /Name: release-1[^]*signed and verified correctly/);
});

test("openssl verifies the release's signature under the worker's certificate, and every certificate for its purpose", () => {
  const artifacts = ceremony.inRecord("artifacts");
  const signature = Buffer.from(readFileSync(`${artifacts}/signed/release-1/manifest.sig`, "utf8"), "base64");
  assert.equal(signature.length, 384);
  const file = freshPath("signature");
  writeFileSync(file, signature);
  assert.match(judge("openssl", ["dgst", "-sha256", "-verify", KEY, "-signature", file, "signed/release-1/manifest"]), /Verified OK/);
  assert.equal(judge("openssl", ["x509", "-pubkey", "-noout", "-in", "bundles/mender/worker.pem"]), readFileSync(`${artifacts}/${KEY}`, "utf8"));
  const verify = (leaf: string, ...options: string[]) => judge("openssl", ["verify", "-x509_strict", "-CAfile", "bundles/mender/signserver-ca.pem", ...options, `bundles/mender/${leaf}`]);
  for (const said of [
    verify("worker.pem"), verify("client-chain.pem", "-purpose", "sslclient"),
    verify("server-chain.pem", "-purpose", "sslserver", "-verify_hostname", "signserver.example.test"), verify("server-chain.pem", "-verify_ip", "192.0.2.7"),
  ]) assert.match(said, /: OK\n$/);
});

test("the ceremony is replayed, and its bundle and its artifact come out again byte for byte", () => {
  const { exit, stderr } = ceremony.replay("--roster", ceremony.path("roster"));
  assert.equal(exit, 0, stderr);
});
