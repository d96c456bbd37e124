/** Keys that leave one SoftHSM token wrapped and come back on another: each algorithm, and what the token refuses. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createDecipheriv } from "node:crypto";
import { Content } from "../../src/bytes/content.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { wrappedKeyFaults } from "../../src/ceremony/wrapped-key.ts";
import type { WrappingSecrets } from "../../src/hsm/binding.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { restoredTemplates, templatesOf } from "../../src/plan/key-template.ts";
import { observationSchema, type TokenAnswerTo } from "../../src/transcript/observation.ts";
import type { Request, RequestOf } from "../../src/ceremony/request.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { MECHANISM_OF, type KeyAlgorithm } from "../../src/x509/algorithm.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, type TestRoom } from "./softhsm-room.ts";

const ALGORITHMS: readonly KeyAlgorithm[] = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048"];
const options = { skip: noSoftHsm };
const told: string[] = [];
let pins = { user: "user-1234", so: "so-567890" };
let room: TestRoom;
let hsm: Hsm;
const serials: Record<string, string> = {};
/** What custody would have shared out. */
let last = new Uint8Array();
const secrets: WrappingSecrets = {
  give: async ({ shares }, secret) => {
    last = secret.slice();
    return { checkValue: "00", shares, subsets: 1 };
  },
  spend: () => last.slice(),
};

before(async () => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  const binding = room.binding(null);
  hsm = new Hsm({ vault: binding, reserve: binding }, { pin: (token, role, warning) => pinsOf(pins).pin(token, role, warning) }, eventsInto(told), secrets);
  for (const token of ["vault", "reserve"]) {
    const answer = await put({ kind: "initialize-token", step: 1, token, label: `${token}-0011`, replaces: null });
    serials[token] = answer.outcome === "done" ? answer.identity.serial : assert.fail();
  }
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

const idOf = (algorithm: string) => Buffer.from(algorithm.padEnd(20, ".")).toString("hex");
const on = (token: string) => ({ token, serial: serials[token] ?? "" });
const wrapping = (id: string, spki: string): RequestOf<"wrap-key"> => ({ kind: "wrap-key", step: 2, ...on("vault"), backup: "first", key: "root", id, spki: new Content(fromHex(spki)), threshold: 2, shares: [{ by: "carol", number: 1 }, { by: "erin", number: 2 }] });

/** One of them wants its PIN at each signature, before it is wrapped and after it is restored. */
const isCareful = (algorithm: KeyAlgorithm): boolean => algorithm === "ecdsa-p384";

async function wrappableKey(algorithm: KeyAlgorithm, id = idOf(algorithm)): Promise<string> {
  const made = await put(generateRequest({ ...on("vault"), algorithm, label: `key ${id}`, id, ...templatesOf("wrap", isCareful(algorithm)) }));
  assert.equal(made.outcome, "done");
  if (made.outcome !== "done") return "";
  assert.deepEqual([made.privateKey.attributes["EXTRACTABLE"], made.privateKey.attributes["WRAP_WITH_TRUSTED"], made.privateKey.attributes["ALWAYS_SENSITIVE"]], [true, true, true]);
  return made.spki;
}

for (const algorithm of ALGORITHMS) {
  test(`${algorithm}: wrapped under a trusted key, restored on another token, and signing under the same public key [BACKUP-BLOB]`, options, async () => {
    const spki = await wrappableKey(algorithm);
    told.length = 0;
    const wrapped = await put(wrapping(idOf(algorithm), spki));
    assert.ok(wrapped.outcome === "done", JSON.stringify(wrapped));
    assert.deepEqual(told, ["logout vault", "login vault so", "logout vault", "login vault user"]);
    const blob = fromHex(wrapped.blob);
    assert.deepEqual([wrapped.mechanism, wrappedKeyFaults(algorithm, blob)], ["CKM_AES_KEY_WRAP_PAD", []]);
    // RFC 5649, by another implementation: the wrapping key opens it, and a changed octet does not pass
    const open = (octets: Uint8Array) => Buffer.concat([createDecipheriv("id-aes256-wrap-pad", last, Buffer.from("a65959a6", "hex")).update(octets)]);
    assert.equal(open(blob)[0], 0x30);
    assert.throws(() => open(blob.with(9, (blob[9] ?? 0) ^ 1)));
    const id = `${idOf(algorithm).slice(0, 38)}ff`;
    const { privateTemplate, publicTemplate } = restoredTemplates("none", isCareful(algorithm));
    const restored = await put({
      kind: "unwrap-key", step: 3, ...on("reserve"), backup: "first", label: `${algorithm}-again`, id, algorithm, signature: MECHANISM_OF[algorithm], mechanism: wrapped.mechanism, blob: new Content(blob),
      spki: new Content(fromHex(spki)), checkValue: "00", threshold: 2, shares: [], privateTemplate, publicTemplate,
    });
    assert.ok(restored.outcome === "done", JSON.stringify(restored));
    const said = restored.privateKey.attributes;
    assert.equal(said["ALWAYS_AUTHENTICATE"], isCareful(algorithm));
    assert.deepEqual([restored.spki, said["SENSITIVE"], said["EXTRACTABLE"], said["LOCAL"], said["ALWAYS_SENSITIVE"], said["NEVER_EXTRACTABLE"]], [spki, true, false, false, false, false]);
    const message = new Uint8Array([1, 2, 3]);
    const signed = await put({ kind: "sign", step: 4, purpose: "request", key: { ...on("reserve"), id, spki: new Content(fromHex(spki)), mechanism: MECHANISM_OF[algorithm] }, items: [{ tbs: new Content(message) }] });
    assert.ok(signed.outcome === "done");
    assert.ok(claimHolds({ where: "the restored key", spki: fromHex(spki), mechanism: MECHANISM_OF[algorithm], message, signature: fromHex(signed.signatures[0] ?? "") }));
    const { objects } = await put({ kind: "inspect-token", step: 5, ...on("reserve") }) as { objects: readonly { class: string }[] };
    assert.deepEqual(objects.filter((object) => object.class === "secret key"), [], "no wrapping key is left");
  });
}

test("a blob that was changed, or opened with another key, makes nothing, and the outcome is not called refused", options, async () => {
  const spki = await wrappableKey("ecdsa-p256", idOf("changed"));
  const wrapped = await put(wrapping(idOf("changed"), spki));
  assert.ok(wrapped.outcome === "done");
  const request: RequestOf<"unwrap-key"> = { kind: "unwrap-key", step: 3, ...on("reserve"), backup: "first", label: "changed", id: idOf("changed2"), algorithm: "ecdsa-p256", signature: "ecdsa-sha256", mechanism: wrapped.mechanism, blob: new Content(fromHex(wrapped.blob).with(3, 0)), spki: new Content(fromHex(spki)), checkValue: "00", threshold: 2, shares: [], ...restoredTemplates("none") };
  const changed = await put(request);
  assert.ok(changed.outcome === "unknown", JSON.stringify(changed));
  last = new Uint8Array(32).fill(9);
  const other = await put({ ...request, blob: new Content(fromHex(wrapped.blob)) });
  assert.equal(other.outcome, "unknown");
  const left = await put({ kind: "find-objects", step: 4, ...on("reserve"), id: idOf("changed2"), label: "changed", expect: "any" });
  assert.deepEqual(left.outcome === "answered" ? left.objects : null, []);
});

test("a key that is not extractable is not wrapped, nor an Ed25519 key: the token refuses by name", options, async () => {
  const kept = await put(generateRequest({ ...on("vault"), label: "kept", id: idOf("kept") }));
  assert.ok(kept.outcome === "done");
  assert.deepEqual(await put(wrapping(idOf("kept"), kept.spki)), { kind: "wrap-key", outcome: "refused", ckr: "CKR_KEY_UNEXTRACTABLE" });
  const edwards = await wrappableKey("ed25519");
  assert.deepEqual(await put(wrapping(idOf("ed25519"), edwards)), { kind: "wrap-key", outcome: "refused", ckr: "CKR_KEY_NOT_WRAPPABLE" });
});

test("a wrong SO PIN is refused before anything is wrapped, and the user can log in again", options, async () => {
  const spki = await wrappableKey("ecdsa-p256", idOf("pin"));
  pins = { ...pins, so: "so-wrong-1" };
  assert.deepEqual(await put(wrapping(idOf("pin"), spki)), { kind: "wrap-key", outcome: "refused", ckr: "CKR_PIN_INCORRECT" });
  pins = { ...pins, so: "so-567890" };
  assert.equal((await put(wrapping(idOf("pin"), spki))).outcome, "done");
  assert.equal(toHex(last).length, 64);
});
