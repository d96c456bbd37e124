/** `import boulder`, without a disk: what of a configuration becomes a field, a note or a finding. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { importBoulder, type Imported } from "../../src/ceremony/imported.ts";
import { readConfig } from "../../src/script/boulder/read.ts";
import { CRL, CROSS, INTERMEDIATE, KEY, OTHER_ROOT, REQUEST, ROOT } from "../scripted/boulder.ts";

/** All of them lie in one folder. */
function imported(...configs: readonly string[]): Pick<Imported, "script" | "notes"> & { readonly findings: readonly string[] } {
  const read = configs.map((text, i) => readConfig(toUtf8(text), `a/config-${i}.yaml`));
  const unreadable = read.flatMap(({ findings }) => findings);
  const { script, notes, findings } = importBoulder(read.flatMap(({ config }) => (config === null ? [] : [config])), { title: "Years", until: "2030-01-01T00:00:00Z", earlier: null });
  return { script, notes, findings: [...unreadable, ...(unreadable.length > 0 ? [] : findings)].map(({ control, message }) => `${control}: ${message}`) };
}

function scriptOf(...configs: readonly string[]): string {
  const { script, findings } = imported(...configs);
  assert.deepEqual(findings, []);
  return script;
}

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
    assert.match(imported(...configs).findings.join("\n"), wanted);
  }
});

test("what boulder does by itself depends on the year: order of pointers, scope of lists, purposes", () => {
  const dated = (year: string): string => scriptOf(ROOT.replace("2025-09-03", "2015-06-04").replace("2045-", "2035-"), KEY, INTERMEDIATE.replace("2025-09-03", `${year}-09-25`), CRL.replaceAll("2025-10-01", `${year}-10-01`).replace("2026-08", `${Number(year) + 1}-08`).replace(/, revoked-certificates: .*\]/, ""));
  const [early, middle, late] = [dated("2020"), dated("2023"), dated("2025")];
  assert.doesNotMatch(early, /order:|scope:/);
  for (const later of [middle, late]) assert.match(later, /order: \[authority-info, policies, crl-at\][^]*scope: ca-certificates/);
  assert.match(middle, /usage: \[clientAuth, serverAuth\]/);
  assert.match(late, /usage: \[serverAuth\]/);
});

test("what is left out, taken for something else, or yours to confirm is said in a note", () => {
  for (const [configs, wanted] of [
    [[ROOT, REQUEST.replace("country: US", "country: US, key-usages: [Cert Sign], policies: [{ oid: 2.23.140.1.2.1 }]")], /x-csr: key-usages, policies left out; boulder puts none of it into a request/],
    [[ROOT, KEY.replace("slot: 8", "slot: 7").replace("module.so", "other.so")], /token-1: the configurations name the modules \/usr\/lib\/module\.so and \/usr\/lib\/other\.so/],
    [[ROOT, KEY.replace("module.so", "other.so"), INTERMEDIATE], /^(?![^]*the configurations name the modules)/],
    [[ROOT, KEY, INTERMEDIATE.replace("signing-key-label: root-x", "signing-key-label: Root X of old")], /.*: nothing before made a key Root X of old in slot 7; root-x signs, the key of root-x/],
    [[ROOT, KEY, INTERMEDIATE.replace("../a/root-x", "../elsewhere/root-x")], /.*: \.\.\/elsewhere\/root-x\.cert\.pem is taken to be root-x, which was made in a folder of another name/],
    [[ROOT, OTHER_ROOT.replace("organization: Example", "organization: EX"), CROSS.replace("organization: Example", "organization: EX")], /root-y-by-x: O=EX under O=Example; the script says organisation: affiliated, which is yours to confirm/],
    [[ROOT, OTHER_ROOT.replace("2045-09-02", "2045-09-01"), CROSS.replace("2032-09-02", "2046-09-02")], /root-y-by-x: a waiver of CROSS-WITHIN-ISSUER is to be signed, or what it lifts corrected/],
    [[ROOT, `${CRL.replace(/, revoked-certificates: .*\]/, "")}skip-lints: [e_crl_next_update_invalid]\n`], /root-x-crl: nothing to waive; boulder was told to skip e_crl_next_update_invalid/],
    [[ROOT, OTHER_ROOT, CROSS, CRL, CRL.replace("120", "121").replace(/, revoked-certificates: .*\]/, "")], /root-x-crl-2: root-y-by-x stays revoked/],
    [[ROOT, OTHER_ROOT, CROSS, CRL, CRL.replace("120", "121")], /root-x-crl-2: root-y-by-x is revoked already; its date and reason are those of the first list/],
  ] as const) {
    const { notes, findings } = imported(...configs);
    assert.deepEqual(findings, []);
    assert.match(notes.join("\n"), wanted);
  }
});

test("a second certificate of one subject over one key is a cross-certificate, whatever its ceremony-type; a key that nothing names is kept", () => {
  const second = INTERMEDIATE.replaceAll("root-x", "root-z").replace("int-y", "int-y-by-z");
  const script = scriptOf(ROOT, ROOT.replaceAll("root-x", "root-z").replace("Root X", "Root Z"), KEY, KEY.replace("key y", "spare").replace("root-y", "spare"), INTERMEDIATE, second);
  assert.match(script, /- issue-certificate: \{ certificate: int-y, key: key-y, issuer: root-x, [^]*- cross-certify: \{ certificate: int-y-by-z, existing: int-y, issuer: root-z, profile: webpki\/cross, usage: \[serverAuth\]/);
  assert.match(script, /- close: \{ keeps: \[spare\] \}/);
});
