/** `adopt`: a CA that was made elsewhere, taken into a first register with its past as it is claimed. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { readCertificateList } from "../../src/x509/certificate-list-reading.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { assertStoppedBy } from "../scripted/account.ts";
import { held, SIGNING_FILES } from "../scripted/pack.ts";
import { ADOPT, adoptingScript, ELSEWHERE, LATER, LIST, madeElsewhere } from "../scripted/adopt.ts";
import { goodPlan, HEAD, planOf, type Octets } from "../scripted/scripts.ts";
import { replay, World, type How } from "../scripted/world.ts";
import { atNth } from "../scripted/room.ts";

let elsewhere: World;
let files: Octets;
before(async () => {
  ({ elsewhere, files } = await madeElsewhere());
});

async function adopted(how: How = {}): Promise<World> {
  const objects = [...elsewhere.vault.objects];
  const world = new World(goodPlan(script(), files), {}, elsewhere.tokens, LATER, { run: "00000000000000ad" });
  await world.run(how);
  world.vault.objects = objects;
  return world;
}
const registerIn = (world: World): Register => readRegister(world.record.files.get("artifacts/register.json") ?? new Uint8Array());
const script = adoptingScript;
const found = (text: string, given = files) => planOf(text, given).findings.map(({ control, message }) => `${control}: ${message}`).join("\n");

test("an adopted CA stands in the first register with its past marked as claimed, and replays", async () => {
  const world = await adopted();
  const register = registerIn(world);
  assert.equal(register.outcome, "done", JSON.stringify(register.exceptions));
  assert.deepEqual(register.certificates.map(({ name, claimed, key, issuer }) => [name, claimed, key, issuer]), [["old-root", true, "root", "old-root"], ["pump", true, null, "old-root"], ["transcript", undefined, "transcript", "old-root"]]);
  assert.deepEqual(register.crls.map(({ name, number, claimed }) => [name, number, claimed]), [["old-root/claimed", 2, true], ["first-crl", 3, undefined]]);
  assert.deepEqual(register.revocations.map(({ certificate, reason, claimed }) => [certificate, reason, claimed]), [["pump", "superseded", true]]);
  assert.deepEqual(register.keys.map(({ key, state, line, claimed }) => [key, state, line, claimed === undefined]), [["root", "in use", ["00000000000000ad"], false], ["transcript", "in use", ["00000000000000ad"], true]]);
  const { revoked } = readCertificateList(world.record.files.get("artifacts/crls/first-crl.crl") ?? new Uint8Array());
  assert.deepEqual(revoked.map(({ serial }) => serial), register.revocations.map(({ serial }) => serial));
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt, replayed.wrong, failed], [{ state: "reproduced", why: "" }, [], []]);
});

test("the key signs nothing before its CRL: neither test data nor a request [ADOPTED-PROOF]", async () => {
  const signs = (await adopted()).record.bodies().flatMap((body) => (body.kind === "request" && body.request.kind === "sign" ? [body.request["purpose"]] : []));
  assert.equal(signs[0], "crl");
  assert.match(found(script(ADOPT)), /ADOPTED-PROOF: expected root to sign a CRL of old-root before anything else, found issue-certificate in step 5/);
  const early = "  - sign-request: { request: requests/device.csr, certificate: other, issuer: old-root, profile: private/code-signing, valid: { for: P1Y } }\n";
  assert.match(found(script(ADOPT + early + LIST)), /ADOPTED-PROOF: .*found sign-request in step 4/);
});

test("the CRL number of an adopted CA goes on above the one that is claimed [CRL-NUMBER-RISES]", () => {
  assert.match(found(script(ADOPT + LIST.replace("valid:", "number: 2, valid:"))), /CRL-NUMBER-RISES: expected a CRL number above 2/);
  assert.equal(found(script(ADOPT + LIST.replace("valid:", "number: 40, valid:"))), "");
});

test("an adopted CA may revoke a serial that nobody brought along, and each certificate that was [CRL-REVOCATIONS]", () => {
  const revoking = (what: string) => script(ADOPT + LIST.replace("valid:", `revoke: [{ ${what}, reason: keyCompromise }], valid:`));
  assert.equal(found(revoking('serial: "4d2a"')), "");
  assert.match(found(revoking("certificate: pump")), /CRL-REVOCATIONS: pump is revoked already/);
  assert.equal(found(revoking("certificate: pump").replace(", last-crl: ca/last.crl", "")), "");
});

test("what the adopted key did not sign is none of its past [ADOPTED-CLAIMS]", async () => {
  const stranger = (await held(ELSEWHERE.replaceAll("Example Root", "Other Root"), SIGNING_FILES)).world;
  const theirs = (path: string) => stranger.record.text(`artifacts/${path}`);
  assert.match(found(script(), { ...files, "ca/device.crt": theirs("certificates/device.pem") }), /ADOPTED-CLAIMS: expected ca\/device\.crt to be issued by CN=Example Root/);
  assert.match(found(script(), { ...files, "ca/last.crl": theirs("crls/root-crl.pem") }), /ADOPTED-CLAIMS: expected ca\/last\.crl to be issued by/);
  assert.match(found(script(), { ...files, "ca/root.crt": files["ca/device.crt"] ?? "" }), /ADOPTED-CLAIMS: expected a CA certificate/);
  assert.match(found(script(), { ...files, "ca/last.crl": "nothing" }), /ADOPTED-CLAIMS: ca\/last\.crl: /);
  const twin = (await held(ELSEWHERE, SIGNING_FILES)).world.record.text("artifacts/certificates/device.pem");
  const claims = planOf(script(), { ...files, "ca/device.crt": twin }).made?.claims.filter(({ claim }) => !claimHolds(claim)) ?? [];
  assert.deepEqual(claims.map(({ otherwise }) => otherwise.control), ["ADOPTED-CLAIMS"]);
  assert.deepEqual(planOf(script(), files).made?.claims.map(({ claim }) => claimHolds(claim)), [true, true, true]);
});

test("another public key on the token, no key, or two keys under the label stop the ceremony before anything is signed [ADOPTED-KEY]", async () => {
  const other = elsewhere.vault.objects.find((one) => one.class === "public key")?.spki ?? "";
  const change = (turn: (objects: typeof elsewhere.vault.objects) => typeof elsewhere.vault.objects): How => ({ meddle: atNth("inspect-token", 1, ({ honest }) => {
    const answer = honest();
    return answer.kind === "inspect-token" && answer.outcome === "answered" ? { ...answer, objects: turn([...answer.objects]) } : answer;
  }) });
  const stranger = (await held(ELSEWHERE, SIGNING_FILES)).world.vault.objects.find((one) => one.class === "public key")?.spki ?? "";
  assert.notEqual(other, stranger);
  for (const turn of [
    (objects: typeof elsewhere.vault.objects) => objects.map((one) => (one.class === "public key" ? { ...one, spki: stranger } : one)),
    () => [],
    (objects: typeof elsewhere.vault.objects) => [...objects, ...objects.map((one) => ({ ...one, id: "ff" }))],
  ]) {
    const world = await adopted(change(turn));
    assertStoppedBy(world, "ADOPTED-KEY");
    assert.equal(world.record.bodies().some((body) => body.kind === "request" && body.request.kind === "sign"), false);
  }
});

test("an adopted key goes on in a later ceremony as long as its token says of it what it said [KEY-ATTRIBUTES]", async () => {
  const first = await held(script(), files, elsewhere, "00000000000000ad", LATER);
  const next = `${HEAD}${first.pack.lines}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-crl: { crl: second-crl, issuer: old-root, valid: { for: P1Y }, revoke: [{ serial: "4d2a", reason: keyCompromise }] }
  - close: { transcript-key: transcript }
`;
  const given = { ...SIGNING_FILES, ...first.pack.files };
  const good = await held(next, given, first.world, "00000000000000ae", LATER + 1_000_000_000);
  assert.equal(registerIn(good.world).outcome, "done");
  assert.deepEqual(registerIn(good.world).keys[0]?.line, ["00000000000000ad", "00000000000000ae"]);
  const world = new World(goodPlan(next, given), {}, first.world.tokens, LATER + 1_000_000_000, { run: "00000000000000af" });
  await world.run({ meddle: ({ request, honest }) => {
    const answer = honest();
    if (request.kind !== "inspect-token" || answer.kind !== "inspect-token" || answer.outcome !== "answered") return answer;
    return { ...answer, objects: answer.objects.map((one) => (one.class === "private key" ? { ...one, attributes: { ...one.attributes, EXTRACTABLE: true } } : one)) };
  } });
  assertStoppedBy(world, "KEY-ATTRIBUTES");
});
