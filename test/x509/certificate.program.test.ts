import assert from "node:assert/strict";
import { webcrypto, X509Certificate } from "node:crypto";
import { test } from "node:test";
import "reflect-metadata";
import * as peculiar from "@peculiar/x509";
import { toHex } from "../../src/bytes/hex.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { sameBytes } from "../../src/bytes/text.ts";
import type { KeyAlgorithm, Mechanism } from "../../src/x509/algorithm.ts";
import { basicConstraints, extendedKeyUsage, keyUsage, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import { lintTbs } from "../../src/x509/lint.ts";
import { certificateClaim, compareCertificate, readCertificate } from "../../src/x509/reread.ts";
import { ecdsaFromDer, ecdsaToDer } from "../../src/x509/signed.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { caExtensions, HOST, hostExtensions, issue, issueRoot, ROOT } from "./chain.ts";
import type { Issued } from "./chain.ts";
import { corpusFile, corpusFiles, needsCorpus } from "./corpora.ts";
import { needsOpenssl, openssl } from "./openssl.ts";
import { holds, TestKey } from "./test-key.ts";

const pem = ({ der }: Issued): string => toPem("CERTIFICATE", der);
const expectedOf = ({ contents, tbs }: Issued): Parameters<typeof compareCertificate>[1] => ({ ...contents, tbs });

type Kind = KeyAlgorithm | `rsa-${"2048" | "3072"} ${Extract<Mechanism, `rsa-pss-${string}`>}`;

function keyOf(kind: Kind): TestKey {
  const [algorithm, mechanism] = kind.split(" ") as [KeyAlgorithm, Mechanism?];
  return new TestKey(algorithm, mechanism);
}

const MIXED: readonly [Kind, Kind, Kind][] = [
  ["rsa-2048 rsa-pss-sha256", "rsa-2048 rsa-pss-sha384", "rsa-2048"], ["rsa-3072 rsa-pss-sha512", "ed25519", "ed25519"],
  ["ecdsa-p256", "ecdsa-p256", "ecdsa-p256"], ["ecdsa-p384", "ecdsa-p384", "rsa-2048"], ["ecdsa-p521", "rsa-2048", "ed25519"], ["rsa-2048", "ed25519", "ecdsa-p384"],
];

test("chains of every algorithm verify strictly in openssl and in node:crypto, and are read as planned [ISSUED-AS-PLANNED]", needsOpenssl, () => {
  for (const [rootAlgorithm, caAlgorithm, hostAlgorithm] of MIXED) {
    const [rootKey, caKey, hostKey] = [keyOf(rootAlgorithm), keyOf(caAlgorithm), keyOf(hostAlgorithm)];
    const ca = [{ type: "CN", value: "Device CA" }, { type: "OU", value: "example" }] as const;
    const root = issueRoot(rootKey);
    const subordinate = issue({ subject: ca, issuer: ROOT, key: caKey, issuerKey: rootKey, extensions: caExtensions() });
    const host = issue({ subject: HOST, issuer: ca, key: hostKey, issuerKey: caKey, extensions: hostExtensions() });
    const files = { "root.pem": pem(root), "ca.pem": pem(subordinate), "host.pem": pem(host) };
    const verified = openssl(["verify", "-x509_strict", "-check_ss_sig", "-purpose", "sslserver", "-CAfile", "root.pem", "-untrusted", "ca.pem", "host.pem"], files);
    assert.ok(verified.ok, verified.text);
    for (const [issued, issuerKey] of [[root, rootKey], [subordinate, rootKey], [host, caKey]] as const) {
      assert.deepEqual(lintTbs(issued.tbs, []), []);
      assert.deepEqual(compareCertificate(issued.der, expectedOf(issued)), []);
      assert.ok(holds(certificateClaim("here", readCertificate(issued.der), issuerKey.spki)));
    }
    const seen = new X509Certificate(pem(host));
    assert.ok(seen.checkIssued(new X509Certificate(pem(subordinate))));
    assert.equal(seen.serialNumber.toLowerCase(), host.contents.serial);
    assert.equal(seen.subject, "C=DE\nO=Beispiel Werke Zürich\nCN=host.example.com");
  }
});

/** The algorithms as the library wants them. */
const ALGORITHMS: readonly [KeyAlgorithm, { name: string; namedCurve?: string; hash: string }][] = [
  ["ecdsa-p256", { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }],
  ["ecdsa-p384", { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }],
  ["rsa-2048", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }],
];

test("the library's own generator, as a second encoder, makes the same certificate [ISSUED-AS-PLANNED]", async () => {
  peculiar.cryptoProvider.set(webcrypto as unknown as Parameters<typeof peculiar.cryptoProvider.set>[0]);
  for (const [algorithm, signingAlgorithm] of ALGORITHMS) {
    const key = new TestKey(algorithm);
    for (const notAfter of ["2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"]) {
      const root = issueRoot(key, { notAfter });
      const certificate = await peculiar.X509CertificateGenerator.create({
        serialNumber: root.contents.serial,
        subject: new peculiar.Name(root.contents.subject), issuer: new peculiar.Name(root.contents.issuer),
        notBefore: new Date(root.contents.notBefore), notAfter: new Date(notAfter),
        publicKey: new peculiar.PublicKey(key.spki), signingAlgorithm, signature: root.signature,
        extensions: [
          new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.keyCertSign | peculiar.KeyUsageFlags.cRLSign, true),
          new peculiar.ExtendedKeyUsageExtension([peculiar.ExtendedKeyUsage.serverAuth, peculiar.ExtendedKeyUsage.clientAuth]),
          new peculiar.BasicConstraintsExtension(true, undefined, true),
          new peculiar.SubjectKeyIdentifierExtension(toHex(keyIdentifier(key.spki))),
        ],
      });
      assert.equal(toHex(new Uint8Array(certificate.rawData)), toHex(root.der));
    }
  }
});

test("C4: dates are UTCTime to 2049 and GeneralizedTime from 2050; what is no date is refused", needsOpenssl, () => {
  const key = new TestKey("ecdsa-p256");
  const tags = (notAfter: string): string[] => {
    const { text } = openssl(["asn1parse", "-inform", "DER", "-in", "x"], { x: issueRoot(key, { notAfter }).der });
    return [...text.matchAll(/(UTCTIME|GENERALIZEDTIME) +:(.*)$/gm)].map(([, type, value]) => `${type} ${value}`);
  };
  assert.deepEqual(tags("2049-12-31T23:59:59Z"), ["UTCTIME 260101000000Z", "UTCTIME 491231235959Z"]);
  assert.deepEqual(tags("2050-01-01T00:00:00Z"), ["UTCTIME 260101000000Z", "GENERALIZEDTIME 20500101000000Z"]);
  for (const bad of ["2027-02-29T00:00:00Z", "2027-01-01", "2027-13-01T00:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T00:00:00+00:00", ""]) {
    assert.throws(() => issueRoot(key, { notAfter: bad }), /instant/, bad);
  }
});

test("serial numbers are positive, of at most 20 octets, and never made up [SERIAL-ENTROPY]", () => {
  const key = new TestKey("ecdsa-p256");
  for (const bad of ["", "00", "0000", "80".repeat(20), "7f".repeat(21)]) assert.throws(() => issueRoot(key, { serial: bad }), /serial/, bad);
  assert.equal(readCertificate(issueRoot(key, { serial: "0000ff" }).der).serial, "ff");
});

test("a certificate without extensions has no empty [3]", () => {
  assert.deepEqual(readCertificate(issueRoot(new TestKey("ecdsa-p256"), { extensions: [] }).der).extensions, []);
});

test("every changed octet of a TBSCertificate and every changed field is a difference [ISSUED-AS-PLANNED]", () => {
  const key = new TestKey("ecdsa-p256");
  const root = issueRoot(key);
  const expected = expectedOf(root);
  for (let at = 0; at < root.tbs.length + 4; at++) {
    const changed = root.der.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.notDeepEqual(compareCertificate(changed, expected), [], `octet ${at}`);
  }
  const other = issueRoot(new TestKey("ecdsa-p256"), { subject: HOST, issuer: HOST, serial: "01", notAfter: "2046-01-01T00:00:00Z", extensions: [] });
  for (const field of ["tbs", "subject", "issuer", "serial", "notAfter", "spki", "extensions"] as const) {
    const differences = compareCertificate(root.der, { ...expected, [field]: expectedOf(other)[field] });
    assert.equal(differences.length, 1, field);
  }
  assert.equal(compareCertificate(root.der, { ...expected, notBefore: "2026-01-01T00:00:01Z" }).length, 1);
});

test("lints name what a TBSCertificate lacks [CA-BASIC-CONSTRAINTS] [KEY-IDENTIFIERS] [VALIDITY-WITHIN-ISSUER] [EXTENSION-FORM] [CERTIFICATE-FORM]", () => {
  const key = new TestKey("ecdsa-p256");
  const controls = (order: Partial<Parameters<typeof issue>[0]>): string[] => lintTbs(issueRoot(key, order).tbs, ["steps", 1]).map(({ control }) => control);
  const usage = keyUsage(["keyCertSign"]);
  const skid = subjectKeyIdentifier();
  assert.deepEqual(controls({ extensions: [basicConstraints({ ca: true }, false), usage, skid] }), ["CA-BASIC-CONSTRAINTS"]);
  assert.deepEqual(controls({ extensions: [basicConstraints({ ca: true }), skid] }), ["CA-BASIC-CONSTRAINTS"]);
  assert.deepEqual(controls({ extensions: [basicConstraints({ ca: true }), keyUsage(["keyCertSign"], false), skid] }), ["CA-BASIC-CONSTRAINTS"]);
  assert.deepEqual(controls({ extensions: [basicConstraints({ ca: false }), usage] }), ["CA-BASIC-CONSTRAINTS"]);
  assert.deepEqual(controls({ extensions: [usage] }), ["CA-BASIC-CONSTRAINTS"]);
  assert.deepEqual(controls({ extensions: [basicConstraints({ ca: true }), usage] }), ["KEY-IDENTIFIERS"]);
  assert.deepEqual(controls({ extensions: [], issuer: HOST }), ["KEY-IDENTIFIERS"]);
  assert.deepEqual(controls({ extensions: [skid, skid] }), ["EXTENSION-FORM"]);
  assert.deepEqual(controls({ extensions: [], notAfter: "2025-01-01T00:00:00Z" }), ["VALIDITY-WITHIN-ISSUER"]);
  assert.deepEqual(lintTbs(Uint8Array.of(0x30, 0x80), []).map(({ control }) => control), ["CERTIFICATE-FORM"]);
});

test("planned extensions are plain JSON with words for people", () => {
  const extensions = [basicConstraints({ ca: true, pathLength: 0 }), basicConstraints({ ca: false }), keyUsage(["keyCertSign", "cRLSign"]), extendedKeyUsage(["serverAuth", "1.2.3"]), subjectKeyIdentifier()];
  assert.deepEqual(JSON.parse(JSON.stringify(extensions)), extensions);
  assert.deepEqual(extensions.map(({ text }) => text).slice(0, 4), ["CA:TRUE, pathLenConstraint 0", "CA:FALSE", "keyCertSign, cRLSign", "serverAuth, 1.2.3"]);
  assert.deepEqual(extensions.map((extension) => ("value" in extension ? extension.value : null)), ["30060101ff020100", "3000", "03020106", "300e06082b0601050507030106022a03", null]);
});

test("ECDSA signatures keep their halves between r ‖ s and DER", () => {
  const rs = new Uint8Array(96);
  rs[47] = 1;
  rs[48] = 0x80;
  assert.ok(sameBytes(ecdsaFromDer(ecdsaToDer(rs), 48), rs));
  assert.throws(() => ecdsaFromDer(ecdsaToDer(rs), 32), /longer/);
  assert.throws(() => ecdsaFromDer(ecdsaToDer(new Uint8Array(64)), 32), /zero/);
  assert.throws(() => ecdsaFromDer(Uint8Array.from([0x30, 6, 2, 1, 0xff, 2, 1, 1]), 32), /negative/);
});

test("certificates of x509test are read or refused with a named fault, never anything else", needsCorpus("x509test"), () => {
  const files = corpusFiles("x509test").filter((file) => file.endsWith(".pem"));
  assert.ok(files.length > 100);
  let read = 0;
  for (const file of files) {
    const base64 = new TextDecoder().decode(corpusFile("x509test", file)).replace(/-----[^-]+-----|\s/g, "");
    try {
      readCertificate(new Uint8Array(Buffer.from(base64, "base64")));
      read++;
    } catch (thrown) {
      assert.match(String((thrown as { code?: unknown }).code), /^form-/, file);
    }
  }
  assert.ok(read > 0);
});
