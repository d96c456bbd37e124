/** What an auditor does and reads: a folder dropped by a real drag, and the sentences of each section, of records that are out of the ordinary. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { emptyPage } from "../../src/report/document.ts";
import { asRecord } from "../end-to-end/record-files.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, ROOT, SMALL } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";
import { needTool } from "../tools.ts";
import { folderOf, readVectors, VECTORS } from "../vectors/vector.ts";
import { checkedExit, drop, give, resultsIn, TestBrowser, textOf } from "./browser.ts";
import { pageOf, PROGRAM } from "./made.ts";

const needsChromium = needTool("chromium");
const browser = new TestBrowser();
after(() => browser.close());

const vectors = readVectors();
const filesOf = (name: string) => folderOf(name, vectors.get(name) ?? assert.fail(name)).files;

test("a record's folder that is dropped on the page from the disk is walked and checked, and so is the folder above it; nothing is requested", needsChromium, async () => {
  const { page, requests, noises } = await browser.open(emptyPage(PROGRAM));
  await drop(page, [join(VECTORS, "sealed", "record")]);
  assert.equal(await checkedExit(page), "9");
  const results = await resultsIn(page);
  for (const rule of ["RECORD-CHAIN", "RECORD-MANIFEST", "SEAL-TOKEN"]) assert.match(results[`rule-${rule}`] ?? "", /PASS/, rule);
  assert.match(results["rule-RECORD-FOLDER"] ?? "", /NOT CHECKED: a browser does not tell links from files/);
  await drop(page, [join(VECTORS, "stopped")]);
  assert.equal(await checkedExit(page), "9");
  assert.match(await textOf(page, "here"), /STOPPED/i);
  await drop(page, [join(VECTORS, "rosters")]);
  await page.locator("text=There is no transcript.jsonl").waitFor();
  assert.doesNotMatch(await textOf(page, "main"), /STOPPED|PASS/, "the verdict before is gone");
  assert.deepEqual([requests.length, noises], [1, []]);
});

test("a page tells where things were, words that were not typed back and what people decided, and the bag that was typed", needsChromium, async () => {
  const places = "places:\n  vault: { is: token, begins: in bag, ends: in bag, bag: \"A-1\" }\n";
  const out = "  - act: { by: bob, say: Break the bag open., type: [bag], state: { expects: { vault: in bag }, becomes: { vault: plugged } } }\n";
  const script = ROOT.replace("tokens:\n", `${places}tokens:\n`).replace("  - initialize-token", `${out}  - initialize-token`);
  const world = new World(goodPlan(script));
  await world.run({ meddle: atNth("read-back", 0, ({ request }) => (request.kind === "read-back" ? { kind: "read-back", outcome: "unmatched", by: request.by, positions: [3, 9], tries: 3 } : undefined)) });
  const { page, requests, noises } = await browser.open(pageOf(world.record.asFiles()));
  await checkedExit(page);
  assert.match(await textOf(page, "deviations"), /words 3 and 9 were NOT typed back by Dan Example in 3 tries.*The words of .* were not typed back, a deviation, choices again, stop: expected .*; happened .*; Alice Example decided: .* \(again\)/s);
  const timeline = await textOf(page, "timeline");
  assert.match(timeline, /Step 2: act.*Break the bag open\..*Where things are, by the script: vault: in bag, afterwards plugged.*Bob Example acts outside the tool: done by Bob Example; bag: /s);
  assert.match(await textOf(page, "addenda"), /Nothing\./);
  assert.deepEqual([requests.length, noises], [1, []]);
});

test("a page of a scheduled run says that nobody sealed it but its key, and who approved the rule that it kept", needsChromium, async () => {
  const { page, requests, noises } = await browser.open(pageOf(asRecord(filesOf("scheduled"))));
  await checkedExit(page);
  const checks = await textOf(page, "checks");
  assert.match(checks, /nobody: the transcript key alone, under a standing approval/);
  assert.match(checks, /STANDING-QUORUM.*✔ PASS: approved by Alice Example, Dan Example/s);
  assert.match(await textOf(page, "people"), /Alice Example/);
  assert.match(await textOf(page, "controls"), /STANDING-TEMPLATE/);
  assert.match(await textOf(page, "tokens"), /First looked at in entry/);
  assert.deepEqual([requests.length, noises], [1, []]);
});

test("each certificate and CRL stands in the page as PEM with its digest, and each addendum with who added it and what its signature is worth [ADDENDUM-SIGNED]", needsChromium, async () => {
  const world = new World(goodPlan(SMALL));
  await world.run();
  const { page } = await browser.open(pageOf(world.record.asFiles()));
  const shown = await page.evaluate<readonly string[]>("[...document.querySelectorAll('.pem')].map((one) => one.textContent)");
  const files = world.record.asFiles();
  const kept = ["certificates/root-ca", "crls/root-crl", "certificates/transcript", "certificates/device"].map((name) => new TextDecoder().decode(files.read(`artifacts/${name}.pem`) ?? undefined).trimEnd());
  assert.deepEqual(shown, kept);
  const added = await browser.open(emptyPage(PROGRAM));
  const worth: string[] = [];
  for (const name of ["addendum-signed", "addendum-of-an-outsider", "addendum-file-changed"]) {
    await give(added.page, filesOf(name));
    worth.push(...Object.entries(await resultsIn(added.page)).filter(([id]) => id.startsWith("addendum-")).map(([, text]) => text));
  }
  assert.match(worth.join("\n"), /^✔ PASS: signed with the key SHA256:\S+, of the plan\n○ NOT CHECKED: signed .* whose key it is stands neither .*\n✖ FAIL: it counts for nothing: expected/);
  assert.match(await textOf(added.page, "addenda"), /note\.txt\s*addenda\/0001-note\s*Alice Example/);
});
