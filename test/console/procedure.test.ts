/** The printed procedure by itself: what is escaped, how often a head is written down, how long steps took. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { briefingOf } from "../../src/console/briefing.ts";
import { procedurePage } from "../../src/console/procedure.ts";
import { stepSeconds } from "../../src/ceremony/step-times.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { SIGNED, SIGNED_FILES } from "../scripted/platforms.ts";
import { CHAIN, goodPlan, SMALL, type Octets } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const TOOL = { version: "0.0.0", package: "ab".repeat(32) };

for (const [name, script, files] of [["small", SMALL, undefined], ["chain", CHAIN, undefined], ["signed", SIGNED, SIGNED_FILES]] as const satisfies readonly (readonly [string, string, Octets | undefined])[]) {
  test(`room for words of the head is there as often as something happens on a token: ${name}`, async () => {
    const good = goodPlan(script, files);
    const world = new World(good);
    await world.run();
    const entries = world.record.bodies();
    const effects = new Map<number, number>();
    for (const body of entries) if (body.kind === "request" && isEffect(body.request.kind)) effects.set(body.request.step, (effects.get(body.request.step) ?? 0) + 1);
    for (const { number, effects: planned } of briefingOf(good.plan, good.digest).steps) assert.equal(planned, effects.get(number) ?? 0, `step ${number}`);
  });
}

test("what the script says cannot become markup", () => {
  const { plan, digest } = goodPlan(SMALL);
  const page = procedurePage({ plan: { ...plan, title: "<script>alert('x')</script>&\u202e" }, planDigest: digest, tool: TOOL, measured: new Map() });
  assert.doesNotMatch(page, /<script|\u202e/);
  assert.ok(page.includes("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\\u{202e}"));
});

test("a step took from its first request to that of the next, without what lay between two starts of the host", () => {
  const stamp = { salt: "", at: "" };
  const at = (mono: number, boot: string, step: number | null) => ({ body: step === null ? { kind: "event" as const, event: { name: "attendance" as const, present: [] }, mono, boot, ...stamp } : { kind: "request" as const, request: { kind: "time", step }, mono, boot, ...stamp } });
  const seconds = stepSeconds([at(0, "aa", null), at(1000, "aa", 1), at(4000, "aa", null), at(9400, "aa", 2), at(10_000, "bb", null), at(12_000, "bb", 2), at(13_000, "bb", 3), at(15_000, "bb", null)]);
  assert.deepEqual([...seconds], [[1, 8], [2, 3], [3, 2]]);
});

test("each step says what is where, before and after it, in boxes: on paper as on the screen [PROCEDURE-STATE]", () => {
  const placed = SMALL.replace("tokens:", "places: { safe: { is: safe, begins: shut, ends: shut }, vault: { is: token, begins: in safe, ends: in safe, bag: A-17 } }\ntokens:")
    .replace("type: [bag] }", "type: [bag], state: { becomes: { safe: open, vault: plugged } } }");
  const { plan, digest } = goodPlan(placed);
  const places = briefingOf(plan, digest).steps.map((page) => page.places);
  assert.deepEqual(places.slice(0, 3), [["[ ] safe: shut", "[ ] vault: in safe"], ["[ ] safe: shut, afterwards [ ] open", "[ ] vault: in safe, afterwards [ ] plugged"], ["[ ] vault: plugged"]]);
  assert.deepEqual(places.at(-1), ["[ ] safe: open, afterwards [ ] shut", "[ ] vault: plugged, afterwards [ ] in safe"]);
  const page = procedurePage({ plan, planDigest: digest, tool: TOOL, measured: new Map() });
  assert.equal(page.split('<span class="box">[ ]</span>').length - 1, places.flat().join().split("[ ]").length - 1);
  assert.match(page, /<td>vault, token<\/td>.*in safe<\/td><td><span class="boxes"><span>A<\/span>\s*<span>-<\/span>/);
});
