/** The printed procedure against the screen: the same steps, the same sentences, for every ceremony that is here. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readScript } from "../../src/commands/reading.ts";
import { briefingOf } from "../../src/console/briefing.ts";
import { printable } from "../../src/console/escape.ts";
import { stepLines } from "../../src/console/pages.ts";
import { procedurePage } from "../../src/console/procedure.ts";
import { toWords } from "../../src/console/words.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { checkout, softhsmScript } from "../tools.ts";

const { prepareCeremony } = (await softhsmScript("prepare.mjs")) as { prepareCeremony(preparation: { name: string; to: string }): void };
const folder = mkdtempSync(join(tmpdir(), "anchorite-procedure-"));
after(() => rmSync(folder, { recursive: true }));
const TOOL = { version: "0.0.0", package: "ab".repeat(32) };

/** What a page says, without its markup. */
function said(markup: string): string {
  const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
  return markup.replace(/<[^>]*>/g, " ").replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? "").replace(/\s+/g, " ");
}

for (const name of readdirSync(join(checkout, "ceremonies"))) {
  test(`every step of ${name} says on paper what it says on the screen`, async () => {
    prepareCeremony({ name, to: join(folder, name) });
    const { made, findings } = await readScript(join(folder, name, "script.yaml"));
    assert.deepEqual(findings, []);
    assert.ok(made?.plan);
    const { plan, digest } = made;
    const page = procedurePage({ plan, planDigest: digest, tool: TOOL, measured: new Map([[1, 67]]) });
    const briefing = briefingOf(plan, digest);
    for (const step of briefing.steps) {
      const row = page.slice(page.indexOf(`<tr id="step-${step.number}">`), page.indexOf("</tr>", page.indexOf(`<tr id="step-${step.number}">`)));
      // the head of a page says where we are; what follows it is the procedure's
      const screen = stepLines(briefing, step, { instant: "", tokens: [], present: [], plain: true }).slice(7).join(" ").replace(/\s+/g, " ").trim();
      assert.ok(said(row).replaceAll(" ", "").includes(screen.replaceAll(" ", "")), `step ${step.number}\n${screen}\n${said(row)}`);
      assert.equal(row.split("words of the head").length - 1, step.effects, `step ${step.number}`);
    }
    for (const word of [digest, ...toWords(fromHex(digest)), ...plan.people.map((person) => printable(person.name))]) assert.ok(said(page).includes(word), word);
    assert.ok(said(page).includes("rehearsed in 1:07"));
    assert.doesNotMatch(page, /<script|src=|href=|url\(/);
  });
}
