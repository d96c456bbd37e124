import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinQRs, splitQRs } from "bbqr";
import { isBbqr, joinBbqr, splitBbqr } from "../../src/bytes/bbqr.ts";

const octets = fc.uint8Array({ minLength: 1, maxLength: 1500 });
const room = fc.integer({ min: 16, max: 800 });

test("a set joins to the octets that were split, in any order and with parts twice, and each part fits", () => {
  fc.assert(fc.property(octets, room, fc.integer(), (bytes, most, seed) => {
    const parts = splitBbqr(bytes, "B", most);
    assert.ok(parts.every((part) => part.length <= most && isBbqr(part)));
    assert.ok(parts.slice(0, -1).every((part) => part.length === parts[0]?.length), "equal parts");
    const mixed = [...parts, ...parts.slice(0, 2)].map((part, i) => [(i * 7919 + seed) % 13, part] as const).sort(([a], [b]) => a - b).map(([, part]) => part);
    assert.deepEqual(joinBbqr(mixed), { kind: "B", parts: parts.length, bytes });
  }), { numRuns: 60 });
});

test("the authors of BBQr read our sets, and we read theirs", () => {
  fc.assert(fc.property(octets, room, (bytes, most) => {
    const { fileType, raw } = joinQRs(splitBbqr(bytes, "B", most));
    assert.deepEqual([fileType, new Uint8Array(raw)], ["B", bytes]);
    for (const encoding of ["2", "H"] as const) assert.deepEqual(joinBbqr(splitQRs(bytes, "B", { encoding, minVersion: 5, maxVersion: 12 }).parts).bytes, bytes);
  }), { numRuns: 40 });
});

test("what is lost, mixed, doubled or of another encoding is named", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
  const parts = splitBbqr(bytes, "B", 106);
  const other = splitBbqr(bytes.map((octet) => octet ^ 1), "B", 106);
  assert.equal(parts.length, 5);
  assert.throws(() => joinBbqr(parts.filter((_, i) => i !== 1 && i !== 4)), /expected 5 parts, found 3: missing 2, 5/);
  assert.throws(() => joinBbqr([...parts.slice(0, 4), other[3] ?? ""]), /expected one part 4 of 5, found two that differ/);
  assert.throws(() => joinBbqr([...parts, ...splitBbqr(bytes, "U", 106)]), /found those of 2 sets/);
  assert.throws(() => joinBbqr([]), /found none/);
  assert.throws(() => joinBbqr(["B$ZU0100AAAA"]), /found the encoding Z/);
  assert.throws(() => joinBbqr(["B$2U0102AAAA"]), /expected a part of a BBQr set/);
  assert.throws(() => joinBbqr(["B$2U0100aa"]), /expected base32/);
  assert.throws(() => joinBbqr(["B$2U0100AB"]), /bits that stand for nothing/);
  assert.throws(() => splitBbqr(new Uint8Array(200_000), "B", 100), /at most 1295 codes/);
});
