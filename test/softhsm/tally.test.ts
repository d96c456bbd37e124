import assert from "node:assert/strict";
import { test } from "node:test";
import { softhsmScript } from "../tools.ts";

interface Tally { passed: number; failed: number; tools: string[]; corpora: number }
interface Told { name?: string; skip?: string | boolean; todo?: string | boolean; details?: unknown; isFile?: boolean; failed?: boolean }

const { newTally, count, verdict } = (await softhsmScript("tally.mjs")) as {
  newTally(options: { strict: boolean }): Tally;
  count(tally: Tally, told: Told): string | undefined;
  verdict(tally: Tally): { lines: string[]; exitCode: number };
};

function counted(told: readonly Told[], strict = false): { lines: string[]; exitCode: number } {
  const tally = newTally({ strict });
  for (const one of told) count(tally, { name: "a", isFile: false, failed: false, ...one });
  return verdict(tally);
}

const closing = (run: { lines: string[] }): string | undefined => run.lines.at(-1);

test("a run of passing tests ends well", () => {
  const run = counted([{}, {}]);
  assert.equal(closing(run), "2 passed, 0 failed, 0 skipped");
  assert.equal(run.exitCode, 0);
});

test("one failing test fails the run", () => {
  const run = counted([{}, { failed: true, details: { error: { failureType: "testCodeFailure", cause: new Error("boom") } } }]);
  assert.equal(closing(run), "1 passed, 1 failed, 0 skipped");
  assert.equal(run.exitCode, 1);
});

test("a test skipped for want of a tool is counted apart, by name", () => {
  const run = counted([{}, { skip: "tool missing: faketime" }, { skip: "tool missing: faketime" }, { skip: "corpora missing: csr" }]);
  assert.deepEqual(run.lines, ["skipped for want of a tool: 2 (faketime)", "skipped for want of corpora: 1", "1 passed, 0 failed, 3 skipped"]);
  assert.equal(run.exitCode, 0);
});

test("a strict run fails by a missing tool, and not by missing corpora", () => {
  assert.equal(counted([{}, { skip: "tool missing: faketime" }], true).exitCode, 1);
  assert.equal(counted([{}, { skip: "corpora missing: csr" }], true).exitCode, 0);
});

test("a skip with any other reason or none, and a todo, fail the run", () => {
  for (const told of [{ skip: "flaky" }, { skip: true }, { skip: "" }, { todo: true }, { todo: "later" }]) {
    assert.equal(counted([{}, told]).exitCode, 1, JSON.stringify(told));
  }
});

test("a file in which no test ran, and a file that died, fail the run", () => {
  assert.equal(counted([{}, { isFile: true }]).exitCode, 1);
  assert.equal(counted([{}, { isFile: true, failed: true, details: { error: { failureType: "testCodeFailure", cause: "test failed", exitCode: null, signal: "SIGKILL" } } }]).exitCode, 1);
});

test("a run that executed nothing fails", () => {
  assert.equal(counted([]).exitCode, 1);
  assert.equal(counted([{ skip: "corpora missing: csr" }]).exitCode, 1);
  assert.equal(counted([{ details: { type: "suite" } }]).exitCode, 1);
});

test("a suite is not a test: its failure counts once, below it or by its hook", () => {
  const below = counted([{ failed: true, details: { error: { failureType: "testCodeFailure", cause: new Error("boom") } } }, { failed: true, details: { type: "suite", error: { failureType: "subtestsFailed" } } }]);
  assert.equal(closing(below), "0 passed, 1 failed, 0 skipped");
  const hook = counted([{ failed: true, details: { type: "suite", error: { failureType: "hookFailed", cause: new Error("hook") } } }]);
  assert.equal(closing(hook), "0 passed, 1 failed, 0 skipped");
});
