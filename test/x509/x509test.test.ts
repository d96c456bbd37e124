/** The certificates of x509test before the lints, and its chains before the chain judging: each that must fail has a finding, each that is right has none that our narrower rules do not explain. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toPem } from "../../src/bytes/pem.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { ControlId } from "../../src/controls.ts";
import { Fault, type Finding } from "../../src/fault.ts";
import { chainProblems } from "../../src/x509/chain.ts";
import { readGivenCertificate } from "../../src/x509/given-certificate.ts";
import { lintTbs } from "../../src/x509/lint.ts";
import { signedParts } from "../../src/x509/signed.ts";
import { corpora } from "../tools.ts";

const X509TEST = corpora("x509test");

/** The certificates of a file, DER. */
function certificatesIn(file: string): Uint8Array[] {
  const text = readFileSync(join(X509TEST.path, file), "latin1");
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, base64 = ""]) => new Uint8Array(Buffer.from(base64, "base64")));
}

/** What the lints say of each certificate of a file; every one of the corpus has its purpose as a surname, mostly of more than 64 characters. */
function findingsOf(file: string): Finding[] {
  return certificatesIn(file).flatMap((der) => lintTbs(signedParts(der, "Certificate").tbs.bytes, [])).filter(({ message }) => !message.startsWith("SN: expected at most 64 characters"));
}

const spoken = (file: string): ControlId[] => [...new Set(findingsOf(file).map(({ control }) => control))];

/** Which control has to speak about which certificate of x509test; others may speak as well, since most of them have a surname that is too long. */
const X509TEST_TABLE: readonly (readonly [RegExp, ControlId])[] = [
  [/^(v1-|v2-|v3-uniqueid|gentime|utctime|soon|der-invalid-(bitstring|uniqueid)|issuer-mismatch-v2)/, "CERTIFICATE-FORM"],
  [/^serial/, "SERIAL-ENTROPY"],
  [/^(der-)?pubkey/, "ALGORITHM-ALLOWED"],
  [/^(duplicate|unknown-critical|ext-(auth-info|crl-point|ct-poison|freshest|subject-dirattr|subject-info|issuer-altname))|^ext-(name-constraints|policy-map|policy-constraint|inhibit-anypolicy)-noncrit/, "EXTENSION-FORM"],
  [/^ext-altname-(?!email-only|relative-uri)/, "ALTERNATIVE-NAMES"],
  [/^ext-(auth-keyid-(critical|noid|onlyserial)|subject-keyid)/, "KEY-IDENTIFIERS"],
  [/^ext-(constraints|key-usage-sign|keysign)/, "CA-BASIC-CONSTRAINTS"],
  [/^ext-(key-usage-(empty|noncritical|too-long|wrong-der)|extended)/, "KEY-USAGE-FITS"],
  [/^ext-name-constraints-(?!noncrit)/, "NAME-CONSTRAINTS"],
  [/^ext-(cert-policies|policy-(map|constraint)-(?!noncrit)|inhibit-anypolicy-neg)/, "CERTIFICATE-POLICIES"],
  [/^subject-nonprintable/, "SUBJECT-FORM"],
];

/** Certificates about which no lint has to speak, and why. */
const X509TEST_PASSED: Readonly<Record<string, string>> = {
  "algo-mismatch1": "the outer algorithm is no part of what is signed; the second reading compares it",
  "der-invalid-nonminimal-int": "no DER at all: it is not read that far",
  "ext-altname-email-only": "a mailbox is a name like any other",
  "ext-altname-relative-uri": "http:../example.com has a scheme; what follows it is not read",
  "ext-auth-keyid-invalid-issuer": "the issuer names in an authorityKeyIdentifier are not read; no profile writes them",
  "ext-auth-keyid-mismatch": "wrong only beside its issuer", "ext-auth-keyid-serial-mismatch": "wrong only beside its issuer", "issuer-mismatch1": "wrong only beside its issuer",
  "ext-ct-sct-trailing-data": "timestamps of logs are not read; no profile writes them", "ext-ct-sct-wrong-type": "timestamps of logs are not read; no profile writes them",
  "subject-t61": "RFC 5280 4.1.2.4 leaves T61String to subjects that have it already",
};

test("lints speak about the certificates of x509test that are wrong in themselves, each in the name of its control", X509TEST, () => {
  const kinds = readdirSync(X509TEST.path).filter((file) => /^xf-.*(?<!\.chain)\.pem$/.test(file)).map((file) => file.slice(3, -4));
  assert.ok(kinds.length > 90);
  const [expected, others] = [kinds.filter((kind) => X509TEST_TABLE.some(([pattern]) => pattern.test(kind))), kinds.filter((kind) => !X509TEST_TABLE.some(([pattern]) => pattern.test(kind)))];
  assert.deepEqual(others.sort(), Object.keys(X509TEST_PASSED).sort());
  const quiet = expected.filter((kind) => {
    const said = spoken(`xf-${kind}.pem`);
    return X509TEST_TABLE.some(([pattern, control]) => pattern.test(kind) && !said.includes(control));
  });
  assert.deepEqual(quiet, []);
});


/** Certificates of the corpus that are right by RFC 5280, and what we say of them all the same. */
const STRICTER: readonly (readonly [RegExp, string])[] = [
  [/expected encipherOnly and decipherOnly only with keyAgreement/, "RFC 5280 4.2.1.3 leaves the bits undefined without keyAgreement"],
  [/keyUsage that a key of rsa is able to/, "an RSA key agrees on no key (RFC 3279 2.3.1)"],
  [/expected a CA to have keyUsage keyCertSign/, "a CA that signs no certificate"],
  [/serverAuth to have a subjectAltName/, "RFC 9525"],
  [/expected policy constraints only in a CA/, "they bind nothing in a leaf"],
  [/expected version 3|expected an authorityKeyIdentifier|expected no issuerUniqueID/, "what is issued today is version 3, without unique identifiers, with key identifiers"],
  [/found DSA/, "DSA"],
];

test("lints say nothing of the right certificates of x509test but for what we allow less of", X509TEST, () => {
  const files = readdirSync(X509TEST.path).filter((file) => file.startsWith("ok-"));
  assert.ok(files.length > 30);
  const wrong = files.flatMap((file) => findingsOf(file).filter(({ message }) => !STRICTER.some(([pattern]) => pattern.test(message))).map(({ message }) => `${file}: ${message}`));
  assert.deepEqual(wrong, []);
});

/** Why a chain of the corpus is refused: by a lint of its certificates, by the reading of them, or as a chain. */
function refusalsOf(file: string): string[] {
  // every intermediate of the corpus has all bits of keyUsage
  const stricter = ({ message }: Finding): boolean => STRICTER.slice(0, 2).some(([pattern]) => pattern.test(message));
  try {
    const chain = [...certificatesIn(file), ...certificatesIn("fake-ca.cert")].map((der) => readGivenCertificate(toUtf8(toPem("CERTIFICATE", der))));
    return [...chainProblems(chain).map(({ problem }) => problem), ...findingsOf(file).filter((finding) => !stricter(finding)).map(({ message }) => message)];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [thrown.message];
  }
}

test("each chain of x509test that must fail is refused, but for purposes of a CA that do not hold those of its leaf; the right one is not [ACCEPTED-CHAIN]", X509TEST, () => {
  const files = readdirSync(X509TEST.path).filter((file) => /^xf-.*\.chain\.pem$/.test(file));
  assert.ok(files.length > 15);
  // RFC 5280 binds nobody below by the extKeyUsage of a CA; what this program issues is held to it (KEY-USAGE-FITS)
  assert.deepEqual(files.filter((file) => refusalsOf(file).length === 0), ["xf-key-usages-empty.chain.pem"]);
  assert.deepEqual(refusalsOf("ok-intermediate-ca-sign.chain.pem"), []);
  assert.ok(refusalsOf("ok-inherited-keyparams.chain.pem").every((message) => message.includes("DSA")));
});
