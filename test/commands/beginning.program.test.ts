/** Before there is a script: `init`, `schema`, `key` and `doctor`, as a user has them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { jsonSchemaOf } from "../../src/script/json-schema.ts";
import { anchorite, Ceremony, freshPath, snapshot } from "../end-to-end/ceremony.ts";
import { MAIN, needTool } from "../tools.ts";

const good = Ceremony.prepare("factory");
const folder = freshPath("beginning");
mkdirSync(folder);

const PEOPLE = [["administrator", "Alice Example", "alice"], ["operator", "Bob Example", "bob"], ["witness", "Dan Example", "dan"]].flatMap(([role, name, id]) => [`--${role}`, `${name}=${good.path("people", `${id}.pub`)}`]);
const GIVEN = ["--platform", "plain", "--title", "First ceremony", "--assurance", "test", "--organization", "Example", ...PEOPLE, "--module", "/usr/lib/softhsm/libsofthsm2.so"];

test("init with all its answers writes a script that check passes at once, the schemas that it names, and overwrites nothing", () => {
  const made = anchorite(["init", "first", ...GIVEN], { cwd: folder });
  assert.equal(made.exit, 0, made.stderr);
  assert.deepEqual(made.stdout.split("\n").filter(Boolean), ["script.yaml", "station.yaml", "script.schema.json", "station.schema.json", "people/alice-example.pub", "people/bob-example.pub", "people/dan-example.pub"].map((file) => join("first", file)));
  const checked = anchorite(["check", "first/script.yaml"], { cwd: folder });
  assert.equal(checked.exit, 0, checked.stderr);
  for (const form of ["script", "station"]) assert.match(readFileSync(join(folder, "first", `${form}.yaml`), "utf8"), new RegExp(`^# yaml-language-server: \\$schema=${form}.schema.json\n`));
  const before = snapshot(join(folder, "first"));
  const again = anchorite(["init", "first", ...GIVEN], { cwd: folder });
  assert.deepEqual([again.exit, again.stdout], [2, ""]);
  assert.match(again.stderr, /usage-file: first\/script\.yaml is there already, and nothing is overwritten/);
  assert.deepEqual(snapshot(join(folder, "first")), before);
});

test("init without a terminal names the first thing that nobody can be asked, and one that is wrong; nothing is written", () => {
  for (const [args, wanted] of [
    [GIVEN.slice(2), /usage-no-terminal: nobody can be asked: For which platform\?.*\nhint: .*--platform/s], [GIVEN.slice(0, -2), /--module/],
    [["--platform", "zigbee"], /--platform: expected one of plain, foundries/], [[...GIVEN, "--assurance", "production"], /--assurance: a production script says which tokens are accepted/],
    [[...GIVEN, "--witness", "Bob Example"], /--witness: expected somebody else/], [[...GIVEN, "--witness", "根"], /--witness: expected a name with letters from a to z/],
  ] as const) {
    const { exit, stdout, stderr } = anchorite(["init", "none", ...args], { cwd: folder });
    assert.deepEqual([exit, stdout], [2, ""], stderr);
    assert.match(stderr, wanted);
  }
  assert.ok(!existsSync(join(folder, "none")));
});

test("at a terminal init asks for what was not given, says what is wrong with an answer, and writes what was typed", needTool("script"), () => {
  // a line for each question; the first platform is none, and its line is taken away
  const typed = ["zigbee", "plain", "", "Typed ceremony", "test", "Example", "Alice Example", "Bob Example", "Dan Example", "/usr/lib/softhsm/libsofthsm2.so"];
  const line = `(sleep 3; for word in ${typed.map((word) => `'${word}'`).join(" ")}; do if [ "$word" = zigbee ]; then printf 'zigbee\\r'; sleep 0.5; printf '\\025'; else printf '%s\\r' "$word"; fi; sleep 0.7; done) | script -qec "'${process.execPath}' '${MAIN}' init typed" /dev/null`;
  const { stdout } = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  assert.match(stdout, /expected one of plain, foundries/);
  assert.match(stdout, /plain: a private hierarchy/);
  assert.match(readFileSync(join(folder, "typed", "script.yaml"), "utf8"), /ceremony: Typed ceremony\n[^]*dan-example: \{ name: Dan Example, role: witness, key: people\/dan-example\.pub \}/);
});

test("schema prints the form of a file as JSON, and knows no other file", () => {
  for (const form of ["script", "station"] as const) {
    const { exit, stdout } = anchorite(["schema", form]);
    assert.deepEqual([exit, JSON.parse(stdout)], [0, jsonSchemaOf(form)]);
  }
  assert.equal(anchorite(["schema", "record"]).exit, 2);
});

test("key has ssh-keygen make a key at a terminal, with a line for the roster, and makes none without one or over another", needTool("script"), () => {
  assert.match(anchorite(["key", "alice"], { cwd: folder }).stderr, /usage-no-terminal/);
  assert.match(anchorite(["key", "Alice"], { cwd: folder }).stderr, /expected a person's id/);
  const { stdout } = spawnSync("sh", ["-c", `(sleep 2; printf 'a passphrase\\n'; sleep 1; printf 'a passphrase\\n'; sleep 1) | script -qec "'${process.execPath}' '${MAIN}' key alice" /dev/null`], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  assert.match(stdout, /alice_key\.pub: goes beside the script as people\/alice\.pub\r?\nroster: alice namespaces="anchorite-plan-approved,.*" ssh-ed25519 \S+ alice/);
  assert.match(readFileSync(join(folder, "alice_key.pub"), "utf8"), /^ssh-ed25519 \S+ alice\n$/);
  assert.equal(spawnSync("ssh-keygen", ["-y", "-P", "", "-f", join(folder, "alice_key")]).status === 0, false, "the passphrase protects it");
  assert.match(anchorite(["key", "alice"], { cwd: folder }).stderr, /alice_key is there already/);
});

test("doctor says of each thing whether it is there, and what to do where it is not: exit 3 then, and no token is touched", () => {
  const call = (...args: string[]) => anchorite(["doctor", ...args], { cwd: good.folder });
  const lines = (text: string): string[] => text.split("\n").map((line) => line.replace(/:.*/, ""));
  const { exit, stdout } = call("--station", "station.yaml");
  assert.equal(exit, 3, "there is no terminal here");
  assert.deepEqual(lines(stdout).filter((line) => /^have|^lack/.test(line)).map((line) => line.replace(/\/.*/, "…")), ["have  Node", "have  PKCS#11", "have  ssh-keygen", "lack  terminal", "have  clock", "have  station", "have  module …", "have  files beside …"]);
  assert.match(call().stdout, /^not looked at {2}station: .*\n {6}anchorite doctor --station station\.yaml$/m);
  rmSync(good.path("pin.txt"));
  assert.match(call("--station", "station.yaml").stdout, /^lack {2}files beside .*pin\.txt/m);
  good.edit("station.yaml", /module: .*/, "module: /nowhere.so");
  const judged = JSON.parse(call("--station", "station.yaml", "--json").stdout) as { about: string; state: string; todo: string[] }[];
  assert.deepEqual(judged.find(({ about }) => about === "module /nowhere.so")?.state, "lack");
  writeFileSync(good.path("station.yaml"), "anchorite-station: 2\n");
  assert.match(call("--station", "station.yaml").stdout, /^lack {2}station: /m);
  assert.ok(good.tokenFolderIsEmpty());
});
