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
  assert.notEqual(again.exit, 0);
  assert.match(readFileSync(join(first.output, "script.yaml"), "utf8"), /Root X/);
});

const INTERMEDIATE = `ceremony-type: intermediate
pkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: ../a/root-x.cert.pem, public-key-path: ./root-y.key.pem }
outputs: { certificate-path: ./int-y.cert.pem }
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Y1
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2028-09-02 23:59:59
  key-usages: [Cert Sign, CRL Sign, Digital Signature]
  crl-url: http://x.c.example.org/
  issuer-url: http://x.i.example.org/
  policies: [{ oid: 2.23.140.1.2.1 }]
`;
const KEY = "ceremony-type: key\npkcs11: { module: /usr/lib/module.so, store-key-in-slot: 8, store-key-with-label: key y }\nkey: { type: ecdsa, ecdsa-curve: P-384 }\noutputs: { public-key-path: ./root-y.key.pem }\n";
const REQUEST = "ceremony-type: cross-csr\npkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }\ninputs: { public-key-path: ./root-x.key.pem }\noutputs: { csr-path: ./x.csr.pem }\ncertificate-profile: { common-name: Root X, organization: Example, country: US }\n";
const scriptOf = ({ exit, stderr, output }: ReturnType<typeof imported>): string => {
  assert.equal(exit, 0, stderr);
  return readFileSync(join(output, "script.yaml"), "utf8");
};

test("what a configuration says and its profile would decide otherwise is refused, never dropped [SCRIPT-NAMES] [SCRIPT-FORM]", () => {
  for (const [configs, wanted] of [
    [[ROOT.replace("      - CRL Sign\n", "      - CRL Sign\n      - Digital Signature\n")], /expected the key-usages Cert Sign, CRL Sign in a root, found Cert Sign, CRL Sign, Digital Signature/],
    [[`${ROOT}  crl-url: http://x.example.org/\n  policies: [{ oid: 2.23.140.1.2.1 }]\n`], /expected a root without crl-url, policies/],
    [[ROOT, KEY, INTERMEDIATE.replace(", Digital Signature", "")], /expected the key-usages Digital Signature, Cert Sign, CRL Sign in an intermediate/],
    [[ROOT, OTHER_ROOT, CROSS.replace("common-name: Root Y", "common-name: Root Z")], /expected the subject of root-y, C=US, O=Example, CN=Root Y, found C=US, O=Example, CN=Root Z/],
    [[ROOT, OTHER_ROOT, CROSS.replace("CRL Sign]", "CRL Sign, Digital Signature]")], /in the cross-certificate of root-y, found/],
    [[ROOT, OTHER_ROOT, CROSS.replace("public-key-path: ./root-y", "public-key-path: ./root-x")], /expected the key of root-y, found root-x/],
    [[ROOT, OTHER_ROOT, CRL.replace("signing-key-label: root-x", "signing-key-label: root-y").replace(/, revoked-certificates: .*\]/, "")], /expected the key of root-x, root-x, found root-y, which is root-y/],
    [[ROOT, OTHER_ROOT, REQUEST.replace("public-key-path: ./root-x", "public-key-path: ./root-y")], /expected the public key of root-x, which signs, found that of root-y/],
    [[ROOT, OTHER_ROOT, CROSS, CRL.replace("revocation-reason: 5", "revocation-reason: 7")], /expected a CRLReason: 1, 2, 3, 4, 5, 6, 9, 10, found 7/],
    [[ROOT, CROSS.replace("certificate-to-cross-sign-path: ./root-y.cert.pem", "certificate-to-cross-sign: x")], /unknown field "certificate-to-cross-sign"/],
    [[ROOT.replace("ceremony-type: root", "ceremony-type: ocsp-signer")], /ceremony-type ocsp-signer is not in this version: no profile certifies OCSP responders/],
    [[ROOT.replace("ceremony-type: root", "ceremony-type: crl-signer")], /ceremony-type crl-signer is not in this version/],
  ] as const) {
    const { exit, stderr } = imported(...configs);
    assert.equal(exit, 3, stderr);
    assert.match(stderr, wanted);
  }
});

test("what boulder does by itself depends on the year: order of pointers, scope of lists, purposes", () => {
  const dated = (year: string): string => scriptOf(imported(ROOT.replace("2025-09-03", "2015-06-04").replace("2045-", "2035-"), KEY, INTERMEDIATE.replace("2025-09-03", `${year}-09-25`), CRL.replaceAll("2025-10-01", `${year}-10-01`).replace("2026-08", `${Number(year) + 1}-08`).replace(/, revoked-certificates: .*\]/, "")));
  const [early, middle, late] = [dated("2020"), dated("2023"), dated("2025")];
  assert.doesNotMatch(early, /order:|scope:/);
  for (const later of [middle, late]) assert.match(later, /order: \[authority-info, policies, crl-at\][^]*scope: ca-certificates/);
  assert.match(middle, /usage: \[clientAuth, serverAuth\]/);
  assert.match(late, /usage: \[serverAuth\]/);
});

test("what is left out, taken for something else, or yours to confirm is said in a note", () => {
  for (const [configs, wanted] of [
    [[ROOT, REQUEST.replace("country: US", "country: US, key-usages: [Cert Sign], policies: [{ oid: 2.23.140.1.2.1 }]")], /note: x-csr: key-usages, policies left out; boulder puts none of it into a request/],
    [[ROOT, KEY.replace("slot: 8", "slot: 7").replace("module.so", "other.so")], /note: token-1: the configurations name the modules \/usr\/lib\/module\.so and \/usr\/lib\/other\.so/],
    [[ROOT, KEY, INTERMEDIATE.replace("signing-key-label: root-x", "signing-key-label: Root X of old")], /note: .*: nothing before made a key Root X of old in slot 7; root-x signs, the key of root-x/],
    [[ROOT, KEY, INTERMEDIATE.replace("../a/root-x", "../elsewhere/root-x")], /note: .*: \.\.\/elsewhere\/root-x\.cert\.pem is taken to be root-x, which was made in a folder of another name/],
    [[ROOT, OTHER_ROOT.replace("organization: Example", "organization: EX"), CROSS.replace("organization: Example", "organization: EX")], /note: root-y-by-x: O=EX under O=Example; the script says organisation: affiliated, which is yours to confirm/],
    [[ROOT, OTHER_ROOT.replace("2045-09-02", "2045-09-01"), CROSS.replace("2032-09-02", "2046-09-02")], /note: root-y-by-x: a waiver of CROSS-WITHIN-ISSUER is to be signed, or what it lifts corrected/],
    [[ROOT, `${CRL.replace(/, revoked-certificates: .*\]/, "")}skip-lints: [e_crl_next_update_invalid]\n`], /note: root-x-crl: nothing to waive; boulder was told to skip e_crl_next_update_invalid/],
    [[ROOT, OTHER_ROOT, CROSS, CRL, CRL.replace("120", "121").replace(/, revoked-certificates: .*\]/, "")], /note: root-x-crl-2: root-y-by-x stays revoked/],
    [[ROOT, OTHER_ROOT, CROSS, CRL, CRL.replace("120", "121")], /note: root-x-crl-2: root-y-by-x is revoked already; its date and reason are those of the first list/],
  ] as const) {
    const { exit, stderr } = imported(...configs);
    assert.equal(exit, 0, stderr);
    assert.match(stderr, wanted);
  }
});

test("a second certificate of one subject over one key is a cross-certificate, whatever its ceremony-type; a key that nothing names is kept", () => {
  const second = INTERMEDIATE.replaceAll("root-x", "root-z").replace("int-y", "int-y-by-z");
  const script = scriptOf(imported(ROOT, ROOT.replaceAll("root-x", "root-z").replace("Root X", "Root Z"), KEY, KEY.replace("key y", "spare").replace("root-y", "spare"), INTERMEDIATE, second));
  assert.match(script, /- issue-certificate: \{ certificate: int-y, key: key-y, issuer: root-x, [^]*- cross-certify: \{ certificate: int-y-by-z, existing: int-y, issuer: root-z, profile: webpki\/cross, usage: \[serverAuth\]/);
  assert.match(script, /- close: \{ keeps: \[spare\] \}/);
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
