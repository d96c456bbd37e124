/** The request desk: verdicts, what is granted, one key twice, the corpora, and octets that nobody meant as a request. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { derOctetString, derOid, derSequence } from "../../src/bytes/der.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromPem } from "../../src/bytes/pem.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { RequestDesk, type DeskVerdict } from "../../src/plan/desk.ts";
import { deskJson, deskLines } from "../../src/console/desk-pages.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { basicConstraints, extendedKeyUsage, subjectAltNames } from "../../src/x509/extension.ts";
import { isDer } from "../../src/x509/request-reading.ts";
import { asked, makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { FILES, goodPlan, planOf, SMALL } from "../scripted/scripts.ts";
import { corpusFile, needsCorpus } from "../x509/corpora.ts";
import { STRICTER } from "../x509/stricter.ts";


const derOf = (pem: string): Uint8Array => fromPem(pem, ["CERTIFICATE REQUEST"]).der;

/** Over a desk, as the command does it. */
function over(desk: RequestDesk, file: string, input: Uint8Array | string | { unreadable: string }): DeskVerdict {
  const taken = desk.take(file, typeof input === "string" ? toUtf8(input) : input);
  return desk.judge(taken, taken.claim !== null && claimHolds(taken.claim));
}

const inspect = (input: Uint8Array | string, profile?: string): DeskVerdict => over(new RequestDesk(profile === undefined ? null : (findProfile(profile) ?? null)), "x.csr", input);
const codesOf = ({ findings }: DeskVerdict): string[] => findings.map(({ code }) => code);

/** A DER request with its last octet changed: that of its signature. */
function forged(der: Uint8Array): Uint8Array {
  return Uint8Array.from(der, (octet, i) => (i === der.length - 1 ? octet ^ 1 : octet));
}

test("a request without a profile is told as it is, and nothing is granted", () => {
  const key = makeKeyPair();
  const verdict = inspect(makeRequest({ key, extensions: [asked(subjectAltNames({ dns: ["a.example.com"] })), asked(basicConstraints({ ca: true }))] }));
  assert.deepEqual(verdict, {
    file: "x.csr", verdict: "accept", findings: [], subject: "CN=Example Device",
    publicKey: { algorithm: "ecdsa-p256", description: "EC P-256", sha256: sha256Hex(key.spki) },
    requested: [
      { oid: "2.5.29.17", name: "subjectAltName", critical: false, text: "DNS:a.example.com", outcome: null },
      { oid: "2.5.29.19", name: "basicConstraints", critical: false, text: "CA:TRUE", outcome: null },
    ],
    granted: [],
  });
});

test("with a profile the whole certificate's extensions are told, and what becomes of each that was asked for [REQUEST-EXTENSIONS]", () => {
  const extensions = [asked(subjectAltNames({ dns: ["a.example.com"] })), asked(extendedKeyUsage(["clientAuth"])), derSequence(derOid("1.2.3.4"), derOctetString(Uint8Array.of(5, 0)))];
  const { verdict, requested, granted } = inspect(makeRequest({ extensions }), "private/tls-server");
  assert.equal(verdict, "accept");
  assert.deepEqual(requested.map(({ name, text, outcome }) => [name, text, outcome]), [["subjectAltName", "DNS:a.example.com", "granted"], ["extKeyUsage", "clientAuth", "changed"], ["1.2.3.4", "#0500", "dropped"]]);
  assert.deepEqual(granted.map(({ name, critical }) => [name, critical]), [["basicConstraints", true], ["keyUsage", true], ["extKeyUsage", false], ["subjectKeyIdentifier", false], ["authorityKeyIdentifier", false], ["subjectAltName", false]]);
  assert.equal(granted.at(-1)?.text, "DNS:a.example.com");
});

test("what a profile demands is refused with its code, and grants nothing [REQUEST-EXTENSIONS] [REQUEST-KEY] [FOUNDRIES-FACTORY]", () => {
  const ca = makeRequest({ extensions: [asked(basicConstraints({ ca: true }))] });
  const refused = inspect(ca, "private/tls-server");
  assert.deepEqual([codesOf(refused), refused.verdict, refused.granted, refused.requested.map(({ outcome }) => outcome)], [["request-ca", "request-dns-names"], "refuse", [], [null]]);
  assert.deepEqual(codesOf(inspect(ca, "foundries/device-ca")), ["request-factory"]);
  assert.deepEqual(codesOf(inspect(makeRequest({ subject: [{ type: "CN", value: "online-ca" }, { type: "OU", value: "any factory" }] }), "foundries/device-ca")), []);
});

test("each file is judged by itself: two requests of one key are both accepted, and a forged one is not [REQUEST-POSSESSION]", () => {
  const key = makeKeyPair();
  const desk = new RequestDesk(null);
  const der = derOf(makeRequest({ key }));
  assert.deepEqual(codesOf(over(desk, "forged.csr", forged(der))), ["request-signature"]);
  assert.deepEqual(codesOf(over(desk, "first.csr", der)), []);
  assert.deepEqual(codesOf(over(desk, "second.csr", makeRequest({ key, subject: [{ type: "CN", value: "Another" }] }))), []);
});

test("a file that cannot be read is a verdict like any other [INPUT-PRESENT]", () => {
  const verdict = over(new RequestDesk(null), "x.csr", { unreadable: "no such file" });
  assert.deepEqual([verdict.verdict, codesOf(verdict), verdict.subject, verdict.publicKey], ["refuse", ["request-file"], null, null]);
});

test("DER and PEM are told apart by their octets, and nothing can be read as both [REQUEST-FORM]", () => {
  const pem = makeRequest();
  assert.deepEqual([isDer(derOf(pem)), isDer(toUtf8(pem)), isDer(toUtf8(`0 text before\n${pem}`))], [true, false, false]);
  assert.equal(inspect(`0 text before\n${pem}`).verdict, "accept");
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => !isDer(toUtf8(text)) || /^0[\p{Cc}]/u.test(text)));
});

/** The intake is one: what the desk refuses under a profile, a plan refuses, in the same words. */
test("the desk under a profile and a plan say the same of a request [REQUEST-FORM] [REQUEST-KEY] [REQUEST-SUBJECT] [REQUEST-EXTENSIONS]", () => {
  const requests = [
    makeRequest({ extensions: [asked(basicConstraints({ ca: true }))] }), makeRequest({ subject: [{ type: "CN", value: "x".repeat(65) }, { type: "OU", value: " a" }] }),
    makeRequest({ extensions: [asked(subjectAltNames({ dns: ["a b"] }))] }), makeRequest() + makeRequest(), "hello", "", makeRequest().replace("BEGIN CERT", "BEGIN PERT"), makeRequest(),
  ];
  const plain = ({ control, message, hint }: { control: string; message: string; hint?: string }): unknown[] => [control, message, hint];
  for (const request of requests) {
    const planned = planOf(SMALL, { ...FILES, "requests/device.csr": request }).findings.filter(({ control }) => control.startsWith("REQUEST-"));
    assert.deepEqual(inspect(request, "private/code-signing").findings.map(plain), planned.map(plain));
  }
});

test("what the desk says is granted is what the plan will sign [ISSUED-AS-PLANNED]", () => {
  const request = FILES["requests/device.csr"] ?? "";
  const step = goodPlan(SMALL).plan.steps.find((one) => one.rule === "sign-request@1");
  const planned = step !== undefined && "template" in step ? step.template.extensions : [];
  assert.ok(planned.length > 3);
  assert.deepEqual(inspect(request, "private/code-signing").granted, planned.map(({ oid, name, critical, text }) => ({ oid, name, critical, text })));
});

test("a request with thousands of tricks has a page that people can read, and all of it in JSON [REQUEST-SUBJECT] [REQUEST-EXTENSIONS]", () => {
  const subject = Array.from({ length: 800 }, () => ({ type: "CN", value: "\u202e\u001b[2J" }) as const);
  const extensions = Array.from({ length: 400 }, (_, i) => derSequence(derOid(`1.2.${i}`), derOctetString(new Uint8Array(40))));
  const verdict = inspect(makeRequest({ subject, extensions }));
  assert.ok(verdict.findings.length > 800 && verdict.requested.length === 400);
  const lines = deskLines(verdict, true);
  assert.ok(lines.length < 200 && lines.every((line) => /^[ -~]{0,80}$/.test(line)), lines.join("\n"));
  assert.match(deskJson(verdict), /^[ -~]+$/);
  assert.equal((JSON.parse(deskJson(verdict)) as DeskVerdict).findings.length, verdict.findings.length);
});

interface Entry { readonly file: string; readonly expected: "accept" | "reject" | "policy" }
const manifest = (): readonly Entry[] => (JSON.parse(new TextDecoder().decode(corpusFile("csr", "manifest.json"))) as { entries: Entry[] }).entries;

test("the corpus over the desk: every request that has to be refused is, and those that need not be are named [REQUEST-FORM] [REQUEST-KEY] [REQUEST-SUBJECT] [REQUEST-EXTENSIONS] [REQUEST-POSSESSION]", needsCorpus("csr"), (t) => {
  const wrong: string[] = [];
  for (const { file, expected } of manifest()) {
    const verdict = inspect(corpusFile("csr", file));
    assert.equal(verdict.verdict === "accept", verdict.findings.length === 0, file);
    const stricter = STRICTER[file];
    if (stricter !== undefined && codesOf(verdict).includes(stricter.code)) t.diagnostic(`refused by policy: ${file}: ${stricter.why}`);
    const wanted = expected === "reject" || stricter !== undefined ? "refuse" : "accept";
    if (expected !== "policy" && (verdict.verdict !== wanted || (stricter !== undefined && !codesOf(verdict).includes(stricter.code)))) wrong.push(`${file}: ${verdict.verdict} ${codesOf(verdict).join()}`);
  }
  assert.deepEqual(wrong, []);
});

/** What the name of a file of the corpus says is wrong with it, and the code by which it is refused. */
const FITTING: Readonly<Record<string, string>> = {
  "ber-indefinite-outer.der": "request-der", "trail-1-der.der": "request-der", "der-nested-deep.pem": "request-der", "only-nul-der.der": "request-structure",
  "pem-two-same.pem": "request-pem-blocks", "pem-cert-as-csr.pem": "request-pem-label", "pem-cert-relabelled.pem": "request-structure", "pem-no-end.pem": "request-pem",
  "ver-1.pem": "request-version", "attr-challenge-multi.pem": "request-attributes", "attr-extreq-empty.pem": "request-extensions",
  "rsa2048-sha1.pem": "request-signature-algorithm", "sig-flipped.pem": "request-signature", "sig-alg-key-mismatch.pem": "request-signature", "sig-raw-rs.pem": "request-signature",
  "rsa2047.pem": "request-key-size", "rsa-e1.pem": "request-key-exponent", "rsa2048-roca.pem": "request-key-roca", "ec-point-infinity.pem": "request-key-point",
  "ec-brainpoolp256r1.pem": "request-key-curve", "ec-params-missing.pem": "request-key-parameters", "x25519-spki.pem": "request-key-algorithm", "spki-unused-bits.pem": "request-key-form",
  "subj-empty-no-san.pem": "request-subject-empty", "subj-cn300.pem": "request-subject-length", "subj-newline-in-cn.pem": "request-subject-characters", "subj-utf8-invalid.pem": "request-subject-value",
  "ext-duplicate-san.pem": "request-extension-duplicate", "ext-unknown-critical.pem": "request-extension-critical", "ext-proxycert.pem": "request-extension-proxy", "san-nul-dns.pem": "request-extension-form",
};

test("each kind of mistake of the corpus has its code [REQUEST-FORM] [REQUEST-KEY] [REQUEST-SUBJECT] [REQUEST-EXTENSIONS] [REQUEST-POSSESSION]", needsCorpus("csr"), () => {
  assert.deepEqual(Object.fromEntries(Object.keys(FITTING).map((file) => [file, codesOf(inspect(corpusFile("csr", "gen", file)))[0]])), FITTING);
});

test("random octets and requests with octets changed, cut out or doubled give a verdict, quickly, and never a throw [REQUEST-FORM]", needsCorpus("csr"), () => {
  const seeds = manifest().map(({ file }) => corpusFile("csr", file)).filter(({ length }) => length > 0);
  const change = fc.record({ seed: fc.nat(seeds.length - 1), at: fc.nat(), length: fc.nat(8), octets: fc.uint8Array({ maxLength: 8 }) });
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
    let bytes = seeds[changes[0]?.seed ?? 0] ?? new Uint8Array();
    for (const { at, length, octets } of changes) {
      const from = at % (bytes.length + 1);
      bytes = Uint8Array.of(...bytes.subarray(0, from), ...octets, ...bytes.subarray(from + length));
    }
    for (const profile of [undefined, "private/tls-server"]) {
      const { verdict, findings } = inspect(bytes, profile);
      assert.equal(verdict === "refuse", findings.length > 0);
    }
  }), { numRuns: 3000 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => inspect(bytes).verdict === "refuse" && inspect(Uint8Array.of(0x30, 0x82, ...bytes)).verdict === "refuse"), { numRuns: 1000 });
});
