/** PINs that are set, and PINs that are not: what the binding does with none at all. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as pkcs11js from "pkcs11js";
import { Secret } from "../../src/console/secret.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { askPin } from "../../src/hsm/login.ts";
import type { TokenState } from "../../src/hsm/slot.ts";
import { eventsInto, makeRoom, noSoftHsm, pinsOf, SO_PIN, SOFTHSM, USER_PIN } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
const room = makeRoom();
after(() => room.remove());

const STATE = { pinLength: { least: 4, most: 255 }, warning: { user: "", so: "" }, pinPad: true } as unknown as TokenState;

test("a token with a PIN pad is refused by name, before anybody is asked", async () => {
  const pins = pinsOf();
  await assert.rejects(askPin(pins, "vault", "user", STATE), { code: "hsm-login", message: /PIN pad \(CKF_PROTECTED_AUTHENTICATION_PATH\), which is not in this version/ });
  assert.deepEqual(pins.asked, []);
});

test("the holder changes the user PIN, everybody is logged out by it, and only the new PIN is right; the SO sets it anew", options, async () => {
  room.makeToken("vault");
  const told: string[] = [];
  const current = { user: USER_PIN, so: SO_PIN };
  const pins = { ...pinsOf(current), newPin: async () => new Secret("another-1"), changed: () => void (current.user = "another-1") };
  const hsm = new Hsm({ vault: room.binding(await serialOf()) }, pins, eventsInto(told));
  const put = async (request: Pick<RequestOf<"set-pin">, "role" | "by">): Promise<Observation> => hsm.answer({ kind: "set-pin", step: 1, token: "vault", serial: null, ...request });
  const changed = await put({ role: "user", by: "holder" });
  assert.ok(changed.outcome === "done" && changed.kind === "set-pin" && changed.identity.userPinInitialized);
  current.user = USER_PIN;
  await assert.rejects(hsm.answer({ kind: "draw", step: 2, source: "token", token: "vault", serial: null, length: 32 }), { code: "hsm-login", message: /CKR_PIN_INCORRECT/ });
  assert.equal((await put({ role: "user", by: "so" })).outcome, "done");
  assert.equal((await hsm.answer({ kind: "draw", step: 3, source: "token", token: "vault", serial: null, length: 32 })).outcome, "answered");
  await hsm.logOut();
  await hsm.close();
  assert.deepEqual(told, ["login vault user", "logout vault", "refused vault CKR_PIN_INCORRECT", "login vault so", "logout vault", "login vault user", "logout vault"]);
});

/** By a module that is used beside ours in this process, and left initialised. */
async function serialOf(): Promise<string> {
  process.env["SOFTHSM2_CONF"] = room.conf;
  const lib = new pkcs11js.PKCS11();
  lib.load(SOFTHSM);
  lib.C_Initialize({ flags: 2 });
  const slot = lib.C_GetSlotList(true).find((one) => lib.C_GetTokenInfo(one).label.trim() === "vault");
  assert.ok(slot !== undefined);
  const { serialNumber } = lib.C_GetTokenInfo(slot);
  const session = lib.C_OpenSession(slot, 6);
  // this is how a PIN pad is asked for: if one of them is ever taken, there is a way
  for (const none of [null, undefined]) assert.throws(() => lib.C_Login(session, pkcs11js.CKU_USER, none as unknown as string), TypeError);
  lib.C_Finalize();
  return serialNumber.toString().trim();
}
