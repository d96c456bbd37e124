/** Archives as this program writes them, held against the system's tar, and what the reader refuses. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { readTar, writeTar, type TarEntry } from "../../src/bytes/tar.ts";
import { toUtf8 } from "../../src/bytes/text.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-tar-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): TarEntry => ({ name, bytes: toUtf8(text) });
const plain = (entries: readonly TarEntry[]) => entries.map(({ name, bytes }) => ({ name, bytes: Uint8Array.from(bytes) }));
const LONG = `${"a".repeat(80)}/${"b".repeat(90)}/c.txt`;
const ENTRIES = [file("public/", ""), file("public/one.txt", "one"), file("public/empty", ""), file(LONG, "x".repeat(513))];

function tar(...args: string[]): { readonly exit: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync("tar", args, { cwd: folder, encoding: "utf8" });
  return { exit: status, stdout, stderr };
}

test("the same entries are the same octets, and these octets", () => {
  const archive = writeTar(ENTRIES);
  assert.deepEqual(archive, writeTar(ENTRIES));
  assert.equal(archive.length, 512 * (1 + 2 + 1 + 3 + 2));
  assert.equal(sha256Hex(writeTar([file("a", "b")])), "79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b");
});

test("the system's tar lists and extracts what is written, with the modes, owners and times that are fixed", () => {
  writeFileSync(join(folder, "ours.tar"), writeTar(ENTRIES));
  const listed = tar("--utc", "--full-time", "-tvf", "ours.tar");
  assert.deepEqual([listed.exit, listed.stderr], [0, ""]);
  const lines = listed.stdout.trimEnd().split("\n").map((line) => line.split(/\s+/));
  assert.deepEqual(lines.map((line) => line.at(-1)), ENTRIES.map(({ name }) => name));
  assert.deepEqual(lines.map((line) => line.slice(0, 5)).slice(0, 2), [["drwxr-xr-x", "0/0", "0", "1970-01-01", "00:00:00"], ["-rw-r--r--", "0/0", "3", "1970-01-01", "00:00:00"]]);
  const extracted = tar("--warning=no-timestamp", "-xf", "ours.tar");
  assert.equal(extracted.exit, 0, extracted.stderr);
  for (const { name, bytes } of ENTRIES.filter((entry) => !entry.name.endsWith("/"))) assert.deepEqual(new Uint8Array(readFileSync(join(folder, name))), bytes);
});

test("what the system's tar writes of files and folders is read, and a link is refused", () => {
  mkdirSync(join(folder, "theirs"));
  writeFileSync(join(folder, "theirs/one"), "one");
  for (const format of ["gnu", "ustar"]) {
    assert.equal(tar(`--format=${format}`, "-cf", `${format}.tar`, "theirs").exit, 0);
    assert.deepEqual(plain(readTar(readFileSync(join(folder, `${format}.tar`)))), [file("theirs/", ""), file("theirs/one", "one")]);
  }
  assert.equal(tar("-rf", "gnu.tar", "theirs").exit, 0);
  assert.throws(() => readTar(readFileSync(join(folder, "gnu.tar"))), /found theirs\/one twice/);
  assert.equal(tar("-cf", "again.tar", "--no-recursion", "theirs", "theirs/one").exit, 0);
  assert.equal(tar("-rf", "again.tar", "--no-recursion", "theirs").exit, 0);
  assert.deepEqual(readTar(readFileSync(join(folder, "again.tar"))).map(({ name }) => name), ["theirs/", "theirs/one", "theirs/"]);
  symlinkSync("one", join(folder, "theirs/two"));
  assert.equal(tar("-cf", "link.tar", "theirs").exit, 0);
  assert.throws(() => readTar(readFileSync(join(folder, "link.tar"))), { code: "form-tar", message: /expected a plain file or a folder, found theirs\/two/ });
  assert.equal(tar("--format=pax", "--pax-option=comment=x", "-cf", "pax.tar", "theirs/one").exit, 0);
  assert.throws(() => readTar(readFileSync(join(folder, "pax.tar"))), { code: "form-tar" });
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}(\/[a-z0-9._-]{1,40}[a-z]){0,3}$/), { maxLength: 6 });

test("every archive that is written is read back, entry by entry", () => {
  fc.assert(fc.property(names, fc.uint8Array({ maxLength: 1500 }), (list, bytes) => {
    const entries = list.map((name, i) => ({ name, bytes: bytes.subarray(0, i * 300) }));
    const archive = writeTar(entries);
    const members = readTar(archive);
    assert.deepEqual(plain(members), plain(entries));
    assert.deepEqual(members.map(({ start }) => start), [0, ...members.map(({ end }) => end)].slice(0, members.length));
  }));
});

test("an archive with one changed octet is refused, but for the octets of files", () => {
  const archive = writeTar([file("one", "abc"), file("two/three", "de")]);
  let refused = 0;
  for (let at = 0; at < archive.length; at++) {
    // what stands after the NUL of a sum is not read
    if (at % 512 === 155 && archive[at] === 0x20) continue;
    const changed = Uint8Array.from(archive);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const isContent = (at >= 512 && at < 515) || (at >= 1536 && at < 1538);
    if (isContent) assert.notDeepEqual(plain(readTar(changed)), plain(readTar(archive)));
    else assert.throws(() => readTar(changed), { code: "form-tar" }, `octet ${at}`);
    refused += isContent ? 0 : 1;
  }
  assert.equal(refused, archive.length - 5 - 2);
});

test("names that lead elsewhere, stand twice or are too long are refused on both ways", () => {
  for (const name of ["", "/etc/passwd", "../x", "a/../b", "./a", "a//b", "a\0b", "ä", "a\n"]) assert.throws(() => writeTar([file(name, "")]), { code: "form-tar" }, name);
  assert.throws(() => writeTar([file("a", ""), file("a", "")]), /found a twice/);
  assert.throws(() => writeTar([file("x".repeat(101), "")]), /ustar has room for/);
  assert.throws(() => writeTar([file("a/", "octets")]), /expected no octets in the folder/);
  const good = writeTar([file("a", "")]);
  assert.throws(() => readTar(good.subarray(0, 512)), { code: "form-tar" }, "no end");
  assert.throws(() => readTar(good.subarray(0, 1024)), { code: "form-tar" }, "half an end");
  assert.throws(() => readTar(Uint8Array.of(...good, ...toUtf8("more"))), { code: "form-tar" }, "octets after the end");
  assert.deepEqual(readTar(writeTar([])), []);
});
