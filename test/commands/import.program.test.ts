/** `import boulder`: configuration files become a script, or every reason why not. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { anchorite, freshPath, type Ended } from "../end-to-end/ceremony.ts";

const folder = freshPath("import");
mkdirSync(folder);
const ROOT = `ceremony-type: root
pkcs11:
  module: /usr/lib/module.so
  pin: 987654
  store-key-in-slot: 7
  store-key-with-label: root-x
key:
  type: ecdsa
  ecdsa-curve: P-384
outputs:
  public-key-path: ./root-x.key.pem
  certificate-path: ./root-x.cert.pem
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Root X
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2045-09-02 23:59:59
  key-usages:
      - Cert Sign
      - CRL Sign
`;
const CROSS = `ceremony-type: cross-certificate
pkcs11: { module: /usr/lib/module.so, pin: 987654, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: ../a/root-x.cert.pem, public-key-path: ./root-y.key.pem, certificate-to-cross-sign-path: ./root-y.cert.pem }
outputs: { certificate-path: ./root-y-by-x.cert.pem }
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Root Y
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2032-09-02 23:59:59
  key-usages: [Cert Sign, CRL Sign]
  crl-url: http://x.c.example.org/
  issuer-url: http://x.i.example.org/
  policies: [{ oid: 2.23.140.1.2.1 }]
skip-lints: [n_mp_allowed_eku, n_sub_ca_eku_missing]
`;
const OTHER_ROOT = ROOT.replaceAll("root-x", "root-y").replace("Root X", "Root Y");
const CRL = `ceremony-type: crl
pkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: root-x.cert.pem }
outputs: { crl-path: root-x.crl.pem }
crl-profile: { this-update: 2025-10-01 00:00:00, next-update: 2026-08-01 00:00:00, number: 120, revoked-certificates: [{ certificate-path: root-y-by-x.cert.pem, revocation-date: 2025-09-25 00:00:00, revocation-reason: 5 }] }
`;

let runs = 0;
function imported(...configs: readonly string[]): Ended & { readonly output: string } {
  const files = configs.map((text, i) => {
    const file = join(folder, `config-${++runs}-${i}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const output = join(folder, `out-${++runs}`);
  return { ...anchorite(["import", "boulder", ...files, "-o", output, "--title", "Years"]), output };
}

test("a cross-certificate whose missing purposes boulder was told to skip becomes a waiver to be signed [WAIVER-FITS] [WEBPKI-PURPOSES]", () => {
  const { exit, stderr, output } = imported(ROOT, OTHER_ROOT, CROSS, CRL);
  assert.equal(exit, 0, stderr);
  const script = readFileSync(join(output, "script.yaml"), "utf8");
  assert.match(script, /^ {2}WEBPKI-PURPOSES: \{ on: \[root-y-by-x\], why: "boulder skipped n_mp_allowed_eku, n_sub_ca_eku_missing", by: \[administrator, witness\]/m);
  assert.match(script, /- issue-crl: \{ crl: root-x-crl, issuer: root-x, number: 120, revoke: \[\{ certificate: root-y-by-x, reason: cessationOfOperation, date: "2025-09-25T00:00:00Z" \}\]/);
  assert.doesNotMatch(script + readFileSync(join(output, "station.yaml"), "utf8") + stderr, /987654/, "no PIN goes anywhere");
  assert.match(stderr, /the PINs of 3 configurations are dropped/);
  const checked = anchorite(["check", join(output, "script.yaml")]);
  assert.equal(checked.exit, 3);
  assert.deepEqual([...new Set([...checked.stderr.matchAll(/\[([A-Z-]+)\]$/gm)].map(([, control]) => control))], ["INPUT-PRESENT"], "only people's keys and signatures are missing");
});

test("a configuration out of order, of another tool, or with a slip is refused with its place, and nothing is written [SCRIPT-NAMES] [SCRIPT-FORM]", () => {
  for (const [configs, wanted] of [
    [[CROSS, ROOT], /SCRIPT-NAMES/], [["hello: 1\n"], /expected a ceremony-type of boulder's/], [[ROOT.replace("P-384", "P-224")], /ecdsa-curve.*expected/s],
    [[ROOT.replace("country: US", "country: US\n  locality: X")], /locality/], [[ROOT.replace("pin: 987654", "pin: 0987654")], /leading zeros/],
  ] as const) {
    const { exit, stdout, stderr, output } = imported(...configs);
    assert.deepEqual([exit, stdout], [3, ""], stderr);
    assert.match(stderr, wanted);
    assert.doesNotMatch(stderr, /987654/);
    assert.throws(() => readFileSync(join(output, "script.yaml")));
  }
});

test("nothing is overwritten", () => {
  const first = imported(ROOT);
  const file = join(folder, "again.yaml");
  writeFileSync(file, OTHER_ROOT);
  const again = anchorite(["import", "boulder", file, "-o", first.output]);
  assert.notEqual(again.exit, 0);
  assert.match(readFileSync(join(first.output, "script.yaml"), "utf8"), /Root X/);
});
