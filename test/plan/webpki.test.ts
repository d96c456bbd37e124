import assert from "node:assert/strict";
import { test } from "node:test";
import { FILES, goodPlan, planOf } from "../scripted/scripts.ts";
import { WEBPKI } from "../scripted/webpki.ts";

/** `CONTROL place` of the findings of the script, changed. */
function found(...changes: readonly (readonly [from: string | RegExp, to: string])[]): string[] {
  const script = changes.reduce((text, [from, to]) => {
    assert.notEqual(text.replace(from, to), text, String(from));
    return text.replace(from, to);
  }, WEBPKI);
  return planOf(script, FILES).findings.map(({ control, path }) => `${control} ${String(path[1])}`);
}

/** Fixed dates in place of periods, beginning on this day. */
const onDay = (day: string) => [
  [/valid: \{ for: P20Y \}/, `valid: { from: "2015-01-01T00:00:00Z", until: "2039-12-31T23:59:59Z" }`],
  [/valid: \{ for: P20Y \}/, `valid: { from: "${day}T00:00:00Z", until: "2039-12-31T23:59:59Z" }`],
  ["valid: { for: P3Y }", `valid: { from: "${day}T00:00:00Z", until: "2029-01-01T00:00:00Z" }`],
  ["valid: { for: P5Y }", `valid: { from: "${day}T00:00:00Z", until: "2029-01-01T00:00:00Z" }`],
] as const;

test("a hierarchy by the rules has a plan that says so", () => {
  const held = goodPlan(WEBPKI).plan.controls.map(({ control }) => control).filter((control) => control.startsWith("WEBPKI-"));
  assert.deepEqual(held, ["WEBPKI-SUBJECT", "WEBPKI-ROOT-PERIOD", "WEBPKI-PURPOSES", "WEBPKI-SERVERS-ONLY", "WEBPKI-POLICIES", "WEBPKI-POINTERS"]);
});

test("a CA of the web PKI is named by country, organization and common name [WEBPKI-SUBJECT]", () => {
  assert.deepEqual(found(["C: US, O: Example, CN: E1", "O: Example, CN: E1"]), ["WEBPKI-SUBJECT 7"]);
  assert.deepEqual(found(["C: US, O: Example, CN: Example Root 1", "CN: Example Root 1"]), ["WEBPKI-SUBJECT 5", "CROSS-ORGANISATION 8"]);
});

test("a root that ends within eight years is refused, one day more is not [WEBPKI-ROOT-PERIOD]", () => {
  assert.deepEqual(found(["valid: { for: P20Y }", "valid: { for: P2921D }"]).filter((line) => line.startsWith("WEBPKI")), ["WEBPKI-ROOT-PERIOD 5"]);
  assert.deepEqual(found(["valid: { for: P20Y }", "valid: { for: P2922D }"]), []);
});

test("an intermediate is for TLS servers, and for no purpose that a browser forbids [WEBPKI-PURPOSES]", () => {
  for (const usage of ["[clientAuth]", "[serverAuth, codeSigning]", "[serverAuth, OCSPSigning]"]) assert.ok(found(["usage: [serverAuth]", `usage: ${usage}`]).includes("WEBPKI-PURPOSES 7"), usage);
  assert.ok(found(["usage: [serverAuth], ", ""]).includes("WEBPKI-PURPOSES 7"));
});

test("rules apply from their day on: purposes of cross-certificates, and servers only [WEBPKI-SERVERS-ONLY] [WEBPKI-PURPOSES]", () => {
  const clients = ["usage: [serverAuth]", "usage: [clientAuth, serverAuth]"] as const;
  assert.deepEqual(found(...onDay("2025-06-14"), [/(webpki\/cross, )usage: \[serverAuth\], /, "$1"]), []);
  assert.deepEqual(found(...onDay("2025-06-15"), [/(webpki\/cross, )usage: \[serverAuth\], /, "$1"]), ["WEBPKI-PURPOSES 8"]);
  assert.deepEqual(found(...onDay("2026-06-14"), clients), []);
  assert.deepEqual(found(...onDay("2026-06-15"), clients), ["WEBPKI-SERVERS-ONLY 7"]);
  assert.deepEqual(found(clients), ["WEBPKI-SERVERS-ONLY 7"], "where the day is not known all rules apply");
});

test("exactly one reserved policy, and never anyPolicy [WEBPKI-POLICIES]", () => {
  const policies = (list: string) => found([/policies: \[[^\]]*\]/, `policies: [${list}]`]);
  assert.deepEqual(policies('{ oid: "2.23.140.1.2.1" }, { oid: "1.3.6.1.4.1.99999.1" }'), []);
  for (const wrong of ['{ oid: "1.3.6.1.4.1.99999.1" }', '{ oid: "2.23.140.1.2.1" }, { oid: "2.23.140.1.2.2" }', '{ oid: "2.23.140.1.2.1" }, { oid: "2.5.29.32.0" }']) assert.deepEqual(policies(wrong), ["WEBPKI-POLICIES 7"], wrong);
  assert.deepEqual(found([/policies: \[[^\]]*\], /, ""]), ["WEBPKI-POLICIES 7"]);
});

test("an intermediate says where its issuer's certificate and CRL are [WEBPKI-POINTERS]", () => {
  assert.deepEqual(found([/authority-info: \{[^}]*\}, /, ""]), ["WEBPKI-POINTERS 7"]);
  assert.deepEqual(found([/authority-info: \{ issuers/, "authority-info: { ocsp"]), ["WEBPKI-POINTERS 7"]);
  assert.deepEqual(found([/crl-at: \[[^\]]*\], /, ""]), ["WEBPKI-POINTERS 7"]);
});

test("what a profile does not take is refused: constraints on a leaf, purposes on a root, P-521 in the web PKI, a policy twice [PROFILE-FITS] [ALGORITHM-ALLOWED]", () => {
  assert.deepEqual(found(["profile: webpki/root, ", "profile: webpki/root, usage: [serverAuth], "]), ["PROFILE-FITS 5"]);
  assert.deepEqual(found(["path-length: 0, usage", "path-length: 0, constraints: { permitted: { dns: [example.com] } }, usage"]), ["PROFILE-FITS 7"]);
  assert.deepEqual(found(["key: issuing, token: vault, algorithm: ecdsa-p256", "key: issuing, token: vault, algorithm: ecdsa-p521"]), ["ALGORITHM-ALLOWED 7"]);
  assert.ok(found(['policies: [{ oid: "2.23.140.1.2.1" }]', 'policies: [{ oid: "2.23.140.1.2.1" }, { oid: "2.23.140.1.2.1", cps: https://a.example/ }]']).includes("PROFILE-FITS 7"));
});

test("addresses, object identifiers and ranges have one form [SCRIPT-FORM] [PROFILE-FITS]", () => {
  for (const address of ["https://x.c.example.org/", "http://x c.example.org/", "ftp://x/", "http://X.example.org/", "HTTP://x.example.org/", "http://"]) {
    assert.ok(found(["http://x.c.example.org/", address]).includes("SCRIPT-FORM 7"), address);
  }
  for (const oid of ["2.23", "2.23.140.1.2.01", "3.1.1", "1.40.1", "a.b"]) assert.ok(found(['oid: "2.23.140.1.2.1"', `oid: "${oid}"`]).some((line) => line.startsWith("SCRIPT-FORM")), oid);
  const ranged = (range: string) => found(["webpki/subordinate", "private/subordinate"], ["path-length: 0, usage", `path-length: 0, constraints: { excluded: { ip: ["${range}"] } }, usage`]);
  assert.deepEqual(ranged("10.0.0.0/8"), []);
  for (const range of ["10.0.0.1/8", "10.0.0.0/33", "1::2::3/64"]) assert.deepEqual(ranged(range), ["PROFILE-FITS 7"], range);
});

test("pointers stand in the certificate in the order that the script gives, each once [PROFILE-FITS] [SCRIPT-FORM]", () => {
  const ordered = (order: string) => WEBPKI.replace("usage: [serverAuth], ", `usage: [serverAuth], order: [${order}], `);
  const names = (script: string) => goodPlan(script).plan.steps.flatMap((step) => (step.rule === "issue-certificate@1" ? [step.template.extensions.map(({ name }) => name).slice(-3)] : []));
  const [access, crls, policies] = ["authorityInfoAccess", "cRLDistributionPoints", "certificatePolicies"];
  assert.deepEqual(names(WEBPKI), [[access, crls, policies]]);
  assert.deepEqual(names(ordered("authority-info, policies, crl-at")), [[access, policies, crls]]);
  for (const wrong of ["policies, crl-at", "policies, crl-at, crl-at", "policies, crl-at, usage"]) assert.ok(planOf(ordered(wrong), FILES).findings.some(({ control }) => control === "SCRIPT-FORM"), wrong);
  assert.deepEqual(found(["profile: webpki/root, ", "profile: webpki/root, order: [policies, crl-at, authority-info], "]), ["PROFILE-FITS 5"]);
});

test("in the web PKI the CA of another organisation is cross-certified with its purposes, from the day of that rule [CROSS-ORGANISATION]", () => {
  const other = ["O: Example, CN: Example Root 2", "O: Another, CN: Example Root 2"] as const;
  const say = (organisation: string) => ["profile: webpki/cross, ", `profile: webpki/cross, organisation: ${organisation}, `] as const;
  const bare = [/(webpki\/cross, .*)usage: \[serverAuth\], /, "$1"] as const;
  assert.deepEqual(found(other), ["CROSS-ORGANISATION 8"]);
  assert.deepEqual(found(other, say("other")), []);
  assert.deepEqual(found(other, say("other"), bare), ["WEBPKI-PURPOSES 8", "CROSS-ORGANISATION 8"]);
  assert.deepEqual(found(...onDay("2023-09-14"), other, say("other"), bare), []);
  assert.deepEqual(found(...onDay("2023-09-15"), other, say("other"), bare), ["CROSS-ORGANISATION 8"]);
  assert.deepEqual(found(...onDay("2023-09-15"), other, say("affiliated"), bare), []);
});
