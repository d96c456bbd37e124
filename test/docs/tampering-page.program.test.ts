/** The tamper matrix of docs/tampering.md: every case has its row, and every row a test or a vector that names it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RECORD_CONTROLS } from "../../src/transcript/objection.ts";
import { checkout } from "../tools.ts";
import { readVectors } from "../vectors/vector.ts";
import { page } from "./pages.ts";

const numbered = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
const CASES = [...numbered("T", 29), ...numbered("C", 5), ...numbered("P", 5)];

/** Rows of the page: their cases, and whether they are for later. */
const rows = page("docs/tampering.md").split("\n").filter((line) => /^\| [TCP]\d/.test(line)).map((line) => {
  const cells = line.split("|").map((cell) => cell.trim());
  return { cases: (cells[1] ?? "").split(", "), verdict: cells[3] ?? "" };
});

const later = new Set(rows.filter(({ verdict }) => verdict.startsWith("not in this version")).flatMap(({ cases }) => cases));

test("every case of the matrix has one row", () => {
  assert.deepEqual(rows.flatMap(({ cases }) => cases), CASES);
});

test("every case that this version has is named by a test or a vector, and every other one by none", () => {
  const tests = readdirSync(join(checkout, "test"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts"));
  const names = tests.flatMap((path) => readFileSync(join(checkout, "test", path), "utf8").match(/\btest\(["`]([TCP]\d+)(, [TCP]\d+)*:/g) ?? []);
  const tried = new Set([...names.flatMap((name) => name.match(/[TCP]\d+/g) ?? []), ...[...readVectors().values()].flatMap(({ cases }) => cases)]);
  assert.deepEqual(CASES.filter((one) => !tried.has(one)), CASES.filter((one) => later.has(one)));
});

test("every control that judges a record stands in the matrix", () => {
  const text = page("docs/tampering.md");
  assert.deepEqual(RECORD_CONTROLS.filter((control) => !text.includes(`[${control}]`)), []);
});
