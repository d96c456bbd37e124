/** Randomness that stands still, repeats, or gives a private key away. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { isFreshNonce, unhealthy, type Nonces } from "../../src/ceremony/health.ts";
import { assertStoppedBy, registerOf } from "../scripted/account.ts";
import { atEach } from "../scripted/room.ts";
import { goodPlan, SMALL } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const good = Uint8Array.from({ length: 32 }, (_, i) => (i * 151 + 7) & 0xff);
const other = Uint8Array.from({ length: 32 }, (_, i) => (i * 89 + 100) & 0xff);

test("two sources that move pass; the same octets twice, within or between them, do not [SERIAL-ENTROPY]", () => {
  assert.equal(unhealthy([good, other], 32), null);
  for (let i = 0; i < 200; i++) assert.equal(unhealthy([randomBytes(32), randomBytes(32)], 32), null);
  assert.match(unhealthy([good, good], 32) ?? "", /same 4 octets twice/);
  assert.match(unhealthy([good, Uint8Array.from([...other.subarray(0, 28), ...good.subarray(4, 8)])], 32) ?? "", /same 4 octets twice/);
  assert.match(unhealthy([good.slice(1), other], 32) ?? "", /expected 32 octets of random source 1, found 31/);
});

test("a bit that never moves is found, whichever it is and however it stands [SERIAL-ENTROPY]", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 7 }), fc.boolean(), fc.boolean(), (bit, isSet, isFirst) => {
    const stuck = good.map((octet) => (isSet ? octet | (1 << bit) : octet & ~(1 << bit)));
    assert.match(unhealthy(isFirst ? [stuck, other] : [other, stuck], 32) ?? "", /the same bit|different octets/);
  }));
});

const signed = (key: string, message: string, r: string, mechanism: "ecdsa-sha256" | "rsa-pkcs1-sha256" = "ecdsa-sha256") => ({ mechanism, key, message: fromHex(message), signature: fromHex(r + "77".repeat(r.length / 2)) });

test("one nonce over other octets, or of another key, is found; the same octets by the same key may have it again [SIGNATURE-VERIFIED]", () => {
  const nonces: Nonces = new Map();
  assert.ok(isFreshNonce(nonces, signed("a", "01", "0a0b0c0d")));
  assert.ok(isFreshNonce(nonces, signed("a", "01", "0a0b0c0d")));
  assert.ok(isFreshNonce(nonces, signed("a", "02", "0a0b0c0e")));
  assert.ok(!isFreshNonce(nonces, signed("a", "02", "0a0b0c0d")));
  assert.ok(!isFreshNonce(nonces, signed("b", "01", "0a0b0c0d")));
  assert.ok(!isFreshNonce(nonces, signed("b", "01", "00000a0b0c0d")), "whatever the length of its encoding");
  assert.ok(isFreshNonce(nonces, signed("a", "03", "0a0b0c0d", "rsa-pkcs1-sha256")));
});

test("H8: a token that gives what the host gave, or a bit that stands still, makes no key [SERIAL-ENTROPY]", async () => {
  const stuck = toHex(good.map((octet) => octet | 8));
  for (const bytes of [(host: string) => host, () => stuck]) {
    const world = new World(goodPlan(SMALL));
    let host = "";
    await world.run({ meddle: atEach("draw", ({ request, honest }) => {
      const told = honest();
      if (request.kind !== "draw" || told.kind !== "draw" || told.outcome !== "answered" || request.source === "dice") return told;
      if (request.source === "host") host = told.bytes;
      return request.source === "host" ? told : { ...told, bytes: bytes(host) };
    }) });
    assertStoppedBy(world, "SERIAL-ENTROPY");
  }
});

test("H12: two signatures with one nonce stop the ceremony, the key is parked and what was signed is possibly issued [SIGNATURE-VERIFIED]", async () => {
  const world = new World(goodPlan(SMALL));
  let first = "";
  await world.run({ meddle: atEach("sign", ({ honest }) => {
    const told = honest();
    if (told.kind !== "sign" || told.outcome !== "done") return told;
    const [signature = ""] = told.signatures;
    if (first === "") first = signature;
    return { ...told, signatures: [`${first.slice(0, 64)}${signature.slice(64)}`] };
  }) });
  assertStoppedBy(world, "SIGNATURE-VERIFIED");
  const { possiblyIssued, keys } = registerOf(world);
  assert.ok(possiblyIssued.length > 0 && keys.some(({ state }) => state === "parked"));
});
