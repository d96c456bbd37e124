/** CRLs of a CA that has a register: what is revoked, released, kept, and made for the times to come. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { planLines } from "../../src/console/plan-pages.ts";
import type { Register } from "../../src/transcript/register.ts";
import { readCertificateList } from "../../src/x509/reread.ts";
import { assertStoppedBy } from "../scripted/account.ts";
import { makeRequest } from "../scripted/keys.ts";
import { held, packOf, SIGNING_FILES, type Pack } from "../scripted/pack.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, goodPlan, HEAD, planOf, ROOT, SEALED } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const FIRST_FILES = { ...SIGNING_FILES, "requests/device.csr": makeRequest(), "requests/pump.csr": makeRequest() };
const FIRST = SEALED.replace("  - close", ["device", "pump"].map((name) => `  - sign-request: { request: requests/${name}.csr, certificate: ${name}, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n`).join("") + "  - issue-crl: { crl: crl-1, issuer: root-ca, valid: { for: P1Y } }\n  - close");

let first: { world: World; pack: Pack };
before(async () => {
  first = await held(FIRST, FIRST_FILES);
});

function next(steps: string, pack: Pack = first.pack): string {
  return `${HEAD}${pack.lines}tokens:\n  vault: { holds: [root, transcript] }\nsteps:\n  - roll-call: {}\n  - inspect-token: { token: vault }\n${steps}  - close: { transcript-key: transcript }\n`;
}

const crl = (name: string, fields: string, valid = "valid: { for: P1Y }"): string => `  - issue-crl: { crl: ${name}, issuer: root-ca, ${valid}${fields === "" ? "" : `, ${fields}`} }\n`;
const found = (steps: string, pack: Pack = first.pack): string => planOf(next(steps, pack), pack.files).findings.map(({ control, message }) => `${control}: ${message}`).join("; ");
const registerOf = (world: World): Register => JSON.parse(world.record.text("artifacts/register.json")) as Register;
const serialOf = (name: string): string => registerOf(first.world).certificates.find((one) => one.name === name)?.serial ?? "";
const listIn = (world: World, name: string) => readCertificateList(world.record.files.get(`artifacts/crls/${name}.crl`) ?? new Uint8Array());

async function goOn(steps: string, pack: Pack = first.pack, how: Parameters<World["run"]>[0] = {}): Promise<World> {
  const world = new World(goodPlan(next(steps, pack), pack.files), {}, first.world.tokens);
  await world.run(how);
  return world;
}

function assertReplays(world: World): void {
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt, replayed.wrong, failed], [{ state: "reproduced", why: "" }, [], []]);
}

test("a revocation enters the list and the register, and stands in every list that follows by itself [CRL-KEEPS-REVOCATIONS] [CRL-NUMBER-RISES]", async () => {
  const second = await goOn(crl("crl-2", "revoke: [{ certificate: device, reason: keyCompromise }]"));
  assert.deepEqual(listIn(second, "crl-2").revoked.map(({ serial, reason }) => [serial, reason]), [[serialOf("device"), 1]]);
  assert.deepEqual(registerOf(second).revocations.map(({ certificate, reason, released }) => [certificate, reason, released]), [["device", "keyCompromise", null]]);
  assertReplays(second);
  const pack = packOf(second);
  const third = await goOn(crl("crl-3", "revoke: [{ certificate: pump, reason: superseded }]") + crl("crl-4", ""), pack);
  assert.deepEqual(listIn(third, "crl-4").revoked.map(({ serial }) => serial), [serialOf("device"), serialOf("pump")]);
  assert.deepEqual(registerOf(third).crls.map(({ number }) => number), [1, 2, 3, 4]);
  assertReplays(third);
  assert.match(found(crl("crl-3", "revoke: [{ certificate: device, reason: superseded }]"), pack), /CRL-REVOCATIONS: device is revoked already, as keyCompromise/);
  assert.match(found(crl("crl-3", "release: [device]"), pack), /CRL-REVOCATIONS: expected a certificate on hold, found device, which is revoked as keyCompromise/);
});

test("a hold is released once, and leaves the list; it may also become a revocation for good [CRL-REVOCATIONS]", async () => {
  const pack = packOf(await goOn(crl("crl-2", "revoke: [{ certificate: device, reason: certificateHold }, { certificate: pump, reason: certificateHold }]")));
  const third = await goOn(crl("crl-3", "release: [device], revoke: [{ certificate: pump, reason: privilegeWithdrawn }]"), pack);
  assert.deepEqual(listIn(third, "crl-3").revoked.map(({ serial, reason }) => [serial, reason]), [[serialOf("pump"), 9]]);
  assert.deepEqual(registerOf(third).revocations.map(({ certificate, released }) => [certificate, released !== null]), [["device", true], ["pump", false]]);
  assertReplays(third);
  assert.match(found(crl("crl-4", "release: [device]"), packOf(third)), /CRL-REVOCATIONS: expected a certificate on hold, found device, which is not revoked/);
});

test("a list revokes what its own CA signed, once [CRL-REVOCATIONS]", () => {
  assert.match(found(crl("crl-2", "revoke: [{ certificate: devise, reason: superseded }]")), /SCRIPT-NAMES: expected the name of an earlier certificate, found devise/);
  assert.match(found(crl("crl-2", 'revoke: [{ serial: "4d2a", reason: superseded }]')), /CRL-REVOCATIONS: .*found 4d2a/);
  assert.match(found(crl("crl-2", `revoke: [{ certificate: device, reason: superseded }, { serial: "${serialOf("device")}", reason: superseded }]`)), /CRL-REVOCATIONS: device is revoked already/);
  assert.match(found(crl("crl-2", "revoke: [{ certificate: device, reason: superseded }]") + crl("crl-3", "revoke: [{ certificate: device, reason: superseded }]")), /CRL-REVOCATIONS: device is revoked already/);
  assert.match(found(crl("crl-2", "revoke: [{ reason: superseded }]")), /expected either certificate or serial/);
});

test("a possibly issued certificate is revoked by its serial [CRL-REVOCATIONS]", async () => {
  const isCertificate = (request: { kind: string; purpose?: string }) => request.kind === "sign" && request.purpose === "certificate";
  const script = SEALED.replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n  - close");
  const world = new World(goodPlan(script, FIRST_FILES));
  await world.run({ meddle: atNth(isCertificate, 2, () => ({ kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_ERROR" })) });
  const [possibly] = registerOf(world).possiblyIssued;
  const pack = packOf(world);
  const after = new World(goodPlan(next(crl("crl-1", `revoke: [{ serial: "${possibly?.burned ?? ""}", reason: cessationOfOperation }]`), pack), pack.files), {}, world.tokens);
  await after.run();
  assert.deepEqual(listIn(after, "crl-1").revoked.map(({ serial }) => serial), [possibly?.burned]);
  assert.deepEqual(registerOf(after).revocations.map(({ certificate }) => certificate), [null]);
});

test("reasons are those of the trust domain; a CA's compromise is a CA's [CRL-REASON]", () => {
  assert.match(found(crl("crl-2", "revoke: [{ certificate: device, reason: cACompromise }]")), /CRL-REASON: expected keyCompromise, .*found cACompromise/);
  assert.match(found(crl("crl-2", "revoke: [{ certificate: device, reason: unspecified }]")), /SCRIPT-FORM: expected keyCompromise/);
  assert.match(found(crl("crl-2", "revoke: [{ certificate: root-ca, reason: cACompromise }]")), /CRL-REVOCATIONS: expected a certificate that root-ca issued, found root-ca/);
});

test("a revocation dated after thisUpdate, and a single list that begins in the future, stop the ceremony [CRL-DATES]", async () => {
  assertStoppedBy(await goOn(crl("crl-2", 'revoke: [{ certificate: device, reason: superseded, date: "2030-01-01T00:00:00Z" }]')), "CRL-DATES");
  assertStoppedBy(await goOn(crl("crl-2", "", 'valid: { from: "2027-01-01T00:00:00Z", until: "2027-06-01T00:00:00Z" }')), "CRL-DATES");
  const dated = await goOn(crl("crl-2", 'revoke: [{ certificate: device, reason: superseded, date: "2026-11-01T00:00:00Z" }]'));
  assert.equal(listIn(dated, "crl-2").revoked[0]?.date, "2026-11-01T00:00:00Z");
});

test("a list says what it is about, and where it is found; one of CAs only loses nothing [CRL-SCOPE]", async () => {
  const world = await goOn(crl("crl-2", "scope: ca-certificates, crl-at: [http://ca.example.com/root.crl]"));
  assert.deepEqual(listIn(world, "crl-2").point, { caOnly: true, at: ["http://ca.example.com/root.crl"] });
  assertReplays(world);
  assert.match(found(crl("crl-2", "scope: ca-certificates, revoke: [{ certificate: device, reason: superseded }]")), /CRL-SCOPE: .*would leave out device/);
  assert.match(found(crl("crl-2", "revoke: [{ certificate: device, reason: superseded }]") + crl("crl-3", "scope: ca-certificates")), /CRL-SCOPE: .*would leave out device/);
});

test("a list with an address is for certificates that name it: those of the script and of the register, but for a transcript certificate that is not revoked [CRL-SCOPE]", () => {
  const at = (address: string): string => `crl-at: [http://ca.example.com/${address}.crl]`;
  const leaf = (address: string): string => `  - sign-request: { request: requests/new.csr, certificate: new, issuer: root-ca, profile: private/code-signing, ${at(address)}, valid: { for: P1Y } }\n`;
  assert.match(found(crl("crl-2", at("root"))), /^CRL-SCOPE: a list with the address http:\/\/ca.example.com\/root.crl is not used for certificates without it: device, pump$/);
  const script = SEALED.replace("  - close", `${leaf("root")}${crl("crl-1", at("root"))}  - close`);
  const said = (text: string): string => planOf(text, { ...SIGNING_FILES, "requests/new.csr": makeRequest() }).findings.map(({ control, message }) => `${control}: ${message}`).join("; ");
  assert.equal(said(script), "");
  assert.match(said(script.replace(at("root"), at("other"))), /^CRL-SCOPE: .*: new$/);
  assert.match(said(script.replace(`${at("root")} }`, `${at("root")}, revoke: [{ certificate: transcript, reason: superseded }] }`)), /^CRL-SCOPE: .*: transcript$/);
});

test("certificates of the register are held against the address of a list by what stands in them [CRL-SCOPE]", async () => {
  const script = SEALED.replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, crl-at: [http://a.example/1.crl, http://a.example/2.crl], valid: { for: P1Y } }\n  - close");
  const { pack } = await held(script, { ...FIRST_FILES });
  assert.equal(found(crl("crl-1", "crl-at: [http://a.example/2.crl]"), pack), "");
  assert.match(found(crl("crl-1", "crl-at: [http://a.example/3.crl]"), pack), /^CRL-SCOPE: .*: device$/);
});

const PACK = "successive: { count: 12, every: P1M, overlap: P10D, by: dan }";

test("a pack holds several lists with rising numbers, each from where the plan says, kept by a person of the script [CRL-PERIOD] [CRL-DATES]", async () => {
  const steps = crl("year", "revoke: [{ certificate: device, reason: superseded }]", PACK);
  const world = await goOn(steps);
  const lists = Array.from({ length: 12 }, (_, i) => listIn(world, `year/${String(i + 1).padStart(2, "0")}`));
  assert.deepEqual(lists.map(({ number }) => number), Array.from({ length: 12 }, (_, i) => i + 2));
  assert.ok(lists.every(({ revoked }) => revoked.length === 1));
  const [start, second, last] = [lists[0], lists[1], lists[11]];
  const days = (from: string | undefined, to: string | undefined): number => Math.round((Date.parse(to ?? "") - Date.parse(from ?? "")) / 86_400_000);
  assert.deepEqual([days(start?.thisUpdate, start?.nextUpdate), days(start?.thisUpdate, second?.thisUpdate), days(start?.thisUpdate, last?.thisUpdate)], [40, 30, 334]);
  assert.deepEqual(registerOf(world).crls.map(({ name }) => name).slice(0, 3), ["crl-1", "year/01", "year/02"]);
  assert.equal(registerOf(world).lastCrlNumbers["root-ca"], 13);
  assertReplays(world);
  const { made } = planOf(next(steps), first.pack.files);
  const said = made?.plan == null ? "" : planLines(made.plan, made.digest, new Map()).join("\n");
  assert.match(said, /list 02 {2}released by dan 1 times P1M after the attested time; void when a revocation comes before that/);
  assert.match(said, /all that are not released are void and are destroyed/);
  assert.match(found(crl("year", "", PACK.replace("dan", "eve"))), /CRL-PERIOD: expected a person of the script/);
  assert.match(found(crl("year", "", PACK.replace("P1M", "P3Y"))), /VALIDITY-WITHIN-ISSUER: a period of P36Y10D is longer than its issuer's/);
  assert.match(found(crl("year", "", `valid: { for: P1Y }, ${PACK}`)), /expected either valid or successive/);
});

test("a CA that says periodic has its first list in its ceremony, and one that says none has none [CRL-POLICY]", async () => {
  const root = (policy: string) => ROOT.replace("profile: private/root,", `crl: ${policy}, profile: private/root,`);
  const messages = (script: string) => planOf(script, FILES).findings.map(({ control, message }) => `${control}: ${message}`).join();
  assert.equal(messages(root("periodic")), "");
  assert.match(messages(root("periodic").replace(/ {2}- issue-crl: .*\n/, "")), /CRL-POLICY: root-ca says crl: periodic, and no step issues its first CRL/);
  assert.match(messages(root("none")), /CRL-POLICY: root-ca says crl: none/);
  const { pack } = await held(SEALED.replace("profile: private/root,", "crl: none, profile: private/root,"));
  assert.match(found(crl("crl-1", ""), pack), /CRL-POLICY: root-ca says crl: none/);
});

test("a Foundries Factory is told of a release by reason 8 in the one list, which the next leaves out [CRL-REVOCATIONS]", async () => {
  const ca = { ...SIGNING_FILES, "requests/device.csr": makeRequest({ subject: [{ type: "CN", value: "online-ca" }, { type: "OU", value: "example-factory" }] }) };
  const factory = ROOT.replace("profile: private/root, subject: { CN: Example Root },", "profile: foundries/root, factory: example-factory,")
    .replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: online-ca, issuer: root-ca, profile: foundries/device-ca, valid: { for: P10Y } }\n  - close");
  const start = await held(factory, ca);
  const script = (steps: string, pack: Pack) => next(steps, pack).replace("root, transcript]", "root]").replace("{ transcript-key: transcript }", "{}");
  let { world, pack } = await held(script(crl("crl-2", "revoke: [{ certificate: online-ca, reason: certificateHold }]"), start.pack), start.pack.files, start.world);
  assert.deepEqual(listIn(world, "crl-2").revoked.map(({ reason }) => reason), [6]);
  ({ world, pack } = await held(script(crl("crl-3", "release: [online-ca]") + crl("crl-4", ""), pack), pack.files, start.world));
  assert.deepEqual(listIn(world, "crl-3").revoked.map(({ reason }) => reason), [8]);
  assert.deepEqual(listIn(world, "crl-4").revoked, []);
});
