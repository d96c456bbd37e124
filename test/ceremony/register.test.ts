/** The register pack of one ceremony as the input of the next: what is taken over, and what is refused. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Register } from "../../src/transcript/register.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { assertStoppedBy, registerOf as accountOf } from "../scripted/account.ts";
import { makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { held, packOf, SIGNING_FILES, type Pack } from "../scripted/pack.ts";
import { goodPlan, HEAD, planOf, SEALED, type Files, type Octets } from "../scripted/scripts.ts";
import { atNth, type Meddler } from "../scripted/room.ts";
import { strange } from "../scripted/token.ts";
import { NOON, replay, World } from "../scripted/world.ts";

const DEVICE = makeKeyPair();
const FIRST_FILES: Files = { ...SIGNING_FILES, "requests/device.csr": makeRequest({ key: DEVICE }) };
const FIRST = SEALED.replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }\n  - close");

/** The run id of a second ceremony. */
const LATER = "00112233445566bb";

let first: { world: World; pack: Pack };
before(async () => {
  first = await held(FIRST, FIRST_FILES);
});

const NEXT_STEPS = `  - sign-request: { request: requests/other.csr, certificate: other, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl-2, issuer: root-ca, valid: { for: P1Y } }
`;

/** A second ceremony on the same token. */
function next(steps = NEXT_STEPS, pack: Pack = first.pack, holds = "root, transcript"): string {
  return `${HEAD}${pack.lines}tokens:
  vault: { holds: [${holds}] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
${steps}  - close: { transcript-key: transcript }
`;
}

const filesOf = (pack: Pack = first.pack): Octets => ({ ...pack.files, "requests/other.csr": makeRequest(), "requests/device.csr": makeRequest({ key: DEVICE }) });
const registerOf = (world: World): Register => JSON.parse(world.record.text("artifacts/register.json")) as Register;
const found = (script: string, files: Octets = filesOf()) => planOf(script, files).findings.map(({ control, message }) => `${control}: ${message}`);

async function ceremony(script: string, files: Octets = filesOf(), prepare: (world: World) => void = () => undefined): Promise<World> {
  const world = new World(goodPlan(script, files), {}, first.world.tokens, undefined, { run: LATER });
  prepare(world);
  await world.run();
  return world;
}

test("a second ceremony issues by a key of the first, seals by one, names the seal before and replays [REGISTER-TOKEN] [REGISTER-KEY]", async () => {
  const world = await ceremony(next());
  const register = registerOf(world);
  assert.equal(register.outcome, "done");
  assert.deepEqual(register.certificates.map(({ name }) => name), ["root-ca", "transcript", "device", "other"]);
  assert.deepEqual(register.keys.map(({ key, state }) => [key, state]), [["root", "in use"], ["transcript", "in use"]]);
  assert.deepEqual(register.crls.map(({ name, number }) => [name, number]), [["root-crl", 1], ["root-crl-2", 2]]);
  assert.deepEqual(register.previous, [first.pack.seal]);
  const other = readCertificate(fromHex(register.certificates.at(-1)?.der ?? ""));
  assert.deepEqual(other.issuer, readCertificate(fromHex(register.certificates[0]?.der ?? "")).subject);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.rebuilt.why, replayed.wrong, failed], ["reproduced", "", [], []]);
  assert.ok(replayed.claims >= 5, "the signatures over the earlier seal are claims too");
  const pack = packOf(world);
  assert.match(new TextDecoder().decode(pack.files["previous/seal.txt"] as Uint8Array), new RegExp(`^previous: ${first.pack.seal}$`, "m"));
  assert.deepEqual(found(next(NEXT_STEPS.replaceAll("other,", "third,").replace("root-crl-2", "root-crl-3"), pack), filesOf(pack)), []);
});

test("T10, T11: no file of a pack may differ from what was sealed [REGISTER-SEALED]", () => {
  for (const path of ["seal.txt", "SHA256SUMS", "artifacts/register.json", "plan.json"]) {
    const whole = new TextDecoder().decode(first.pack.files[`previous/${path}`] as Uint8Array);
    const changed = whole.replace(/[0-9a-f]{64}/, (digest) => digest.split("").reverse().join(""));
    assert.notEqual(changed, whole);
    const findings = found(next(), { ...filesOf(), [`previous/${path}`]: changed });
    assert.ok(findings.some((one) => one.startsWith("REGISTER-SEALED") || one.startsWith("REGISTER-FORM")), `${path}: ${findings.join("; ")}`);
  }
  assert.match(found(next().replace(first.pack.seal, "0".repeat(64)))[0] ?? "", /^REGISTER-SEALED: expected seal\.txt of the pack with the SHA-256 0{64}/);
});

test("a register in another spelling or with an unknown field is refused [REGISTER-FORM]", () => {
  const register = new TextDecoder().decode(first.pack.files["previous/artifacts/register.json"] as Uint8Array);
  for (const changed of [`${register}\n`, register.replace('"assurance"', '"assurances"'), "{}"]) {
    assert.ok(found(next(), { ...filesOf(), "previous/artifacts/register.json": changed }).some((one) => one.startsWith("REGISTER-FORM: artifacts/register.json")));
  }
});

test("a pack that its people did not seal is refused, and one whose token's signature is missing or another's [REGISTER-SIGNED]", () => {
  const without = (path: string) => Object.fromEntries(Object.entries(filesOf()).filter(([name]) => name !== `previous/${path}`));
  assert.match(found(next(), without("signatures/dan.sig")).join(), /REGISTER-SIGNED: .* is not sealed as its plan asks: missing 1 of witness/);
  assert.match(found(next(), without("signatures/transcript-key.p7s")).join(), /REGISTER-SIGNED: signatures\/transcript-key\.p7s is missing/);
  const swapped = { ...filesOf(), "previous/signatures/dan.sig": first.pack.files["previous/signatures/alice.sig"] ?? "" };
  assert.match(found(next(), swapped).join(), /REGISTER-SIGNED: .*expected the key that the plan gives dan/);
  const { made } = planOf(next(), filesOf());
  assert.equal(made?.claims.filter(({ otherwise }) => otherwise.control === "REGISTER-SIGNED").length, 3);
});

test("a register is used in its own assurance, and its tokens are inspected first and never initialised [REGISTER-FITS]", () => {
  assert.match(found(next().replace("assurance: test", "assurance: software-keys")).join(), /REGISTER-FITS: expected a register of the assurance software-keys, found test/);
  assert.match(found(next().replace("inspect-token:", "initialize-token:")).join(), /REGISTER-FITS: .*would destroy it/);
  assert.match(found(next().replace("  - inspect-token: { token: vault }\n", "")).join(), /REGISTER-FITS: .*inspected before anything happens/);
  assert.match(found(next(NEXT_STEPS, first.pack, "transcript")).join(), /REGISTER-FITS: expected vault to list root of the register/);
  assert.match(found(next().replace("vault: {", "safe: {").replace("{ token: vault }", "{ token: safe }")).join(), /REGISTER-FITS: .*expected the token vault/);
});

test("names of the register are taken, and known [SCRIPT-NAMES]", () => {
  assert.match(found(next(NEXT_STEPS.replace("certificate: other", "certificate: device"))).join(), /SCRIPT-NAMES: expected a new name, found device, which the register has/);
  assert.match(found(next(NEXT_STEPS.replace("root-crl-2", "root-crl"))).join(), /SCRIPT-NAMES: expected a new name, found root-crl, which the register has/);
  const [finding] = planOf(next(NEXT_STEPS.replace("issuer: root-ca", "issuer: rot-ca")), filesOf()).findings;
  assert.match(finding?.hint ?? "", /root-ca/);
});

test("a key that the register knows is certified again only as a renewal by name [RENEWAL-SAME-KEY] [REQUEST-KEY]", async () => {
  const again = (renews: string) => next(NEXT_STEPS.replace("other.csr", "device.csr").replace("certificate: other,", `certificate: device-2, ${renews}`));
  assert.match(found(again("")).join(), /REQUEST-KEY: the request has the key of device of the register/);
  assert.match(found(again("renews: transcript,")).join(), /RENEWAL-SAME-KEY: .*over this key there are: device/);
  assert.deepEqual(found(again("renews: device,")), []);
  const own = (renews: string) => next(`  - issue-certificate: { certificate: transcript-2, key: transcript, issuer: root-ca, ${renews}profile: private/transcript, valid: { for: P15Y } }\n`);
  assert.match(found(own("")).join(), /RENEWAL-SAME-KEY: expected a key without a certificate in the register, found transcript over it/);
  const world = await ceremony(own("renews: transcript, "));
  assert.equal(registerOf(world).outcome, "done");
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
});

test("a CA of the register keeps its subject to itself, unless the same key is renewed [SUBJECT-UNIQUE]", () => {
  const root = (key: string, renews: string) => `  - issue-root: { certificate: root-2, key: ${key}, ${renews}profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }\n`;
  const fresh = `  - generate-key-pair: { key: root-b, token: vault, algorithm: ecdsa-p256, backup: none }\n${root("root-b", "")}`;
  assert.match(found(next(fresh, first.pack, "root, transcript, root-b")).join(), /SUBJECT-UNIQUE: root-2 has the subject of root-ca/);
  assert.deepEqual(found(next(root("root", "renews: root-ca, "))), []);
});

test("an object that the register does not account for stops the ceremony before any effect [REGISTER-TOKEN]", async () => {
  const objects = [...first.world.vault.objects];
  const world = await ceremony(next(), filesOf(), ({ vault }) => vault.objects.push(strange()));
  first.world.vault.objects = objects;
  assertStoppedBy(world, "REGISTER-TOKEN");
  assert.equal(world.record.bodies().some((body) => body.kind === "request" && body.request.kind === "sign"), false);
  assert.deepEqual(registerOf(world).keys.map(({ state }) => state), ["in use", "in use"], "keys of earlier ceremonies are not parked by a stop");
});

test("an object of the register that is missing on its token stops the ceremony before any effect [REGISTER-TOKEN]", async () => {
  const objects = [...first.world.vault.objects];
  const world = await ceremony(next(), filesOf(), ({ vault }) => {
    vault.objects = vault.objects.filter((one) => !one.label.startsWith("transcript"));
  });
  first.world.vault.objects = objects;
  assertStoppedBy(world, "REGISTER-TOKEN");
  assert.equal(world.record.bodies().some((body) => body.kind === "request" && body.request.kind === "sign"), false);
});

test("a ceremony that is held before the last attested instant of the register stops before any effect [CLOCK-ATTESTED]", async () => {
  const world = new World(goodPlan(next(), filesOf()), {}, first.world.tokens, NOON - 60_000, { run: LATER });
  await world.run();
  assertStoppedBy(world, "CLOCK-ATTESTED");
  assert.deepEqual(world.record.bodies().filter((body) => body.kind === "request" && body.request.kind === "sign"), []);
  assert.equal(registerOf(world).attested, registerOf(first.world).attested, "the instant of a clock that went back is not taken on");
});

test("another token under the name of a registered one stops the ceremony [REGISTER-TOKEN]", async () => {
  const world = new World(goodPlan(next(), filesOf()), {}, undefined, NOON + 86_400_000);
  await world.run({ meddle: ({ request, honest }) => {
    const answer = honest();
    return request.kind === "inspect-token" && answer.kind === "inspect-token" && answer.outcome === "answered" ? { ...answer, identity: { ...answer.identity, serial: "another" } } : answer;
  } });
  assertStoppedBy(world, "REGISTER-TOKEN");
});

/** Puts another public key in the place of root's, in every answer. */
const anotherKey: Meddler = ({ request, honest }) => {
  const answer = honest();
  if (request.kind !== "inspect-token" || answer.kind !== "inspect-token" || answer.outcome !== "answered") return answer;
  return { ...answer, objects: answer.objects.map((one) => (one.class === "public key" && one.label.startsWith("root") ? { ...one, spki: STRANGER } : one)) };
};
const STRANGER = Buffer.from(makeKeyPair().spki).toString("hex");

test("another public key under the CKA_ID of a registered key stops the ceremony [REGISTER-TOKEN]", async () => {
  const world = new World(goodPlan(next(), filesOf()), {}, first.world.tokens);
  await world.run({ meddle: anotherKey });
  assertStoppedBy(world, "REGISTER-TOKEN");
});

test("the same, where nobody could look at the token at the end of the ceremony before [REGISTER-KEY]", async () => {
  const blind = new World(goodPlan(next(), filesOf()), {}, first.world.tokens, undefined, { run: LATER });
  await blind.run({ meddle: atNth("inspect-token", 1, () => ({ kind: "inspect-token", outcome: "stopped", by: "dan", reason: "the token is gone" })) });
  assert.equal(registerOf(blind).tokens[0]?.objects, null);
  const pack = packOf(blind);
  const script = next(NEXT_STEPS.replaceAll("other,", "third,").replace("root-crl-2", "root-crl-3"), pack);
  const world = new World(goodPlan(script, filesOf(pack)), {}, first.world.tokens);
  await world.run({ meddle: anotherKey });
  assertStoppedBy(world, "REGISTER-KEY");
});

test("a registered key that reads back extractable is not used [KEY-NEVER-EXTRACTABLE]", async () => {
  const world = new World(goodPlan(next(), filesOf()), {}, first.world.tokens);
  await world.run({ meddle: ({ request, honest }) => {
    const answer = honest();
    if (request.kind !== "inspect-token" || answer.kind !== "inspect-token" || answer.outcome !== "answered") return answer;
    return { ...answer, objects: answer.objects.map((one) => (one.class === "private key" ? { ...one, attributes: { ...one.attributes, EXTRACTABLE: true } } : one)) };
  } });
  assertStoppedBy(world, "KEY-NEVER-EXTRACTABLE");
});

test("a ceremony that was stopped leaves its keys parked, and the next refuses them [REGISTER-FITS]", async () => {
  const stopped = new World(goodPlan(SEALED, SIGNING_FILES));
  await stopped.run({ meddle: ({ request }) => (request.kind === "confirm" && request.verb === "sign" ? { kind: "confirm", outcome: "stopped", by: "dan", reason: "smoke" } : undefined) });
  const pack = packOf(stopped);
  assert.equal(accountOf(stopped).outcome, "stopped");
  const script = next("  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }\n", pack).replace("{ transcript-key: transcript }", "{}");
  assert.match(found(script, filesOf(pack)).join(), /REGISTER-FITS: expected a key in use, found root, which an earlier ceremony parked/);
});
