/** Lints: each rule speaks about the certificate or CRL that breaks it, and about no other. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { derBitString, derBoolean, derInteger, derNull, derOctetString, derOid, derSequence, derSet, derSmallInteger, derTlv, readDer } from "../../src/bytes/der.ts";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import { CONTROLS, type ControlId } from "../../src/controls.ts";
import { KEY_ALGORITHMS, MECHANISMS_OF } from "../../src/x509/algorithm.ts";
import { buildTbsCertList, type CertificateListContents } from "../../src/x509/crl.ts";
import { basicConstraints, extendedKeyUsage, fillExtensions, keyUsage, subjectKeyIdentifier, type FilledExtension, type PlannedExtension } from "../../src/x509/extension.ts";
import type { KeyUsageBit } from "../../src/x509/extension-value.ts";
import { CERTIFICATE_LINTS, LIST_LINTS, lintControls, lintTbs, lintTbsCertList } from "../../src/x509/lint.ts";
import { encodeName, type NameAttribute } from "../../src/x509/name.ts";
import { keyIdentifier, readSpki } from "../../src/x509/spki.ts";
import { standInSpki } from "../../src/x509/stand-in-key.ts";
import { buildTbsCertificate, type CertificateContents } from "../../src/x509/tbs.ts";
import { checkout } from "../tools.ts";
import { HOST, ROOT } from "./chain.ts";

const KEY = standInSpki("ecdsa-p256");
const RSA = standInSpki("rsa-2048");
const identifiers = { subjectKeyIdentifier: keyIdentifier(KEY), authorityKeyIdentifier: keyIdentifier(RSA) };
const filled = (...extensions: PlannedExtension[]): FilledExtension[] => fillExtensions(extensions, identifiers);
const raw = (oid: string, value: Uint8Array, critical = false): FilledExtension => ({ oid, critical, value });

const SKI = filled(subjectKeyIdentifier());
const AKI = [raw("2.5.29.35", derSequence(derTlv(0x80, identifiers.authorityKeyIdentifier)))];
const CA = [...filled(basicConstraints({ ca: true }), keyUsage(["keyCertSign", "cRLSign"])), ...SKI, ...AKI];
const LEAF = [...filled(basicConstraints({ ca: false }), keyUsage(["digitalSignature"]), extendedKeyUsage(["clientAuth"])), ...SKI, ...AKI];

function tbs(more: Partial<CertificateContents>): Uint8Array {
  return buildTbsCertificate({
    serial: "4f00000000000000000000000000000000000001", issuer: encodeName(ROOT), subject: encodeName(HOST), notBefore: "2026-01-01T00:00:00Z", notAfter: "2030-12-31T23:59:59Z",
    spki: KEY, mechanism: "ecdsa-sha256", extensions: LEAF, ...more,
  });
}

/** The components of a TBSCertificate, some of them replaced. */
function patched(change: (parts: Uint8Array[]) => readonly Uint8Array[]): Uint8Array {
  return derSequence(...change(readDer(tbs({})).children.map(({ bytes }) => bytes)));
}

const spoken = (octets: Uint8Array): ControlId[] => [...new Set(lintTbs(octets, []).map(({ control }) => control))];
const name = (...attributes: NameAttribute[]): Uint8Array => encodeName(attributes);
const without = (extensions: readonly FilledExtension[], ...oids: string[]): FilledExtension[] => extensions.filter(({ oid }) => !oids.includes(oid));
const leafWith = (...extensions: FilledExtension[]): FilledExtension[] => [...without(LEAF, ...extensions.map(({ oid }) => oid)), ...extensions];
const caWith = (...extensions: FilledExtension[]): FilledExtension[] => [...without(CA, ...extensions.map(({ oid }) => oid)), ...extensions];
const used = (bits: readonly KeyUsageBit[], ...purposes: string[]): FilledExtension[] => [...without(LEAF, "2.5.29.15", "2.5.29.37"), ...filled(keyUsage(bits)), ...(purposes.length > 0 ? filled(extendedKeyUsage(purposes)) : [])];
const uri = (text: string): Uint8Array => derTlv(0x86, toUtf8(text));
const policy = (oid: string, ...rest: Uint8Array[]): Uint8Array => derSequence(derOid(oid), ...rest);
const altNames = (...names: Uint8Array[]): FilledExtension => raw("2.5.29.17", derSequence(...names));
const dns = (text: string): Uint8Array => derTlv(0x82, toUtf8(text));
const constraints = (...subtrees: Uint8Array[]): FilledExtension => raw("2.5.29.30", derSequence(derTlv(0xa0, ...subtrees)), true);

test("certificates as profiles write them pass every lint, whatever the key and the signature", () => {
  for (const algorithm of KEY_ALGORITHMS) {
    const spki = standInSpki(algorithm);
    assert.equal(readSpki(spki).algorithm, algorithm);
    for (const mechanism of MECHANISMS_OF[algorithm]) {
      assert.deepEqual(lintTbs(tbs({ spki, mechanism }), []), []);
      assert.deepEqual(lintTbs(tbs({ spki, mechanism, subject: encodeName(ROOT), extensions: without(CA, "2.5.29.35") }), []), []);
    }
  }
  const info = raw("1.3.6.1.5.5.7.1.1", derSequence(derSequence(derOid("1.3.6.1.5.5.7.48.2"), uri("http://example.com/ca.crt"))));
  const points = raw("2.5.29.31", derSequence(derSequence(derTlv(0xa0, derTlv(0xa0, uri("http://example.com/ca.crl"))))));
  const policies = raw("2.5.29.32", derSequence(policy("2.23.140.1.2.1", derSequence(derSequence(derOid("1.3.6.1.5.5.7.2.1"), derTlv(0x16, toUtf8("https://example.com/cps"))))), policy("1.2.3")));
  const limits = constraints(derSequence(dns("example.com")), derSequence(derTlv(0x87, new Uint8Array(8))));
  assert.deepEqual(lintTbs(tbs({ extensions: caWith(info, points, policies, limits) }), []), []);
  assert.deepEqual(lintTbs(tbs({ extensions: [...used(["digitalSignature", "keyEncipherment"], "serverAuth"), altNames(dns("*.example.com"), derTlv(0x87, new Uint8Array(16)), uri("https://example.com/"))], spki: RSA }), []), []);
  assert.deepEqual(lintTbs(tbs({ subject: name(), extensions: leafWith({ ...altNames(dns("a.example")), critical: true }) }), []), []);
});

/** What is wrong, the octets, and the control that has to speak; no other may. */
const BAD: readonly (readonly [string, ControlId, Uint8Array])[] = [
  ["no DER", "CERTIFICATE-FORM", Uint8Array.of(0x30, 0x80)],
  ["version 1", "CERTIFICATE-FORM", patched(([, ...rest]) => rest)],
  ["version 2", "CERTIFICATE-FORM", patched(([, ...rest]) => [derTlv(0xa0, derSmallInteger(1)), ...rest])],
  ["a unique identifier", "CERTIFICATE-FORM", patched((parts) => [...parts.slice(0, -1), derTlv(0x81, Uint8Array.of(0, 1)), ...parts.slice(-1)])],
  ["a field too many", "CERTIFICATE-FORM", patched((parts) => [...parts, derNull()])],
  ["a serial of zero", "SERIAL-ENTROPY", patched(([version, , ...rest]) => [version as Uint8Array, derInteger(Uint8Array.of(0)), ...rest])],
  ["a negative serial", "SERIAL-ENTROPY", patched(([version, , ...rest]) => [version as Uint8Array, derTlv(2, Uint8Array.of(0xff)), ...rest])],
  ["a serial of 21 octets", "SERIAL-ENTROPY", patched(([version, , ...rest]) => [version as Uint8Array, derTlv(2, new Uint8Array(21).fill(0x40)), ...rest])],
  ["ECDSA with NULL", "CERTIFICATE-FORM", patched((parts) => parts.with(2, derSequence(derOid("1.2.840.10045.4.3.2"), derNull())))],
  ["RSA without NULL", "CERTIFICATE-FORM", patched((parts) => parts.with(2, derSequence(derOid("1.2.840.113549.1.1.11"))))],
  ["SHA-1", "CERTIFICATE-FORM", patched((parts) => parts.with(2, derSequence(derOid("1.2.840.113549.1.1.5"), derNull())))],
  ["GeneralizedTime in 2030", "CERTIFICATE-FORM", patched((parts) => parts.with(4, derSequence(derTlv(0x18, toUtf8("20260101000000Z")), derTlv(0x18, toUtf8("20300101000000Z")))))],
  ["no seconds", "CERTIFICATE-FORM", patched((parts) => parts.with(4, derSequence(derTlv(0x17, toUtf8("2601010000Z")), derTlv(0x17, toUtf8("3001010000Z")))))],
  ["an end before the beginning", "VALIDITY-WITHIN-ISSUER", tbs({ notAfter: "2025-12-31T23:59:59Z" })],
  ["a self-signed certificate by another algorithm than its key's", "CERTIFICATE-FORM", tbs({ subject: encodeName(ROOT), extensions: without(CA, "2.5.29.35"), mechanism: "rsa-pkcs1-sha256" })],
  ["an empty issuer", "SUBJECT-FORM", tbs({ issuer: name() })],
  ["a CA without a subject", "SUBJECT-FORM", tbs({ subject: name(), extensions: [...CA, { ...altNames(dns("a.example")), critical: true }] })],
  ["a common name of 65 characters", "SUBJECT-FORM", tbs({ subject: name({ type: "CN", value: "a".repeat(65) }) })],
  ["a country of one letter", "SUBJECT-FORM", tbs({ issuer: name({ type: "C", value: "D" }) })],
  ["a country as UTF8String", "SUBJECT-FORM", tbs({ subject: derSequence(derSet(derSequence(derOid("2.5.4.6"), derTlv(0x0c, toUtf8("DE"))))) })],
  ["a bidirectional character", "SUBJECT-FORM", tbs({ subject: name({ type: "CN", value: "a\u202eb" }) })],
  ["a type twice in an RDN", "SUBJECT-FORM", tbs({ subject: derSequence(derSet(...["a", "b"].map((text) => derSequence(derOid("2.5.4.3"), derTlv(0x0c, toUtf8(text)))))) })],
  ["a point off its curve", "ALGORITHM-ALLOWED", tbs({ spki: derSequence(derSequence(derOid("1.2.840.10045.2.1"), derOid("1.2.840.10045.3.1.7")), derBitString(concat(Uint8Array.of(4), new Uint8Array(64).fill(1)))) })],
  ["an extension twice", "EXTENSION-FORM", tbs({ extensions: [...LEAF, ...SKI] })],
  ["an unknown critical extension", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("1.2.3.4", derNull(), true)) })],
  ["information access that is critical", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("1.3.6.1.5.5.7.1.1", derSequence(derSequence(derOid("1.3.6.1.5.5.7.48.2"), uri("http://a.example/"))), true)) })],
  ["information access without a description", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("1.3.6.1.5.5.7.1.1", derSequence())) })],
  ["information access by another scheme", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("1.3.6.1.5.5.7.1.1", derSequence(derSequence(derOid("1.3.6.1.5.5.7.48.2"), uri("ftp://a.example/"))))) })],
  ["a distribution point with reasons only", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("2.5.29.31", derSequence(derSequence(derTlv(0x81, Uint8Array.of(1, 2)))))) })],
  ["CT poison", "EXTENSION-FORM", tbs({ extensions: leafWith(raw("1.3.6.1.4.1.11129.2.4.3", derNull(), true)) })],
  ["CA:TRUE that is not critical", "CA-BASIC-CONSTRAINTS", tbs({ extensions: caWith(...filled(basicConstraints({ ca: true }, false))) })],
  ["a CA that signs no certificates", "CA-BASIC-CONSTRAINTS", tbs({ extensions: caWith(...filled(keyUsage(["cRLSign"]))) })],
  ["a pathLenConstraint without cA", "CA-BASIC-CONSTRAINTS", tbs({ extensions: leafWith(raw("2.5.29.19", derSequence(derSmallInteger(1)), true)) })],
  ["cA FALSE in full", "CA-BASIC-CONSTRAINTS", tbs({ extensions: leafWith(raw("2.5.29.19", derSequence(derBoolean(false)), true)) })],
  ["keyCertSign in a leaf", "CA-BASIC-CONSTRAINTS", tbs({ extensions: leafWith(...filled(keyUsage(["digitalSignature", "keyCertSign"]))) })],
  ["a CA without a subjectKeyIdentifier", "KEY-IDENTIFIERS", tbs({ extensions: without(CA, "2.5.29.14") })],
  ["no authorityKeyIdentifier", "KEY-IDENTIFIERS", tbs({ extensions: without(LEAF, "2.5.29.35") })],
  ["a critical key identifier", "KEY-IDENTIFIERS", tbs({ extensions: leafWith({ ...AKI[0] as FilledExtension, critical: true }) })],
  ["an authority by serial number alone", "KEY-IDENTIFIERS", tbs({ extensions: leafWith(raw("2.5.29.35", derSequence(derTlv(0x82, Uint8Array.of(1))))) })],
  ["a keyUsage of no bit", "KEY-USAGE-FITS", tbs({ extensions: [...without(LEAF, "2.5.29.15", "2.5.29.37"), raw("2.5.29.15", derTlv(3, Uint8Array.of(0)), true)] })],
  ["a keyUsage that is not critical", "KEY-USAGE-FITS", tbs({ extensions: leafWith(...filled(keyUsage(["digitalSignature"], false))) })],
  ["keyEncipherment by an EC key", "KEY-USAGE-FITS", tbs({ extensions: used(["digitalSignature", "keyEncipherment"], "clientAuth") })],
  ["keyAgreement by an RSA key", "KEY-USAGE-FITS", tbs({ spki: RSA, extensions: used(["digitalSignature", "keyAgreement"], "clientAuth") })],
  ["keyAgreement by an Ed25519 key", "KEY-USAGE-FITS", tbs({ spki: standInSpki("ed25519"), extensions: used(["keyAgreement"]) })],
  ["encipherOnly without keyAgreement", "KEY-USAGE-FITS", tbs({ extensions: used(["digitalSignature", "encipherOnly"]) })],
  ["code signing without digitalSignature", "KEY-USAGE-FITS", tbs({ extensions: used(["nonRepudiation"], "codeSigning") })],
  ["a purpose twice", "KEY-USAGE-FITS", tbs({ extensions: used(["digitalSignature"], "clientAuth", "clientAuth") })],
  ["any purpose", "KEY-USAGE-FITS", tbs({ extensions: used(["digitalSignature"], "2.5.29.37.0") })],
  ["time stamping beside another purpose", "KEY-USAGE-FITS", tbs({ extensions: used(["digitalSignature"], "timeStamping", "codeSigning") })],
  ["a subjectAltName without names", "ALTERNATIVE-NAMES", tbs({ extensions: leafWith(altNames()) })],
  ...["a_b.example", "-a.example", "a..example", "a.*.example", "*a.example", "a".repeat(64), "1.2.3.4", "a.example."].map((text) => [`the DNS name ${text}`, "ALTERNATIVE-NAMES", tbs({ extensions: leafWith(altNames(dns(text))) })] as const),
  ["an address of 5 octets", "ALTERNATIVE-NAMES", tbs({ extensions: leafWith(altNames(derTlv(0x87, new Uint8Array(5)))) })],
  ["a relative URI", "ALTERNATIVE-NAMES", tbs({ extensions: leafWith(altNames(uri("/a"))) })],
  ["no subject and no name", "ALTERNATIVE-NAMES", tbs({ subject: name() })],
  ["no subject and a name that is not critical", "ALTERNATIVE-NAMES", tbs({ subject: name(), extensions: leafWith(altNames(dns("a.example"))) })],
  ["a subject and a critical name", "ALTERNATIVE-NAMES", tbs({ extensions: leafWith({ ...altNames(dns("a.example")), critical: true }) })],
  ["a TLS server without a name", "ALTERNATIVE-NAMES", tbs({ extensions: used(["digitalSignature"], "serverAuth") })],
  ["name constraints in a leaf", "NAME-CONSTRAINTS", tbs({ extensions: leafWith(constraints(derSequence(dns("a.example")))) })],
  ["name constraints without any", "NAME-CONSTRAINTS", tbs({ extensions: caWith(raw("2.5.29.30", derSequence(), true)) })],
  ["a constraint of an address without a mask", "NAME-CONSTRAINTS", tbs({ extensions: caWith(constraints(derSequence(derTlv(0x87, new Uint8Array(4))))) })],
  ["a constraint with a minimum", "NAME-CONSTRAINTS", tbs({ extensions: caWith(constraints(derSequence(dns("a.example"), derTlv(0x80, Uint8Array.of(1))))) })],
  ["name constraints that are not critical", "EXTENSION-FORM", tbs({ extensions: caWith({ ...constraints(derSequence(dns("a.example"))), critical: false }) })],
  ["a policy twice", "CERTIFICATE-POLICIES", tbs({ extensions: leafWith(raw("2.5.29.32", derSequence(policy("1.2.3"), policy("1.2.3")))) })],
  ["policies without any", "CERTIFICATE-POLICIES", tbs({ extensions: leafWith(raw("2.5.29.32", derSequence())) })],
  ["a qualifier of another kind", "CERTIFICATE-POLICIES", tbs({ extensions: leafWith(raw("2.5.29.32", derSequence(policy("1.2.3", derSequence(derSequence(derOid("1.2.4"), derNull())))))) })],
  ["a mapping to anyPolicy", "CERTIFICATE-POLICIES", tbs({ extensions: caWith(raw("2.5.29.32", derSequence(policy("1.2.3"))), raw("2.5.29.33", derSequence(derSequence(derOid("1.2.3"), derOid("2.5.29.32.0"))), true)) })],
  ["inhibitAnyPolicy below zero", "CERTIFICATE-POLICIES", tbs({ extensions: caWith(raw("2.5.29.54", derTlv(2, Uint8Array.of(0xff)), true)) })],
];

test("each certificate that is wrong in one way is refused in the name of one control [CERTIFICATE-FORM] [EXTENSION-FORM] [KEY-USAGE-FITS] [ALTERNATIVE-NAMES] [NAME-CONSTRAINTS] [CERTIFICATE-POLICIES] [SUBJECT-FORM]", () => {
  const wrong = BAD.flatMap(([what, control, octets]) => {
    const found = spoken(octets);
    return found.length === 1 && found[0] === control ? [] : [`${what}: expected ${control}, found ${found.join(", ") || "nothing"}: ${lintTbs(octets, []).map(({ message }) => message).join("; ")}`];
  });
  assert.deepEqual(wrong, []);
});

test("every control of the lints is one, is reached by a bad certificate, and every rule has a clause and a date", () => {
  assert.deepEqual(lintControls("certificate").filter((control) => !BAD.some(([, reached]) => reached === control)), []);
  for (const { rule, control, clause, effective } of [...CERTIFICATE_LINTS, ...LIST_LINTS]) {
    assert.ok(CONTROLS.some(({ id }) => id === control) && rule.length > 10 && /(RFC|BR|X\.)/.test(clause), rule);
    assert.match(effective, /^(19|20)\d\d-\d\d-\d\d$/);
  }
});

test("a rule of the Baseline Requirements is asked from its day on, by notBefore; one of an RFC whatever notBefore says; all where the dates cannot be read", () => {
  const any = used(["digitalSignature"], "2.5.29.37.0");
  const from = (notBefore: string, extensions = any): ControlId[] => spoken(tbs({ notBefore, extensions }));
  assert.deepEqual(from("2023-09-14T23:59:59Z"), []);
  assert.deepEqual(from("2023-09-15T00:00:00Z"), ["KEY-USAGE-FITS"]);
  assert.deepEqual(from("1999-01-01T00:00:00Z", without(LEAF, "2.5.29.35")), ["KEY-IDENTIFIERS"]);
  assert.deepEqual(from("2012-06-30T00:00:00Z", used(["digitalSignature"], "serverAuth")), []);
  assert.deepEqual(from("2012-07-01T00:00:00Z", used(["digitalSignature"], "serverAuth")), ["ALTERNATIVE-NAMES"]);
  const undated = patched((parts) => parts.with(4, derSequence(derTlv(0x17, toUtf8("1001010000Z")), derTlv(0x17, toUtf8("3001010000Z")))).with(7, derTlv(0xa3, derSequence(...any.map(({ oid, critical, value }) => extension(oid, value, critical))))));
  assert.deepEqual(spoken(undated).sort(), ["CERTIFICATE-FORM", "KEY-USAGE-FITS"]);
});

test("a self-issued certificate may name another key as its authority: so a CA certifies its next key [KEY-IDENTIFIERS]", () => {
  assert.deepEqual(lintTbs(tbs({ subject: encodeName(ROOT), extensions: CA }), []), []);
});

const LIST: CertificateListContents = {
  issuer: encodeName(ROOT), thisUpdate: "2026-11-20T10:00:00Z", nextUpdate: "2027-11-20T09:59:59Z", number: 7, authorityKeyIdentifier: keyIdentifier(KEY), mechanism: "ecdsa-sha256",
  point: null, revoked: [1, 2, 3, 4, 5, 6, 8, 9, 10, 0].map((reason) => ({ serial: `4f${reason.toString(16).padStart(2, "0")}`, date: "2026-11-19T00:00:00Z", reason })),
};
const listed = (octets: Uint8Array): string[] => [...new Set(lintTbsCertList(octets, []).map(({ control }) => control))];
function patchedList(change: (parts: Uint8Array[]) => readonly Uint8Array[]): Uint8Array {
  return derSequence(...change(readDer(buildTbsCertList(LIST)).children.map(({ bytes }) => bytes)));
}
const extension = (oid: string, value: Uint8Array, critical = false): Uint8Array => derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(value));
const NUMBER = extension("2.5.29.20", derSmallInteger(7));
const AUTHORITY = extension("2.5.29.35", derSequence(derTlv(0x80, keyIdentifier(KEY))));
const listExtensions = (...extensions: Uint8Array[]): Uint8Array => patchedList((parts) => parts.with(-1, derTlv(0xa0, derSequence(...extensions))));

test("a CRL that is wrong in one way is refused, and one that is right is not [CRL-FORM]", () => {
  const bad: Readonly<Record<string, Uint8Array>> = {
    "version 1": patchedList(([, ...rest]) => rest),
    "no nextUpdate": patchedList((parts) => [...parts.slice(0, 4), ...parts.slice(5)]),
    "nextUpdate before thisUpdate": buildTbsCertList({ ...LIST, nextUpdate: "2026-11-20T09:00:00Z" }),
    "an empty issuer": buildTbsCertList({ ...LIST, issuer: name() }),
    "no entry in the list": patchedList((parts) => parts.with(5, derSequence())),
    "a serial twice": buildTbsCertList({ ...LIST, revoked: [...LIST.revoked, ...LIST.revoked.slice(0, 1)] }),
    "reason 7": buildTbsCertList({ ...LIST, revoked: [{ serial: "01", date: "2026-11-19T00:00:00Z", reason: 7 }] }),
    "reason 11": buildTbsCertList({ ...LIST, revoked: [{ serial: "01", date: "2026-11-19T00:00:00Z", reason: 11 }] }),
    "revoked tomorrow": buildTbsCertList({ ...LIST, revoked: [{ serial: "01", date: "2026-11-21T00:00:00Z", reason: 1 }] }),
    "no number": listExtensions(AUTHORITY),
    "no authority": listExtensions(NUMBER),
    "a critical number": listExtensions(AUTHORITY, extension("2.5.29.20", derSmallInteger(7), true)),
    "a negative number": listExtensions(AUTHORITY, extension("2.5.29.20", derTlv(2, Uint8Array.of(0xff)))),
    "an extension twice": listExtensions(AUTHORITY, NUMBER, NUMBER),
    "a distribution point that is not critical": listExtensions(AUTHORITY, NUMBER, extension("2.5.29.28", derSequence())),
    "ECDSA with NULL": patchedList((parts) => parts.with(1, derSequence(derOid("1.2.840.10045.4.3.2"), derNull()))),
    "no DER": Uint8Array.of(0x30, 0x80),
  };
  for (const [what, octets] of Object.entries(bad)) assert.deepEqual(listed(octets), ["CRL-FORM"], what);
  const good = [buildTbsCertList(LIST), buildTbsCertList({ ...LIST, revoked: [] }), listExtensions(AUTHORITY, NUMBER, extension("2.5.29.28", derSequence(derTlv(0x81, Uint8Array.of(0xff))), true))];
  for (const octets of good) assert.deepEqual(lintTbsCertList(octets, []), []);
});

test("docs/lints.md lists every rule with its control, its clause and the date of the clause", () => {
  const page = readFileSync(join(checkout, "docs", "lints.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| [A-Za-z]/.test(line) && !line.startsWith("| rule"));
  assert.deepEqual(rows, [...CERTIFICATE_LINTS, ...LIST_LINTS].map(({ rule, control, clause, effective }) => `| ${rule} | ${control} | ${clause} | ${effective} |`));
});
