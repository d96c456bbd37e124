import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CKA } from "../../src/hsm/attributes.ts";
import { idOctets, keyTemplate, labelOctets, paddedLabel, template } from "../../src/hsm/template.ts";

const name = { label: "root", id: "0102" };

test("refuses every value that the binding would crash on", () => {
  const bad: unknown[] = [10n, new ArrayBuffer(2), {}, [], "text", null, undefined, () => 1, Symbol("x"), 1.5, -1, NaN, 2 ** 32, new Date(), Buffer.alloc(0), new Uint8Array(2)];
  for (const value of bad) assert.throws(() => template([{ type: CKA.LABEL, value: Buffer.from("x") }, { type: CKA.ID, value }]), { code: "hsm-template" });
  for (const type of ["3", 3n, null, -1, 0.5]) assert.throws(() => template([{ type, value: true }]), { code: "hsm-template" });
});

test("refuses an attribute that is named twice", () => {
  assert.throws(() => template([{ type: 1, value: true }, { type: 1, value: false }]), { code: "hsm-template" });
});

test("whatever passes holds only booleans, 32-bit numbers and buffers", () => {
  fc.assert(fc.property(fc.array(fc.record({ type: fc.oneof(fc.nat(), fc.anything()), value: fc.anything({ withBigInt: true }) })), (attributes) => {
    try {
      for (const { value } of template(attributes)) assert.ok(typeof value === "boolean" || typeof value === "number" || Buffer.isBuffer(value));
    } catch (error) {
      assert.equal((error as { code?: string }).code, "hsm-template");
    }
  }));
});

test("a key template sets what it is told and the names, nothing else", () => {
  const made = keyTemplate("private", name, [{ type: CKA.KEY_TYPE, value: 3 }], { SIGN: true, DECRYPT: false });
  assert.deepEqual(made.map(({ type, value }) => [type, Buffer.isBuffer(value) ? value.toString("hex") : value]), [
    [CKA.CLASS, 3], [CKA.LABEL, "726f6f74"], [CKA.ID, "0102"], [CKA.KEY_TYPE, 3], [CKA.SIGN, true], [CKA.DECRYPT, false],
  ]);
});

test("refuses an attribute name that is none, is no boolean, or is given no boolean", () => {
  for (const attribute of ["NONSENSE", "LABEL", "CLASS", "toString", "__proto__"]) {
    assert.throws(() => keyTemplate("public", name, [], JSON.parse(`{"${attribute}":true}`) as Record<string, boolean>), { code: "hsm-template" });
  }
  assert.throws(() => keyTemplate("public", name, [], { VERIFY: 1 } as unknown as Record<string, boolean>), { code: "hsm-template" });
});

test("refuses names that would find every object, or none", () => {
  assert.throws(() => idOctets(""), { code: "hsm-template" });
  assert.throws(() => labelOctets(""), { code: "hsm-template" });
});

test("pads a token label to 32 octets of UTF-8 and refuses what a module would cut", () => {
  assert.equal(Buffer.byteLength(paddedLabel("vault-ü")), 32);
  assert.ok(paddedLabel("vault-ü").startsWith("vault-ü  "));
  for (const label of ["", "x".repeat(33), "ü".repeat(17), " x", "x ", "a\0b", "a\nb"]) assert.throws(() => paddedLabel(label), { code: "hsm-template" });
});
