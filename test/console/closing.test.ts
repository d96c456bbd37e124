/** The last screen of a run: what was made and where, what went otherwise, who signs, and what is done next. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { closingLines, type Closing } from "../../src/console/closing.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { backedUp, DESTROY, destroyingScript, restored } from "../scripted/backup.ts";
import { held } from "../scripted/pack.ts";
import type { World } from "../scripted/world.ts";

const COLUMNS = 80;

function registerOf({ record }: World): Register {
  return readRegister(record.files.get("artifacts/register.json") ?? assert.fail("no register"));
}

/** The summary as one text. */
function closed(world: World, before: Register | null, change: Partial<Closing> = {}): string {
  const register = registerOf(world);
  const lines = closingLines({ record: "out/record", head: "ab".repeat(32), outcome: register.outcome, exceptions: [], deviations: [], plan: world.source.plan, register, before, ...change });
  for (const line of lines) assert.ok(line.length <= COLUMNS || line.includes("anchorite "), line);
  return lines.join("\n");
}

test("the summary names each key, certificate, list and backup that was made, where it lies, and who signs", async () => {
  const { world } = await backedUp();
  const text = closed(world, null);
  assert.match(text, /^The ceremony is DONE\. TEST\. Record: out\/record\nDEVIATIONS none, EXCEPTIONS none\nMADE, below out\/record\/artifacts\n/);
  assert.match(text, /\n {2}key root on token vault, serial \S+\n/);
  assert.match(text, /\n {2}certificates\/root-ca\.pem, until \d{4}-\d\d-\d\d: /);
  assert.match(text, /\n {2}backups\/first\.wrapped: key root, wrapped; any 2 of 3 shares open it:/);
  for (const { id } of world.source.plan.people) assert.ok(text.includes(`  anchorite seal out/record --as ${id} --key FILE`), id);
  assert.match(text, /\nTHEN\n {2}anchorite seal out\/record\n[^]*anchorite copy[^]*anchorite replay[^]*Write the words of the head on paper:\n/);
});

test("a restored key is said to be, and a destroyed one; what was made before is not listed again", async () => {
  const { world, pack, before } = await restored();
  const text = closed(world, registerOf(before.world));
  assert.match(text, /\n {2}key root on token reserve, serial \S+ RESTORED from first\n|\n {2}key root on token reserve, serial \S+, RESTORED from\s+first\n/);
  assert.doesNotMatch(text, /root-ca\.pem|first\.wrapped/);
  const { world: last } = await held(destroyingScript(pack, DESTROY), pack.files, world);
  assert.match(closed(last, registerOf(world)), /\n {2}key root: DESTROYED\n/);
});

test("deviations and exceptions come before what was made, with who decided", async () => {
  const { world } = await backedUp();
  const deviation = { name: "deviation", step: 4, expected: "bag B-1", happened: "bag B-2", decided: "went on", by: "bob" } as const;
  const text = closed(world, null, { deviations: [deviation], exceptions: ["the tool was built on this host"], outcome: "stopped" });
  assert.match(text, /^The ceremony was STOPPED; no key is parked\./);
  assert.match(text, /DEVIATIONS 1\n {2}1\. step 4, decided by bob\n {5}expected {2}bag B-1\n {5}happened {2}bag B-2\n {5}decided {3}went on\nEXCEPTIONS 1\n {2}the tool was built on this host\nMADE/);
});
