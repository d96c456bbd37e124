import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { gunzip } from "../../src/bytes/gunzip.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";

const refused = (bytes: Uint8Array, most: number): void => assert.throws(() => gunzip(bytes, most), (thrown) => thrown instanceof Fault && thrown.code === "form-gzip");

test("what gzip made is read, and no octet more than is allowed", () => {
  const zipped = new Uint8Array(gzipSync(new Uint8Array(1000)));
  assert.deepEqual(gunzip(zipped, 1000), new Uint8Array(1000));
  refused(zipped, 999);
  assert.deepEqual(gunzip(new Uint8Array(gzipSync(toUtf8("a"))), 10), toUtf8("a"));
});

test("anything else, a file cut short and a wrong sum are refused", () => {
  const zipped = new Uint8Array(gzipSync(toUtf8("hello")));
  refused(new Uint8Array(), 10);
  refused(toUtf8("hello"), 10);
  refused(zipped.subarray(0, -1), 10);
  refused(zipped.with(zipped.length - 6, (zipped.at(-6) ?? 0) ^ 1), 10);
});
