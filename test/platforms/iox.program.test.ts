/** Trust anchors for Cisco IOx, held against tar and openssl: what is foreseen is what openssl says, by its number. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { IOX } from "../../src/platforms/iox/bundle.ts";
import { IOX_PROFILES } from "../../src/platforms/iox/profiles.ts";
import { shelfOf } from "../../src/platforms/shelf.ts";
import { buildTbsCertList } from "../../src/x509/crl.ts";
import { encodeName, type NameAttribute } from "../../src/x509/name.ts";
import { assemble } from "../../src/x509/signed.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { issue, issueRoot, type Order } from "../x509/chain.ts";
import { needsOpenssl } from "../x509/openssl.ts";
import { TestKey } from "../x509/test-key.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-iox-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const extensionsOf = (kind: string) => IOX_PROFILES.find(({ name }) => name === `iox/${kind}@1`)?.extensions({
  ceremony: "", subject: null, pathLength: null, factory: null, isBelow: false, request: null, existing: null, usage: [], policies: [], constraints: null, access: null, crlAt: [], order: [],
}) ?? [];
const named = (name: string): NameAttribute[] => [{ type: "O", value: "Example" }, { type: "CN", value: name }];
const [rootKey, issuingKey, subKey, appKey] = [new TestKey("rsa-2048"), new TestKey("rsa-2048"), new TestKey("rsa-2048"), new TestKey("rsa-2048")];
/** One certificate below another, by the profile of this kind. */
const below = (kind: string, order: Pick<Order, "key" | "issuerKey" | "subject" | "issuer"> & Partial<Order>) => issue({ extensions: extensionsOf(kind), ...order }).der;
const rooted = { subject: named("Root"), issuer: named("Root"), extensions: extensionsOf("root") };

function crl(name: string, key: TestKey, revoked: readonly string[], { nextUpdate = "2045-01-01T00:00:00Z", caOnly = false } = {}): Uint8Array {
  const tbs = buildTbsCertList({
    issuer: encodeName(named(name)), thisUpdate: "2026-02-01T00:00:00Z", nextUpdate, number: 1, authorityKeyIdentifier: keyIdentifier(key.spki), mechanism: key.mechanism,
    revoked: revoked.map((serial) => ({ serial, date: "2026-01-15T00:00:00Z", reason: 1 })), point: caOnly ? { caOnly, at: [] } : null,
  });
  return assemble(tbs, key.mechanism, key.sign(tbs));
}

const SERIAL = "4f00000000000000000000000000000000000009";
const CERTIFICATES = new Map<string, Uint8Array>([
  ["root", issueRoot(rootKey, rooted).der],
  ["bare", issueRoot(subKey, { ...rooted, subject: named("Bare"), issuer: named("Bare"), extensions: extensionsOf("root").filter(({ name }) => name !== "keyUsage") }).der],
  ["bare-app", below("app", { key: appKey, issuerKey: subKey, subject: named("App"), issuer: named("Bare") })],
  ["other", issueRoot(subKey, { ...rooted, subject: named("Other"), issuer: named("Other") }).der],
  ["issuing", below("intermediate", { key: issuingKey, issuerKey: rootKey, subject: named("Issuing"), issuer: named("Root") })],
  ["deep", below("intermediate", { key: subKey, issuerKey: issuingKey, subject: named("Deep"), issuer: named("Issuing") })],
  ["app", below("app", { key: appKey, issuerKey: issuingKey, subject: named("App"), issuer: named("Issuing"), serial: SERIAL })],
  ["old", below("app", { key: appKey, issuerKey: issuingKey, subject: named("App"), issuer: named("Issuing"), notAfter: "2026-03-01T00:00:00Z" })],
  ["deep-app", below("app", { key: appKey, issuerKey: subKey, subject: named("App"), issuer: named("Deep") })],
  ["self-signed", below("app", { key: appKey, issuerKey: appKey, subject: named("App"), issuer: named("App") })],
  ["app-below-app", below("app", { key: subKey, issuerKey: appKey, subject: named("Below"), issuer: named("App") })],
]);
const CRLS = new Map([
  ["root-crl", crl("Root", rootKey, [])], ["issuing-crl", crl("Issuing", issuingKey, [])], ["revoking", crl("Issuing", issuingKey, [SERIAL])],
  ["ended", crl("Issuing", issuingKey, [], { nextUpdate: "2026-03-01T00:00:00Z" })], ["of-cas", crl("Issuing", issuingKey, [], { caOnly: true })],
]);
const NOW = { text: "2026-06-01T00:00:00Z", seconds: "1780272000" };

const exported = (chain: readonly string[], apps: readonly string[], crls: readonly string[] = []) => IOX.exportBundle(shelfOf(
  { chain, apps, crls, info: ["iox app root ca"], version: ["v1"] },
  { certificate: (name) => CERTIFICATES.get(name) ?? assert.fail(name), crl: (name) => CRLS.get(name) ?? assert.fail(name), file: () => assert.fail("no file"), earlier: [] },
), NOW.text);
const codesOf = (acceptance: ReturnType<typeof exported>["acceptance"]): string[] => acceptance.flatMap(({ found }) => (found === null ? [] : [/openssl error (\d+)/.exec(found)?.[1] ?? found]));

/** The vendor's own command over the files of a bundle, whether or not it is accepted. */
function verified({ files }: ReturnType<typeof exported>, app: string, ...options: string[]): { readonly exit: number | null; readonly codes: readonly string[]; readonly said: string } {
  for (const { name, bytes } of files) writeFileSync(join(folder, name.replaceAll("/", "-")), bytes);
  const { status, stdout, stderr } = spawnSync("openssl", ["verify", "-attime", NOW.seconds, ...options, "-CAfile", "ca-chain.cert.pem", `apps-${app}.pem`], { cwd: folder, encoding: "utf8" });
  return { exit: status, codes: [...stderr.matchAll(/^error (\d+) at/gm)].map(([, code = ""]) => code), said: stdout + stderr };
}

test("tar lists exactly the two files of the archive, as the vendor's tar would have made it", () => {
  const { files } = exported(["root", "issuing"], ["app"]);
  writeFileSync(join(folder, "trustanchorv1.tar.gz"), files.find(({ name }) => name === "trustanchorv1.tar.gz")?.bytes ?? assert.fail("no archive"));
  const tar = (...args: string[]) => spawnSync("tar", args, { cwd: folder, encoding: "utf8" });
  const listed = tar("-tzf", "trustanchorv1.tar.gz");
  assert.deepEqual([listed.status, listed.stdout, listed.stderr], [0, "ca-chain.cert.pem\ninfo.txt\n", ""]);
  assert.equal(tar("--warning=no-timestamp", "-xzf", "trustanchorv1.tar.gz").status, 0);
  assert.equal(readFileSync(join(folder, "info.txt"), "utf8"), "iox app root ca v1\n");
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "ca-chain.cert.pem"))), files.find(({ name }) => name === "ca-chain.cert.pem")?.bytes);
});

test("two exports of the same things are the same octets, and the order of the chain is that of the certificates", () => {
  assert.deepEqual(exported(["root", "issuing"], ["app"], ["root-crl", "issuing-crl"]), exported(["root", "issuing"], ["app"], ["root-crl", "issuing-crl"]));
  const chainOf = (...chain: string[]) => exported(chain, []).files.find(({ name }) => name === "ca-chain.cert.pem")?.bytes;
  assert.deepEqual(chainOf("root", "issuing"), chainOf("issuing", "root"));
});

test("openssl verify accepts what is foreseen to be accepted, strictly and with CRLs [PLATFORM-ACCEPTS]", needsOpenssl, () => {
  const plain = exported(["root", "issuing"], ["app"]);
  const listed = exported(["root", "issuing"], ["app"], ["root-crl", "issuing-crl"]);
  assert.deepEqual([codesOf(plain.acceptance), codesOf(listed.acceptance)], [[], []]);
  for (const { exit, said } of [verified(plain, "app"), verified(plain, "app", "-x509_strict"), verified(listed, "app"), verified(listed, "app", "-x509_strict", "-crl_check_all")]) assert.equal(exit, 0, said);
});

for (const { what, code, chain, app, crls } of [
  { what: "a self-signed application", code: "18", chain: ["root", "issuing"], app: "self-signed", crls: [] },
  { what: "an application of another CA", code: "20", chain: ["other"], app: "app", crls: [] },
  { what: "a chain without its root", code: "2", chain: ["issuing"], app: "app", crls: [] },
  { what: "a CA below one that allows none", code: "25", chain: ["root", "issuing", "deep"], app: "deep-app", crls: [] },
  { what: "an issuer that is no CA", code: "79", chain: ["root", "issuing", "app"], app: "app-below-app", crls: [] },
  { what: "a revoked application", code: "23", chain: ["root", "issuing"], app: "app", crls: ["root-crl", "revoking"] },
  { what: "an application that has ended", code: "10", chain: ["root", "issuing"], app: "old", crls: [] },
  { what: "a CRL that has ended", code: "12", chain: ["root", "issuing"], app: "app", crls: ["root-crl", "ended"] },
  { what: "a CA without a CRL", code: "3", chain: ["root", "issuing"], app: "app", crls: ["issuing-crl"] },
  { what: "a CRL about CAs only", code: "44", chain: ["root", "issuing"], app: "app", crls: ["root-crl", "of-cas"] },
  { what: "a root without keyUsage", code: "92", chain: ["bare"], app: "bare-app", crls: [] },
]) {
  test(`${what} is foreseen as the number ${code} that openssl gives [PLATFORM-ACCEPTS]`, needsOpenssl, () => {
    const bundle = exported(chain, [app], crls);
    const { exit, codes, said } = verified(bundle, app, ...(crls.length === 0 ? [] : ["-crl_check_all"]), ...(code === "92" ? ["-x509_strict"] : []));
    assert.notEqual(exit, 0, said);
    assert.ok(codesOf(bundle.acceptance).includes(code), codesOf(bundle.acceptance).join(", "));
    assert.ok(codes.includes(code), said);
  });
}

test("what the vendor's page makes is refused where it is read: a certificate of version 1", needsOpenssl, () => {
  const run = (...args: string[]) => spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "v1.key", "-subj", "/CN=v1", "-days", "10", "-out", "v1-root.pem");
  run("req", "-new", "-key", "v1.key", "-subj", "/CN=app", "-out", "v1.csr");
  assert.equal(run("x509", "-req", "-in", "v1.csr", "-CA", "v1-root.pem", "-CAkey", "v1.key", "-CAcreateserial", "-outform", "DER", "-out", "v1.der").status, 0);
  CERTIFICATES.set("version-1", new Uint8Array(readFileSync(join(folder, "v1.der"))));
  assert.throws(() => exported(["root"], ["version-1"]), { code: "form-der" });
});

test("DELIVER.md names the archive, the commands, what an import replaces, and when each thing ends", () => {
  const { files } = exported(["root", "issuing"], ["app"], ["root-crl", "issuing-crl"]);
  const page = new TextDecoder().decode(files.find(({ name }) => name === "DELIVER.md")?.bytes);
  for (const said of [/ioxclient platform signedpackages trustanchor set trustanchorv1\.tar\.gz/, /ioxclient platform signedpackages enable/, /replaces the whole anchor/, /errorcode -1009/, /ioxclient package --rsa-key \$KEY --certificate apps\/app\.pem \$FOLDER/, /openssl verify -crl_check_all -CAfile ca-chain\.cert\.pem apps\/app\.pem/, /makes no `package\.cert`/, /- issuing-crl ends on 2045-01-01/]) assert.match(page, said);
  assert.ok(!page.includes("undefined") && toUtf8(page).every((octet) => octet < 128));
});
