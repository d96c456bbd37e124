/** An auditor's laptop has no PKCS#11, no prompts and no programs; replay needs none of them. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { checkout, softhsmScript } from "../tools.ts";
import { anchorite, Ceremony, freshPath, MAIN, plainEnvironment, type Ended } from "./ceremony.ts";

interface Part {
  readonly file: string;
  readonly entry: string | null;
  readonly inputs: readonly string[];
  readonly imports: readonly { readonly kind: string; readonly file: string }[];
}

const { programContents } = (await softhsmScript("program.mjs")) as { programContents(): readonly Part[] };

const hierarchy = Ceremony.finished("hierarchy");

/** Only the hsm room, the prompts and the second reading use these. */
const ABSENT = ["pkcs11js", "graphene-pk11", "inquirer", "@inquirer", "qrcode-terminal", "@peculiar", "reflect-metadata"];

/** Where every room and every package is a file of its own. */
const BUILT = join(checkout, "build", "src");

/** The built package with these packages missing from its node_modules. */
function packageWithout(absent: readonly string[]): string {
  const folder = freshPath("package");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  cpSync(BUILT, join(folder, "build", "src"), { recursive: true });
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

test("in the program that is shipped, what replay loads holds nothing of PKCS#11, of the prompts or of the second reading, and run's files do", () => {
  const parts = programContents();
  const at = (path: string): Part => parts.find(({ file, entry }) => file === path || entry === path) ?? assert.fail(path);
  const loaded = (from: Part, seen = new Set<string>()): Set<string> => {
    if (seen.has(from.file)) return seen;
    seen.add(from.file);
    for (const { file } of from.imports.filter(({ kind, file }) => kind === "import-statement" && parts.some((part) => part.file === file))) loaded(at(file), seen);
    return seen;
  };
  const forbiddenIn = (entry: string): string[] => [...loaded(at(entry))].flatMap((file) => [...at(file).inputs, ...at(file).imports.map((one) => one.file)]).filter((path) => ABSENT.some((name) => path === name || path.includes(`node_modules/${name}/`)) || path.includes("build/src/hsm/"));
  assert.deepEqual([...forbiddenIn("build/src/main.js"), ...forbiddenIn("build/src/commands/replay.js")], []);
  assert.notDeepEqual(forbiddenIn("build/src/commands/run.js"), []);
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
