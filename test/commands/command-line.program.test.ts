/** The outer contract of the command line: which verbs there are, and which exit code says what. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { EXIT, exitCodeOf, Fault, FAULT_CODES } from "../../src/fault.ts";
import { anchorite as command, freshPath, MAIN, type Circumstances, type Ended } from "../end-to-end/ceremony.ts";

/** Each in a process of its own, as a user has it. */
const anchorite = (args: readonly string[], circumstances: Circumstances = {}): Ended => command(args, { ...circumstances, fresh: true });

test("help lists every verb, and none of a later version", () => {
  const { exit, stdout, stderr } = anchorite(["--help"]);
  assert.deepEqual([exit, stderr], [0, ""]);
  const commands = /\nCommands:\n([^]*?)\n\n/.exec(stdout)?.[1] ?? "";
  assert.deepEqual(commands.match(/^ {2}[a-z]+/gm)?.map((line) => line.trim()), ["check", "run", "seal", "replay", "script", "preflight", "rehearse", "waive", "approve", "history", "report", "addend", "copy", "diff", "timestamp", "disclose", "rotation", "qr", "request", "artifact", "token", "import", "init", "schema", "key", "doctor"]);
});

test("help says what each exit code means", () => {
  const { stdout } = anchorite(["--help"]);
  const codes = stdout.slice(stdout.indexOf("Exit codes:"));
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) assert.match(codes, new RegExp(`(^|\\W)${code} [a-z]`));
});

test("a command whose reader has left ends with its own exit code and no trace", () => {
  const { stderr } = spawnSync("sh", ["-c", '("$0" "$1" --help; echo "exit $?" >&2) | true', process.execPath, MAIN], { encoding: "utf8" });
  assert.equal(stderr, "exit 0\n");
});

const USAGE: Readonly<Record<string, readonly string[]>> = {
  "no command": [],
  "an unknown command": ["frobnicate"],
  "a verb of a later version": ["audit", "script.yaml"],
  "a missing argument": ["check"],
  "an argument too many": ["check", "one.yaml", "two.yaml"],
  "an unknown option": ["check", "--force", "script.yaml"],
  "a run without its record": ["run", "script.yaml", "--station", "station.yaml"],
  "a request without its verb": ["request"],
  "a script that is not there": ["check", "nowhere.yaml"],
  "a device in place of a script": ["check", "/dev/zero"],
  "head and words at once": ["replay", "record", "--head", "0".repeat(64), "--words", "x"],
  "a roster that is not there": ["replay", "/", "--roster", "nowhere"],
};

for (const [name, args] of Object.entries(USAGE)) {
  test(`${name} is a matter of usage: exit 2, something on stderr, nothing on stdout`, () => {
    const { exit, stdout, stderr } = anchorite(args, { cwd: "/" });
    assert.deepEqual([exit, stdout], [2, ""]);
    assert.notEqual(stderr, "");
  });
}

test("a ceremony without a terminal and without answers is refused at once: exit 2, before anything is read", () => {
  const { exit, stderr } = anchorite(["run", "nowhere.yaml", "--record", "nowhere", "--station", "nowhere.yaml"], { cwd: "/" });
  assert.equal(exit, 2);
  assert.match(stderr, /usage-no-terminal: .*\nhint: run it at a terminal, or give --answers FILE/);
});

test("replay of what is no record is exit 3, of an empty folder exit 6", () => {
  const empty = freshPath("empty");
  mkdirSync(empty);
  assert.deepEqual([anchorite(["replay", "/nowhere"]).exit, anchorite(["replay", "/etc/passwd"]).exit, anchorite(["replay", empty]).exit], [3, 3, 6]);
});

test("the version tells the digest of the package that runs", () => {
  const { exit, stdout } = anchorite(["--version"]);
  assert.equal(exit, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+ \(package [0-9a-f]{64}\)\n$/);
});

const FAMILIES: Readonly<Record<string, number>> = { usage: 2, script: 3, record: 3, hsm: 4, room: 3, custody: 3, person: 5, seal: 3, form: 3, bug: 1 };

test("every fault code has the exit code of its family, and no family is without one", () => {
  for (const code of FAULT_CODES) assert.equal(exitCodeOf(new Fault(code, "x")), FAMILIES[code.slice(0, code.indexOf("-"))], code);
  assert.equal(exitCodeOf(new Error("x")), EXIT.bug);
});

test("after an effect a fault that leaves the ceremony in its middle is exit 8; a token, a usage or a refusal to go on stays what it is", () => {
  for (const code of ["record-write", "person-interrupted", "room-checker", "form-entry"] as const) assert.equal(exitCodeOf(new Fault(code, "x"), true), 8, code);
  for (const code of ["hsm-login", "usage-answers", "record-locked", "record-finished", "script-differs"] as const) assert.equal(exitCodeOf(new Fault(code, "x"), true), exitCodeOf(new Fault(code, "x")), code);
});

test("the table of exit codes is the contract's", () => {
  assert.deepEqual(EXIT, { done: 0, bug: 1, usage: 2, refused: 3, token: 4, stoppedBeforeEffect: 5, incompleteOrDiverged: 6, notAuthentic: 7, endedWithExceptions: 8, unpinned: 9, due: 10 });
});
