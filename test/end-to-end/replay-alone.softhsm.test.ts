/** An auditor's laptop has no PKCS#11, no prompts and no programs; replay needs none of them. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { checkout } from "../tools.ts";
import { anchorite, Ceremony, freshPath, MAIN, plainEnvironment, type Ended } from "./ceremony.ts";

const hierarchy = Ceremony.finished("hierarchy");

/** Only the hsm room, the prompts and the second reading use these. */
const ABSENT = ["pkcs11js", "graphene-pk11", "inquirer", "@inquirer", "qrcode-terminal", "@peculiar", "reflect-metadata"];

/** The built package with these packages missing from its node_modules. */
function packageWithout(absent: readonly string[]): string {
  const folder = freshPath("package");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  cpSync(dirname(MAIN), join(folder, "build", "src"), { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(checkout, file), join(folder, file));
  const present = readdirSync(join(checkout, "node_modules")).filter((name) => !name.startsWith(".") && !absent.includes(name));
  for (const name of present) symlinkSync(join(checkout, "node_modules", name), join(folder, "node_modules", name));
  return join(folder, "build", "src", "main.js");
}

const REPLAY = ["replay", "record", "--roster", "roster"];

function replayWith(main: string, nodeOptions: readonly string[] = [], env: NodeJS.ProcessEnv = plainEnvironment()): Ended {
  return anchorite(REPLAY, { cwd: hierarchy.folder, main, nodeOptions, env });
}

test("replay works with pkcs11js and graphene-pk11, and with every prompt and the library of the second reading, deleted from node_modules", () => {
  for (const absent of [["pkcs11js", "graphene-pk11"], ABSENT]) {
    const replayed = replayWith(packageWithout(absent));
    assert.equal(replayed.exit, 0, replayed.stderr);
  }
});

test("run, the same package without pkcs11js, cannot reach a token: the packages are really gone", () => {
  const copy = Ceremony.prepare("factory");
  const ended = copy.run({ main: packageWithout(ABSENT) });
  assert.notEqual(ended.exit, 0);
  assert.match(ended.stderr, /graphene-pk11|pkcs11js|@peculiar/);
  assert.ok(copy.tokenFolderIsEmpty());
});

/** Throws whenever a program would be started, a worker made or a connection opened, however it was imported. */
const NOTHING_STARTS = `
import { createRequire, syncBuiltinESMExports } from "node:module";
const require = createRequire(import.meta.url);
for (const [name, functions] of Object.entries({
  "node:child_process": ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"],
  "node:net": ["connect", "createConnection", "createServer"],
  "node:dgram": ["createSocket"],
  "node:dns": ["lookup"],
})) {
  for (const one of functions) require(name)[one] = () => { throw new Error("REPLAY STARTED SOMETHING: " + one); };
}
require("node:worker_threads").Worker = class { constructor() { throw new Error("REPLAY STARTED SOMETHING: Worker"); } };
process.dlopen = (module, file) => { throw new Error("REPLAY LOADED AN ADDON: " + file); };
syncBuiltinESMExports();
`;

test("replay starts no program, opens no connection and loads no addon, with nothing on PATH", () => {
  const hook = `${freshPath("hook")}.mjs`;
  writeFileSync(hook, NOTHING_STARTS);
  const guarded = ["--import", pathToFileURL(hook).href];
  const replayed = replayWith(MAIN, guarded, { PATH: "" });
  assert.equal(replayed.exit, 0, replayed.stderr);
  const sealed = anchorite(["seal", "record", "--as", "bob", "--key", "people/bob"], { cwd: hierarchy.folder, nodeOptions: guarded });
  assert.match(sealed.stderr, /REPLAY STARTED SOMETHING: spawn/, "the hook works: sealing starts ssh-keygen");
});

test("a record moves: its replay in another folder, under another name, says the same", () => {
  const moved = new Ceremony(freshPath("moved"), "stick");
  cpSync(hierarchy.inRecord(), moved.inRecord(), { recursive: true });
  const [here, there] = [hierarchy.replay(), moved.replay()];
  assert.deepEqual([there.exit, there.stdout], [9, here.stdout]);
  rmSync(moved.inRecord("transcript.jsonl"));
  assert.equal(moved.replay().exit, 7);
});
