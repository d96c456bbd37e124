/** What may have been signed: it is known to every ceremony that follows, with the octets it would be over, and a certificate of it can be revoked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/ceremony/request.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import type { Register } from "../../src/transcript/register.ts";
import { readCertificateList } from "../../src/x509/reread.ts";
import { assertAccounted } from "../scripted/account.ts";
import { makeRequest } from "../scripted/keys.ts";
import { packOf, SIGNING_FILES, type Pack } from "../scripted/pack.ts";
import { either, type Meddler } from "../scripted/room.ts";
import { goodPlan, HEAD, planOf } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const FILES = { ...SIGNING_FILES, "files/report.txt": "A report.\n", "requests/pump.csr": makeRequest() };
const FIRST = `${HEAD}tokens:
  vault: { holds: [root, transcript, sub, signer] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: sub, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: signer, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - issue-certificate: { certificate: sub-ca, key: sub, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Sub }, path-length: 0, valid: { for: P10Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: crl-1, issuer: root-ca, valid: { for: P1Y } }
  - sign-artifact: { artifact: report, format: raw, key: signer, by: [dan], file: files/report.txt }
  - close: { transcript-key: transcript }
`;

/** Each TBS of these steps is signed, once, and then nobody knows it. */
function losing(...steps: readonly number[]): Meddler {
  const lost = new Set<string>();
  return ({ request, honest }) => {
    if (request.kind !== "sign" || !steps.includes(request.step) || lost.has(`${request.step} ${request.purpose}`)) return undefined;
    lost.add(`${request.step} ${request.purpose}`);
    honest();
    return { kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_ERROR" };
  };
}

const registerOf = (world: World): Register => JSON.parse(world.record.text("artifacts/register.json")) as Register;
const next = (pack: Pack, steps: string): string => `${HEAD}${pack.lines}tokens:\n  vault: { holds: [root, transcript, sub, signer] }\nsteps:\n  - roll-call: {}\n  - inspect-token: { token: vault }\n${steps}  - close: { transcript-key: transcript }\n`;
const crl = (name: string, fields = ""): string => `  - issue-crl: { crl: ${name}, issuer: root-ca, valid: { for: P1Y }${fields} }\n`;
const listIn = (world: World, name: string) => readCertificateList(world.record.files.get(`artifacts/crls/${name}.crl`) ?? new Uint8Array());

async function goOn(before: World, pack: Pack, steps: string, meddle: Meddler = () => undefined): Promise<World> {
  const world = new World(goodPlan(next(pack, steps), { ...FILES, ...pack.files }), {}, before.tokens);
  await world.run({ meddle });
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, registerOf(world).outcome === "done" ? "reproduced" : "stopped");
  return world;
}

async function begun(...lost: readonly number[]): Promise<{ readonly world: World; readonly pack: Pack }> {
  const world = new World(goodPlan(FIRST, FILES));
  await world.run({ meddle: losing(...lost) });
  assertAccounted(world);
  return { world, pack: packOf(world) };
}

test("a request, a certificate, a CRL and an artifact that may have been signed stand in the register with their octets, and in every register after it", async () => {
  const { world, pack } = await begun(9, 10, 11, 12);
  const { possiblyIssued } = registerOf(world);
  assert.deepEqual(possiblyIssued.map(({ kind, name, issuer, step }) => [kind, name, issuer, step]), [
    ["request", "sub-ca", "sub", 9], ["certificate", "sub-ca", "root-ca", 9], ["certificate", "device", "root-ca", 10], ["crl", "crl-1", "root-ca", 11], ["artifact", "report", "signer", 12],
  ]);
  for (const [i, { kind, name, tbs }] of possiblyIssued.entries()) {
    const octets = world.record.files.get(`artifacts/possibly-issued/${i}-${kind}-${name}.tbs`) ?? new Uint8Array();
    assert.deepEqual([octets.length, sha256Hex(octets)], [tbs.length, tbs.sha256]);
    assert.ok(world.vault.signed.includes(tbs.sha256), "it was signed indeed");
  }
  assert.deepEqual([possiblyIssued[3]?.burned, registerOf(world).crls.map(({ number }) => number)], ["1", [2]]);
  const after = await goOn(world, pack, crl("crl-2"));
  assert.deepEqual(registerOf(after).possiblyIssued, possiblyIssued);
  assert.deepEqual(listIn(after, "crl-2").number, 3);
});

test("a ceremony revokes what an earlier one possibly issued, a subordinate CA too, by its serial; every later list keeps it [CRL-REVOCATIONS] [CRL-KEEPS-REVOCATIONS]", async () => {
  const { world, pack } = await begun(9, 10);
  const serials = registerOf(world).possiblyIssued.filter(({ kind }) => kind === "certificate").map(({ burned }) => burned);
  assert.equal(serials.length, 2);
  const issued = registerOf(world).certificates.map(({ serial }) => serial);
  assert.ok(serials.every((serial) => !issued.includes(serial)));
  const second = await goOn(world, pack, crl("crl-2", `, revoke: [${serials.map((serial) => `{ serial: "${serial}", reason: cessationOfOperation }`).join(", ")}]`));
  assert.deepEqual(listIn(second, "crl-2").revoked.map(({ serial }) => serial).sort(), [...serials].sort());
  const latest = packOf(second);
  const third = await goOn(second, latest, crl("crl-3"));
  assert.deepEqual(listIn(third, "crl-3").revoked.map(({ serial }) => serial).sort(), [...serials].sort());
  const twice = planOf(next(latest, crl("crl-3", `, revoke: [{ serial: "${serials[0]}", reason: superseded }]`)), latest.files);
  assert.match(twice.findings.map(({ control, message }) => `${control}: ${message}`).join(), /CRL-REVOCATIONS: [0-9a-f]{40} is revoked already/);
});

test("where people stopped after it, the next ceremony revokes it by the key of the register, which is not parked", async () => {
  const { world, pack } = await begun();
  const stops: Meddler = ({ request }: { readonly request: Request }) => (request.kind === "decide" ? { kind: "decide", outcome: "answered", choice: "stop", by: "bob" } : undefined);
  const sign = "  - sign-request: { request: requests/pump.csr, certificate: pump, issuer: root-ca, profile: private/code-signing, valid: { for: P1Y } }\n";
  const stopped = await goOn(world, pack, sign, either(losing(3), stops));
  const { possiblyIssued, outcome, certificates } = registerOf(stopped);
  assert.deepEqual([outcome, possiblyIssued.map(({ name }) => name), certificates.some(({ name }) => name === "pump")], ["stopped", ["pump"], false]);
  const third = await goOn(stopped, packOf(stopped), crl("crl-2", `, revoke: [{ serial: "${possiblyIssued[0]?.burned ?? ""}", reason: keyCompromise }]`));
  assert.deepEqual(listIn(third, "crl-2").revoked.map(({ serial, reason }) => [serial, reason]), [[possiblyIssued[0]?.burned, 1]]);
  assert.deepEqual(registerOf(third).revocations.map(({ certificate, serial }) => [certificate, serial]), [[null, possiblyIssued[0]?.burned]]);
});

test("a CRL of unknown outcome that people gave up keeps its number burned: the next ceremony's is higher, and revokes the same [CRL-NUMBER-RISES]", async () => {
  const { world, pack } = await begun();
  const stops: Meddler = ({ request }) => (request.kind === "decide" ? { kind: "decide", outcome: "answered", choice: "stop", by: "bob" } : undefined);
  const stopped = await goOn(world, pack, crl("crl-2", ", revoke: [{ certificate: device, reason: keyCompromise }]"), either(losing(3), stops));
  assert.deepEqual([registerOf(stopped).possiblyIssued.map(({ kind, burned }) => [kind, burned]), registerOf(stopped).lastCrlNumbers["root-ca"], registerOf(stopped).revocations], [[["crl", "2"]], 2, []]);
  const third = await goOn(stopped, packOf(stopped), crl("crl-3", ", revoke: [{ certificate: device, reason: keyCompromise }]"));
  assert.deepEqual([listIn(third, "crl-3").number, listIn(third, "crl-3").revoked.length], [3, 1]);
});
