/** The report-signing ceremony on SoftHSM, from its folder to the vendor's own verification. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ceremony } from "../docs/ceremony.ts";
import { anchorite } from "../docs/pages.ts";
import { freshPath } from "./ceremony.ts";

const folder = ceremony("rollouts", freshPath("platform"));
const artifact = (...path: string[]): string => join(folder, "record", "artifacts", ...path);
const bundle = (...path: string[]): string => artifact("bundles", "rollouts", ...path);

function openssl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `openssl ${args.join(" ")}\n${stderr}`);
  return stdout;
}

test("the report-signing ceremony runs with its answers, is sealed, and replays", () => {
  const { exit, stdout } = anchorite(["replay", "record", "--roster", "roster"], folder);
  assert.equal(exit, 0, stdout);
  assert.match(stdout, /reproduced/);
});

test("openssl cms -verify takes the signed report against the root of the bundle, and openssl verify each gateway, strictly", () => {
  openssl("cms", "-verify", "-in", artifact("signed", "system-report", "report.msg.signed"), "-CAfile", bundle("ca_root.crt"), "-text", "-out", "report.json");
  assert.equal(readFileSync(join(folder, "report.json"), "utf8").replaceAll("\r\n", "\n"), readFileSync(join(folder, "reports", "systemreport.json"), "utf8"));
  for (const gateway of ["gateway", "gateway-7"]) openssl("verify", "-x509_strict", "-purpose", "smimesign", "-CAfile", bundle("ca_root.crt"), "-untrusted", bundle("cert-chain.crt"), bundle("gateways", `${gateway}.crt`));
});

test("the seal's token signature verifies below the same root without a purpose being named", () => {
  openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", "record/signatures/transcript-key.p7s", "-content", "record/seal.txt", "-CAfile", bundle("ca_root.crt"), "-out", "seal.out");
});

test("the list to be configured is the platform's answer and the fingerprint that openssl prints of the root", () => {
  const { value: before } = JSON.parse(readFileSync(join(folder, "reports", "trusted-fingerprints.json"), "utf8")) as { value: string[] };
  const { value: after } = JSON.parse(readFileSync(bundle("trusted-fingerprints.json"), "utf8")) as { value: string[] };
  assert.deepEqual(after, [...before, openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", bundle("ca_root.crt")).trim().split("=")[1]]);
});
