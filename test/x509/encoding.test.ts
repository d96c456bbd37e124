/** Every TBS that this program builds, built a second time by a library: the same octets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import "reflect-metadata";
import * as peculiar from "@peculiar/x509";
import fc from "fast-check";
import { toHex } from "../../src/bytes/hex.ts";
import type { ProfileParameters } from "../../src/plan/profile.ts";
import { findProfile, profileNames } from "../../src/plan/profiles.ts";
import { KEY_ALGORITHMS, MECHANISMS } from "../../src/x509/algorithm.ts";
import { buildRequestInfo, type CertificationRequest } from "../../src/x509/certification-request.ts";
import { buildTbsCertList, type CertificateListContents } from "../../src/x509/crl.ts";
import { KEY_USAGE_BITS } from "../../src/x509/extension-value.ts";
import {
  basicConstraints, extendedKeyUsage, fillExtensions, keyUsage, subjectAltNames, type FilledExtension, type PlannedExtension,
} from "../../src/x509/extension.ts";
import { encodeName, NAME_ATTRIBUTE_TYPES, type NameAttribute } from "../../src/x509/name.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { buildTbsCertificate, TbsTemplate, type CertificateContents } from "../../src/x509/tbs.ts";
import { ROOT, HOST } from "./chain.ts";
import { encodeAgain, encodeRequestInfo, encodeTbsCertificate, encodeTbsCertList } from "./second-encoder.ts";
import { TestKey } from "./test-key.ts";

const KEYS = KEY_ALGORITHMS.filter((algorithm) => !/rsa-[34]/.test(algorithm)).map((algorithm) => new TestKey(algorithm));
const [KEY] = KEYS as [TestKey, ...TestKey[]];
const REQUEST = { requestedDnsNames: ["host.example.com", `${"a".repeat(63)}.${"b".repeat(63)}.example.com`] } as unknown as CertificationRequest;
const SUBTREES = { dns: ["example.com"], ip: ["10.0.0.0/8", "2001:db8::/32"], email: [".example.com"], directory: [ROOT] };
const PARAMETERS: ProfileParameters = {
  ceremony: "c-00000000", subject: ROOT, pathLength: 1, factory: "example", isBelow: true, request: REQUEST, existing: null, usage: ["clientAuth", "serverAuth"],
  policies: [{ oid: "2.23.140.1.2.1", cps: null }, { oid: "1.3.6.1.4.1.99999.1", cps: "https://ca.example.com/cps" }], constraints: { permitted: SUBTREES, excluded: SUBTREES },
  access: { issuers: ["http://ca.example.com/root.crt"], ocsp: ["http://ocsp.example.com"] }, crlAt: ["http://ca.example.com/root.crl"], order: ["authority-info", "crl-at", "policies"],
};

function extensionsOf(profile: string, key: TestKey): FilledExtension[] {
  const identifier = keyIdentifier(key.spki);
  return fillExtensions(findProfile(profile)?.extensions(PARAMETERS) ?? [], { subjectKeyIdentifier: identifier, authorityKeyIdentifier: identifier });
}

function contentsFor(more: Partial<CertificateContents>): CertificateContents {
  return {
    serial: "4f00000000000000000000000000000000000001", issuer: encodeName(ROOT), subject: encodeName(HOST), notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2049-12-31T23:59:59Z", spki: KEY.spki, mechanism: "ecdsa-sha256", extensions: [], ...more,
  };
}

function assertSame(contents: CertificateContents): void {
  assert.equal(toHex(buildTbsCertificate(contents)), toHex(encodeTbsCertificate(contents)));
}

test("C4: every profile over every kind of key, on either side of 2050, is the TBSCertificate of the second encoder [ISSUED-AS-PLANNED]", () => {
  assert.ok(profileNames().length >= 9);
  for (const profile of profileNames()) {
    for (const key of KEYS) {
      for (const notAfter of ["2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]) {
        const extensions = extensionsOf(profile, key);
        assert.ok(extensions.length > 1, profile);
        assertSame(contentsFor({ notAfter, spki: key.spki, mechanism: key.mechanism, extensions }));
        for (const extension of extensions) {
          const again = encodeAgain(extension);
          if (again !== null) assert.equal(toHex(again), toHex(extension.value), extension.oid);
        }
      }
    }
  }
  for (const mechanism of MECHANISMS) assertSame(contentsFor({ mechanism, notBefore: "2050-01-01T00:00:00Z", notAfter: "2051-01-01T00:00:00Z" }));
});

const valueOf = (extension: PlannedExtension): string => ("value" in extension ? extension.value : "");
const libraryValue = ({ value }: peculiar.Extension): string => toHex(new Uint8Array(value));

test("extension values are those of the library's classes", () => {
  for (const pathLength of [undefined, 0, 1, 10]) {
    assert.equal(valueOf(basicConstraints({ ca: true, ...(pathLength === undefined ? {} : { pathLength }) })), libraryValue(new peculiar.BasicConstraintsExtension(true, pathLength, true)));
  }
  assert.equal(valueOf(basicConstraints({ ca: false, pathLength: 3 })), libraryValue(new peculiar.BasicConstraintsExtension(false)));
  for (let flags = 1; flags < 1 << KEY_USAGE_BITS.length; flags++) {
    const bits = KEY_USAGE_BITS.filter((_, bit) => ((flags >> bit) & 1) === 1);
    assert.equal(valueOf(keyUsage(bits)), libraryValue(new peculiar.KeyUsagesExtension(flags)), bits.join(" "));
  }
  const { serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, ocspSigning } = peculiar.ExtendedKeyUsage;
  const purposes = { serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning: ocspSigning };
  for (const [name, oid] of Object.entries(purposes)) {
    assert.equal(valueOf(extendedKeyUsage([name, "1.2.3.4444444"])), libraryValue(new peculiar.ExtendedKeyUsageExtension([oid, "1.2.3.4444444"])), name);
  }
  const dns = [...REQUEST.requestedDnsNames];
  assert.equal(valueOf(subjectAltNames({ dns })), libraryValue(new peculiar.SubjectAlternativeNameExtension(dns.map((value) => ({ type: "dns" as const, value })))));
});

const list = (more: Partial<CertificateListContents> = {}): CertificateListContents => ({
  issuer: encodeName(ROOT), thisUpdate: "2026-11-20T10:00:00Z", nextUpdate: "2049-12-31T23:59:59Z", number: 1, authorityKeyIdentifier: keyIdentifier(KEY.spki),
  mechanism: KEY.mechanism, revoked: [], point: null, ...more,
});

test("CRLs, empty and full, with each reason, number and algorithm, are the TBSCertList of the second encoder [ISSUED-AS-PLANNED]", () => {
  const reasons = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10].map((reason) => ({ serial: `4${reason.toString(16)}ff`, date: "2050-01-01T00:00:00Z", reason }));
  const many = Array.from({ length: 2000 }, (_, i) => ({ serial: (i + 1).toString(16).padStart(8, "0"), date: "2026-11-19T00:00:00Z", reason: i % 3 }));
  const lists = [
    list(), list({ revoked: reasons }), list({ revoked: many }), list({ nextUpdate: "2050-01-01T00:00:00Z" }),
    ...[0, 127, 128, 255, 256, 65535, 2 ** 31, 2 ** 32 - 1].map((number) => list({ number })), ...MECHANISMS.map((mechanism) => list({ mechanism })),
  ];
  for (const contents of lists) assert.equal(toHex(buildTbsCertList(contents)), toHex(encodeTbsCertList(contents)));
});

test("requests of our own are the CertificationRequestInfo of the second encoder [KEY-POSSESSION]", () => {
  for (const { spki } of KEYS) assert.equal(toHex(buildRequestInfo({ subject: encodeName(HOST), spki })), toHex(encodeRequestInfo({ subject: encodeName(HOST), spki })));
});

const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
const attributes = fc.array(fc.record({ type: fc.constantFrom(...NAME_ATTRIBUTE_TYPES.filter((type) => !["C", "serialNumber", "DC", "E"].includes(type))), value: texts }), { maxLength: 6 });
const names = attributes.map((name) => encodeName(name as NameAttribute[]));
const instants = fc.date({ min: new Date("1950-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }).map((date) => `${date.toISOString().slice(0, 19)}Z`);
const serials = fc.uint8Array({ minLength: 1, maxLength: 19 }).map((octets) => `01${toHex(octets)}`);
const extensionLists = fc.array(fc.record({ oid: fc.tuple(fc.integer({ min: 0, max: 39 }), fc.nat()).map(([a, b]) => `1.${a}.${b}`), critical: fc.boolean(), value: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 5 });

test("whatever is in a TBSCertificate, both encoders write the same octets, and a template with holes does so too", () => {
  const anything = fc.record({
    serial: serials, issuer: names, subject: names, notBefore: instants, notAfter: instants, spki: fc.constantFrom(...KEYS.map(({ spki }) => spki)),
    mechanism: fc.constantFrom(...MECHANISMS), extensions: extensionLists,
  });
  fc.assert(fc.property(anything, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (contents, open) => {
    const expected = toHex(encodeTbsCertificate(contents));
    assert.equal(toHex(buildTbsCertificate(contents)), expected);
    const template = new TbsTemplate({ ...contents, extensions: contents.extensions.map((extension, i) => (open[i] === true ? { ...extension, value: null } : extension)) });
    const filling = { ...contents, values: contents.extensions.filter((_, i) => open[i] === true).map(({ value }) => value) };
    assert.equal(toHex(template.fill(filling)), expected);
    assert.equal(toHex(template.fill({ ...filling, serial: "7f" })), toHex(buildTbsCertificate({ ...contents, serial: "7f" })));
  }), { numRuns: 150 });
});

test("a template refuses names, keys and numbers that are none, and fillings that do not fit", () => {
  const template = new TbsTemplate({ ...contentsFor({}), extensions: [{ oid: "2.5.29.14", critical: false, value: null }] });
  const filling = { serial: "01", subject: encodeName(HOST), spki: KEY.spki, values: [Uint8Array.of(4, 1, 1)] };
  assert.ok(template.fill(filling).length > 100);
  for (const bad of [{ subject: Uint8Array.of(0x30, 0x80) }, { subject: KEY.spki }, { spki: encodeName(HOST) }, { serial: "00" }, { values: [] }]) {
    assert.throws(() => template.fill({ ...filling, ...bad }), { name: "Fault" }, JSON.stringify(bad));
  }
  assert.throws(() => new TbsTemplate({ ...contentsFor({ issuer: Uint8Array.of(0x31, 0) }), extensions: [] }), { code: "form-der" });
});
