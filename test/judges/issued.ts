/** Scripts that issue with every profile, every algorithm and everything that a script may say: what the judges are given. */
import { derOctetString, derOid, derSequence } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { KEY_ALGORITHMS, MECHANISM_OF, MECHANISMS_OF, type KeyAlgorithm, type Mechanism } from "../../src/x509/algorithm.ts";
import { subjectAltNames } from "../../src/x509/extension.ts";
import { policyOf } from "../../src/plan/algorithm-policy.ts";
import { makeRequest, type KeyPair } from "../scripted/keys.ts";
import { HEAD } from "../scripted/scripts.ts";
import { PLATFORM_ORDERS } from "./platform-issued.ts";
import { TestKey } from "../x509/test-key.ts";

/** What a hierarchy signs with. */
export interface Suite {
  readonly algorithm: KeyAlgorithm;
  readonly signature: Mechanism;
}

/** Every key and signature that a trust domain allows its CAs. */
export function suitesOf(domain: string): Suite[] {
  const policy = policyOf(`${domain}/`);
  return (policy?.caKeys ?? []).flatMap((algorithm) => MECHANISMS_OF[algorithm].filter((signature) => policy?.signatures.includes(signature)).map((signature) => ({ algorithm, signature })));
}

const POOL = new Map<string, TestKey>();

/** RSA keys take seconds to make: each is made once, and signs in its turn with every mechanism. All others are made anew. */
export function keyOf(algorithm: KeyAlgorithm, signature: Mechanism = MECHANISM_OF[algorithm], which = ""): TestKey {
  const name = `${algorithm}/${which}`;
  const twin = algorithm.startsWith("rsa") ? (POOL.get(name) ?? new TestKey(algorithm)) : null;
  if (twin !== null) POOL.set(name, twin);
  return new TestKey(algorithm, signature, twin);
}

/** A PKCS#10 that asks for one DNS name. */
export function hostRequest(name: string, key?: KeyPair): string {
  const asked = subjectAltNames({ dns: [name] });
  const extensions = [derSequence(derOid(asked.oid), derOctetString(fromHex("value" in asked ? asked.value : "")))];
  return makeRequest({ subject: [{ type: "CN", value: name }], extensions, ...(key === undefined ? {} : { key }) });
}

const AT = "http://ca.example.com";
export const POLICY = "1.3.6.1.4.1.99999.1";
export const HOST = "gateway.example.com";
/** Pointers and policies below an issuer. */
const pointers = (issuer: string): string =>
  `policies: [{ oid: "${POLICY}", cps: https://ca.example.com/cps }, { oid: "1.3.6.1.4.1.99999.2" }], authority-info: { issuers: ["${AT}/${issuer}.crt"], ocsp: ["http://ocsp.example.com"] }, crl-at: ["${AT}/${issuer}.crl"]`;
const EXCLUDED = 'excluded: { ip: [0.0.0.0/0, "::/0"], email: [.example.com], dns: [secret.example.com] }';
const CONSTRAINTS = `constraints: { permitted: { dns: [example.com], email: [example.com] }, ${EXCLUDED} }`;
/** A constraint of the kind `directory` is on every subject below, those of CAs among them. */
const DIRECTORY = `constraints: { permitted: { dns: [example.com], directory: [{ C: DE }, { O: Beispiel Straße }, { CN: gateway.example.com }] }, ${EXCLUDED} }`;

const POINT = `crl-at: ["${AT}/sub.crl"]`;

export const generate = (key: string, { algorithm, signature }: Suite): string => `  - generate-key-pair: { key: ${key}, token: vault, algorithm: ${algorithm}, signature: ${signature}, backup: none }\n`;
export const sign = (name: string, rest: string, profile: string, issuer = "sub-ca"): string => `  - sign-request: { request: requests/${name}.csr, certificate: ${name}, issuer: ${issuer}, profile: ${profile}, ${rest}valid: { for: P1Y } }\n`;
export const crl = (name: string, rest: string, valid = "valid: { for: P6M }"): string => `  - issue-crl: { crl: ${name}, issuer: ${rest.startsWith("of ") ? rest.slice(3).replace(/,? .*$/, "") : "sub-ca"}, ${valid}${rest.startsWith("of ") ? rest.replace(/^of [a-z-]+/, "") : `, ${rest}`} }\n`;

export function headed(title: string, keys: readonly string[], steps: string, close = "{}"): string {
  return `${HEAD.replace("Scripted room", title)}tokens:\n  vault: { holds: [${keys.join(", ")}] }\nsteps:\n  - roll-call: {}\n  - initialize-token: { token: vault }\n${steps}  - close: ${close}\n`;
}

const REVOKED = ["keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", "privilegeWithdrawn", "certificateHold"] as const;

/** A ceremony: its script, the requests that it signs, and the keys that its token makes, in order. */
export interface Ordered {
  readonly name: string;
  readonly script: string;
  readonly files: Readonly<Record<string, string>>;
  readonly keys: readonly KeyPair[];
}

/** A private hierarchy of three CAs and a cross-certificate, with every leaf, every parameter and every kind of list. */
export function privateHierarchy(suite: Suite, at: number): Ordered {
  const name = `private-${suite.algorithm}-${suite.signature}`;
  const held = suite.algorithm === "ed25519" ? { algorithm: "ecdsa-p521", signature: "ecdsa-sha512" } as const : suite;
  const keys = ["root", "old", "policy", "sub"];
  const steps = [
    ...keys.map((key) => generate(key, suite)), generate("transcript", held),
    `  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { C: DE, O: Beispiel Straße, OU: Trust, CN: Example Root ${at} }, valid: { for: P25Y }, crl: periodic }\n`,
    `  - issue-root: { certificate: old-ca, key: old, profile: private/root, subject: { DC: example, O: Beispiel Straße, CN: Example Old Root ${at} }, valid: { for: P25Y } }\n`,
    `  - cross-certify: { certificate: cross, existing: root-ca, issuer: old-ca, profile: private/cross, path-length: 2, usage: [serverAuth, clientAuth, codeSigning], ${DIRECTORY}, ${pointers("old")}, valid: { for: P10Y } }\n`,
    `  - cross-certify: { certificate: plain-cross, existing: root-ca, issuer: old-ca, profile: private/cross, crl-at: ["${AT}/old.crl"], valid: { for: P10Y } }\n`,
    `  - issue-certificate: { certificate: policy-ca, key: policy, issuer: root-ca, profile: private/subordinate, subject: { C: DE, ST: Hessen, L: Kassel, O: Beispiel Straße, CN: Example Policy CA ${at} }, path-length: 1, crl-at: ["${AT}/root.crl"], valid: { for: P15Y } }\n`,
    `  - issue-certificate: { certificate: sub-ca, key: sub, issuer: policy-ca, profile: private/subordinate, subject: { O: Beispiel Straße, CN: Example Issuing CA ${at} }, path-length: 0, usage: [serverAuth, clientAuth, codeSigning], ${CONSTRAINTS}, ${pointers("policy")}, valid: { for: P10Y } }\n`,
    "  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P20Y } }\n",
    sign("server", `${pointers("sub")}, `, "private/tls-server"), sign("outside", "", "private/tls-server", "policy-ca"),
    sign("client", `${pointers("sub")}, `, "private/tls-client"), sign("code", `${pointers("sub")}, `, "private/code-signing"),
    ...REVOKED.map((reason) => sign(reason.toLowerCase(), `${POINT}, `, "private/tls-client")), sign("plain", "", "private/code-signing", "policy-ca"),
    crl("root-crl", "of root-ca", "valid: { for: P1Y }"), crl("root-ca-crl", `of root-ca, scope: ca-certificates, crl-at: ["${AT}/root.crl"]`), crl("old-crl", "of old-ca"), crl("old-point-crl", `of old-ca, crl-at: ["${AT}/old.crl"]`),
    crl("policy-crl", "of policy-ca", "successive: { count: 3, every: P1M, overlap: P10D, by: dan }"),
    crl("held-crl", `number: 4096, revoke: [${REVOKED.map((reason) => `{ certificate: ${reason.toLowerCase()}, reason: ${reason} }`).join(", ")}], crl-at: ["${AT}/sub.crl"]`),
    crl("released-crl", "release: [certificatehold]"),
  ];
  const leafKey = (i: number): TestKey => keyOf(KEY_ALGORITHMS[(at + i) % KEY_ALGORITHMS.length] ?? "ecdsa-p256", undefined, `leaf ${i}`);
  const files = {
    "requests/server.csr": hostRequest(HOST, leafKey(0)), "requests/outside.csr": hostRequest("outside.example.org", leafKey(1)),
    ...Object.fromEntries(["client", "code"].map((one, i) => [`requests/${one}.csr`, makeRequest({ key: leafKey(i + 2) })])),
    ...Object.fromEntries(["plain", ...REVOKED].map((one) => [`requests/${one.toLowerCase()}.csr`, makeRequest()])),
  };
  const made = [...keys.map((key) => keyOf(suite.algorithm, suite.signature, key)), keyOf(held.algorithm, held.signature, "transcript")];
  return { name, script: headed(name, [...keys, "transcript"], steps.join(""), "{ transcript-key: transcript }"), files, keys: made };
}

/** A hierarchy of the web PKI: a root, an intermediate of it, and the root under an older one, with their lists. */
export function webHierarchy(suite: Suite): Ordered {
  const name = `webpki-${suite.algorithm}-${suite.signature}`;
  const keys = ["root", "old", "issuing"];
  const given = (issuer: string): string => `policies: [{ oid: "2.23.140.1.2.1" }], authority-info: { issuers: ["${AT}/${issuer}.crt"] }, crl-at: ["${AT}/${issuer}.crl"]`;
  const steps = [
    ...keys.map((key) => generate(key, suite)),
    ...keys.slice(0, 2).map((key) => `  - issue-root: { certificate: ${key}-ca, key: ${key}, profile: webpki/root, subject: { C: US, O: Example, CN: Example ${key} }, valid: { for: P20Y } }\n`),
    `  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: webpki/subordinate, subject: { C: US, O: Example, CN: E1 }, path-length: 0, usage: [serverAuth], ${given("root")}, valid: { for: P3Y } }\n`,
    `  - cross-certify: { certificate: cross, existing: root-ca, issuer: old-ca, profile: webpki/cross, usage: [serverAuth], ${given("old")}, valid: { for: P5Y } }\n`,
    crl("root-crl", "of root-ca"), crl("old-crl", "of old-ca"), crl("old-point-crl", `of old-ca, scope: ca-certificates, crl-at: ["${AT}/old.crl"]`), crl("revoking-crl", "of root-ca, revoke: [{ certificate: issuing-ca, reason: cessationOfOperation }]"),
  ];
  return { name, script: headed(name, keys, steps.join("")), files: {}, keys: keys.map((key) => keyOf(suite.algorithm, suite.signature, key)) };
}

/** All of it, or the ceremonies of these names: keys are made only for those. */
export function everything(names: readonly string[] | null = null): Ordered[] {
  const wanted = (name: string): boolean => names === null || names.includes(name);
  const named = (domain: string, { algorithm, signature }: Suite): string => `${domain}-${algorithm}-${signature}`;
  return [
    ...suitesOf("private").flatMap((suite, at) => (wanted(named("private", suite)) ? [privateHierarchy(suite, at)] : [])),
    ...suitesOf("webpki").flatMap((suite) => (wanted(named("webpki", suite)) ? [webHierarchy(suite)] : [])),
    ...Object.entries(PLATFORM_ORDERS).flatMap(([name, order]) => (wanted(name) ? [order()] : [])),
  ];
}
