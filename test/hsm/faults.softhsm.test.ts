/** Real calls through a module of our own that fails, lies and swaps: what a hardware token may do on a bad day. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import type { Request, RequestOf, SigningKey } from "../../src/ceremony/request.ts";
import { Fault } from "../../src/fault.ts";
import { CKR_NAMES } from "../../src/hsm/ckr-names.ts";
import { PROVES_NOTHING_HAPPENED } from "../../src/hsm/ckr.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { SignatureCheck } from "../../src/room/signatures.ts";
import { isEffect, observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { faultModule, FUNCTIONS, type FaultModule, type FunctionName } from "../tokens/fault-module/fault-module.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, type TestRoom } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
const [KEY, OTHER] = ["0a".repeat(20), "0b".repeat(20)];
let room: TestRoom;
let faults: FaultModule;
let hsm: Hsm;
let serial = "";
let keys: SigningKey[] = [];

before(async () => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  room.makeToken("vault");
  faults = faultModule(room);
  hsm = new Hsm({ vault: faults.binding(null) }, pinsOf(), eventsInto([]));
  const found = await hsm.answer({ kind: "find-token", step: 1, token: "vault", label: "vault" });
  serial = found.kind === "find-token" && found.outcome === "answered" ? (found.matches[0]?.serial ?? "") : "";
  await hsm.close();
  hsm = new Hsm({ vault: faults.binding(serial) }, pinsOf(), eventsInto([]));
  keys = [await made(KEY), await made(OTHER)];
});
after(async () => {
  if (noSoftHsm !== false) return;
  await hsm.close();
  room.remove();
});

async function made(id: string): Promise<SigningKey> {
  const answer = await hsm.answer(generateRequest({ serial, id, label: id }));
  assert.ok(answer.kind === "generate-key-pair" && answer.outcome === "done");
  return { token: "vault", serial, id, spki: new Content(fromHex(answer.spki)), mechanism: "ecdsa-sha256" };
}

const TBS = new Uint8Array([1, 2, 3]);
const signing = (items = 1): RequestOf<"sign"> => ({ kind: "sign", step: 1, key: keys[0] as SigningKey, purpose: "artifact", items: Array.from({ length: items }, () => ({ tbs: new Content(TBS) })) });
const look = (): Request => ({ kind: "inspect-token", step: 1, token: "vault", serial });

/** As `drive` does it: prepared first, the signatures judged in software. */
async function put(request: Request): Promise<Observation> {
  await hsm.prepare(request);
  if (request.kind !== "sign") return hsm.answer(request);
  const check = new SignatureCheck(request);
  const observation = await hsm.answer(request, (taken) => check.take(taken));
  return observation.kind === "sign" ? check.judge(observation) : observation;
}

/** The observation, in a form that a record takes, or the code of the fault in plain words. */
async function outcome(request: Request): Promise<string> {
  try {
    return observationSchema.parse(await put(request)).outcome;
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.hints.length === 0) throw thrown;
    return thrown.code;
  }
}

/** Whether nothing of a fault is left behind. */
async function isWell(): Promise<true> {
  faults.steer();
  assert.equal(await outcome(signing()), "done");
  return true;
}

const EFFECTS: readonly (readonly [FunctionName, () => Request])[] = [
  ["C_SignInit", () => signing()], ["C_Sign", () => signing()],
  ["C_GenerateKeyPair", () => generateRequest({ serial, id: "0c".repeat(20), label: "never" })],
];

for (const [name, request] of EFFECTS) {
  test(`H1: every return value of ${name} is refused or unknown by the closed list, is put once, and leaves a token that goes on`, options, async () => {
    for (const [code, ckr] of [...CKR_NAMES, [0x80001234, "CKR_VENDOR_DEFINED:2147488308"], [0x999, "CKR_UNNAMED:2457"]] as const) {
      faults.fail(name, code);
      const { kind } = request();
      const expected = isEffect(kind) && PROVES_NOTHING_HAPPENED[kind].has(ckr) ? "refused" : "unknown";
      assert.deepEqual(await put(request()), { kind, outcome: expected, ckr }, ckr);
    }
    assert.ok(await isWell());
  });
}

test("H1: every return value of a call before or between effects is a fault with what to do, or an answer, and the token goes on", options, async () => {
  const names: readonly FunctionName[] = ["C_GetInfo", "C_GetSlotList", "C_GetSlotInfo", "C_GetTokenInfo", "C_GetMechanismInfo", "C_OpenSession", "C_Login", "C_GetAttributeValue", "C_FindObjectsInit", "C_FindObjects"];
  for (const name of names) {
    for (const code of CKR_NAMES.keys()) {
      faults.fail(name, code);
      assert.match(await outcome(look()), /^(answered|hsm-[a-z-]+)$/, `${name} ${code}`);
    }
    assert.ok(await isWell(), name);
  }
});

test("H1: the second of several signatures that fails leaves all of them unknown, whatever the word", options, async () => {
  for (const code of [0x30, 0x101, 0x150]) {
    faults.fail("C_Sign", code, 2);
    assert.equal(await outcome(signing(3)), "unknown", String(code));
  }
  assert.ok(await isWell());
});

test("H1: a PIN that is refused or locked is a fault, is told, and is not tried again by itself", options, async () => {
  for (const code of [0xa0, 0xa4]) {
    const told: string[] = [];
    await hsm.close();
    const own = new Hsm({ vault: faults.binding(serial) }, pinsOf(), eventsInto(told));
    faults.fail("C_Login", code);
    await assert.rejects(own.answer(look()), (thrown) => thrown instanceof Fault && thrown.code.startsWith("hsm-"));
    assert.deepEqual(told, [`refused vault ${CKR_NAMES.get(code) ?? ""}`]);
    await own.close();
  }
  assert.ok(await isWell());
});

test("H2: a signature with a bit turned, of zeros, cut short or empty is wrong, and never recorded as done [SIGNATURE-VERIFIED]", options, async () => {
  for (const kind of ["flip", "zero", "63", "1", "0"]) {
    faults.steer(`signature ${kind}`);
    assert.equal(await outcome(signing()), "wrong", kind);
  }
  assert.ok(await isWell());
});

test("H3: a signature by another key of the same token is wrong [SIGNATURE-VERIFIED]", options, async () => {
  faults.steer(`other ${OTHER}`);
  assert.equal(await outcome(signing()), "wrong");
  assert.ok(await isWell());
});

test("H4: a token that has another serial in the middle is not used", options, async () => {
  await hsm.close();
  hsm = new Hsm({ vault: faults.binding(serial) }, pinsOf(), eventsInto([]));
  faults.steer("serial SWAPPED");
  assert.equal(await outcome(signing()), "hsm-damaged-token", "SoftHSM, whose folder is still there, is said to have lost it");
  assert.ok(await isWell());
});

test("H5, H6: attributes are recorded as the token says them, lies as well, for the ceremony to judge", options, async () => {
  for (const [type, name, octet] of [[0x162, "EXTRACTABLE", 1], [0x103, "SENSITIVE", 0], [0x163, "LOCAL", 0], [0x164, "NEVER_EXTRACTABLE", 0]] as const) {
    faults.steer(`attribute ${type} ${octet}`);
    const answer = await put(look());
    assert.ok(answer.kind === "inspect-token" && answer.outcome === "answered");
    const half = answer.objects.find(({ id, class: kind }) => id === KEY && kind === "private key");
    assert.equal(half?.attributes[name], octet === 1, name);
  }
  assert.ok(await isWell());
});

test("H8: a constant random source of the token is a fault, before its octets are used", options, async () => {
  for (const octet of [0, 165, 255]) {
    faults.steer(`random ${octet}`);
    assert.equal(await outcome({ kind: "draw", step: 1, source: "token", length: 32, token: "vault", serial }), "hsm-answer", String(octet));
  }
  assert.ok(await isWell());
});

test("a pair of which only one half was made is wrong", options, async () => {
  faults.steer("half");
  assert.equal(await outcome(generateRequest({ serial, id: "0d".repeat(20), label: "half" })), "wrong");
  assert.ok(await isWell());
});

test("H1: every return value of C_DestroyObject is refused or unknown by the closed list, and the key is still there", options, async () => {
  const request: Request = { kind: "destroy-objects", step: 1, token: "vault", serial, id: OTHER, label: OTHER };
  for (const [code, ckr] of CKR_NAMES) {
    faults.fail("C_DestroyObject", code);
    assert.equal(await outcome(request), PROVES_NOTHING_HAPPENED["destroy-objects"].has(ckr) ? "refused" : "unknown", ckr);
  }
  faults.steer();
  assert.deepEqual(await put(request), { kind: "destroy-objects", outcome: "done", destroyed: 2 });
});

test("the table of functions names each place once", () => {
  assert.equal(new Set(Object.values(FUNCTIONS)).size, Object.keys(FUNCTIONS).length);
});
