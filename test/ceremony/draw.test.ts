/** Serial numbers and CKA_IDs follow from the recorded draw: vectors, and what may never coincide. */
import assert from "node:assert/strict";
import { createHash, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { fromHex } from "../../src/bytes/hex.ts";
import { deriveKeyId, deriveSerial, type DrawPlace } from "../../src/ceremony/draw.ts";

const DRAW = Uint8Array.from({ length: 64 }, (_, i) => i);
const PLAN = "ab".repeat(32);
const SPKI = fromHex(`3059301306072a8648ce3d020106082a8648ce3d03010703420004${"11".repeat(64)}`);

/** As the documentation says it, from the parts that node:crypto has. */
function derived(label: string, subject: Uint8Array | string, { step, item, attempt }: DrawPlace): string {
  const numbers = Buffer.alloc(12);
  [step, item, attempt].forEach((number, i) => numbers.writeUInt32BE(number, 4 * i));
  const info = Buffer.concat([Buffer.from(label), createHash("sha256").update(subject).digest(), numbers]);
  const octets = Buffer.from(hkdfSync("sha256", DRAW, Buffer.from(PLAN, "hex"), info, 20));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets.toString("hex");
}

test("serial numbers are those of HKDF-SHA256 over the draw, salted with the plan digest [SERIAL-ENTROPY]", () => {
  const vectors: readonly (readonly [DrawPlace, string])[] = [
    [{ step: 5, item: 0, attempt: 0 }, "6cd2711443eddd8844be54e179625f7d0df37d75"],
    [{ step: 5, item: 0, attempt: 1 }, "4290e5eb534ee338a42d8e7015489f85d249e087"],
    [{ step: 258, item: 1, attempt: 2 }, "5e6dd04177307f8b573b3763329a91305258aa9f"],
  ];
  for (const [place, serial] of vectors) {
    assert.equal(deriveSerial(DRAW, PLAN, SPKI, place), serial);
    assert.equal(derived("anchorite/serial/1", SPKI, place), serial);
  }
});

test("a CKA_ID is derived under a label of its own, from the name of the key", () => {
  const place = { step: 3, item: 0, attempt: 0 };
  assert.equal(deriveKeyId(DRAW, PLAN, "root", place), "6e5414635566ff0718ff9ec89455755ab8527932");
  assert.equal(derived("anchorite/cka-id/1", "root", place), "6e5414635566ff0718ff9ec89455755ab8527932");
});

test("another draw, plan, issuer, step, item or attempt gives another number", () => {
  const place = { step: 5, item: 0, attempt: 0 };
  const numbers = [
    deriveSerial(DRAW, PLAN, SPKI, place), deriveSerial(DRAW.with(63, 0), PLAN, SPKI, place), deriveSerial(DRAW, "ac".repeat(32), SPKI, place),
    deriveSerial(DRAW, PLAN, SPKI.with(-1, 0), place), deriveSerial(DRAW, PLAN, SPKI, { ...place, step: 6 }), deriveSerial(DRAW, PLAN, SPKI, { ...place, item: 1 }),
    deriveSerial(DRAW, PLAN, SPKI, { ...place, attempt: 1 }), deriveKeyId(DRAW, PLAN, "root", place), deriveKeyId(DRAW, PLAN, "roots", place),
  ];
  assert.equal(new Set(numbers).size, numbers.length);
});

test("a number is 20 octets, positive and never shortened, whatever the draw [SERIAL-ENTROPY]", () => {
  for (let item = 0; item < 500; item++) assert.match(deriveSerial(DRAW, PLAN, SPKI, { step: 1, item, attempt: 0 }), /^[4-7][0-9a-f]{39}$/);
});
