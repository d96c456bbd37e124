/** What goes into the room: one folder, tried in a bare root without network, with what the loader needs and nothing else; and replay as one file. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { Ceremony, freshPath, type Ended } from "../end-to-end/ceremony.ts";
import { smallCeremony } from "../end-to-end/small-ceremony.ts";
import { checkout, softhsmModule, softhsmScript } from "../tools.ts";

const { makeBundle } = (await softhsmScript("bundle.mjs")) as { makeBundle(to: string): Promise<{ hex: string; words: string[] }> };

const root = freshPath("root");
const bundle = join(root, "anchorite");
const prepared = smallCeremony();
let digest = { hex: "", words: [] as string[] };

/** Whether a process may have a root and a network of its own here. */
const apart = spawnSync("unshare", ["-rn", "chroot", "/", "true"]).status === 0;
const NEEDS = apart ? {} : { skip: "tool missing: unshare -rn" };

before(async () => {
  digest = await makeBundle(bundle);
  for (const program of ["/bin/sh", "/usr/bin/dirname", "/usr/bin/env", "/usr/bin/ssh-keygen", "/usr/bin/sha256sum"]) putWithLibraries(program);
  for (const file of [join(bundle, "node"), join(bundle, "node_modules/pkcs11js/build/Release/pkcs11.node")]) librariesOf(file).forEach(put);
  putWithLibraries(softhsmModule());
  for (const [file, text] of [["etc/passwd", "root:x:0:0:root:/:/bin/sh\n"], ["dev/null", ""], ["proc/sys/kernel/random/boot_id", "00000000-0000-4000-8000-000000000000\n"]] as const) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  mkdirSync(join(root, "tmp"));
  cpSync(prepared.folder, join(root, "ceremony"), { recursive: true });
  writeFileSync(join(root, "ceremony", "softhsm2.conf"), prepared.read("softhsm2.conf").replaceAll(prepared.folder, "/ceremony"));
});

function librariesOf(file: string): string[] {
  return [...execFileSync("ldd", [file], { encoding: "utf8" }).matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)].map(([, path = ""]) => path);
}

function put(path: string): void {
  cpSync(path, join(root, path), { dereference: true });
}

function putWithLibraries(path: string): void {
  put(path);
  librariesOf(path).forEach(put);
}

function inRoot(...command: string[]): Ended {
  const line = `cd /ceremony && exec ${command.join(" ")}`;
  const ended = spawnSync("unshare", ["-rn", "chroot", root, "/bin/sh", "-c", line], { encoding: "utf8", env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", NODE_OPTIONS: "--require=/nowhere.js" }, stdio: ["ignore", "pipe", "pipe"] });
  return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const anchorite = (...args: string[]): Ended => inRoot("/anchorite/anchorite", ...args);

test("the folder is whole, its digest is that of its list, and the program in it is that of the checkout", NEEDS, () => {
  assert.match(digest.hex, /^[0-9a-f]{64}$/);
  assert.equal(digest.words.length, 32);
  const summed = inRoot("sh -c 'cd /anchorite && sha256sum -c SHA256SUMS --quiet && sha256sum SHA256SUMS'");
  assert.deepEqual([summed.exit, summed.stdout], [0, `${digest.hex}  SHA256SUMS\n`], summed.stderr);
  assert.match(readFileSync(join(bundle, "MADE-FOR.txt"), "utf8"), /^system: .+\nprocessor: .+\nnode: \d+\.\d+\.\d+\n/);
  assert.match(readFileSync(join(bundle, "LICENSES.txt"), "utf8"), /==== pkcs11js 2\.1\.7\n[^]*==== zod /);
});

test("in a bare root without network it says what is there, whatever the environment would have Node load", NEEDS, () => {
  const { exit, stdout, stderr } = anchorite("doctor", "--station", "station.yaml");
  assert.equal(exit, 3, "there is no terminal");
  assert.match(stdout, /^have {2}PKCS#11: the native addon loads$/m, stderr);
  assert.match(stdout, /^have {2}ssh-keygen/m);
  assert.match(stdout, /^lack {2}terminal: none here\n {6}a ceremony is run at a terminal/m);
  assert.match(stdout, /^have {2}module .*: SHA-256 [0-9a-f]{64}$/m);
  assert.match(stdout, /\n1 lacking\n$/);
});

test("in a bare root without network a ceremony is checked, run, sealed and replayed, and replay.cjs alone says the same", NEEDS, () => {
  assert.equal(anchorite("check", "script.yaml").exit, 0);
  const ran = anchorite("run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "answers.yaml");
  assert.equal(ran.exit, 0, ran.stderr);
  for (const id of ["alice", "dan"]) assert.equal(anchorite("seal", "record", "--as", id, "--key", `people/${id}`).exit, 0);
  const replayed = anchorite("replay", "record", "--roster", "roster");
  assert.equal(replayed.exit, 0, replayed.stdout + replayed.stderr);
  assert.deepEqual(inRoot("env -u NODE_OPTIONS /anchorite/node", "/anchorite/replay.cjs", "record", "--roster", "roster"), replayed);
});

test("replay.cjs is one file that names no place of this machine, needs no package, and has exit codes of its own process", NEEDS, () => {
  const alone = join(freshPath("laptop"), "replay.cjs");
  cpSync(join(bundle, "replay.cjs"), alone);
  const text = readFileSync(alone, "utf8");
  for (const path of [dirname(root), checkout]) assert.ok(!text.includes(path), path);
  const asked = [...new Set([...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name))];
  assert.deepEqual(asked.filter((name) => !/^node:|^(events|fs|path|process|child_process|buffer|url|tty|util|os)$/.test(name)), []);
  const call = (...args: string[]): Ended => {
    const ended = spawnSync(process.execPath, [alone, ...args], { encoding: "utf8", cwd: join(root, "ceremony") });
    return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  };
  assert.deepEqual([call("--help").exit, call().exit, call("/nowhere").exit, call("record").exit], [0, 2, 3, 9]);
  const copy = new Ceremony(freshPath("copy"));
  cpSync(join(root, "ceremony", "record"), copy.inRecord(), { recursive: true });
  rmSync(copy.inRecord("signatures", "alice.sig"));
  assert.equal(call(copy.inRecord()).exit, 6);
});
