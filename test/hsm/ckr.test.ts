import assert from "node:assert/strict";
import { test } from "node:test";
import { EFFECTS, observationSchema } from "../../src/transcript/observation.ts";
import { callFault, CkrError, ckrOf, failedEffect, native, PROVES_NOTHING_HAPPENED } from "../../src/hsm/ckr.ts";
import { CKR_NAMES } from "../../src/hsm/ckr-names.ts";

const coded = (message: string, code: number) => Object.assign(new Error(message), { code });

test("reads the word of every shape of error that the binding throws", () => {
  assert.equal(ckrOf(coded("CKR_PIN_INCORRECT", 0xa0)), "CKR_PIN_INCORRECT");
  assert.equal(ckrOf(new Error("CKR_OBJECT_HANDLE_INVALID:130")), "CKR_OBJECT_HANDLE_INVALID");
  assert.equal(ckrOf(new Error("CKR_VENDOR_DEFINED:27\n    at PKCS11.C_DestroyObject")), "CKR_ACTION_PROHIBITED");
  assert.equal(ckrOf(coded("CKR_VENDOR_DEFINED", 0x140)), "CKR_CURVE_NOT_SUPPORTED");
  assert.equal(ckrOf(coded("CKR_VENDOR_DEFINED", 0x80000001)), "CKR_VENDOR_DEFINED:2147483649");
  assert.equal(ckrOf(coded("CKR_VENDOR_DEFINED", 0x7777)), "CKR_UNNAMED:30583");
  assert.equal(ckrOf(new TypeError("Argument 1 has wrong type")), "no CKR (TypeError: Argument 1 has wrong type)");
  assert.equal(ckrOf(Object.assign(new Error("libx.so: cannot open"), { code: 0 })), "no CKR (Error: libx.so: cannot open)");
  assert.equal(ckrOf("text"), "no CKR (string)");
});

test("every closed list names only words of the table, and no word that is said in the middle of an execution", () => {
  const names = new Set(CKR_NAMES.values());
  for (const kind of EFFECTS) {
    for (const word of PROVES_NOTHING_HAPPENED[kind]) assert.ok(names.has(word), word);
    for (const word of ["CKR_GENERAL_ERROR", "CKR_FUNCTION_FAILED", "CKR_DEVICE_ERROR", "CKR_DEVICE_REMOVED", "CKR_DEVICE_MEMORY", "CKR_HOST_MEMORY", "CKR_SESSION_CLOSED", "CKR_FUNCTION_CANCELED", "CKR_BUFFER_TOO_SMALL"]) {
      assert.ok(!PROVES_NOTHING_HAPPENED[kind].has(word), `${kind} ${word}`);
    }
  }
});

test("a failed effect is refused only by a word of its list and only when nothing was done before", () => {
  const invalid = new CkrError("C_SignInit", new Error("CKR_MECHANISM_INVALID:112"));
  const device = new CkrError("C_Sign", new Error("CKR_DEVICE_ERROR:48"));
  const type = new CkrError("C_Sign", new TypeError("x"));
  assert.deepEqual(failedEffect("sign", invalid, true), { kind: "sign", outcome: "refused", ckr: "CKR_MECHANISM_INVALID" });
  assert.equal(failedEffect("sign", invalid, false).outcome, "unknown");
  assert.equal(failedEffect("sign", device, true).outcome, "unknown");
  assert.equal(failedEffect("sign", type, true).outcome, "unknown");
  for (const error of [invalid, device, type]) observationSchema.parse(failedEffect("sign", error, true));
});

test("a failed call becomes a fault with the word, a sentence and something to do", () => {
  assert.throws(() => native("C_Login", () => { throw coded("CKR_PIN_LOCKED", 0xa4); }), (error) => {
    assert.ok(error instanceof CkrError);
    const fault = callFault(error, "token vault failed");
    assert.equal(fault.code, "hsm-call");
    assert.equal(fault.message, "token vault failed: the PIN is locked after too many wrong ones (C_Login: CKR_PIN_LOCKED)");
    assert.match(fault.hints[0] ?? "", /security officer/);
    return true;
  });
});
