import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { isManifestPath, readManifest, writeManifest } from "../../src/transcript/manifest.ts";

const D = "0".repeat(64);
const E = "e".repeat(64);
const refused = { name: "Fault", code: "form-seal" };

test("a manifest is sorted by the octets of its paths", () => {
  const bytes = writeManifest([{ path: "b", sha256: D }, { path: "a/c", sha256: E }, { path: "a.b", sha256: D }, { path: "Z", sha256: D }]);
  assert.equal(fromUtf8(bytes), `${D}  Z\n${D}  a.b\n${E}  a/c\n${D}  b\n`);
});

test("an empty manifest is an empty file", () => {
  assert.equal(writeManifest([]).length, 0);
  assert.deepEqual(readManifest(new Uint8Array()), []);
});

test("what was written is read back, for any set of plain paths", () => {
  const part = fc.stringMatching(/^[a-z0-9._-]{1,8}$/);
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")).filter(isManifestPath);
  fc.assert(fc.property(fc.uniqueArray(fc.record({ path, sha256: fc.stringMatching(/^[0-9a-f]{64}$/) }, { noNullPrototype: true }), { selector: (file) => file.path }), (files) => {
    const read = readManifest(writeManifest(files));
    assert.deepEqual(read, files.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  }));
});

test("refuses paths that leave the folder, hide, or are not plain", () => {
  for (const path of ["", "/a", "a/", "../a", "a/../b", "./a", "a//b", "a b", "a\\b", "a\nb", "ä", "-", "a".repeat(1025), "a\u0000"]) {
    assert.throws(() => writeManifest([{ path, sha256: D }]), refused, JSON.stringify(path));
    assert.equal(isManifestPath(path), false, JSON.stringify(path));
  }
});

test("refuses a path twice and paths that differ in case only, in folders too", () => {
  for (const [one, two] of [["a", "a"], ["a", "A"], ["in/x", "IN/y"], ["a/b/c", "a/B/d"]] as const) {
    assert.throws(() => writeManifest([{ path: one, sha256: D }, { path: two, sha256: D }]), refused, `${one} ${two}`);
  }
});

test("refuses any other spelling of a manifest", () => {
  const good = `${D}  a\n${E}  b\n`;
  assert.equal(readManifest(toUtf8(good)).length, 2);
  const others = [`${E}  b\n${D}  a\n`, good.slice(0, -1), `${good}\n`, good.replaceAll("\n", "\r\n"), good.toUpperCase(), good.replace("  ", " *"), good.replace("  ", " "), `\ufeff${good}`, good + good, `# x\n${good}`, `${D}  \n`];
  for (const other of others) assert.throws(() => readManifest(toUtf8(other)), { name: "Fault" }, JSON.stringify(other));
});

test("sha256sum -c reads a manifest and finds a changed file", () => {
  const folder = mkdtempSync(join(tmpdir(), "manifest-"));
  try {
    mkdirSync(join(folder, "artifacts"));
    const files = ["artifacts/root.pem", "plan.json"].map((path) => ({ path, sha256: sha256Hex(toUtf8(path)) }));
    for (const { path } of files) writeFileSync(join(folder, path), path);
    writeFileSync(join(folder, "SHA256SUMS"), writeManifest(files));
    const check = () => execFileSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    assert.equal(check(), "artifacts/root.pem: OK\nplan.json: OK\n");
    writeFileSync(join(folder, "plan.json"), "other");
    assert.throws(check);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
