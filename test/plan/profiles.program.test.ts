/** Certificates of every private and webpki profile with all that a script may say, made in a scripted room and judged by openssl. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { makeRequest } from "../scripted/keys.ts";
import { FILES, goodPlan, planOf, ROOT } from "../scripted/scripts.ts";
import { WEBPKI } from "../scripted/webpki.ts";
import { World } from "../scripted/world.ts";
import { derOctetString, derOid, derSequence } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { subjectAltNames } from "../../src/x509/extension.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";

/** A PKCS#10 that asks for one DNS name. */
function hostRequest(name: string): string {
  const asked = subjectAltNames({ dns: [name] });
  return makeRequest({ subject: [{ type: "CN", value: name }], extensions: [derSequence(derOid(asked.oid), derOctetString(fromHex("value" in asked ? asked.value : "")))] });
}

async function artifactsOf(script: string, files: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const world = new World(goodPlan(script, { ...FILES, ...files }));
  await world.run();
  return Object.fromEntries(world.record.artifacts().filter((path) => path.endsWith(".pem")).map((path) => [path.replaceAll("/", "-"), fromUtf8(world.record.files.get(`artifacts/${path}`) ?? new Uint8Array())]));
}

const POINTERS = 'policies: [{ oid: "1.3.6.1.4.1.99999.1", cps: https://ca.example.com/cps }, { oid: "1.3.6.1.4.1.99999.2" }], authority-info: { issuers: ["http://ca.example.com/root.crt"], ocsp: ["http://ocsp.example.com"] }, crl-at: ["http://ca.example.com/root.crl"]';
const CONSTRAINED = ROOT.replace("holds: [root]", "holds: [root, sub]").replace("  - close", `  - generate-key-pair: { key: sub, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate:
      certificate: sub-ca
      key: sub
      issuer: root-ca
      profile: private/subordinate
      subject: { CN: Example Issuing }
      path-length: 0
      usage: [serverAuth, clientAuth]
      constraints: { permitted: { dns: [example.com], directory: [{ CN: gateway.example.com }, { CN: gateway.example.org }] }, excluded: { ip: [10.0.0.0/8], email: [.example.com] } }
      policies: [{ oid: "1.3.6.1.4.1.99999.1", cps: "https://ca.example.com/cps" }, { oid: "1.3.6.1.4.1.99999.2" }]
      authority-info: { issuers: ["http://ca.example.com/root.crt"], ocsp: ["http://ocsp.example.com"] }
      crl-at: ["http://ca.example.com/root.crl"]
      valid: { for: P10Y }
  - sign-request: { request: requests/inside.csr, certificate: inside, issuer: sub-ca, profile: private/tls-server, ${POINTERS}, valid: { for: P1Y } }
  - close`);

const verify = (files: Record<string, string>, leaf: string, ...options: string[]) =>
  openssl(["verify", "-x509_strict", ...options, "-CAfile", "certificates-root-ca.pem", "-untrusted", "certificates-sub-ca.pem", `certificates-${leaf}.pem`], files);

test("policies, purposes, pointers and name constraints stand in the certificate as the script says", needsOpenssl, async () => {
  const files = await artifactsOf(CONSTRAINED, { "requests/inside.csr": hostRequest("gateway.example.com") });
  const inside = verify(files, "inside", "-purpose", "sslserver", "-explicit_policy", "-policy", "1.3.6.1.4.1.99999.2");
  assert.ok(inside.ok, inside.text);
  const text = openssl(["x509", "-in", "certificates-sub-ca.pem", "-noout", "-text"], files).stdout;
  for (const line of [/X509v3 Name Constraints: critical\n\s+Permitted:\n\s+DNS:example.com/, /Excluded:\n\s+email:.example.com\n\s+IP:10.0.0.0\/255.0.0.0/, /Extended Key Usage: \n\s+TLS Web Server Authentication, TLS Web Client Authentication/, /Policy: 1.3.6.1.4.1.99999.1\n\s+CPS: https:\/\/ca.example.com\/cps\n\s+Policy: 1.3.6.1.4.1.99999.2/, /OCSP - URI:http:\/\/ocsp.example.com\n\s+CA Issuers - URI:http:\/\/ca.example.com\/root.crt/, /CRL Distribution Points: \n\s+Full Name:\n\s+URI:http:\/\/ca.example.com\/root.crl/]) assert.match(text, line);
});

test("a name outside of the constraints of a CA above is refused before anything is signed, in a request, in a folder of requests and in a CA [NAME-CONSTRAINTS]", () => {
  const said = (script: string, name: string): string => planOf(script, { ...FILES, "requests/inside.csr": hostRequest(name) }).findings.map(({ control, message }) => `${control}: ${message}`).join("; ");
  assert.equal(said(CONSTRAINED, "gateway.example.com"), "");
  assert.match(said(CONSTRAINED, "gateway.example.org"), /^NAME-CONSTRAINTS: the name constraints above allow inside no such name: the name gateway.example.org is not permitted$/);
  const folder = CONSTRAINED.replace(/ {2}- sign-request:.*\n/, "  - sign-requests: { requests: requests, files: [inside.csr], certificates: batch, issuer: sub-ca, profile: private/tls-server, valid: { for: P1Y }, on-refusal: stop }\n");
  assert.equal(said(folder, "gateway.example.com"), "");
  assert.match(said(folder, "gateway.example.org"), /^NAME-CONSTRAINTS: inside.csr: .*gateway.example.org/);
  assert.match(said(folder.replace("stop }", "skip }"), "gateway.example.org"), /^NAME-CONSTRAINTS: inside.csr: .*gateway.example.org/, "where no request is left, the reasons are said");
  const deeper = CONSTRAINED.replace("path-length: 0", "path-length: 1").replace("holds: [root, sub]", "holds: [root, sub, low]").replace(/ {2}- sign-request:.*\n/, `  - generate-key-pair: { key: low, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate: { certificate: low-ca, key: low, issuer: sub-ca, profile: private/subordinate, subject: { CN: gateway.example.org }, path-length: 0, valid: { for: P5Y } }
  - sign-request: { request: requests/inside.csr, certificate: inside, issuer: low-ca, profile: private/tls-server, valid: { for: P1Y } }
`);
  assert.equal(said(deeper, "gateway.example.com"), "");
  assert.match(said(deeper, "gateway.example.net"), /^NAME-CONSTRAINTS: .*inside.*gateway.example.net/, "the constraints of a CA bind every CA below it");
  assert.match(said(deeper.replace("CN: gateway.example.org }, path", "CN: Elsewhere }, path"), "gateway.example.com"), /NAME-CONSTRAINTS: .*low-ca.*elsewhere/);
});

test("a certificate for a purpose that its CA does not have is refused before anything is signed [KEY-USAGE-FITS]", () => {
  const said = (usage: string): string => planOf(CONSTRAINED.replace("usage: [serverAuth, clientAuth]", `usage: [${usage}]`), { ...FILES, "requests/inside.csr": hostRequest("gateway.example.com") }).findings.map(({ control, message }) => `${control}: ${message}`).join("; ");
  assert.equal(said("serverAuth"), "");
  assert.match(said("clientAuth, codeSigning"), /^KEY-USAGE-FITS: the extKeyUsage of sub-ca does not hold 1\.3\.6\.1\.5\.5\.7\.3\.1, /);
});

test("a hierarchy of the web PKI verifies, its intermediate under the root and under the cross-certificate", needsOpenssl, async () => {
  const files = await artifactsOf(WEBPKI);
  const direct = openssl(["verify", "-x509_strict", "-CAfile", "certificates-root-ca.pem", "certificates-issuing-ca.pem"], files);
  assert.ok(direct.ok, direct.text);
  const crossed = openssl(["verify", "-x509_strict", "-CAfile", "certificates-old-ca.pem", "-untrusted", "certificates-cross.pem", "certificates-issuing-ca.pem"], files);
  assert.ok(crossed.ok, crossed.text);
});
