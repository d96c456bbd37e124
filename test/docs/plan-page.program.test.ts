import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CONTROLS } from "../../src/controls.ts";
import { checkout } from "../tools.ts";
import { FORMAT_PAGE } from "./example.ts";
import { page, row, section } from "./pages.ts";

/** The members of `PlannedStep` as they are written: each rule with its fields. */
function rules(): Map<string, string[]> {
  const source = readFileSync(join(checkout, "src", "plan", "plan.ts"), "utf8");
  const union = source.slice(source.indexOf("export type PlannedStep"), source.indexOf("export type StepOf"));
  const members = [...union.matchAll(/readonly rule: "([^"]+)"([^}]*)\}/g)].map(([, rule = "", rest = ""]) => [rule, [...rest.matchAll(/readonly (\w+):/g)].map(([, name = ""]) => name)] as const);
  const fields = new Map<string, string[]>();
  for (const [rule, names] of members) fields.set(rule, [...(fields.get(rule) ?? []), ...names]);
  return fields;
}

test("names every rule of a plan, with its fields and with what it asks", () => {
  const plan = section(page(FORMAT_PAGE), "plan.json");
  const asks = section(page(FORMAT_PAGE), "From a plan to requests");
  const known = rules();
  assert.ok(known.size >= 12);
  for (const [rule, fields] of known) {
    assert.notEqual(row(asks, rule), "", rule);
    for (const field of fields) assert.ok(row(plan, rule).includes(`\`${field}\``), `${rule}: ${field}`);
  }
});

test("says where each control that judges an observation is judged", () => {
  const asks = section(page(FORMAT_PAGE), "From a plan to requests");
  const known = new Set<string>(CONTROLS.map(({ id }) => id));
  for (const { id } of CONTROLS.filter(({ judges }) => judges === "observation")) assert.ok(asks.includes(`[${id}]`), id);
  for (const [, id = ""] of asks.matchAll(/\[([A-Z]+(?:-[A-Z]+)+)\]/g)) assert.ok(known.has(id), id);
});
