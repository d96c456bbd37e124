/** Bosch IoT Rollouts, before a token is touched: profiles, the list of fingerprints, reports, chains. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import type { ProfileParameters } from "../../src/plan/profile.ts";
import { ROLLOUTS_REPORT } from "../../src/platforms/rollouts/artifact.ts";
import { ROLLOUTS } from "../../src/platforms/rollouts/bundle.ts";
import { FINGERPRINT, fingerprintBody, fingerprintOf, mergedFingerprints, readConfigured } from "../../src/platforms/rollouts/fingerprints.ts";
import { signedPart } from "../../src/platforms/rollouts/message.ts";
import { shownReport } from "../../src/platforms/rollouts/report.ts";
import { shelfOf } from "../../src/platforms/shelf.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import { asked, makeRequest } from "../scripted/keys.ts";
import { chainWith, GATEWAY_KEY, PUBLISHED, REPORT, reportShelf, ROLLOUTS_FILES, ROLLOUTS_SCRIPT, WHOLE, type Changes } from "../scripted/rollouts.ts";
import { goodPlan, planOf } from "../scripted/scripts.ts";
import { TestKey } from "../x509/test-key.ts";

const NOON = "2026-11-20T12:00:00Z";

test("extensions are those of the vendor's sample, and the gateway's certificate has keyUsage and no extended one", () => {
  const none: ProfileParameters = { ceremony: "c", subject: [{ type: "CN", value: "x" }], pathLength: null, factory: null, isBelow: false, request: null, existing: null, usage: [], policies: [], constraints: null, access: null, crlAt: [], order: [] };
  const extensions = (name: string) => findProfile(`rollouts/${name}`)?.extensions(none).map((one) => `${one.name}${one.critical ? " critical" : ""}: ${"value" in one ? one.text : ""}`);
  const authority = ["basicConstraints critical: CA:TRUE", "keyUsage critical: digitalSignature, keyCertSign, cRLSign", "subjectKeyIdentifier: ", "authorityKeyIdentifier: "];
  assert.deepEqual(extensions("root"), authority);
  assert.deepEqual(extensions("intermediate"), authority);
  assert.deepEqual(extensions("gateway"), ["keyUsage critical: digitalSignature", "subjectKeyIdentifier: ", "authorityKeyIdentifier: "]);
  for (const name of ["root", "intermediate", "gateway"]) assert.deepEqual(findProfile(`rollouts/${name}`)?.algorithms, ["ecdsa-p256"]);
});

const octet = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).toUpperCase().padStart(2, "0"));
const fingerprint = fc.array(octet, { minLength: 32, maxLength: 32 }).map((octets) => octets.join(":"));

test("the list keeps what was configured in its order, each once, and has the anchor", () => {
  fc.assert(fc.property(fc.array(fingerprint, { maxLength: 8 }), fingerprint, fc.boolean(), (list, anchor, isThere) => {
    const configured = readConfigured(toUtf8(JSON.stringify({ value: [...list, ...list, ...(isThere ? [anchor] : [])], _links: {} }, null, 2)));
    const merged = mergedFingerprints(configured, anchor, null);
    assert.equal(new Set(merged).size, merged.length);
    assert.deepEqual(merged.filter((one) => list.includes(one)), [...new Set(list)]);
    assert.ok(merged.includes(anchor) && merged.every((one) => FINGERPRINT.test(one) && one.length === 95));
    assert.deepEqual(readConfigured(toUtf8(fingerprintBody(merged))), merged);
    assert.deepEqual(mergedFingerprints(merged, anchor, null), merged);
  }));
  assert.equal(fingerprintBody([PUBLISHED]), `{"value":["${PUBLISHED}"]}`);
});

test("an answer that is none, and a fingerprint that is none, are refused", () => {
  for (const wrong of ["[]", "{}", '{"value":null}', '{"value":"x"}', '{"value":[1]}', `{"value":["${PUBLISHED.toLowerCase()}"]}`, `{"value":["${PUBLISHED}:00"]}`, `{"value":["${PUBLISHED.replaceAll(":", "")}"]}`, `{"value":[],"value":["${PUBLISHED}"]}`, `\ufeff{"value":[]}`]) {
    assert.throws(() => readConfigured(toUtf8(wrong)), /expected/, wrong);
  }
});

test("people see every field of a report as the file spells it, under its SHA-256", () => {
  const shown = shownReport(toUtf8(REPORT));
  assert.deepEqual(shown.map(({ what }) => what), ["octets", "SHA-256", "field timeStamp", "field gatewayId", "field serial", "field values"]);
  assert.deepEqual(shown.slice(2, 5).map(({ value }) => value), ['"1684201667"', '"101012902"', "12345678901234567890.10"]);
  assert.match(shown[5]?.value ?? "", /^\[\{"Id":"1","ModuleSerialNumber":"m1\.1"\},\{"Id":"2",/);
  assert.deepEqual(shownReport(toUtf8('{"a":{"b":[1,{"c":"}"}]},"d,":"x:y","e":[],"f":-1e9}')).slice(2).map(({ what, value }) => `${what}=${value}`), ['field a={"b":[1,{"c":"}"}]}', 'field d,="x:y"', "field e=[]", "field f=-1e9"]);
});

test("every field of any object is shown, in its order, with the value that it has", () => {
  fc.assert(fc.property(fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 5, noNullPrototype: true }), fc.constantFrom(0, 1, 2), (object, indent) => {
    const text = JSON.stringify(object, null, indent);
    const fields = shownReport(toUtf8(text)).slice(2).filter(({ value }) => !value.includes("…"));
    const wanted = Object.entries(JSON.parse(text) as object).map(([name, value]) => [`field ${JSON.stringify(name).slice(1, -1)}`, value as unknown] as const);
    for (const { what, value } of fields) assert.deepEqual(JSON.parse(value), wanted.find(([name]) => name === what)?.[1], text);
    assert.equal(shownReport(toUtf8(text)).length - 2, wanted.length);
  }));
});

test("the signed part is the report with CRLF at each line's end, and a last line without an end gets none", () => {
  assert.equal(fromUtf8(signedPart(toUtf8('{\n"a": 1\r\n}'))), 'Content-Type: text/plain\r\n\r\n{\r\n"a": 1\r\n}');
  assert.ok(fromUtf8(signedPart(toUtf8(REPORT))).endsWith("]\r\n}\r\n"));
});

/** What speaks against signing a report, at an instant. */
function refusals(report: string | Uint8Array, changes: Changes = {}, chain = WHOLE, instant = NOON): string[] {
  const shelf = reportShelf(report, chainWith(changes), chain);
  return ROLLOUTS_REPORT.acceptance(shelf, { mechanism: "ecdsa-sha256", instant, spki: GATEWAY_KEY.spki }, false).flatMap(({ part, expects, found }) => (found === null ? [] : [`${part}: ${expects}; ${found}`]));
}

const some = (list: readonly string[], pattern: RegExp): void => assert.ok(list.some((one) => pattern.test(one)), `${String(pattern)} in\n${list.join("\n")}`);

test("a good report is accepted, and one that is no JSON, has a no-break space, a byte order mark or a CR alone is refused [PLATFORM-ACCEPTS]", () => {
  assert.deepEqual(refusals(REPORT), []);
  some(refusals(REPORT.replace("  \"gatewayId\"", "\u00a0\u00a0\"gatewayId\"")), /^file: the report has no no-break space; U\+00A0 in line 3;/);
  some(refusals(REPORT.replace("  \"gatewayId\"", "\u00a0\u00a0\"gatewayId\"")), /^file: the report is one JSON object; expected a JSON text/);
  some(refusals(REPORT.replace("101012902", "10\u00a012902")), /no-break space/);
  some(refusals(`\ufeff${REPORT}`), /^file: .*byte order mark; U\+FEFF/);
  some(refusals(REPORT.replaceAll("\n", "\r")), /ends in LF or CRLF; a CR alone/);
  assert.deepEqual(refusals(REPORT.replaceAll("\n", "\r\n")), []);
  for (const wrong of ["", "text", "[1]", "{}", "null", '{"a":1,"a":2}', '{"a":1}x']) some(refusals(wrong), /one JSON object/);
  some(refusals(Uint8Array.of(0x7b, 0xff, 0x7d)), /the report is UTF-8/);
});

test("a chain that lacks its root or its intermediate is refused with what openssl says [PLATFORM-ACCEPTS]", () => {
  some(refusals(REPORT, {}, ["intermediate"]), /^chain: .*whole chain, the root too; no certificate of the issuer of intermediate: CN=root; .*trust anchor.*unable to get local issuer certificate \(20\)/);
  some(refusals(REPORT, {}, ["root"]), /no certificate of the issuer of gateway: CN=intermediate/);
  some(refusals(REPORT, {}, ["intermediate", "root", "gateway"]), /nothing stands in the chain of gateway but what is above it; gateway/);
});

test("certificates that openssl cms -verify would refuse are refused before it is asked [PLATFORM-ACCEPTS]", () => {
  const keys = [subjectKeyIdentifier(), authorityKeyIdentifier()];
  some(refusals(REPORT, { intermediate: { extensions: [keyUsage(["digitalSignature"]), ...keys] } }), /every certificate above the signer is a CA; intermediate; openssl says: invalid CA certificate/);
  for (const usage of ["clientAuth", "codeSigning"]) some(refusals(REPORT, { gateway: { extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage([usage]), ...keys] } }), /gateway has no extended key usage.*unsuitable certificate purpose/);
  assert.deepEqual(refusals(REPORT, { gateway: { extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["emailProtection"]), ...keys] } }), []);
  some(refusals(REPORT, { gateway: { extensions: [keyUsage(["keyAgreement"]), ...keys] } }), /gateway may sign; keyUsage without digitalSignature; .*unsuitable certificate purpose/);
  some(refusals(REPORT, { gateway: { extensions: [basicConstraints({ ca: true }), keyUsage(["digitalSignature", "keyCertSign"]), ...keys] } }), /gateway is no CA/);
  some(refusals(REPORT, { gateway: { subject: [{ type: "O", value: "Example" }] } }), /gateway has a CN/);
  some(refusals(REPORT, { gateway: { notAfter: "2026-10-01T00:00:00Z" } }), /gateway is not yet over.*certificate has expired \(10\)/);
  some(refusals(REPORT, {}, WHOLE, "2025-12-31T23:59:59Z"), /gateway has begun.*not yet valid \(9\)/);
  some(refusals(REPORT, { gateway: { key: new TestKey("ecdsa-p256") } }), /^signer: .*over the key that signs; another key/);
  some(refusals(REPORT, { gateway: { key: new TestKey("ecdsa-p384") } }), /the key of gateway is on the curve P-256; ecdsa-p384/);
});

test("the order of the chain changes no octet of the message, and a signing time from 2050 on is a GeneralizedTime", () => {
  const certificates = chainWith();
  const message = (chain: typeof WHOLE, instant = NOON): string => {
    const { finish } = ROLLOUTS_REPORT.prepare(reportShelf(REPORT, certificates, chain), { mechanism: "ecdsa-sha256", instant, spki: GATEWAY_KEY.spki });
    return fromUtf8(finish([new Uint8Array(64).fill(1)])[0]?.bytes ?? new Uint8Array());
  };
  assert.equal(message(["root", "intermediate"]), message(WHOLE));
  const der = (text: string): string => Buffer.from(/\n\n(MII[^-]*)\n\n--/.exec(text)?.[1] ?? "", "base64").toString("latin1");
  assert.match(der(message(WHOLE)), /\x17\x0d261120120000Z/);
  assert.match(der(message(WHOLE, "2050-01-01T00:00:00Z")), /\x18\x0f20500101000000Z/);
});

const found = (script: string, files = ROLLOUTS_FILES): string[] => (planOf(script, files).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(2).join(".")} ${message}`);

test("a bundle and an artifact whose chain lacks the root, whose order is another or whose anchor is not in it are refused before a token is touched [PLATFORM-ACCEPTS]", () => {
  assert.deepEqual(found(ROLLOUTS_SCRIPT), []);
  const swapped = (from: string, to: string): string[] => found(ROLLOUTS_SCRIPT.replace(from, to));
  some(swapped("chain: [intermediate-ca, root-ca], gateways", "chain: [intermediate-ca], gateways"), /^PLATFORM-ACCEPTS export-bundle.chain rollouts expects that the chain ends in a root; found: no certificate of the issuer of intermediate-ca/);
  some(swapped("chain: [intermediate-ca, root-ca], gateways", "chain: [intermediate-ca], gateways"), /^PLATFORM-ACCEPTS export-bundle.anchor .*one of the CAs of the chain; found: root-ca is not/);
  some(swapped("chain: [intermediate-ca, root-ca], gateways", "chain: [root-ca, intermediate-ca], gateways"), /export-bundle.chain .*the gateway's issuer first/);
  some(swapped("signer: gateway, chain: [intermediate-ca, root-ca]", "signer: gateway, chain: [intermediate-ca]"), /^PLATFORM-ACCEPTS sign-artifact.chain .*the root too/);
  some(swapped("anchor: root-ca", "anchor: gateway"), /^PLATFORM-ACCEPTS export-bundle.anchor/);
  assert.deepEqual(swapped("anchor: root-ca", "anchor: intermediate-ca"), []);
});

test("a malformed answer of the platform and a fingerprint that cannot be taken off the list are refused before a token is touched [PLATFORM-ACCEPTS]", () => {
  some(found(ROLLOUTS_SCRIPT, { ...ROLLOUTS_FILES, "current.json": `{"value":["${PUBLISHED.toLowerCase()}"]}` }), /^PLATFORM-ACCEPTS export-bundle.current .*95 characters.*as number 1/);
  const retiring = (value: string): string => ROLLOUTS_SCRIPT.replace("current: current.json", `current: current.json, retire: "${value}"`);
  assert.deepEqual(found(retiring(PUBLISHED)), []);
  some(found(retiring(PUBLISHED.replace("BB", "CC"))), /^PLATFORM-ACCEPTS export-bundle.retire .*is on it/);
  assert.match(JSON.stringify(planOf(retiring("AA:BB")).findings), /SHA-256 fingerprint of 95 characters/);
});

test("a change of anchors: the new one comes beside the old, which leaves in a bundle of its own", () => {
  const certificates = chainWith();
  const list = (more: Readonly<Record<string, readonly string[]>>, current: readonly string[]): string[] => {
    const parts = { anchor: ["intermediate"], chain: ["intermediate", "root"], gateways: ["gateway"], current: ["current.json"], ...more };
    const shelf = shelfOf(parts, { certificate: (name) => certificates[name as keyof typeof certificates], crl: () => new Uint8Array(), file: () => toUtf8(JSON.stringify({ value: current })), earlier: [] });
    const { files, acceptance } = ROLLOUTS.exportBundle(shelf, "2026-11-16T09:00:00Z");
    assert.deepEqual(acceptance.filter(({ found: refused }) => refused !== null), []);
    return (JSON.parse(fromUtf8(files.find(({ name }) => name === "trusted-fingerprints.json")?.bytes ?? new Uint8Array())) as { value: string[] }).value;
  };
  const own = fingerprintOf(certificates.intermediate);
  const other = PUBLISHED.replace("BB", "CC");
  assert.deepEqual(list({}, [PUBLISHED, other]), [PUBLISHED, other, own]);
  assert.deepEqual(list({ retire: [PUBLISHED] }, [PUBLISHED, own, other]), [own, other]);
  assert.deepEqual(list({}, []), [own]);
});

test("a folder of gateways' requests is signed as one, and one without a CN is skipped [REQUEST-SUBJECT]", () => {
  const folder = ROLLOUTS_SCRIPT.replace("  - export-bundle", "  - sign-requests: { requests: gateways, files: all, certificates: gateways, issuer: intermediate-ca, profile: rollouts/gateway, valid: { for: P1Y }, on-refusal: skip }\n  - export-bundle");
  const named = (n: number): string => makeRequest({ subject: [{ type: n === 2 ? "O" : "CN", value: `Gateway ${n}` }] });
  const step = goodPlan(folder, { ...ROLLOUTS_FILES, "gateways/1.csr": named(1), "gateways/2.csr": named(2), "gateways/3.csr": named(3) }).plan.steps.find(({ rule }) => rule === "sign-requests@1");
  assert.deepEqual(step !== undefined && "accepted" in step ? [step.accepted, step.skipped] : [], [2, 1]);
});

test("a report that is no report, and a signer with another key, are refused before a token is touched [PLATFORM-ACCEPTS] [ARTIFACT-KEY] [ALGORITHM-ALLOWED]", () => {
  some(found(ROLLOUTS_SCRIPT, { ...ROLLOUTS_FILES, "reports/systemreport.json": "\u00a0{}" }), /^PLATFORM-ACCEPTS sign-artifact.file .*U\+00A0 in line 1/);
  some(found(ROLLOUTS_SCRIPT.replace("key: gateway, by", "key: intermediate, by")), /^ARTIFACT-KEY sign-artifact.signer /);
  some(found(ROLLOUTS_SCRIPT.replace("key: gateway, token: vault, algorithm: ecdsa-p256", "key: gateway, token: vault, algorithm: ecdsa-p384")), /^ALGORITHM-ALLOWED/);
});

test("a gateway's request without a CN is refused, and one that asks to be a CA too [REQUEST-SUBJECT] [REQUEST-EXTENSIONS]", () => {
  const request = (text: string): string[] => found(ROLLOUTS_SCRIPT, { ...ROLLOUTS_FILES, "requests/gateway.csr": text });
  some(request(makeRequest({ subject: [{ type: "O", value: "Example" }] })), /^REQUEST-SUBJECT sign-request.request expected a CN/);
  some(request(makeRequest({ extensions: [asked(basicConstraints({ ca: true }))] })), /^REQUEST-EXTENSIONS sign-request.request /);
});

test("check prints what people will see of the report, one fact a line", () => {
  const { plan, digest } = goodPlan(ROLLOUTS_SCRIPT, ROLLOUTS_FILES);
  const lines = planLines(plan, digest, new Map());
  const first = lines.findIndex((line) => /^11\. Sign system-report, rollouts, with the key gateway\.$/.test(line));
  assert.deepEqual(lines.slice(first + 1, first + 4), [`     octets: ${toUtf8(REPORT).length}`, `     SHA-256: ${sha256Hex(toUtf8(REPORT))}`, '     field timeStamp: "1684201667"']);
});
