/** Trust anchors for Cisco IOx before a token is touched: profiles, and each thing that a device would refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { writeTar } from "../../src/bytes/tar.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { judgePackage } from "../../src/platforms/iox/package.ts";
import { IOX_PROFILES } from "../../src/platforms/iox/profiles.ts";
import { judgeVersion } from "../../src/platforms/iox/version.ts";
import type { Acceptance } from "../../src/platforms/platform.ts";
import { CHAIN, IOX_FILES, ioxScript, lists, manifestOf, PACKAGE, WORDS, type IoxWish } from "../scripted/iox.ts";
import { goodPlan, planOf, type Files } from "../scripted/scripts.ts";

const found = (wish: IoxWish, files: Files = IOX_FILES): string[] =>
  (planOf(ioxScript(wish), files).made?.findings ?? []).map(({ control, path, message, hint }) => `${control} ${path.slice(2).join(".")} ${message} ${hint ?? ""}`);

function assertRefused(findings: readonly string[], ...said: readonly RegExp[]): void {
  for (const one of said) assert.ok(findings.some((finding) => one.test(finding)), `${String(one)} in\n${findings.join("\n")}`);
}

test("a chain with an application and its CRLs is accepted, and the plan says so [PLATFORM-ACCEPTS]", () => {
  const more = lists("valid: { for: P2Y }", "valid: { for: P2Y }");
  const { plan } = goodPlan(ioxScript({ more, bundle: `${CHAIN}, apps: [app], crls: [root-crl, issuing-crl], ${WORDS}, previous: files/info.txt, package: [${Object.keys(PACKAGE).map((name) => `pkg/${name}`).join(", ")}]` }), IOX_FILES);
  assert.ok(plan.controls.some(({ control, verdict }) => control === "PLATFORM-ACCEPTS" && verdict === "held"));
  assert.ok(plan.inputs.some(({ path }) => path === "pkg/.package.metadata"));
});

test("the profiles are those that OpenSSL takes strictly: keyUsage, version 3, no extKeyUsage", () => {
  const said = IOX_PROFILES.map(({ name, ca, algorithms, extensions }) => [
    name, ca, algorithms.join(" "),
    ...extensions({ ceremony: "", subject: null, pathLength: null, factory: null, isBelow: false, request: null, existing: null, usage: [], policies: [], constraints: null, access: null, crlAt: [], order: [] })
      .map((one) => `${one.name}${one.critical ? " critical" : ""}${"value" in one ? ` ${one.text}` : ""}`),
  ]);
  const RSA = "rsa-2048 rsa-3072 rsa-4096";
  assert.deepEqual(said, [
    ["iox/root@1", true, RSA, "basicConstraints critical CA:TRUE", "keyUsage critical keyCertSign, cRLSign", "subjectKeyIdentifier"],
    ["iox/intermediate@1", true, RSA, "basicConstraints critical CA:TRUE, pathLenConstraint 0", "keyUsage critical keyCertSign, cRLSign", "subjectKeyIdentifier", "authorityKeyIdentifier"],
    ["iox/app@1", false, RSA, "basicConstraints critical CA:FALSE", "keyUsage critical digitalSignature", "subjectKeyIdentifier", "authorityKeyIdentifier"],
  ]);
});

test("an EC key is refused for a CA and in a request, and it is said why [ALGORITHM-ALLOWED] [REQUEST-KEY]", () => {
  const ec = ioxScript().replace("key: root, token: vault, algorithm: rsa-3072", "key: root, token: vault, algorithm: ecdsa-p256");
  const findings = planOf(ec, IOX_FILES).made?.findings ?? [];
  assert.ok(findings.some(({ control, hint }) => control === "ALGORITHM-ALLOWED" && /what devices make of EC keys is unknown/.test(hint ?? "")), JSON.stringify(findings));
  assertRefused(found({}, { ...IOX_FILES, "requests/app.csr": IOX_FILES["requests/ec.csr"] }), /^REQUEST-KEY sign-request.request expected a key of rsa-2048.*found EC P-256 .*devices make of EC keys is unknown: make the key pair/);
  const weak = ioxScript().replace("key: root, token: vault, algorithm: rsa-3072", "key: root, token: vault, algorithm: rsa-3072, signature: rsa-pkcs1-sha512");
  assert.ok((planOf(weak, IOX_FILES).made?.findings ?? []).some(({ control, message }) => control === "ALGORITHM-ALLOWED" && /signed with rsa-pkcs1-sha256/.test(message)));
});

test("an application ends with its issuer: a longer period is refused [VALIDITY-WITHIN-ISSUER]", () => {
  assertRefused(found({ valid: ["{ for: P20Y }", "{ for: P10Y }", "{ for: P4096D }"] }), /^VALIDITY-WITHIN-ISSUER sign-request.valid it would be valid until/);
});

test("a self-signed application certificate is code 18, one of another CA 20, a chain without its root 2 [PLATFORM-ACCEPTS]", () => {
  const refused = (chain: string, app: string) => found({ bundle: `chain: [${chain}], apps: [${app}], ${WORDS}` });
  assertRefused(refused("root-ca, issuing-ca", "other-ca"), /^PLATFORM-ACCEPTS export-bundle.apps iox expects that other-ca is not self-signed; found: openssl error 18, self signed certificate; .*Invalid Archive file: Certificate verification failed: \[18, .*errorcode -1/);
  assertRefused(refused("root-ca, issuing-ca", "strange-app"), /apps .*the issuer of strange-app is in the chain; found: .*openssl error 20/);
  assertRefused(refused("issuing-ca", "app"), /apps .*the certificates above app are there, up to a root; found: .*openssl error 2,/, /chain .*a root is in the chain/);
  assertRefused(refused("root-ca, issuing-ca, strange-app", "app"), /chain .*strange-app is a CA that may sign certificates; found: openssl error 79/);
  assertRefused(refused("root-ca, issuing-ca", "issuing-ca"), /apps .*issuing-ca is no CA and may sign/);
});

test("what a CRL of the anchor revokes is code 23, for an application and for a CA [PLATFORM-ACCEPTS]", () => {
  const bundle = `${CHAIN}, apps: [app], crls: [root-crl, issuing-crl], ${WORDS}`;
  const revoking = (certificate: string) => `valid: { for: P1Y }, revoke: [{ certificate: ${certificate}, reason: keyCompromise }]`;
  const app = found({ bundle, more: lists("valid: { for: P1Y }", revoking("app")) });
  assertRefused(app, /apps .*app is not revoked in issuing-crl; found: openssl error 23, certificate revoked/);
  assert.equal(app.length, 1);
  assertRefused(found({ bundle, more: lists(revoking("issuing-ca"), "valid: { for: P1Y }") }), /apps .*issuing-ca is not revoked in root-crl/);
});

test("a CRL of some CAs only is code 3, one of limited scope 44, one of another CA is refused [PLATFORM-ACCEPTS]", () => {
  const more = lists("valid: { for: P1Y }", "valid: { for: P1Y }, scope: ca-certificates") + "  - issue-crl: { crl: other-crl, issuer: other-ca, valid: { for: P1Y } }\n";
  assertRefused(found({ more, bundle: `${CHAIN}, apps: [app], crls: [issuing-crl, other-crl], ${WORDS}` }),
    /crls .*root-ca has a CRL, because others have; found: openssl error 3/, /crls .*issuing-crl is about everything that its CA issues; found: .*openssl error 44/, /crls .*other-crl is of a CA of the chain; found: of O=Example, CN=Other IOx Root CA/);
});

test("what has ended when the last of the anchor begins is code 10, a CRL that has is 12 [PLATFORM-ACCEPTS]", () => {
  const dates = (from: number, until: number) => `{ from: "${from}-01-01T00:00:00Z", until: "${until}-01-01T00:00:00Z" }`;
  const valid = [dates(2020, 2040), dates(2021, 2035), dates(2022, 2023)] as const;
  const bundle = `${CHAIN}, apps: [app], crls: [root-crl, issuing-crl], ${WORDS}`;
  const findings = found({ valid, bundle, more: lists(`valid: ${dates(2024, 2025)}`, `valid: ${dates(2030, 2031)}`) });
  assertRefused(findings, /apps .*app is valid when all of it has begun, at 2030-01-01T00:00:00Z; found: it ends at 2023-01-01T00:00:00Z; openssl error 10,/, /crls .*root-crl is valid when.*openssl error 12,/);
});

test("the version rises above that of the anchor before [PLATFORM-ACCEPTS]", () => {
  const bundle = `${CHAIN}, ${WORDS}, previous: files/info.txt`;
  assertRefused(found({ bundle }, { ...IOX_FILES, "files/info.txt": "iox app root ca v2\n" }), /version .*the version is above v2, that of the anchor before; found: v2/);
  assertRefused(found({ bundle }, { ...IOX_FILES, "files/info.txt": "second edition\n" }), /previous .*ends with its version.*found: "second edition/);
  assert.deepEqual(found({ bundle }), []);
  assert.match(planOf(ioxScript({ bundle: `${CHAIN}, info: A B, version: "2"` }), IOX_FILES).findings[0]?.message ?? "", /a version such as v1/);
});

test("once the register knows an anchor, its info.txt is wanted [PLATFORM-ACCEPTS]", () => {
  const info = toUtf8("Example edge app CA v4\n");
  const earlier = [{ bundle: "anchor", platform: "iox", files: [{ path: "bundles/anchor/info.txt", sha256: sha256Hex(info) }] }];
  const refusals = (version: string, file: Uint8Array | null) => judgeVersion(version, { file: () => file, earlier }).filter(({ found }) => found !== null).map(({ part }) => part);
  assert.deepEqual([refusals("v5", info), refusals("v4", info), refusals("v5", null), refusals("v5", toUtf8("other v1\n"))], [[], ["version"], ["previous"], ["previous"]]);
  assert.deepEqual(judgeVersion("v1", { file: () => null, earlier: [] }), []);
});

const refusedOf = (files: Readonly<Record<string, string>>): string[] =>
  judgePackage(Object.entries(files).map(([name, text]) => ({ name: `pkg/${name}`, bytes: toUtf8(text) }))).flatMap(({ expects, found }: Acceptance) => (found === null ? [] : [`${expects}: ${found}`]));

test("a package's manifest covers every member, and the members are those of the manifest [PLATFORM-ACCEPTS]", () => {
  const { "package.mf": manifest = "", ...members } = PACKAGE;
  assert.deepEqual(refusedOf(PACKAGE), []);
  assert.deepEqual(refusedOf({ ...PACKAGE, "package.cert": "signed later" }), []);
  assertRefused(refusedOf({ ...PACKAGE, "package.yaml": "changed" }), /the SHA256 of package.yaml is .*the member was changed/);
  assertRefused(refusedOf({ ...PACKAGE, "package_config.ini": "more" }), /covers every member: no line for package_config.ini/);
  assertRefused(refusedOf({ ...PACKAGE, "package.mf": `${manifest}SHA256(gone)= ${"0".repeat(64)}\n` }), /what package.mf lists is in the package: no gone/);
  assertRefused(refusedOf({ ...PACKAGE, "package.mf": manifest + manifest }), /lists each member once/);
  assertRefused(refusedOf(members), /package.mf is in the package: no such member/);
  for (const name of ["package.mf", "package.cert", "package.sign"]) {
    assertRefused(refusedOf({ ...PACKAGE, [name]: "signed", "package.mf": `${manifest}${manifestOf({ [name]: "signed" })}` }), new RegExp(`lists none of package.mf, package.cert, package.sign: ${name}`));
  }
});

test("a package may be the one archive that a device gets, signed and with nothing in a folder [PLATFORM-ACCEPTS]", () => {
  const archived = (prefix: string, files: Readonly<Record<string, string>> = { ...PACKAGE, "package.cert": "signed" }) => judgePackage([{ name: "out/package.tar", bytes: writeTar(Object.entries(files).map(([name, text]) => ({ name: `${prefix}${name}`, bytes: toUtf8(text) }))) }]).filter(({ found }) => found !== null);
  assert.deepEqual(archived(""), []);
  assert.match(archived("", PACKAGE)[0]?.found ?? "", /errorcode -1009, Package signature file package.cert or package.sign not found/);
  assert.ok(archived("inner/").some(({ expects }) => /none in a folder/.test(expects)));
  assertRefused(judgePackage([{ name: "package.tar", bytes: toUtf8("no archive") }]).map(({ expects, found }) => `${expects}: ${found ?? ""}`), /the package is flat and of plain files: expected /);
});

test("a manifest with SHA-1, of another form, or as openssl 3 writes it is refused, and it is said why [PLATFORM-ACCEPTS]", () => {
  const { "package.mf": manifest = "", ...members } = PACKAGE;
  const withManifest = (text: string) => refusedOf({ ...members, "package.mf": text });
  assertRefused(withManifest(manifest.replace(/SHA256\(package.yaml\)= .*/, "SHA1(package.yaml)= 0e6259e49ff22d6d38e6d1913759c5674c5cec6d")), /package.mf has no SHA-1: SHA1 of package.yaml: package again with a current ioxclient/);
  assertRefused(withManifest(manifest.replaceAll("SHA256(", "SHA2-256(")), /found "SHA2-256.*which `openssl dgst` of OpenSSL 3 writes/);
  for (const text of ["", manifest.trimEnd(), manifest.replaceAll("\n", "\r\n"), manifest.replace(")= ", ")="), manifest.toUpperCase(), manifest.replace("SHA256", "SHA512"), manifest.replace("SHA256", "MD5")]) {
    assertRefused(withManifest(text), /package.mf has lines such as SHA256\(package.yaml\)= and lower-case hex: expected/);
  }
  assertRefused(refusedOf({ ...PACKAGE, "artifacts.mf": "nothing\n", "package.mf": manifest + manifestOf({ "artifacts.mf": "nothing\n" }) }), /artifacts.mf has lines/);
});
