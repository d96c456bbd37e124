/** Signed reports for Bosch IoT Rollouts, held against openssl: what it verifies, what it refuses, and what it writes itself. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readDer, type DerNode } from "../../src/bytes/der.ts";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { ROLLOUTS } from "../../src/platforms/rollouts/bundle.ts";
import { signedMessage, signedPart, messageAttributes } from "../../src/platforms/rollouts/message.ts";
import { shelfOf } from "../../src/platforms/shelf.ts";
import { buildCms } from "../../src/x509/cms.ts";
import { authorityKeyIdentifier, extendedKeyUsage, keyUsage, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import { signatureOf } from "../../src/x509/signed.ts";
import { instantOf } from "../../src/x509/time.ts";
import { assertAccounted } from "../scripted/account.ts";
import { chainWith, PUBLISHED, REPORT, reportShelf, ROLLOUTS_FILES, ROLLOUTS_SCRIPT, signedReport, WHOLE, type Changes } from "../scripted/rollouts.ts";
import { goodPlan } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";
import { TestKey } from "../x509/test-key.ts";

const NOON = "2026-11-20T12:00:00Z";
const AT = "1795176000";
const NEXT_DAY = String(Number(AT) + 86_400);
const CRLF = (text: string): string => text.replaceAll("\n", "\r\n");

test("the seconds that openssl is given are the instant of these tests", () => assert.equal(Date.parse(NOON) / 1000, Number(AT)));

interface Wish {
  readonly report?: string;
  readonly changes?: Changes;
  readonly chain?: typeof WHOLE;
  readonly at?: string;
  readonly key?: TestKey;
  readonly spoil?: (message: string) => string;
}

/** What openssl says of a message, by the vendor's own command. */
function verified({ report = REPORT, changes = {}, chain = WHOLE, at = AT, key, spoil = (message) => message }: Wish): { ok: boolean; text: string } {
  const certificates = chainWith(changes);
  const [message] = signedReport(reportShelf(report, certificates, chain), NOON, key);
  const files = { "report.msg.signed": spoil(fromUtf8(message?.bytes ?? new Uint8Array())), "ca_root.crt": toPem("CERTIFICATE", certificates.root) };
  const { ok, text, stdout } = openssl(["cms", "-verify", "-in", "report.msg.signed", "-CAfile", "ca_root.crt", "-text", "-attime", at], files);
  if (ok) assert.equal(stdout, CRLF(report.replaceAll("\r\n", "\n")), "the report comes out whole");
  return { ok, text };
}

test("openssl cms -verify -text gives back reports of every form: no last newline, CRLF, other scripts, lines around the length of its buffer", needsOpenssl, () => {
  const long = [1020, 1021, 1022, 1023, 1024, 1025, 2046, 2047, 4000].map((length) => `{"a":"${"x".repeat(length - 8)}"}\n`);
  for (const report of [REPORT, REPORT.trimEnd(), CRLF(REPORT), `${REPORT}\n\n`, '{"name":"Gerät 7 東京 --"}\n', '{\n"a":\n-1}', ...long]) {
    const { ok, text } = verified({ report });
    assert.ok(ok, text);
  }
});

test("a message whose line ends were all changed on the way verifies too", needsOpenssl, () => {
  for (const spoil of [(message: string) => message.replaceAll("\r\n", "\n"), (message: string) => CRLF(message.replaceAll("\r\n", "\n"))]) assert.ok(verified({ spoil }).ok);
});

const keys = [subjectKeyIdentifier(), authorityKeyIdentifier()];

for (const [what, wish, said] of [
  ["whose content was changed", { spoil: (message) => message.replace("101012902", "101012903") }, /verification failure/],
  ["without its intermediate", { chain: ["root"] }, /unable to get local issuer certificate/],
  ["whose intermediate is no CA", { changes: { intermediate: { extensions: [keyUsage(["digitalSignature"]), ...keys] } } }, /invalid CA certificate/],
  ["whose gateway certificate is over", { changes: { gateway: { notAfter: "2026-10-01T00:00:00Z" } } }, /certificate has expired/],
  ["that is not yet valid", { at: "1700000000" }, /certificate is not yet valid/],
  ["for TLS clients", { changes: { gateway: { extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["clientAuth"]), ...keys] } } }, /unsuitable certificate purpose/],
  ["for code", { changes: { gateway: { extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"]), ...keys] } } }, /unsuitable certificate purpose/],
  ["without digitalSignature", { changes: { gateway: { extensions: [keyUsage(["keyAgreement"]), ...keys] } } }, /unsuitable certificate purpose/],
  ["by another key", { key: new TestKey("ecdsa-p256") }, /verification failure/],
  ["whose signed part has no header", { spoil: (message) => message.replace("Content-Type: text/plain\r\n\r\n", "") }, /content type|verification failure/],
] as readonly (readonly [string, Wish, RegExp])[]) {
  test(`openssl refuses a message ${what} in the words that are foreseen [PLATFORM-ACCEPTS]`, needsOpenssl, () => {
    const { ok, text } = verified(wish);
    assert.ok(!ok);
    assert.match(text, said);
  });
}

test("without the root in the message openssl alone would be content, which is why the platform's own words are foreseen there [PLATFORM-ACCEPTS]", needsOpenssl, () => {
  assert.ok(verified({ chain: ["intermediate"] }).ok);
});

const folder = mkdtempSync(join(tmpdir(), "anchorite-rollouts-"));
after(() => rmSync(folder, { recursive: true }));
function command(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `openssl ${args.join(" ")}\n${stderr}`);
  return stdout;
}

/** The vendor's page from its first line to its last, where its commands are right. */
function vendorChain(): void {
  const extensions = { ca: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n", gateway: "keyUsage=critical,digitalSignature\n" };
  for (const [name, text] of Object.entries(extensions)) writeFileSync(join(folder, `${name}.ext`), `subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n${text}`);
  for (const name of ["ca_root", "ca_intermediate", "gateway"]) {
    command("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
    command("req", "-new", "-key", `${name}.key`, "-sha256", "-subj", `/CN=${name}`, "-out", `${name}.csr`);
  }
  command("x509", "-req", "-in", "ca_root.csr", "-key", "ca_root.key", "-days", "1024", "-sha256", "-extfile", "ca.ext", "-out", "ca_root.crt");
  command("x509", "-req", "-in", "ca_intermediate.csr", "-CA", "ca_root.crt", "-CAkey", "ca_root.key", "-CAcreateserial", "-days", "365", "-sha256", "-extfile", "ca.ext", "-out", "ca_intermediate.crt");
  command("x509", "-req", "-in", "gateway.csr", "-CA", "ca_intermediate.crt", "-CAkey", "ca_intermediate.key", "-CAcreateserial", "-days", "365", "-sha256", "-extfile", "gateway.ext", "-out", "gateway.crt");
  writeFileSync(join(folder, "cert-chain.crt"), text("ca_intermediate.crt") + text("ca_root.crt"));
}

const text = (file: string): string => readFileSync(join(folder, file), "utf8");
const derOf = (file: string): Uint8Array => fromPem(text(file), ["CERTIFICATE"]).der;

/** SignerInfo of a message. */
function signerInfo(message: string): DerNode {
  const base64 = /smime\.p7s"\n\n([^-]+)\n\n------/.exec(message)?.[1] ?? "";
  const signedData = readDer(new Uint8Array(Buffer.from(base64, "base64"))).children[1]?.children[0];
  return signedData?.children.at(-1)?.children[0] ?? assert.fail("no SignerInfo");
}

test("the message is octet for octet what openssl cms -sign -text writes, but for its random boundary", needsOpenssl, () => {
  vendorChain();
  for (const report of [REPORT, REPORT.trimEnd(), '{"a":1}']) {
    writeFileSync(join(folder, "systemreport.json"), report);
    command("cms", "-sign", "-in", "systemreport.json", "-out", "systemreport.msg.signed", "-signer", "gateway.crt", "-inkey", "gateway.key", "-certfile", "cert-chain.crt", "-text");
    const theirs = text("systemreport.msg.signed");
    const [, , , attributes, , signature] = signerInfo(theirs).children;
    const time = attributes?.children.find(({ children: [oid] }) => Buffer.from(oid?.contents ?? []).toString("hex") === "2a864886f70d010905")?.children[1]?.children[0];
    const instant = instantOf(time ?? assert.fail("no signingTime"), "signingTime");
    const part = signedPart(toUtf8(report));
    const cms = buildCms({
      mechanism: "ecdsa-sha256", signerCertificate: derOf("gateway.crt"), certificates: [derOf("ca_root.crt"), derOf("ca_intermediate.crt")],
      signedAttributes: messageAttributes(part, "ecdsa-sha256", instant), signature: signatureOf("ecdsa-sha256", signature?.contents ?? new Uint8Array()),
    });
    const ours = fromUtf8(signedMessage(part, cms));
    const boundaryOf = (message: string): string => /boundary="----([0-9A-F]{32})"/.exec(message)?.[1] ?? assert.fail("no boundary");
    assert.notEqual(boundaryOf(ours), boundaryOf(theirs));
    assert.equal(ours, theirs.replaceAll(boundaryOf(theirs), boundaryOf(ours)));
  }
});

const ran = async (): Promise<World> => {
  const world = new World(goodPlan(ROLLOUTS_SCRIPT, ROLLOUTS_FILES));
  assert.equal((await world.run()).outcome, "done");
  return world;
};
const world = await ran();
const kept = (path: string): string => world.record.text(`artifacts/${path}`);
const BUNDLE = "bundles/rollouts";

test("what a ceremony signs verifies by the vendor's command, against the root of its own bundle", needsOpenssl, () => {
  const files = { "report.msg.signed": kept("signed/system-report/report.msg.signed"), "ca_root.crt": kept(`${BUNDLE}/ca_root.crt`), "cert-chain.crt": kept(`${BUNDLE}/cert-chain.crt`), "gateway.crt": kept(`${BUNDLE}/gateways/gateway-7.crt`) };
  const report = openssl(["cms", "-verify", "-in", "report.msg.signed", "-CAfile", "ca_root.crt", "-text", "-attime", NEXT_DAY], files);
  assert.ok(report.ok, report.text);
  assert.equal(report.stdout, CRLF(REPORT));
  const strict = openssl(["verify", "-x509_strict", "-purpose", "smimesign", "-attime", NEXT_DAY, "-CAfile", "ca_root.crt", "-untrusted", "cert-chain.crt", "gateway.crt"], files);
  assert.ok(strict.ok, strict.text);
});

test("the list of trust anchors is what was configured and the root, as openssl prints its fingerprint", needsOpenssl, () => {
  const { value } = JSON.parse(kept(`${BUNDLE}/trusted-fingerprints.json`)) as { value: string[] };
  const { stdout } = openssl(["x509", "-noout", "-fingerprint", "-sha256", "-in", "ca_root.crt"], { "ca_root.crt": kept(`${BUNDLE}/ca_root.crt`) });
  assert.deepEqual(value, [PUBLISHED, stdout.trim().split("=")[1]]);
  const page = kept(`${BUNDLE}/DELIVER.md`);
  for (const said of [PUBLISHED, value[1] ?? "", "This replaces the whole list", "--data-binary @trusted-fingerprints.json", "gateways/gateway-7.crt"]) assert.ok(page.includes(said), said);
  assert.equal(kept(`${BUNDLE}/cert-chain.crt`), kept("certificates/intermediate-ca.pem") + kept("certificates/root-ca.pem"));
});

test("the record replays, and another export of it has the same octets", () => {
  assertAccounted(world);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
  const parts = { anchor: ["root-ca"], chain: ["intermediate-ca", "root-ca"], gateways: ["gateway", "gateway-7"], current: ["current.json"] };
  const certificate = (name: string): Uint8Array => fromPem(kept(`certificates/${name}.pem`), ["CERTIFICATE"]).der;
  const { files, acceptance } = ROLLOUTS.exportBundle(shelfOf(parts, { certificate, crl: () => new Uint8Array(), file: () => toUtf8(String(ROLLOUTS_FILES["current.json"])), earlier: [] }), "2026-11-16T09:00:00Z");
  assert.deepEqual(acceptance.filter(({ found }) => found !== null), []);
  assert.deepEqual(files.map(({ name }) => name), ["cert-chain.crt", "ca_root.crt", "trusted-fingerprints.json", "gateways/gateway.crt", "gateways/gateway-7.crt", "DELIVER.md"]);
  for (const { name, bytes } of files) assert.equal(fromUtf8(bytes), kept(`${BUNDLE}/${name}`), name);
});

test("without the platform's answer the page says that the list is replaced", async () => {
  const alone = new World(goodPlan(ROLLOUTS_SCRIPT.replace(", current: current.json", ", host: system-management.example.com"), ROLLOUTS_FILES));
  assert.equal((await alone.run()).outcome, "done");
  const page = alone.record.text(`artifacts/${BUNDLE}/DELIVER.md`);
  assert.match(page, /The next step replaces the whole list: go on only if the answer is an empty list/);
  assert.match(page, /HOST=system-management\.example\.com/);
  assert.equal((JSON.parse(alone.record.text(`artifacts/${BUNDLE}/trusted-fingerprints.json`)) as { value: string[] }).value.length, 1);
});

test("a gateway certificate that is over when the report is signed stops the ceremony before the key is used [PLATFORM-ACCEPTS]", async () => {
  const dated = ROLLOUTS_SCRIPT.replaceAll(/valid: \{ for: P(20|10)Y \}/g, (_all, years: string) => `valid: { from: "2024-01-01T00:00:00Z", until: "20${24 + Number(years)}-01-01T00:00:00Z" }`).replaceAll("valid: { for: P1Y }", 'valid: { from: "2024-01-01T00:00:00Z", until: "2025-01-01T00:00:00Z" }');
  const late = new World(goodPlan(dated, ROLLOUTS_FILES));
  assert.notEqual((await late.run()).outcome, "done");
  const signs = late.record.bodies().flatMap((body) => (body.kind === "request" && body.request.kind === "sign" ? [body.request.purpose] : []));
  assert.ok(signs.length > 3 && !signs.includes("artifact"));
});
