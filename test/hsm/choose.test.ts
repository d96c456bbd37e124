import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseBySerial, chooseUninitialised, demandAccepted, withLabel, type Standing } from "../../src/hsm/choose.ts";

function token(serial: string, label: string, initialized = true): Standing {
  const flags = { userPinInitialized: initialized, userPinCountLow: false, userPinFinalTry: false, userPinLocked: false };
  return { state: { identity: { serial, label, manufacturer: "m", model: "m", firmware: "1.0", initialized, ...flags } } };
}

test("takes the one token with the serial", () => {
  const wanted = token("2", "b");
  assert.equal(chooseBySerial([token("1", "a"), wanted, token("", "", false)], "vault", "2"), wanted);
});

test("refuses a serial that no initialised token has, and says what there is", () => {
  assert.throws(() => chooseBySerial([token("1", "a"), token("9", "", false)], "vault", "9"), { code: "hsm-no-token", message: /serial "1" label "a", an uninitialised token/ });
  assert.throws(() => chooseBySerial([], "vault", "9"), { code: "hsm-no-token", message: /no token at all/ });
});

test("refuses two tokens with one serial, and two with one label", () => {
  assert.throws(() => chooseBySerial([token("1", "a"), token("1", "b")], "vault", "1"), { code: "hsm-ambiguous-token", message: /two tokens have the serial/ });
  assert.throws(() => chooseBySerial([token("1", "a"), token("2", "a")], "vault", "1"), { code: "hsm-ambiguous-token", message: /two tokens have the label/ });
});

test("takes the one of two tokens with one serial whose label the station gives", () => {
  const wanted = token("1", "b");
  assert.equal(chooseBySerial([token("1", "a"), wanted], "vault", "1", "b"), wanted);
  assert.throws(() => chooseBySerial([token("1", "a"), wanted], "vault", "1", "c"), { code: "hsm-no-token", message: /no token with the serial "1" and the label "c"/ });
  assert.throws(() => chooseBySerial([wanted, token("1", "b")], "vault", "1", "b"), { code: "hsm-ambiguous-token" });
});

test("takes an uninitialised token only when it is the only one", () => {
  const blank = token("", "", false);
  assert.equal(chooseUninitialised([token("1", "a"), blank], "vault"), blank);
  assert.throws(() => chooseUninitialised([token("1", "a")], "vault"), { code: "hsm-no-token" });
  assert.throws(() => chooseUninitialised([blank, token("", "", false)], "vault"), { code: "hsm-ambiguous-token" });
});

test("lists tokens with a label by serial", () => {
  const serials = withLabel([token("2", "a"), token("3", "b"), token("1", "a"), token("0", "a", false)], "a").map(({ state }) => state.identity.serial);
  assert.deepEqual(serials, ["1", "2"]);
});

test("a model is accepted only behind the module that is named with it [TOKEN-ASSURANCE]", () => {
  const model = { manufacturer: "m", model: "m", firmware: "1.0" };
  demandAccepted(token("1", "a"), "vault", undefined);
  demandAccepted(token("1", "a"), "vault", [{ ...model, firmware: "2.0" }, model]);
  // the module of the station is in no entry with this model
  for (const accepted of [[], [{ ...model, firmware: "2.0" }], [{ ...model, model: "n" }]]) assert.throws(() => demandAccepted(token("1", "a"), "vault", accepted), { code: "hsm-wrong-token" });
});
