/** The Foundries.io ceremony in full on SoftHSM: from check to verdict, and the vendor's own commands over what it leaves. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ceremony } from "./ceremony.ts";

const ceremony = Ceremony.finished("foundries");
const bundle = (...path: string[]): string => ceremony.inRecord("artifacts", "bundles", ...path);

function openssl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  assert.equal(status, 0, `openssl ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

test("check says in which year the fleet has to be flashed anew, and the desk reads a field of the answer", () => {
  const checked = ceremony.call("check", "script.yaml");
  assert.equal(checked.exit, 0, checked.stderr);
  const year = new Date().getUTCFullYear() + 20;
  assert.ok([year, year - 1].some((one) => checked.stdout.replaceAll(/\s+/g, " ").includes(`which is in ${one} for a ceremony today: there is no succession of this root`)), checked.stdout);
  const desk = ceremony.call("request", "inspect", "requests/answer.json", "--field", "est-tls-csr", "--profile", "foundries/est-tls");
  assert.equal(desk.exit, 0, desk.stdout);
  const wrong = ceremony.call("request", "inspect", "requests/answer.json", "--field", "est-csr");
  assert.equal(wrong.exit, 3);
  assert.match(wrong.stdout, /request-field: [^[]*there are tls-csr, ca-csr, est-tls-csr/);
});

test("the record is reproduced, authentic and pinned, with its three bundles accepted", () => {
  const replayed = ceremony.replay("--roster", "roster");
  assert.equal(replayed.exit, 0, replayed.stdout);
  for (const name of ["foundries", "est", "devices"]) assert.equal((JSON.parse(readFileSync(bundle(name, "acceptance.json"), "utf8")) as { verdict: string }).verdict, "pass");
});

test("openssl verifies what each bundle delivers, as its delivery page says", () => {
  const root = bundle("foundries", "factory_ca.pem");
  openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root, bundle("foundries", "tls-crt"), bundle("est", "est-tls-crt"));
  openssl("verify", "-x509_strict", "-CAfile", root, bundle("foundries", "online-crt"), bundle("foundries", "local-ca.pem"), bundle("foundries", "device-ca-line-ca.pem"));
  openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", root, "-untrusted", bundle("foundries", "device-ca-line-ca.pem"), bundle("devices", "devices", "device", "client.pem"));
  assert.match(openssl("x509", "-in", bundle("devices", "devices", "device", "client.pem"), "-noout", "-serial", "-subject"), /serial=3F2C9A1E5B7D4C809E217A64D1C0B8F3\nsubject=.*businessCategory ?= ?production/);
});
