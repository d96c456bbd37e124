import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toPem } from "../../src/bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../src/bytes/text.ts";
import { buildRequestInfo, readRequest, readRequestDer } from "../../src/x509/certification-request.ts";
import type { RequestReading } from "../../src/x509/certification-request.ts";
import { encodeName, printName } from "../../src/x509/name.ts";
import { compareRequest, readTbsCertificate } from "../../src/x509/reread.ts";
import { assemble } from "../../src/x509/signed.ts";
import { buildTbsCertificate } from "../../src/x509/tbs.ts";
import { HOST } from "./chain.ts";
import { corpusFile, needsCorpus } from "./corpora.ts";
import { STRICTER } from "./stricter.ts";
import { needsOpenssl, openssl } from "./openssl.ts";
import { holds, TestKey } from "./test-key.ts";

const controlsOf = ({ findings }: RequestReading): string[] => findings.map(({ control }) => control);

function ownRequest(key: TestKey): { info: Uint8Array; subject: Uint8Array; der: Uint8Array } {
  const subject = encodeName(HOST);
  const info = buildRequestInfo({ subject, spki: key.spki });
  return { info, subject, der: assemble(info, key.mechanism, key.sign(info)) };
}

/** A request by openssl for a throw-away P-256 key, with these extensions. */
function opensslRequest(extensions: string[], subject = "/C=DE/O=Example/CN=host.example.com"): Uint8Array {
  const added = extensions.flatMap((extension) => ["-addext", extension]);
  const { ok, stdout, text } = openssl(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-subj", subject, "-utf8", ...added]);
  assert.ok(ok, text);
  return toUtf8(stdout);
}

test("requests of our own keys verify in openssl, are read, and prove possession [REQUEST-POSSESSION] [KEY-POSSESSION]", needsOpenssl, () => {
  for (const algorithm of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "ed25519"] as const) {
    const key = new TestKey(algorithm);
    const { info, subject, der } = ownRequest(key);
    assert.match(openssl(["req", "-inform", "DER", "-in", "r", "-noout", "-verify"], { r: der }).text, /verify OK/);
    assert.deepEqual(compareRequest(der, { info, subject, spki: key.spki, extensions: [] }), []);
    const { findings, request } = readRequest(toUtf8(toPem("CERTIFICATE REQUEST", der)), ["requests", 0]);
    assert.deepEqual(findings, []);
    assert.ok(request && holds(request.claim) && sameBytes(request.subject, subject) && sameBytes(request.spki, key.spki));
    assert.equal(request.subjectText, "C=DE, O=Beispiel Werke Zürich, CN=host.example.com");
    const other = ownRequest(new TestKey("ecdsa-p256"));
    assert.equal(compareRequest(der, { info: other.info, subject: encodeName([]), spki: other.info, extensions: [] }).length, 3);
  }
});

test("what a request by openssl asks for is reported and no more [REQUEST-EXTENSIONS]", needsOpenssl, () => {
  const file = opensslRequest(["subjectAltName=DNS:a.example.com,IP:192.0.2.1,DNS:*.example.com", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth"]);
  const { findings, request } = readRequest(file, ["requests", 0]);
  assert.deepEqual(findings, []);
  assert.deepEqual(request?.requestedDnsNames, ["a.example.com", "*.example.com"]);
  assert.equal(request?.requestedCa, false);
  assert.deepEqual(request?.requestedExtensions.map(({ oid, critical }) => [oid, critical]), [["2.5.29.17", false], ["2.5.29.15", true], ["2.5.29.37", false]]);
  assert.ok(request && holds(request.claim));
  assert.equal(readRequest(opensslRequest(["basicConstraints=critical,CA:TRUE"]), []).request?.requestedCa, true);
});

test("the extensions of a request are refused when they are malformed or pretend to matter [REQUEST-EXTENSIONS]", needsOpenssl, () => {
  const refused = [
    ["subjectAltName=DNS:a b.example.com"], ["subjectAltName=DNS:a_b.example.com"], ["subjectAltName=DNS:192.0.2.1"], ["subjectAltName=DNS:a.*.example.com"],
    ["subjectAltName=DNS:A.example.com,DNS:a.example.com"], ["subjectAltName=email:nobody"], ["subjectAltName=URI:relative/path"],
    ["1.2.3.4=critical,DER:0500"], ["2.5.29.19=DER:30060101FF020180"], ["2.5.29.37=DER:3000"], ["2.5.29.17=DER:3000"], ["1.3.6.1.5.5.7.1.14=DER:3000"],
  ];
  for (const extensions of refused) {
    const reading = readRequest(opensslRequest(extensions), ["requests", 0]);
    assert.deepEqual(controlsOf(reading), ["REQUEST-EXTENSIONS"], extensions.join());
    assert.equal(reading.request, null);
  }
});

test("the subject of a request is refused when it is empty, out of bounds or holds tricks [REQUEST-SUBJECT]", needsOpenssl, () => {
  for (const subject of ["/", "/C=DE/CN=a\u202eb", "/CN=a\u200bb", "/CN=a\nb"]) {
    assert.deepEqual(controlsOf(readRequest(opensslRequest([], subject), [])), ["REQUEST-SUBJECT"], JSON.stringify(subject));
  }
});

test("keys and signatures outside the list are refused [REQUEST-KEY] [REQUEST-FORM]", needsOpenssl, () => {
  const make = (args: string[]): Uint8Array => {
    const { ok, stdout, text } = openssl(["req", "-new", "-nodes", "-keyout", "key.pem", "-subj", "/CN=x", ...args]);
    assert.ok(ok, text);
    return toUtf8(stdout);
  };
  assert.deepEqual(controlsOf(readRequest(make(["-newkey", "rsa:1024"]), [])), ["REQUEST-KEY"]);
  assert.deepEqual(controlsOf(readRequest(make(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]), [])), ["REQUEST-KEY"]);
  assert.deepEqual(controlsOf(readRequest(make(["-newkey", "rsa:2048", "-sha1"]), [])), ["REQUEST-FORM"]);
  assert.deepEqual(controlsOf(readRequest(make(["-newkey", "rsa:1024", "-md5"]), [])), ["REQUEST-FORM", "REQUEST-KEY"]);
});

test("files that are not one strict request are refused [REQUEST-FORM]", () => {
  const { der } = ownRequest(new TestKey("ecdsa-p256"));
  const pem = toPem("CERTIFICATE REQUEST", der);
  assert.deepEqual(readRequest(toUtf8(pem.replaceAll("\n", "\r\n").replaceAll("CERTIFICATE", "NEW CERTIFICATE")), []).findings, []);
  const refused: Record<string, Uint8Array> = {
    "two blocks": toUtf8(pem + pem),
    "text after": toUtf8(`${pem}x`),
    "a certificate": toUtf8(toPem("CERTIFICATE", der)),
    "an octet after the DER": toUtf8(toPem("CERTIFICATE REQUEST", Uint8Array.of(...der, 0))),
    "too large": toUtf8(toPem("CERTIFICATE REQUEST", new Uint8Array(64 * 1024))),
    "not UTF-8": Uint8Array.of(0xff, 0xfe),
    "nothing": new Uint8Array(),
  };
  for (const [what, file] of Object.entries(refused)) assert.deepEqual(controlsOf(readRequest(file, [])), ["REQUEST-FORM"], what);
});

test("a single changed octet of a request never throws and never keeps the claim true [REQUEST-FORM] [REQUEST-POSSESSION]", needsOpenssl, () => {
  const pem = new TextDecoder().decode(opensslRequest(["subjectAltName=DNS:a.example.com", "basicConstraints=CA:FALSE"]));
  const der = new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64"));
  const original = readRequestDer(der, []).request;
  assert.ok(original && holds(original.claim));
  fc.assert(fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
    const changed = der.slice();
    changed[at] = (changed[at] ?? 0) ^ change;
    const { findings, request } = readRequestDer(changed, []);
    assert.equal(request === null, findings.length > 0);
    if (request) assert.equal(holds(request.claim), false);
  }), { numRuns: 1500 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readRequest(bytes, []).request === null));
});

test("every request of the corpus gets the verdict that it should [REQUEST-FORM] [REQUEST-KEY] [REQUEST-SUBJECT] [REQUEST-EXTENSIONS] [REQUEST-POSSESSION]", needsCorpus("csr"), (t) => {
  const manifest = JSON.parse(new TextDecoder().decode(corpusFile("csr", "manifest.json"))) as { entries: { file: string; expected: string }[] };
  const tally: Record<string, number> = {};
  for (const { file, expected } of manifest.entries) {
    const read = file.endsWith(".der") ? readRequestDer : readRequest;
    const { request } = read(corpusFile("csr", file), ["requests", 0]);
    const accepted = request !== null && holds(request.claim);
    if (accepted) requireKept(request.subject, request.spki);
    const verdict = `${expected}: ${accepted ? "accepted" : "refused"}`;
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    if (expected !== "policy") assert.equal(accepted, expected === "accept" && STRICTER[file] === undefined, `${file} was ${accepted ? "accepted" : "refused"}`);
  }
  t.diagnostic(JSON.stringify(tally));
});

/** A name and key that came in a request go into a TBSCertificate octet by octet. */
function requireKept(subject: Uint8Array, spki: Uint8Array): void {
  const tbs = buildTbsCertificate({
    serial: "01", issuer: encodeName(HOST), subject, notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z", spki, mechanism: "ecdsa-sha256", extensions: [],
  });
  const facts = readTbsCertificate(tbs);
  assert.ok(sameBytes(facts.subject, subject) && sameBytes(facts.spki, spki), printName(subject));
}
