import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { crc32, writeGzip } from "../../src/bytes/gzip.ts";

const unpacked = (bytes: Uint8Array): Uint8Array => new Uint8Array(gunzipSync(writeGzip(bytes)));

test("what is packed is unpacked by zlib, at every length around that of a block", () => {
  for (const length of [0, 1, 65_534, 65_535, 65_536, 131_070, 131_071]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
    assert.deepEqual(unpacked(bytes), bytes, String(length));
    assert.equal(writeGzip(bytes).length, length + 18 + 5 * Math.max(1, Math.ceil(length / 65_535)));
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => assert.deepEqual(unpacked(bytes), bytes)));
});

test("the octets are fixed: no time, no name, no operating system", () => {
  assert.equal(toHex(writeGzip(toUtf8("iox"))), "1f8b08000000000000ff010300fcff696f78dba7fc0403000000");
});

test("the CRC-32 is that of the standard's check value", () => {
  assert.equal(crc32(toUtf8("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
});
