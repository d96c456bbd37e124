/** Tokens made by SoftHSM's own tool: what is missing, ambiguous, wrong or already there. */
import assert from "node:assert/strict";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Hsm } from "../../src/hsm/hsm.ts";
import type { TokenIdentity } from "../../src/transcript/observation.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, SO_PIN, USER_PIN, type TestRoom } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
let room: TestRoom;

before(() => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  for (const label of ["alone", "twin", "twin"]) room.makeToken(label);
});
after(() => noSoftHsm === false && room.remove());

async function withHsm<T>(serial: string | null, use: (hsm: Hsm, told: string[]) => Promise<T>, pins = pinsOf()): Promise<T> {
  const told: string[] = [];
  const hsm = new Hsm({ vault: room.binding(serial) }, pins, eventsInto(told));
  try {
    return await use(hsm, told);
  } finally {
    await hsm.close();
  }
}

async function tokensWith(label: string): Promise<readonly TokenIdentity[]> {
  const answer = await withHsm(null, (hsm) => hsm.answer({ kind: "find-token", step: 1, token: "vault", label }));
  return answer.kind === "find-token" && answer.outcome === "answered" ? answer.matches : [];
}

async function serialOf(label: string): Promise<string> {
  return (await tokensWith(label))[0]?.serial ?? "";
}

const inspect = { kind: "inspect-token", step: 1, token: "vault", serial: null } as const;

test("refuses a serial that no token has, naming those that are there", options, async () => {
  await withHsm("ffffffffffffffff", (hsm) => assert.rejects(hsm.answer(inspect), { code: "hsm-no-token", message: /label "alone"/ }));
});

test("refuses a token whose label another one bears", options, async () => {
  const twins = await tokensWith("twin");
  assert.equal(twins.length, 2);
  await withHsm(twins[0]?.serial ?? "", (hsm) => assert.rejects(hsm.answer(inspect), { code: "hsm-ambiguous-token", message: /label "twin"/ }));
});

test("refuses a serial on record that is not the station's", options, async () => {
  const serial = await serialOf("alone");
  await withHsm(serial, (hsm) => assert.rejects(hsm.answer({ ...inspect, serial: "0000" }), { code: "hsm-wrong-token" }));
});

test("refuses to initialise a token that the station gives a serial", options, async () => {
  const request = { kind: "initialize-token", step: 1, token: "vault", label: "new", replaces: null } as const;
  await withHsm(await serialOf("alone"), (hsm) => assert.rejects(hsm.prepare(request), { code: "hsm-wrong-token" }));
});

test("tells a wrong PIN once, tries nothing by itself, and warns before the next", options, async () => {
  const serial = await serialOf("alone");
  const pins = { user: "wrong-pin", so: SO_PIN };
  const source = pinsOf(pins);
  await withHsm(serial, async (hsm, told) => {
    const refused = { code: "hsm-login", message: /token vault refused the PIN \(CKR_PIN_INCORRECT/ };
    await assert.rejects(hsm.prepare(generateRequest({ serial })), refused);
    assert.deepEqual([told, source.asked], [["refused vault CKR_PIN_INCORRECT"], ["vault user"]]);
    await assert.rejects(hsm.answer(inspect), refused);
    assert.match(source.asked[1] ?? "", /few tries are left/);
    pins.user = USER_PIN;
    assert.equal((await hsm.answer(inspect)).outcome, "answered");
    assert.deepEqual(told.slice(2), ["login vault user"]);
  }, source);
});

test("a PIN of a length that the token does not take never reaches it", options, async () => {
  const serial = await serialOf("alone");
  for (const user of ["", "123"]) {
    await withHsm(serial, async (hsm, told) => {
      await assert.rejects(hsm.answer(inspect), { code: "hsm-pin-source" });
      assert.deepEqual(told, []);
    }, pinsOf({ user, so: SO_PIN }));
  }
});

test("short PINs are refused before a token is initialised", options, async () => {
  const request = { kind: "initialize-token", step: 1, token: "vault", label: "new", replaces: null } as const;
  for (const pins of [{ user: "1", so: SO_PIN }, { user: USER_PIN, so: "1" }]) {
    await withHsm(null, (hsm) => assert.rejects(hsm.prepare(request), { code: "hsm-pin-source" }), pinsOf(pins));
  }
  assert.deepEqual(await tokensWith("new"), []);
});

test("a wrong SO PIN on a repeated attempt is observed as refused, and the token keeps its objects", options, async () => {
  const request = { kind: "initialize-token", step: 1, token: "vault", label: "alone-1", replaces: "alone" } as const;
  await withHsm(null, async (hsm, told) => {
    assert.deepEqual(await hsm.answer(request), { kind: "initialize-token", outcome: "refused", ckr: "CKR_PIN_INCORRECT" });
    assert.deepEqual(told, ["refused vault CKR_PIN_INCORRECT"]);
  }, pinsOf({ user: USER_PIN, so: "so-wrong" }));
});

test("a token that is gone in the middle is a fault, or an unknown effect, and never the end of the process", options, async () => {
  const serial = await serialOf("alone");
  const folder = join(room.tokens, readdirSync(room.tokens).find((name) => name.replaceAll("-", "").endsWith(serial)) ?? "");
  await withHsm(serial, async (hsm) => {
    await hsm.prepare(generateRequest({ serial }));
    const request = generateRequest({ serial });
    await hsm.prepare(request);
    renameSync(folder, join(room.folder, "gone"));
    const answer = await hsm.answer(request);
    assert.deepEqual(["outcome" in answer && answer.outcome], ["unknown"]);
    await assert.rejects(hsm.answer(inspect), (error: { code: string }) => error.code.startsWith("hsm-"));
    renameSync(join(room.folder, "gone"), folder);
  });
  await withHsm(serial, async (hsm) => assert.equal((await hsm.answer(inspect)).outcome, "answered"));
});
