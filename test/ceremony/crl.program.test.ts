/** CRLs that revoke: in a scripted room, replayed, and read by openssl. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { registerOf } from "../scripted/account.ts";
import { FILES, goodPlan, planOf, SMALL } from "../scripted/scripts.ts";
import { makeRequest } from "../scripted/keys.ts";
import { replay, World } from "../scripted/world.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";

const CRL = "  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }\n";
const TWO = { ...FILES, "requests/other.csr": makeRequest() };
/** Two devices; each of the lines is a CRL. */
function script(...crls: readonly string[]): string {
  const other = "  - sign-request: { request: requests/other.csr, certificate: other, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n";
  return SMALL.replace(CRL, other + crls.map((fields, i) => `  - issue-crl: { crl: ${i === 0 ? "root-crl" : `crl-${i}`}, issuer: root-ca, ${fields} }\n`).join(""));
}

const FOR = "valid: { for: P1Y }";
const findings = (...crls: readonly string[]): string[] => planOf(script(...crls), TWO).findings.map(({ control, message }) => `${control}: ${message}`);

test("a CRL revokes by name and reason, the next repeats it, and a hold is released [CRL-REVOCATIONS] [CRL-NUMBER-RISES]", needsOpenssl, async () => {
  const world = new World(goodPlan(script(
    `${FOR}, number: 100, revoke: [{ certificate: device, reason: keyCompromise, date: "2026-11-01T00:00:00Z" }, { certificate: other, reason: certificateHold }]`,
    FOR, `${FOR}, release: [other]`,
  ), TWO));
  await world.run();
  const { serials, revocations, last } = accountOf(world);
  assert.deepEqual(revocations[0], { certificate: "device", issuer: "root-ca", serial: serials["device"], date: "2026-11-01T00:00:00Z", reason: "keyCompromise", released: null });
  assert.deepEqual(revocations.map(({ certificate, released }) => [certificate, released !== null]), [["device", false], ["other", true]]);
  assert.equal(last, 102);
  const text = (name: string): string => openssl(["crl", "-in", "crl.pem", "-noout", "-text"], { "crl.pem": fromUtf8(world.record.files.get(`artifacts/crls/${name}.pem`) ?? new Uint8Array()) }).stdout;
  const revoked = (name: string): string[] => [...text(name).matchAll(/Serial Number: ([0-9A-F]+)\s+Revocation Date: (.*)\n(?:\s+CRL entry extensions:\s+X509v3 CRL Reason Code: \s+(.*))?/g)].map(([, serial = "", date = "", reason = ""]) => `${serial.toLowerCase()} ${date} ${reason}`);
  assert.match(text("root-crl"), /X509v3 CRL Number: \n\s+100\n/);
  const device = `${serials["device"]} Nov  1 00:00:00 2026 GMT Key Compromise`;
  const held = revoked("root-crl");
  assert.equal(held.length, 2);
  assert.equal(held[0], device);
  assert.match(held[1] ?? "", new RegExp(`^${serials["other"]} .* Certificate Hold$`));
  assert.deepEqual(revoked("crl-1"), held);
  assert.deepEqual(revoked("crl-2"), [device]);
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
});

function accountOf(world: World): { serials: Record<string, string>; revocations: readonly { certificate: string; released: string | null }[]; last: number | undefined } {
  const register = registerOf(world) as unknown as { certificates: { name: string; serial: string }[]; revocations: readonly { certificate: string; released: string | null }[]; lastCrlNumbers: Record<string, number> };
  return { serials: Object.fromEntries(register.certificates.map(({ name, serial }) => [name, serial])), revocations: register.revocations, last: register.lastCrlNumbers["root-ca"] };
}

test("what a CRL may not say is refused before anything happens [CRL-REVOCATIONS] [CRL-NUMBER-RISES] [SCRIPT-NAMES] [SCRIPT-FORM]", () => {
  const device = "revoke: [{ certificate: device, reason: superseded }]";
  const cases: readonly [RegExp, ...string[]][] = [
    [/^CRL-REVOCATIONS: expected a certificate that root-ca issued, found root-ca/, `${FOR}, revoke: [{ certificate: root-ca, reason: cACompromise }]`],
    [/^CRL-REVOCATIONS: device is revoked already, as superseded/, `${FOR}, ${device}`, `${FOR}, ${device}`],
    [/^CRL-REVOCATIONS: expected a certificate on hold, found device, which is not revoked/, `${FOR}, release: [device]`],
    [/^CRL-REVOCATIONS: expected a certificate on hold, found device, which is revoked as superseded/, `${FOR}, ${device}`, `${FOR}, release: [device]`],
    [/^CRL-NUMBER-RISES: expected a CRL number above 7, .* found 7/, `${FOR}, number: 7`, `${FOR}, number: 7`],
    [/^CRL-NUMBER-RISES: expected a CRL number above 8, .* found 8/, `${FOR}, number: 7`, FOR, `${FOR}, number: 8`],
    [/^SCRIPT-NAMES: .*nobody/, `${FOR}, revoke: [{ certificate: nobody, reason: superseded }]`],
    [/^SCRIPT-FORM: .*unspecified/, `${FOR}, revoke: [{ certificate: device, reason: unspecified }]`],
    [/^SCRIPT-FORM: .*removeFromCRL/, `${FOR}, revoke: [{ certificate: device, reason: removeFromCRL }]`],
  ];
  for (const [wanted, ...crls] of cases) {
    const found = findings(...crls);
    assert.ok(found.length > 0 && found.every((line) => wanted.test(line)), `${String(wanted)}: ${found.join("\n")}`);
  }
});

test("a revocation dated after its CRL stops the ceremony, since only then the day is known, and nothing is revoked by that CRL [CRL-REVOCATIONS]", async () => {
  const world = new World(goodPlan(script(`${FOR}, revoke: [{ certificate: other, reason: superseded }, { certificate: device, reason: superseded, date: "2026-11-20T23:00:00Z" }]`), TWO));
  await world.run();
  assert.match(JSON.stringify(registerOf(world)), /"outcome":"stopped"/);
  assert.deepEqual(accountOf(world).revocations, []);
});
