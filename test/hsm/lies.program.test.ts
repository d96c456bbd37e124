/** What is observed when a token fails in the middle, or answers what cannot be. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { CKA } from "../../src/hsm/attributes.ts";
import { CkrError } from "../../src/hsm/ckr.ts";
import { prepareDestroy } from "../../src/hsm/destroy-objects.ts";
import { drawFromToken, inspectToken } from "../../src/hsm/free.ts";
import { prepareGenerate } from "../../src/hsm/generate-key-pair.ts";
import { prepareSign } from "../../src/hsm/sign.ts";
import { observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { half, LyingToken } from "./lying-token.ts";
import { generateRequest } from "./softhsm-room.ts";

const ID = "0a".repeat(20);
const spki = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "der" });
const point = spki.subarray(-65);

async function perform(ready: Promise<() => Promise<Observation>>): Promise<Observation> {
  return observationSchema.parse(await (await ready)());
}

function sign(token: LyingToken, items: number): Promise<Observation> {
  token.objects.push(half("private", ID), half("public", ID, point));
  const key = { token: "vault", serial: "1", id: ID, spki: new Content(spki), mechanism: "ecdsa-sha256" } as const;
  const tbs = Array.from({ length: items }, (_, i) => ({ tbs: new Content(Buffer.of(i)) }));
  return perform(prepareSign(token.tokens(), { kind: "sign", step: 1, key, purpose: "certificate", items: tbs }));
}

test("a signature of another length is wrong, an empty one too, and no further item is signed", async () => {
  for (const length of [0, 63, 65, 1024]) {
    const token = new LyingToken();
    token.signs = [new Uint8Array(64), new Uint8Array(length), new Uint8Array(64)];
    const answer = await sign(token, 3);
    assert.ok(answer.kind === "sign" && answer.outcome === "wrong");
    assert.deepEqual([answer.signatures.length, token.signs.length, token.renewed], [2, 1, 1]);
  }
});

test("a word of the list at the first item is refused, the same word later is unknown", async () => {
  const first = new LyingToken();
  first.signs = ["CKR_USER_NOT_LOGGED_IN:257"];
  assert.deepEqual(await sign(first, 2), { kind: "sign", outcome: "refused", ckr: "CKR_USER_NOT_LOGGED_IN" });
  const later = new LyingToken();
  later.signs = [new Uint8Array(64), "CKR_USER_NOT_LOGGED_IN:257"];
  assert.deepEqual(await sign(later, 2), { kind: "sign", outcome: "unknown", ckr: "CKR_USER_NOT_LOGGED_IN" });
  assert.equal(later.renewed, 1);
});

test("a device error at the first item is unknown: the token may have signed", async () => {
  for (const [thrown, ckr] of [["CKR_DEVICE_ERROR:48", "CKR_DEVICE_ERROR"], ["CKR_VENDOR_DEFINED:2147483650", "CKR_VENDOR_DEFINED:2147483650"]] as const) {
    const token = new LyingToken();
    token.signs = [thrown];
    assert.deepEqual(await sign(token, 1), { kind: "sign", outcome: "unknown", ckr });
  }
});

async function generated(change: (token: LyingToken) => void): Promise<Observation> {
  const token = new LyingToken();
  token.generates = () => change(token);
  return perform(prepareGenerate(token.tokens(), generateRequest({ id: ID })));
}

test("a pair that reads back whole is done; what is not reported is said so", async () => {
  const answer = await generated((token) => token.objects.push(half("public", ID, point), half("private", ID)));
  assert.ok(answer.kind === "generate-key-pair" && answer.outcome === "done");
  assert.equal(answer.spki, spki.toString("hex"));
  assert.equal(answer.privateKey.attributes["SENSITIVE"], "not reported");
});

test("half a pair, none, one too many, or a key of another kind is wrong", async () => {
  const offCurve = Buffer.from(point);
  offCurve[64] = (offCurve[64] ?? 0) ^ 1;
  const badFlag = half("private", ID).set(CKA.SENSITIVE, Buffer.of(2));
  const p384 = half("public", ID, point).set(CKA.EC_PARAMS, Buffer.from("06052b81040022", "hex"));
  const endings: (() => ReturnType<typeof half>[])[] = [
    () => [],
    () => [half("public", ID, point)],
    () => [half("private", ID)],
    () => [half("private", ID), half("public", ID, point), half("public", ID, point)],
    () => [half("private", ID), half("public", ID)],
    () => [half("private", ID), half("public", ID, point.subarray(1))],
    () => [half("private", ID), half("public", ID, offCurve)],
    () => [half("private", ID), p384],
    () => [badFlag, half("public", ID, point)],
  ];
  for (const [i, ending] of endings.entries()) {
    const answer = await generated((token) => token.objects.push(...ending()));
    assert.equal("outcome" in answer && answer.outcome, "wrong", `ending ${i}`);
  }
});

test("a generation that fails with a word that proves nothing is unknown", async () => {
  const failing = (message: string) => generated(() => { throw new CkrError("C_GenerateKeyPair", new Error(message)); });
  assert.deepEqual(await failing("CKR_FUNCTION_FAILED:6"), { kind: "generate-key-pair", outcome: "unknown", ckr: "CKR_FUNCTION_FAILED" });
  assert.deepEqual(await failing("CKR_KEY_SIZE_RANGE:98"), { kind: "generate-key-pair", outcome: "refused", ckr: "CKR_KEY_SIZE_RANGE" });
});

test("random octets that are all the same are no answer [SERIAL-ENTROPY]", async () => {
  const token = new LyingToken();
  const request = { kind: "draw", step: 1, source: "token", length: 32, token: "vault", serial: "1" } as const;
  await assert.rejects(drawFromToken(token.tokens(), request), { code: "hsm-answer" });
  token.octets = (length) => Uint8Array.from({ length }, (_, i) => i);
  assert.equal((await drawFromToken(token.tokens(), request)).outcome, "answered");
});

test("an inventory with an attribute that cannot be is a fault", async () => {
  for (const [type, value] of [[CKA.SENSITIVE, Buffer.of(7)], [CKA.KEY_TYPE, Buffer.of(1, 2, 3)]] as const) {
    const token = new LyingToken();
    token.objects.push(half("private", ID).set(type, value));
    await assert.rejects(inspectToken(token.tokens(), { kind: "inspect-token", step: 1, token: "vault", serial: "1" }), { code: "hsm-answer" });
  }
});

test("labels that are not UTF-8 and duplicates have one order and one form", async () => {
  const token = new LyingToken();
  token.objects.push(half("private", ID).set(CKA.LABEL, Buffer.of(0xff, 0xfe)), half("private", ID), half("private", "00"));
  const inspect = async () => (await inspectToken(token.tokens(), { kind: "inspect-token", step: 1, token: "vault", serial: "1" })).objects.map(({ id, label }) => `${id.slice(0, 2)} ${label}`);
  const names = await inspect();
  token.objects.reverse();
  assert.deepEqual(await inspect(), names);
  assert.deepEqual(names, ["00 root", "0a hex:fffe", "0a root"]);
});

test("a destruction that leaves something is wrong, one that fails in the middle unknown", async () => {
  const request = { kind: "destroy-objects", step: 1, token: "vault", serial: "1", id: ID, label: "root" } as const;
  const lazy = new LyingToken();
  lazy.objects.push(half("private", ID));
  lazy.destroys = () => undefined;
  assert.equal((await perform(prepareDestroy(lazy.tokens(), request))).outcome, "wrong");
  for (const [failures, outcome] of [[0, "refused"], [1, "unknown"]] as const) {
    const token = new LyingToken();
    token.objects.push(half("private", ID), half("public", ID, point));
    let calls = 0;
    token.destroys = () => {
      if (calls++ === failures) throw new CkrError("C_DestroyObject", new Error("CKR_VENDOR_DEFINED:27"));
    };
    assert.equal((await perform(prepareDestroy(token.tokens(), request))).outcome, outcome);
  }
});
