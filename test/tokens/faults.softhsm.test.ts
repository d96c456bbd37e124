/** A token that fails, lies or is another one, call by call: what the room of tokens makes of it. CONTROLS H1 to H12, by a module of our own between Node and SoftHSM. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { CKA } from "../../src/hsm/attributes.ts";
import { Fault } from "../../src/fault.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { Request, SigningKey } from "../../src/ceremony/request.ts";
import { observationSchema, type TokenAnswerTo } from "../../src/transcript/observation.ts";
import { eventsInto, generateRequest, pinsOf, PRIVATE_TEMPLATE } from "../hsm/softhsm-room.ts";
import { makeFaultyRoom, type FaultyRoom } from "./faulty.ts";

let room: FaultyRoom;
let serial = "";
let key: SigningKey;
let hsm: Hsm;
const told: string[] = [];
let made = 0;

before(async () => {
  room = makeFaultyRoom();
  hsm = freshHsm();
  const token = await put({ kind: "initialize-token", step: 1, token: "vault", label: "vault-0011aabb", replaces: null });
  assert.ok(token.outcome === "done");
  serial = token.identity.serial;
  const pair = await put(generateRequest({ serial, id: "aa".repeat(20), label: "first" }));
  const other = await put(generateRequest({ serial, id: "bb".repeat(20), label: "other" }));
  assert.ok(pair.outcome === "done" && other.outcome === "done");
  key = { token: "vault", serial, id: "aa".repeat(20), spki: new Content(fromHex(pair.spki)), mechanism: "ecdsa-sha256" };
});
after(async () => {
  room.faults();
  await hsm.close();
  room.remove();
});

function freshHsm(): Hsm {
  return new Hsm({ vault: room.binding(serial === "" ? null : serial) }, pinsOf(), eventsInto(told));
}

async function put<R extends Request>(request: R): Promise<TokenAnswerTo<R["kind"]>> {
  await hsm.prepare(request);
  return observationSchema.parse(await hsm.answer(request)) as TokenAnswerTo<R["kind"]>;
}

const MESSAGE = Buffer.from("to be signed");
const signing = () => ({ kind: "sign", step: 2, key, purpose: "certificate", items: [{ tbs: new Content(MESSAGE) }] }) as const;
/** A pair under a CKA_ID and a label that nothing else has. */
function generating() {
  made++;
  return generateRequest({ serial, id: made.toString(16).padStart(40, "0"), label: `key-${made}` });
}

/** What an operation ended in: an outcome with its word, or the code of a fault. */
async function endOf(request: Request): Promise<string> {
  try {
    const answer = await put(request);
    return `${"outcome" in answer ? answer.outcome : "?"}${"ckr" in answer ? ` ${answer.ckr}` : ""}`;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return thrown.code;
  }
}

/** After faults the same process takes the token up again, and it works. */
async function assertWhole(): Promise<void> {
  room.faults();
  await hsm.close();
  hsm = freshHsm();
  const answer = await put(signing());
  assert.ok(answer.outcome === "done");
  assert.ok(claimHolds({ where: "sign", spki: key.spki.open(), mechanism: key.mechanism, message: MESSAGE, signature: fromHex(answer.signatures[0] ?? "") }));
}

/** CKR_DEVICE_ERROR, DEVICE_REMOVED, SESSION_HANDLE_INVALID, PIN_INCORRECT, PIN_LOCKED, FUNCTION_FAILED, USER_NOT_LOGGED_IN, TOKEN_NOT_PRESENT, BUFFER_TOO_SMALL, and one that no standard knows. */
const CODES = ["0x30", "0x32", "0xb3", "0xa0", "0xa4", "0x06", "0x101", "0xe0", "0x150", "0x80001234"];
const CALLS_OF: Readonly<Record<string, readonly string[]>> = {
  sign: ["C_GetSlotList", "C_GetTokenInfo", "C_OpenSession", "C_Login", "C_FindObjectsInit", "C_FindObjects", "C_FindObjectsFinal", "C_GetAttributeValue", "C_GetMechanismInfo", "C_SignInit", "C_Sign"],
  generate: ["C_FindObjectsInit", "C_FindObjects", "C_GetMechanismInfo", "C_GenerateKeyPair", "C_GetAttributeValue"],
};

test("H1: each word of PKCS#11 at each call of a signature ends in a named fault, or as refused or unknown; the token works afterwards [KEY-ID-FRESH]", async () => {
  for (const call of CALLS_OF["sign"] ?? []) {
    for (const code of CODES) {
      for (const how of ["", "after "]) {
        await hsm.close();
        hsm = freshHsm();
        room.faults(`${call} 1 ${how}${code}`);
        const end = await endOf(signing());
        assert.match(end, /^(done|refused CKR_\w+(:\d+)?|unknown CKR_\w+(:\d+)?|hsm-[a-z-]+)$/, `${call} ${how}${code}: ${end}`);
        // a signature that was asked for and not given is never said to be given
        if (call.startsWith("C_Sign")) assert.notEqual(end, "done", `${call} ${how}${code}`);
      }
    }
  }
  await assertWhole();
});

test("H1: a call that fails at the signature itself is not made again: one call, whatever the word", async () => {
  for (const code of CODES) {
    room.faults(`C_Sign 1 ${code}`, "C_Sign 2 flip");
    assert.match(await endOf(signing()), /^(refused|unknown) /, code);
  }
  await assertWhole();
});

test("H1: each word at each call of a key generation; what may have been made is unknown, and never said to be done", async () => {
  for (const call of CALLS_OF["generate"] ?? []) {
    for (const code of CODES) {
      for (const how of ["", "after "]) {
        room.faults(`${call} 1 ${how}${code}`);
        const end = await endOf(generating());
        assert.match(end, /^(done|wrong.*|refused CKR_\w+(:\d+)?|unknown CKR_\w+(:\d+)?|hsm-[a-z-]+)$/, `${call} ${how}${code}: ${end}`);
        if (call === "C_GenerateKeyPair") assert.match(end, /^(refused|unknown) /, `${how}${code}`);
        // a device that failed in the call, and made the pair all the same
        if (call === "C_GenerateKeyPair" && ["0x30", "0x32", "0x06"].includes(code)) assert.match(end, /^unknown /, `${how}${code}`);
      }
    }
  }
  await assertWhole();
});

test("H2: a signature with a wrong bit does not verify and one of another length is wrong: neither is relied on", async () => {
  room.faults("C_Sign 1 flip");
  const flipped = await put(signing());
  assert.ok(flipped.outcome === "done");
  assert.equal(claimHolds({ where: "flipped", spki: key.spki.open(), mechanism: key.mechanism, message: MESSAGE, signature: fromHex(flipped.signatures[0] ?? "") }), false);
  for (const what of ["short", "empty"]) {
    room.faults(`C_Sign 1 ${what}`);
    assert.match(await endOf(signing()), /^wrong/, what);
  }
  await assertWhole();
});

test("H3: a signature by another key of the token does not verify under the key that was asked", async () => {
  room.faults("C_SignInit 1 other");
  const answer = await put(signing());
  assert.ok(answer.outcome === "done");
  assert.equal(claimHolds({ where: "other", spki: key.spki.open(), mechanism: key.mechanism, message: MESSAGE, signature: fromHex(answer.signatures[0] ?? "") }), false);
  await assertWhole();
});

test("H4: a token with another serial number in the slot is not the token, before a login and within one", async () => {
  await hsm.close();
  hsm = freshHsm();
  room.faults("C_GetTokenInfo * serial 00000000deadbeef");
  assert.match(await endOf(signing()), /^hsm-(no|damaged)-token$/);
  await assertWhole();
});

test("H5, H6: an attribute that the token says otherwise stands in the answer as the token says it, for the core to judge [KEY-ATTRIBUTES, KEY-NEVER-EXTRACTABLE, KEY-LOCAL]", async () => {
  const lies: [keyof typeof CKA & ("EXTRACTABLE" | "SENSITIVE" | "LOCAL" | "NEVER_EXTRACTABLE" | "ALWAYS_SENSITIVE"), string, boolean | "not reported"][] = [["EXTRACTABLE", "01", true], ["SENSITIVE", "00", false], ["LOCAL", "00", false], ["NEVER_EXTRACTABLE", "00", false], ["ALWAYS_SENSITIVE", "00", false]];
  for (const [name, octet, said] of lies) {
    room.faults(`C_GetAttributeValue * lie 0x${CKA[name].toString(16)} ${octet}`);
    const answer = await put(generating());
    assert.ok(answer.outcome === "done");
    assert.equal(answer.privateKey.attributes[name], said, name);
    room.faults(`C_GetAttributeValue * hide 0x${CKA[name].toString(16)}`);
    const hidden = await put(generating());
    assert.ok(hidden.outcome === "done");
    assert.equal(hidden.privateKey.attributes[name], "not reported", name);
  }
  room.faults(`C_GetAttributeValue * lie 0x${CKA.SENSITIVE.toString(16)} 07`);
  assert.match(await endOf(generating()), /^(wrong|hsm-answer)/);
  await assertWhole();
});

test("H7: no key can be wrapped that was not made for it: the template says so and the token keeps to it", async () => {
  const answer = await put(generating());
  assert.ok(answer.outcome === "done");
  assert.deepEqual([PRIVATE_TEMPLATE.EXTRACTABLE, answer.privateKey.attributes["EXTRACTABLE"], answer.privateKey.attributes["NEVER_EXTRACTABLE"]], [false, false, true]);
});

test("H8: a token that draws one octet only, or none, is refused; what it draws twice comes as it is, for the core to judge [SERIAL-ENTROPY]", async () => {
  const drawing = { kind: "draw", step: 2, source: "token", length: 32, token: "vault", serial } as const;
  room.faults("C_GenerateRandom * constant");
  assert.match(await endOf(drawing), /^hsm-(answer|random)/);
  room.faults("C_GenerateRandom * 0x30");
  assert.equal(await endOf(drawing), "hsm-call");
  await assertWhole();
  const first = await put(drawing);
  room.faults("C_GenerateRandom * repeat");
  const [second, third] = [await put(drawing), await put(drawing)];
  assert.ok(first.outcome === "answered" && second.outcome === "answered" && third.outcome === "answered");
  assert.equal(second.bytes, third.bytes);
});

test("H10: the token's counters of wrong PINs are said before a PIN is asked", async () => {
  for (const [flags, words] of [["0x10000", /low|wrong/i], ["0x20000", /last|final/i]] as const) {
    await hsm.close();
    const pins = pinsOf();
    hsm = new Hsm({ vault: room.binding(serial) }, pins, eventsInto(told));
    room.faults(`C_GetTokenInfo * flags ${flags}`);
    await endOf(signing());
    assert.match(pins.asked.join("; "), words, flags);
  }
  await assertWhole();
});

test("H9: a public key that is not the one on record is noticed before anything is signed", async () => {
  const planted: SigningKey = { ...key, id: "bb".repeat(20) };
  assert.equal(await endOf({ ...signing(), key: planted }), "hsm-no-key");
  await assertWhole();
});

test("a pair of which one half is gone when the call returns is wrong, and its half is seen by a look at the token [TOKEN-WHOLE]", async () => {
  room.faults("C_GenerateKeyPair 1 half");
  const request = generating();
  assert.match(await endOf(request), /^wrong/);
  room.faults();
  const { objects } = await put({ kind: "find-objects", step: 3, token: "vault", serial, id: request.id, label: "", expect: "any" });
  assert.deepEqual(objects.map((object) => object.class), ["public key"]);
});

test("a wrong PIN and a locked one are said with their words, and told", async () => {
  for (const [code, word] of [["0xa0", "CKR_PIN_INCORRECT"], ["0xa4", "CKR_PIN_LOCKED"]] as const) {
    await hsm.close();
    hsm = freshHsm();
    room.faults(`C_Login 1 ${code}`);
    await assert.rejects(put(signing()), (thrown) => thrown instanceof Fault && thrown.message.includes(word), word);
    assert.ok(told.at(-1)?.includes(word), told.at(-1));
  }
  await assertWhole();
});
