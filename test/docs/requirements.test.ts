import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CONTROLS } from "../../src/controls.ts";
import { REQUIREMENTS } from "../../src/report/requirements.ts";
import { checkout } from "../tools.ts";

const ROWS = 40;
const IDS: ReadonlySet<string> = new Set(CONTROLS.map(({ id }) => id));
const rows = readFileSync(join(checkout, "docs/requirements.md"), "utf8").split("\n").filter((line) => /^\| \d+ \|/.test(line)).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));

test("every row of the requirements names a control that exists, an act, or says what is outside", () => {
  assert.deepEqual(rows.map(([number]) => Number(number)), Array.from({ length: ROWS }, (_, i) => i + 1));
  for (const [number, asked = "", where = "", answer = ""] of rows) {
    assert.ok(asked.length > 10 && where.length > 3, `row ${number} says what is asked, and where`);
    const named = [...answer.matchAll(/\[([A-Z-]+)\]/g)].map(([, id = ""]) => id);
    assert.deepEqual(named.filter((id) => !IDS.has(id)), [], `row ${number}`);
    assert.ok(named.length > 0 || /`act`: .{10}|outside: .{10}/.test(answer), `row ${number} is answered`);
  }
});

test("the page has the rows that the draft of a statement is made of, and no others", () => {
  assert.deepEqual(rows.map(([, asked, clauses, answered]) => ({ asked, clauses, answered })), REQUIREMENTS);
});
