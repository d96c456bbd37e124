import assert from "node:assert/strict";
import { join, posix } from "node:path";
import { test } from "node:test";
import { checkout } from "../tools.ts";
import { assertNone, filesBelow, parsed, textOf } from "./source.ts";

/** Files of test/ by their path, and what each imports for use. */
const IMPORTS = new Map(filesBelow("test").map((path) => [path, parsed(path, textOf(`test/${path}`)).imports.filter(({ typeOnly }) => !typeOnly)]));

/** Whether a file of test/ can start a program, itself or through another file of test/. */
function startsPrograms(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return (IMPORTS.get(path) ?? []).some(({ from, isFile }) => (isFile ? startsPrograms(posix.normalize(from), seen) : from === "node:child_process"));
}

test("a test that starts programs says so in its file's name, and pure tests start none", () => {
  const tests = [...IMPORTS.keys()].filter((path) => path.endsWith(".test.ts"));
  const saysSo = (path: string): boolean => /\.(program|softhsm)\.test\.ts$/.test(path);
  assertNone(tests.filter((path) => !saysSo(path) && startsPrograms(path)).map((path) => join(checkout, "test", path)));
  assert.ok(tests.filter(saysSo).some((path) => startsPrograms(path)) && tests.filter((path) => !saysSo(path)).length > 30);
});
