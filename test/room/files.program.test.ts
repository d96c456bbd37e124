/** Files: written whole and once, read without surprises, and no failure passed over. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault, type FaultCode } from "../../src/fault.ts";
import { clearParts, keepFile, keepFiles, kindAt, makeFolder, readRegular } from "../../src/room/files.ts";
import { listFiles, walkFolder } from "../../src/room/listing.ts";
import { GrowingFile } from "../../src/room/growing-file.ts";
import { readInput } from "../../src/room/folder.ts";

const top = mkdtempSync(join(tmpdir(), "anchorite-files-"));
after(() => rmSync(top, { recursive: true, force: true }));
let folders = 0;

/** A new folder with nothing in it. */
function fresh(): string {
  const folder = join(top, String(folders++));
  mkdirSync(folder);
  return folder;
}

const fails = (code: FaultCode, message: RegExp = /./) => (thrown: unknown) => thrown instanceof Fault && thrown.code === code && message.test(thrown.message);
const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a file is kept whole, in folders made for it, and leaves nothing else behind", () => {
  const folder = fresh();
  const path = join(folder, "a", "b", "c.pem");
  keepFile(path, octets("contents"));
  assert.deepEqual([readFileSync(path, "utf8"), readdirSync(join(folder, "a", "b")), statSync(path).nlink], ["contents", ["c.pem"], 1]);
  keepFile(join(folder, "empty"), octets(""));
  assert.equal(readFileSync(join(folder, "empty"), "utf8"), "");
});

test("many files are kept like one: equal ones go on, halves are begun anew, and one that is something else keeps all of them away", async () => {
  const folder = fresh();
  const files = Array.from({ length: 250 }, (_, n) => ({ path: join(folder, n % 2 === 0 ? "even" : "odd", String(n)), bytes: octets(`file ${n}`) }));
  makeFolder(join(folder, "even"));
  keepFile(join(folder, "even", "4"), octets("file 4"));
  for (const half of ["5.part~", "6.part~"]) {
    makeFolder(join(folder, "odd"));
    writeFileSync(join(folder, half === "5.part~" ? "odd" : "even", half), "half of something longer than it");
  }
  await keepFiles(files);
  await keepFiles(files);
  assert.deepEqual(listFiles(folder), files.map(({ path }) => path.slice(folder.length + 1)).sort());
  for (const { path, bytes } of files) assert.deepEqual(new Uint8Array(readFileSync(path)), bytes);
  await assert.rejects(keepFiles([{ path: join(folder, "new"), bytes: octets("new") }, { path: join(folder, "odd", "1"), bytes: octets("other") }]), fails("record-artifact-differs"));
  await assert.rejects(keepFiles([{ path: join(folder, "odd", "1", "below"), bytes: octets("x") }]), fails("record-write"));
  mkdirSync(join(folder, "x.part~"));
  await assert.rejects(keepFiles(["a", "x"].map((name) => ({ path: join(folder, name), bytes: octets(name) }))), fails("record-write"));
  assert.deepEqual([listFiles(folder).length, kindAt(join(folder, "new")), kindAt(join(folder, "a"))], [251, "nothing", "nothing"]);
});

test("equal bytes go on; other bytes are a fault, and what is there stays", () => {
  const path = join(fresh(), "x");
  keepFile(path, octets("one"));
  const { ino, mtimeNs } = statSync(path, { bigint: true });
  keepFile(path, octets("one"));
  for (const other of ["two", "on", "one\n", ""]) assert.throws(() => keepFile(path, octets(other)), fails("record-artifact-differs", /SHA-256/));
  assert.deepEqual([readFileSync(path, "utf8"), statSync(path, { bigint: true }).ino, statSync(path, { bigint: true }).mtimeNs], ["one", ino, mtimeNs]);
});

test("a link, a dangling one too, or a folder in the place of a file is never written through", () => {
  const folder = fresh();
  const target = join(folder, "target");
  writeFileSync(target, "mine");
  symlinkSync(target, join(folder, "link"));
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
  mkdirSync(join(folder, "folder"));
  for (const name of ["link", "dangling", "folder"]) assert.throws(() => keepFile(join(folder, name), octets("mine")), fails("record-artifact-differs"));
  assert.deepEqual([readFileSync(target, "utf8"), existsSync(join(folder, "nowhere"))], ["mine", false]);
});

test("what a crash left half written is begun anew, whatever it was", () => {
  const folder = fresh();
  writeFileSync(join(folder, "x.part~"), "half of something longer than the whole");
  keepFile(join(folder, "x"), octets("whole"));
  writeFileSync(join(folder, "outside"), "outside");
  symlinkSync(join(folder, "outside"), join(folder, "y.part~"));
  keepFile(join(folder, "y"), octets("whole"));
  assert.deepEqual([readFileSync(join(folder, "x"), "utf8"), readFileSync(join(folder, "y"), "utf8"), readFileSync(join(folder, "outside"), "utf8")], ["whole", "whole", "outside"]);
  assert.deepEqual(listFiles(folder), ["outside", "x", "y"]);
});

test("leftovers are cleared by name, below one folder, and nothing else is", () => {
  const folder = fresh();
  makeFolder(join(folder, "a"));
  for (const name of ["a/x.part~", "a/x", "a/input.part", "part", "y.part~"]) writeFileSync(join(folder, name), name);
  clearParts(join(folder, "a"));
  assert.deepEqual(listFiles(folder), ["a/input.part", "a/x", "part", "y.part~"]);
  clearParts(join(folder, "missing"));
});

test("what cannot be written is a fault with the system's word, and leaves no file under the name", () => {
  const folder = fresh();
  writeFileSync(join(folder, "file"), "");
  assert.throws(() => keepFile(join(folder, "file", "below"), octets("x")), fails("record-write", /ENOTDIR|EEXIST/));
  assert.throws(() => makeFolder(join(folder, "file", "below")), fails("record-write", /ENOTDIR|EEXIST/));
  mkdirSync(join(folder, "x.part~"));
  assert.throws(() => keepFile(join(folder, "x"), octets("x")), fails("record-write"));
  assert.equal(kindAt(join(folder, "x")), "nothing");
});

test("a file that outgrows what the system allows is a fault, and nothing stands under its name", () => {
  const folder = fresh();
  const module = new URL("../../src/room/files.js", import.meta.url).href;
  const program = `import { keepFile } from ${JSON.stringify(module)};
    try { keepFile(process.argv[1], new Uint8Array(200_000)); } catch (fault) { console.log(fault.code, fault.message); }`;
  const { stdout } = spawnSync("bash", ["-c", 'ulimit -f 64 && exec "$@"', "bash", process.execPath, "--input-type=module", "-e", program, join(folder, "x")], { encoding: "utf8" });
  assert.match(stdout, /^record-write cannot write .*\/x \(EFBIG\)/);
  assert.deepEqual(listFiles(folder), ["x.part~"]);
  keepFile(join(folder, "x"), new Uint8Array(200_000));
  assert.deepEqual(listFiles(folder), ["x"]);
});

test("a growing file appends, is cut, and appends where it was cut", () => {
  const path = join(fresh(), "transcript.jsonl");
  const file = new GrowingFile(path);
  file.append(octets("one\n"));
  file.append(octets("two\ntorn"));
  file.cut(8);
  file.append(octets("three\n"));
  file.close();
  const again = new GrowingFile(path);
  again.append(octets("four\n"));
  again.close();
  assert.equal(readFileSync(path, "utf8"), "one\ntwo\nthree\nfour\n");
});

test("a full disk is a fault at the append, not later", { skip: existsSync("/dev/full") ? false : "no /dev/full on this system" }, () => {
  const file = new GrowingFile("/dev/full");
  assert.throws(() => file.append(octets("x")), fails("record-write", /ENOSPC/));
  file.close();
});

test("a growing file is never opened through a link, nor where it cannot be", () => {
  const folder = fresh();
  symlinkSync(join(folder, "elsewhere"), join(folder, "link"));
  assert.throws(() => new GrowingFile(join(folder, "link")), fails("record-write", /ELOOP/));
  assert.throws(() => new GrowingFile(join(folder, "missing", "x")), fails("record-write", /ENOENT/));
  assert.throws(() => new GrowingFile(folder), fails("record-write", /EISDIR/));
  assert.equal(existsSync(join(folder, "elsewhere")), false);
});

test("only regular files of bounded size are read; a pipe is refused and not waited for", () => {
  const folder = fresh();
  writeFileSync(join(folder, "x"), "");
  truncateSync(join(folder, "x"), 11);
  symlinkSync(join(folder, "x"), join(folder, "link"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  assert.equal(readRegular(join(folder, "x"), 11).length, 11);
  assert.throws(() => readRegular(join(folder, "x"), 10), fails("usage-file", /at most 10 octets, found 11/));
  assert.throws(() => readRegular(join(folder, "link")), fails("usage-file", /ELOOP/));
  for (const name of ["pipe", "."]) assert.throws(() => readRegular(join(folder, name)), fails("usage-file", /expected a regular file/));
  assert.throws(() => readRegular(join(folder, "missing")), fails("usage-file", /ENOENT/));
});

test("a walk lists files, and what is neither file nor folder apart; a list refuses the latter", () => {
  const folder = fresh();
  makeFolder(join(folder, "b"));
  for (const name of ["b/x", "a", "Z"]) writeFileSync(join(folder, name), "");
  symlinkSync(join(folder, "b"), join(folder, "link"));
  assert.deepEqual(walkFolder(folder), { files: ["Z", "a", "b/x"], strangers: ["link"] });
  assert.throws(() => listFiles(folder), fails("record-corrupt", /link/));
});

test("an input is a regular file below the script's folder, with no link on the way, of at most a mebibyte [INPUT-PRESENT]", () => {
  const folder = fresh();
  makeFolder(join(folder, "requests"));
  writeFileSync(join(folder, "requests", "a.csr"), "a");
  writeFileSync(join(folder, "big"), "");
  truncateSync(join(folder, "big"), 1024 * 1024 + 1);
  symlinkSync(join(folder, "requests"), join(folder, "linked"));
  symlinkSync(join(folder, "requests", "a.csr"), join(folder, "requests", "link.csr"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  assert.deepEqual(readInput(folder, "requests/a.csr"), octets("a"));
  const refused = { "linked/a.csr": /expected a folder, found other/, "requests/link.csr": /ELOOP/, big: /at most/, pipe: /regular file/, "missing/a.csr": /expected a folder, found nothing/, requests: /regular file/, "requests/b.csr": /ENOENT/ };
  for (const [path, why] of Object.entries(refused)) {
    const input = readInput(folder, path);
    assert.ok(!(input instanceof Uint8Array) && why.test(input.unreadable), path);
  }
});
