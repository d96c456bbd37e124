/** The printed procedure on paper, as a browser prints it: nothing is cut in two, and headings stand with what they head. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { briefingOf } from "../../src/console/briefing.ts";
import { stepSentences } from "../../src/console/pages.ts";
import { procedurePage } from "../../src/console/procedure.ts";
import { toWords } from "../../src/console/words.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { TestBrowser } from "../report/browser.ts";
import { goodPlan, SMALL } from "../scripted/scripts.ts";
import { needTool } from "../tools.ts";

const browser = new TestBrowser();
const folder = mkdtempSync(join(tmpdir(), "anchorite-print-"));
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const PLACES = "places: { safe: { is: safe, begins: open, ends: open }, vault: { is: token, begins: plugged, ends: in safe, bag: A-17 }, stick: { is: medium, begins: in bag, ends: in bag } }\n";
const { plan, digest } = goodPlan(SMALL.replace("tokens:", `${PLACES}tokens:`));
const TOOL = { version: "0.0.0", package: "ab".repeat(32) };
const MODULE = { of: "module of vault", sha256: "cd".repeat(32) };
const html = procedurePage({ plan, planDigest: digest, tool: TOOL, modules: [MODULE], measured: new Map() });
/** Without blanks and boxes. */
const bare = (text: string): string => text.replace(/[\s[\]]/g, "");

for (const format of ["A4", "Letter"] as const) {
  test(`on ${format} no step is cut, no heading stands alone, the cover comes first and every page says which it is`, needTool("pdftotext"), async () => {
    const { page } = await browser.open(html);
    writeFileSync(join(folder, "p.pdf"), await page.pdf({ format }));
    const pages = execFileSync("pdftotext", ["-raw", join(folder, "p.pdf"), "-"], { encoding: "utf8" }).split("\f").slice(0, -1).map((text) => bare(text));
    assert.ok(pages.length >= 8 && pages.length <= 20, `${pages.length} pages`);
    for (const [i, text] of pages.entries()) assert.ok(text.includes(`page${i + 1}of${pages.length}`), `page ${i + 1}`);
    assert.ok(toWords(fromHex(digest)).every((word) => pages[0]?.includes(word)), "the words of the plan are on the cover");
    const briefing = briefingOf(plan, digest);
    for (const step of briefing.steps) {
      const whole = bare(stepSentences(briefing, step, []).map(({ heading, lines }) => `${heading === "" ? "" : `${heading}:`}${lines.join("")}`).join(""));
      const at = pages.findIndex((text) => text.includes(whole));
      assert.notEqual(at, -1, `step ${step.number} is cut: ${whole}`);
      const isFirst = briefing.steps.find(({ act }) => act.number === step.act.number) === step;
      if (isFirst) assert.ok(pages[at]?.includes(bare(`Act ${step.act.number} of ${step.act.of}: ${step.act.name}`)), `the heading of act ${step.act.number} is on another page`);
    }
    for (const { of, sha256 } of [{ of: "tool, anchorite 0.0.0", sha256: TOOL.package }, MODULE]) {
      const whole = [`The ${of}: SHA-256`, sha256, ...toWords(fromHex(sha256)).flatMap((word, i) => (i % 4 === 0 ? [String(i / 4 + 1), word] : [word])), "equal not equal"].join("");
      assert.ok(pages.some((text) => text.includes(bare(whole))), `the words of the ${of} [HOST-TOOL]`);
    }
  });
}
