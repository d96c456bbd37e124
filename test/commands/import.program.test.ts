/** `import boulder`: configuration files become a script, or every reason why not. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CRL, CROSS, INTERMEDIATE, KEY, OTHER_ROOT, ROOT } from "../scripted/boulder.ts";
import { anchorite, freshPath, type Ended } from "../end-to-end/ceremony.ts";

const folder = freshPath("import");
mkdirSync(folder);
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

test("a key signs with what boulder had it sign with, for its whole life; a hash that is not of its curve is said to be refused", () => {
  const rsa = ROOT.replace("type: ecdsa\n  ecdsa-curve: P-384", "type: rsa\n  rsa-mod-length: 4096").replace("ECDSAWithSHA384", "SHA384WithRSA");
  const first = imported(rsa);
  assert.equal(first.exit, 0, first.stderr);
  assert.match(readFileSync(join(first.output, "script.yaml"), "utf8"), /key: root-x, .*algorithm: rsa-4096, .*signature: rsa-pkcs1-sha384/);
  const two = imported(rsa, OTHER_ROOT, CROSS.replace("ECDSAWithSHA384", "SHA256WithRSA"));
  assert.equal(two.exit, 3);
  assert.match(two.stderr, /expected the key root-x to sign with SHA384WithRSA as before, found SHA256WithRSA/);
  assert.match(imported(ROOT.replace("ECDSAWithSHA384", "ECDSAWithSHA256")).stderr, /root-x: check will refuse it: .*ecdsa-p384 signs with ecdsa-sha384.*\[ALGORITHM-ALLOWED\]/);
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
  assert.equal(again.exit, 3, again.stderr);
  assert.match(readFileSync(join(first.output, "script.yaml"), "utf8"), /Root X/);
});

test("of two files of one name that of the year is meant", () => {
  const years = ["2023", "2024"].map((year) => [year, INTERMEDIATE.replace("common-name: Y1", `common-name: Y${year}`)] as const);
  const [from, to] = years.map(([year, intermediate]) => {
    mkdirSync(join(folder, year));
    writeFileSync(join(folder, year, "key.yaml"), KEY);
    writeFileSync(join(folder, year, "int.yaml"), intermediate);
    return [join(folder, year, "key.yaml"), join(folder, year, "int.yaml")];
  }) as [string[], string[]];
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "a", "root.yaml"), ROOT);
  const revoking = CRL.replace("root-y-by-x.cert.pem", "../2023/int-y.cert.pem").replace("issuer-certificate-path: root-x", "issuer-certificate-path: ../a/root-x");
  writeFileSync(join(folder, "2024", "crl.yaml"), revoking);
  const output = join(folder, "two-years");
  const { exit, stderr } = anchorite(["import", "boulder", join(folder, "a", "root.yaml"), ...from, ...to, join(folder, "2024", "crl.yaml"), "-o", output]);
  assert.equal(exit, 0, stderr);
  const script = readFileSync(join(output, "script.yaml"), "utf8");
  assert.match(script, /certificate: int-y, key: key-y, [^]*certificate: int-y-2, key: key-y-2, [^]*revoke: \[\{ certificate: int-y,/);
  assert.doesNotMatch(stderr, /is taken to be/);
});
