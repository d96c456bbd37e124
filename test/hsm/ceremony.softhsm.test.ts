/** One token from birth to the last signature, on SoftHSM. */
import assert from "node:assert/strict";
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { Secret } from "../../src/console/secret.ts";
import { templatesOf } from "../../src/plan/key-template.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { observationSchema, type TokenAnswerTo, type TokenObject } from "../../src/transcript/observation.ts";
import type { Request, RequestOf, SigningKey } from "../../src/ceremony/request.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { MECHANISM_OF, MECHANISMS, SIGNATURE_LENGTH, type Claim, type KeyAlgorithm } from "../../src/x509/algorithm.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, PRIVATE_TEMPLATE, PUBLIC_TEMPLATE, type TestRoom } from "./softhsm-room.ts";

const ALGORITHMS: readonly KeyAlgorithm[] = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "ed25519"];
const options = { skip: noSoftHsm };
const told: string[] = [];
const pins = pinsOf();
let room: TestRoom;
let hsm: Hsm;
let serial = "";

before(() => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  hsm = new Hsm({ vault: room.binding(null) }, pins, eventsInto(told));
});
after(async () => {
  if (noSoftHsm !== false) return;
  await hsm.close();
  room.remove();
});

async function put<R extends Request>(request: R): Promise<TokenAnswerTo<R["kind"]>> {
  await hsm.prepare(request);
  return observationSchema.parse(await hsm.answer(request)) as TokenAnswerTo<R["kind"]>;
}

const idOf = (algorithm: KeyAlgorithm) => Buffer.from(algorithm.padEnd(20, ".")).toString("hex");
const keys = new Map<KeyAlgorithm, SigningKey>();

test("refuses an uninitialised token to everything but initialize-token", options, async () => {
  await assert.rejects(put({ kind: "inspect-token", step: 0, token: "vault", serial: null }), { code: "hsm-no-token" });
});

test("initialises the module's one uninitialised token and reads its serial", options, async () => {
  const answer = await put({ kind: "initialize-token", step: 1, token: "vault", label: "vault-0011aabb", replaces: null });
  assert.equal(answer.outcome, "done");
  if (answer.outcome !== "done") return;
  serial = answer.identity.serial;
  assert.match(serial, /^[0-9a-f]{16}$/);
  assert.deepEqual([answer.identity.label, answer.identity.initialized, answer.identity.userPinInitialized], ["vault-0011aabb", true, true]);
  assert.deepEqual(pins.asked, ["vault so", "vault user"]);
  assert.deepEqual(told, ["login vault so", "logout vault"]);
});

test("finds the token by its label, and refuses to give the label to another [hsm-ambiguous-token]", options, async () => {
  const { matches } = await put({ kind: "find-token", step: 1, token: "vault", label: "vault-0011aabb" });
  assert.deepEqual(matches.map((match) => match.serial), [serial]);
  await assert.rejects(put({ kind: "initialize-token", step: 1, token: "vault", label: "vault-0011aabb", replaces: null }), { code: "hsm-ambiguous-token" });
});

test("a repeated attempt takes the token that carries the label already", options, async () => {
  const answer = await put({ kind: "initialize-token", step: 1, token: "vault", label: "vault-0011aabb-1", replaces: "vault-0011aabb" });
  assert.equal(answer.outcome, "done");
  const { matches } = await put({ kind: "find-token", step: 1, token: "vault", label: "vault-0011aabb-1" });
  assert.equal(matches.length, 1);
  serial = matches[0]?.serial ?? "";
});

test("a new token is empty [TOKEN-EMPTY]", options, async () => {
  const { objects, identity } = await put({ kind: "inspect-token", step: 2, token: "vault", serial });
  assert.deepEqual([objects, identity.serial], [[], serial]);
});

test("draws octets of the token, other ones each time [SERIAL-ENTROPY]", options, async () => {
  const request = { kind: "draw", step: 2, source: "token", length: 32, token: "vault", serial } as const;
  const [a, b] = [await put(request), await put(request)];
  assert.ok(a.outcome === "answered" && b.outcome === "answered");
  assert.deepEqual([a.bytes.length, a.bytes === b.bytes], [64, false]);
});

for (const algorithm of ALGORITHMS) {
  test(`generates ${algorithm} with every attribute as asked, and signs with it [KEY-ATTRIBUTES]`, options, async () => {
    const request = generateRequest({ serial, algorithm, id: idOf(algorithm), label: `key-${algorithm}` });
    const made = await put(request);
    assert.equal(made.outcome, "done");
    if (made.outcome !== "done") return;
    checkHalves(made.privateKey, made.publicKey, request);
    const spki = fromHex(made.spki);
    const key = { token: "vault", serial, id: request.id, spki: new Content(spki), mechanism: MECHANISM_OF[algorithm] };
    keys.set(algorithm, key);
    await checkSignatures(key, algorithm, spki);
  });
}

function checkHalves(privateKey: TokenObject, publicKey: TokenObject, request: RequestOf<"generate-key-pair">): void {
  for (const [name, value] of Object.entries(PRIVATE_TEMPLATE)) assert.equal(privateKey.attributes[name], value, name);
  for (const [name, value] of Object.entries(PUBLIC_TEMPLATE)) assert.equal(publicKey.attributes[name], value, name);
  for (const name of ["LOCAL", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE"]) assert.equal(privateKey.attributes[name], true, name);
  const mechanism = request.algorithm === "ed25519" ? "CKM_EC_EDWARDS_KEY_PAIR_GEN" : request.algorithm === "rsa-2048" ? "CKM_RSA_PKCS_KEY_PAIR_GEN" : "CKM_EC_KEY_PAIR_GEN";
  for (const half of [privateKey, publicKey]) assert.deepEqual([half.id, half.label, half.keyGenMechanism], [request.id, request.label, mechanism]);
  assert.equal(privateKey.spki, "");
}

async function checkSignatures(key: SigningKey, algorithm: KeyAlgorithm, spki: Uint8Array): Promise<void> {
  const messages = [randomBytes(300), randomBytes(1), randomBytes(4000)];
  const answer = await put({ kind: "sign", step: 3, key, purpose: "certificate", items: messages.map((message) => ({ tbs: new Content(message) })) });
  assert.ok(answer.outcome === "done");
  for (const [i, message] of messages.entries()) {
    const signature = fromHex(answer.signatures[i] ?? "");
    assert.equal(signature.length, SIGNATURE_LENGTH[algorithm]);
    assert.ok(nodeVerifies(key, spki, message, signature));
  }
  assert.ok(nodeVerifies(key, spki, Buffer.from("seal"), await hsm.signOnce(key, Buffer.from("seal"))));
}

function nodeVerifies(key: SigningKey, spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const hash = key.mechanism === "ed25519" ? null : key.mechanism.slice(-6);
  return verify(hash, message, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}

test("an RSA key signs by RSASSA-PSS with each hash, a salt as long as the hash, and by nothing else that verifies [ALGORITHM-ALLOWED]", options, async () => {
  const rsa = keys.get("rsa-2048");
  assert.ok(rsa !== undefined);
  for (const mechanism of ["rsa-pss-sha256", "rsa-pss-sha384", "rsa-pss-sha512"] as const) {
    const key: SigningKey = { ...rsa, mechanism };
    const message = randomBytes(1000);
    const answer = await put({ kind: "sign", step: 3, key, purpose: "certificate", items: [{ tbs: new Content(message) }] });
    assert.ok(answer.outcome === "done");
    const claim: Claim = { where: mechanism, spki: key.spki.open(), mechanism, message, signature: fromHex(answer.signatures[0] ?? "") };
    assert.ok(claimHolds(claim), mechanism);
    for (const other of MECHANISMS) if (other !== mechanism) assert.equal(claimHolds({ ...claim, mechanism: other }), false, `${mechanism} as ${other}`);
  }
});

test("logs in once for all of it", options, () => {
  assert.deepEqual(told.filter((line) => line === "login vault user"), ["login vault user"]);
});

test("lists the inventory in one order, whatever the token's own", options, async () => {
  const request = { kind: "inspect-token", step: 4, token: "vault", serial } as const;
  const { objects } = await put(request);
  const names = objects.map((object) => `${object.class} ${object.id} ${object.label}`);
  assert.deepEqual(names, [...names].sort());
  assert.equal(names.length, 2 * ALGORITHMS.length);
  assert.deepEqual((await put(request)).objects, objects);
});

test("refuses a CKA_ID or a label that is in use, before and after [KEY-ID-FRESH]", options, async () => {
  const [id, label] = [idOf("ecdsa-p256"), "key-ecdsa-p256"];
  const inUse = { code: "hsm-object-in-use", message: /key-ecdsa-p256/ };
  await assert.rejects(hsm.prepare(generateRequest({ serial, id, label: "fresh" })), inUse);
  await assert.rejects(hsm.prepare(generateRequest({ serial, id: "ff".repeat(20), label })), inUse);
  const find = { kind: "find-objects", step: 5, token: "vault", serial, id, label: "", expect: "none" } as const;
  await assert.rejects(put(find), inUse);
  assert.equal((await put({ ...find, expect: "any" })).objects.length, 2);
  assert.equal((await put({ ...find, id: "ff".repeat(20), label: "fresh" })).objects.length, 0);
});

test("refuses a template of a wrong type without a crash, and makes nothing", options, async () => {
  for (const value of [10n, "true", {}, null, new ArrayBuffer(1)]) {
    const privateTemplate = { ...PRIVATE_TEMPLATE, SIGN: value } as unknown as Record<string, boolean>;
    await assert.rejects(hsm.answer(generateRequest({ serial, id: "ee".repeat(20), label: "fresh", privateTemplate })), { code: "hsm-template" });
  }
  await assert.rejects(put({ kind: "find-objects", step: 5, token: "vault", serial, id: "", label: "", expect: "any" }), { code: "hsm-template" });
});

test("a template that the token refuses is observed as refused, and the session goes on", options, async () => {
  const privateTemplate = { ...PRIVATE_TEMPLATE, LOCAL: true };
  const answer = await put(generateRequest({ serial, id: "ee".repeat(20), label: "fresh", privateTemplate }));
  assert.equal(answer.outcome, "refused");
  assert.match("ckr" in answer ? answer.ckr : "", /^CKR_ATTRIBUTE_/);
  assert.equal((await put({ kind: "find-objects", step: 5, token: "vault", serial, id: "ee".repeat(20), label: "", expect: "any" })).objects.length, 0);
});

test("refuses to sign when id, public key or mechanism do not belong together", options, async () => {
  const [p256, p384] = [keys.get("ecdsa-p256"), keys.get("ecdsa-p384")];
  assert.ok(p256 !== undefined && p384 !== undefined);
  const sign = (key: SigningKey) => put({ kind: "sign", step: 6, key, purpose: "crl", items: [{ tbs: new Content(Buffer.from("x")) }] });
  await assert.rejects(sign({ ...p256, id: p384.id }), { code: "hsm-no-key" });
  await assert.rejects(sign({ ...p256, id: "ab".repeat(20) }), { code: "hsm-no-key" });
  await assert.rejects(sign({ ...p256, mechanism: "ed25519" }), { code: "hsm-mechanism" });
  await assert.rejects(put({ kind: "sign", step: 6, key: p256, purpose: "crl", items: [{ tbs: new Content(new Uint8Array()) }] }), { code: "hsm-template" });
});

test("a key without CKA_SIGN is refused by the token, and other keys sign afterwards without a new login", options, async () => {
  const made = await put(generateRequest({ serial, id: "dd".repeat(20), label: "mute", privateTemplate: { ...PRIVATE_TEMPLATE, SIGN: false } }));
  assert.ok(made.outcome === "done");
  const key: SigningKey = { token: "vault", serial, id: "dd".repeat(20), spki: new Content(fromHex(made.spki)), mechanism: "ecdsa-sha256" };
  const items = [{ tbs: new Content(Buffer.from("x")) }];
  assert.deepEqual(await put({ kind: "sign", step: 7, key, purpose: "crl", items }), { kind: "sign", outcome: "refused", ckr: "CKR_KEY_FUNCTION_NOT_PERMITTED" });
  await assert.rejects(hsm.signOnce(key, Buffer.from("x")), { code: "hsm-call", message: /CKR_KEY_FUNCTION_NOT_PERMITTED/ });
  const other = keys.get("ecdsa-p521");
  assert.ok(other !== undefined);
  assert.equal((await put({ kind: "sign", step: 7, key: other, purpose: "crl", items })).outcome, "done");
  assert.equal(told.filter((line) => line === "login vault user").length, 1);
});

test("asks for the PIN of a key with CKA_ALWAYS_AUTHENTICATE once a request, gives it at each signature, and a wrong one is refused [KEY-ATTRIBUTES]", options, async () => {
  const made = await put(generateRequest({ serial, id: "cc".repeat(20), label: "careful", ...templatesOf("none", true) }));
  assert.ok(made.outcome === "done" && made.privateKey.attributes["ALWAYS_AUTHENTICATE"] === true);
  const key: SigningKey = { token: "vault", serial, id: "cc".repeat(20), spki: new Content(fromHex(made.spki)), mechanism: "ecdsa-sha256" };
  const before = pins.asked.length;
  const answer = await put({ kind: "sign", step: 8, key, purpose: "crl", items: [{ tbs: new Content(Buffer.from("a")) }, { tbs: new Content(Buffer.from("b")) }] });
  assert.ok(answer.outcome === "done");
  assert.deepEqual(pins.asked.slice(before), ["vault user"]);
  const good = pins.pin;
  pins.pin = async () => new Secret("wrong-1234");
  try {
    assert.deepEqual(await put({ kind: "sign", step: 8, key, purpose: "crl", items: [{ tbs: new Content(Buffer.from("a")) }] }), { kind: "sign", outcome: "refused", ckr: "CKR_PIN_INCORRECT" });
  } finally {
    pins.pin = good;
  }
  assert.match(told.at(-1) ?? "", /CKR_PIN_INCORRECT/);
  assert.ok(nodeVerifies(key, fromHex(made.spki), Buffer.from("b"), fromHex(answer.signatures[1] ?? "")));
});

test("destroys both halves of a pair, and nothing when there is nothing", options, async () => {
  const request = { kind: "destroy-objects", step: 9, token: "vault", serial, id: idOf("rsa-2048"), label: "key-rsa-2048" } as const;
  assert.deepEqual(await put(request), { kind: "destroy-objects", outcome: "done", destroyed: 2 });
  assert.deepEqual(await put(request), { kind: "destroy-objects", outcome: "done", destroyed: 0 });
  const before = (await put({ kind: "inspect-token", step: 9, token: "vault", serial })).objects.length;
  for (const nobody of [{ id: "" }, { label: "" }]) assert.deepEqual(await put({ ...request, id: idOf("ed25519"), label: "key-ed25519", ...nobody }), { kind: "destroy-objects", outcome: "done", destroyed: 0 });
  assert.equal((await put({ kind: "inspect-token", step: 9, token: "vault", serial })).objects.length, before);
});

test("refuses to destroy what is marked as not destroyable, before anything is destroyed", options, async () => {
  const made = await put(generateRequest({ serial, id: "bb".repeat(20), label: "stone", publicTemplate: { ...PUBLIC_TEMPLATE, DESTROYABLE: false } }));
  assert.equal(made.outcome, "done");
  await assert.rejects(put({ kind: "destroy-objects", step: 9, token: "vault", serial, id: "bb".repeat(20), label: "stone" }), { code: "hsm-template", message: /CKA_DESTROYABLE/ });
  assert.equal((await put({ kind: "find-objects", step: 9, token: "vault", serial, id: "bb".repeat(20), label: "", expect: "any" })).objects.length, 2);
});

test("a close during the generation of a key waits for it, and the token can be used again", options, async () => {
  const request = generateRequest({ serial, id: "99".repeat(20), label: "slow", algorithm: "rsa-3072" });
  await hsm.prepare(request);
  const [made] = await Promise.all([hsm.answer(request), hsm.close()]);
  assert.equal(made.outcome, "done");
  assert.equal(told.at(-1), "logout vault");
  const { objects } = await put({ kind: "find-objects", step: 9, token: "vault", serial, id: request.id, label: "", expect: "any" });
  assert.equal(objects.length, 2);
});

test("says so when it is asked what is not for a token", options, async () => {
  await assert.rejects(put({ kind: "time", step: 1 }), { code: "bug-unreachable" });
});
