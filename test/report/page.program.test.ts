/** The report page and the empty one in a real browser, from the disk, without a network. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { toWords } from "../../src/console/words.ts";
import { emptyPage } from "../../src/report/document.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { asRecord } from "../end-to-end/record-files.ts";
import { needTool } from "../tools.ts";
import { makeRequest } from "../scripted/keys.ts";
import { FILES, goodPlan, ROOT, SEALED } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";
import { folderOf, readVectors, rosterText, VECTORS } from "../vectors/vector.ts";
import { checkedExit, give, resultsIn, TestBrowser } from "./browser.ts";
import { pageOf, PROGRAM } from "./made.ts";

const needsChromium = needTool("chromium");
const browser = new TestBrowser();
after(() => browser.close());

const vectors = readVectors();
const filesOf = (name: string) => folderOf(name, vectors.get(name) ?? assert.fail(name)).files;
const sealed = filesOf("sealed");
const headline = "document.querySelector('#here .headline').textContent";

test("a page checks the record that it brings: every check passes, nothing is requested, nothing is said on the console", needsChromium, async () => {
  const { page, requests, noises } = await browser.open(pageOf(asRecord(sealed)));
  assert.equal(await checkedExit(page), "9");
  const results = Object.entries(await resultsIn(page));
  assert.deepEqual(results.filter(([, text]) => !text.startsWith("✔ PASS")), [["rule-SEAL-PINNED", "○ NOT CHECKED: nothing was given from outside"]]);
  assert.ok(results.length > 30 && results.some(([id]) => id === "seal-signatures/transcript-key.p7s") && results.some(([id]) => id === "certificate-root-ca"));
  assert.match(await page.evaluate(headline), /REPRODUCED and authentic, but pinned to nothing/);
  assert.deepEqual([requests.length, noises], [1, []]);
});

test("32 words pin it, hex and a roster do too, fewer words and other words are told so [SEAL-PINNED]", needsChromium, async () => {
  const { page } = await browser.open(pageOf(asRecord(sealed)));
  await checkedExit(page);
  const words = toWords(fromHex(sha256Hex(sealed.get(LAYOUT.seal) ?? new Uint8Array())));
  const typed = async (text: string): Promise<string> => {
    await page.fill("#words", text);
    await page.click("#pins button");
    return page.evaluate(`new Promise((done) => setTimeout(() => done(document.getElementById("pinned").textContent + " / " + ${headline}), 300))`);
  };
  assert.match(await typed(words.join(" ")), /REPRODUCED, authentic, pinned/);
  assert.match(await typed(words.slice(0, 4).join(" ")), /expected all 32 words, found 4: fewer pin nothing/);
  assert.match(await typed("00".repeat(32)), /NOT AUTHENTIC/);
  assert.match((await resultsIn(page))["rule-SEAL-PINNED"] ?? "", /FAIL/);
  await page.setInputFiles("#roster", { name: "roster", mimeType: "text/plain", buffer: Buffer.from(rosterText("people")) });
  assert.match(await typed(""), /REPRODUCED, authentic, pinned/);
});

test("an empty page says of every vector what replay says of it", needsChromium, async () => {
  const { page, requests, noises } = await browser.open(emptyPage(PROGRAM));
  const wrong: string[] = [];
  for (const [name, { expect, ...vector }] of vectors) {
    const { files, links } = folderOf(name, vector);
    const stated = expect.find(({ with: brought }) => brought.roster === undefined && brought.head === undefined);
    // a browser sees no links, and no file under a name that no file has
    if (stated === undefined || links.size > 0 || [...files.keys()].some((path) => /^\/|\\|\0|\.\./.test(path))) continue;
    const exit = await give(page, files);
    if (exit !== String(stated.exit)) wrong.push(`${name}: expected ${stated.exit}, found ${exit}`);
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual([requests.length, noises], [1, []]);
});

test("a folder that is chosen by its button is walked, whatever lies above the record", needsChromium, async () => {
  const { page } = await browser.open(emptyPage(PROGRAM));
  await page.setInputFiles("#folder", join(VECTORS, "sealed"));
  assert.equal(await checkedExit(page), "9");
  const results = await resultsIn(page);
  assert.match(results["rule-RECORD-FOLDER"] ?? "", /NOT CHECKED: a browser does not tell links from files/);
  await page.setInputFiles("#folder", join(VECTORS, "rosters"));
  assert.match(await page.evaluate("new Promise((done) => setTimeout(() => done(document.body.innerText), 300))"), /Verify the record of a key ceremony/);
});

test("one octet changed in any file of a record is found, and its row says so", needsChromium, async () => {
  const { page } = await browser.open(emptyPage(PROGRAM));
  for (const [path, bytes] of sealed) {
    const files = new Map(sealed).set(path, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    assert.match(await give(page, files), /^[67]$/, path);
    const failed = Object.entries(await resultsIn(page)).filter(([, text]) => text.startsWith("✖ FAIL")).map(([id]) => id);
    const own = /^(artifacts|inputs)\/|^(plan|script|station)\./.test(path) ? `file-${path}` : path.startsWith("signatures/") && path !== LAYOUT.allowedSigners ? `seal-${path}` : "rule-";
    assert.ok(failed.some((id) => id.startsWith(own)), `${path}: ${failed.join(", ")}`);
  }
});

test("words of the page that its own record does not give are told first", needsChromium, async () => {
  const { page } = await browser.open(pageOf(asRecord(sealed)).replace("None: nothing in the record says", "All is well: nothing in the record says"));
  await checkedExit(page);
  assert.match(await page.evaluate("document.getElementById('here').textContent"), /The words printed in this page are NOT those that its own record gives/);
});

test("a browser without cryptography, or without Ed25519, says so plainly and never that all is well", needsChromium, async () => {
  const none = await browser.open(pageOf(asRecord(sealed)), { prepare: () => Object.defineProperty(Object.getPrototypeOf(crypto), "subtle", { get: () => undefined }) });
  assert.match(await none.page.evaluate("document.getElementById('banner').textContent"), /cannot re-check anything/);
  assert.match(await none.page.evaluate(headline), /NOT CHECKED YET/);
  const old = await browser.open(pageOf(asRecord(filesOf("ed25519"))), {
    prepare: () => {
      const refusing = <T>(call: (...given: never[]) => T) => (...given: unknown[]): T => {
        if (given.some((one) => (one as { name?: string } | null)?.name === "Ed25519")) throw new DOMException("no such algorithm", "NotSupportedError");
        return call.apply(crypto.subtle, given as never[]);
      };
      for (const name of ["generateKey", "importKey"] as const) Object.defineProperty(Object.getPrototypeOf(crypto.subtle), name, { value: refusing(crypto.subtle[name].bind(crypto.subtle) as never) });
    },
  });
  await checkedExit(old.page);
  assert.match(await old.page.evaluate("document.getElementById('banner').textContent"), /does not know Ed25519/);
  assert.match(await old.page.evaluate(headline), /NOT ALL CHECKED/);
  assert.match((await resultsIn(old.page))["rule-RECORD-SIGNATURES"] ?? "", /NOT CHECKED/);
});

test("no name that people wrote into a script becomes markup or runs", needsChromium, async () => {
  const evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const script = SEALED.replace("Scripted room", evil).replace("Alice Example", `Alice ${evil}`).replace("Example Root", evil);
  const world = new World(goodPlan(script));
  await world.run();
  const { page, requests, noises } = await browser.open(pageOf(world.record.asFiles()));
  await checkedExit(page);
  assert.ok((await page.evaluate<string>("document.body.innerText")).includes(`Alice ${evil}`));
  assert.deepEqual([requests.length, noises, await page.evaluate("document.images.length + document.scripts.length")], [1, [], 2]);
});

test("a thousand certificates are shown and checked in the time that a reader waits", needsChromium, async (context) => {
  const requests = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`devices/d${i}.csr`, makeRequest({ subject: [{ type: "CN", value: `Device ${i}` }] })]));
  const script = ROOT.replace("  - close: {}", "  - sign-requests: { requests: devices, files: all, on-refusal: stop, certificates: devices, issuer: root-ca, profile: private/code-signing, valid: { for: P1Y } }\n  - close: {}");
  const world = new World(goodPlan(script, { ...FILES, ...requests }));
  assert.equal((await world.run()).outcome, "done");
  const html = pageOf(world.record.asFiles());
  const before = performance.now();
  const { page } = await browser.open(html);
  await checkedExit(page);
  const seconds = (performance.now() - before) / 1000;
  context.diagnostic(`${html.length} characters, checked in ${seconds.toFixed(1)} s`);
  const certificates = Object.entries(await resultsIn(page)).filter(([id]) => id.startsWith("certificate-"));
  assert.deepEqual([certificates.length, certificates.filter(([, text]) => !text.startsWith("✔ PASS"))], [1001, []]);
  assert.ok(seconds < 90, `${seconds} s`);
});

test("a page can be read without a mouse and without eyes: a language, one title, headings in order, labels, heads of tables", needsChromium, async () => {
  const { page } = await browser.open(pageOf(asRecord(sealed)));
  await checkedExit(page);
  const told = await page.evaluate<readonly [string, number, string, number, number, number]>(`[
    document.documentElement.lang, document.querySelectorAll("h1").length, [...document.querySelectorAll("h1,h2,h3")].map((one) => one.tagName[1]).join(""),
    [...document.querySelectorAll("input,textarea")].filter((one) => one.labels.length === 0).length, [...document.querySelectorAll("thead th:not([scope]), tbody th:not([scope])")].length,
    [...document.querySelectorAll("details")].filter((one) => one.firstElementChild?.tagName !== "SUMMARY").length]`);
  assert.deepEqual([told[0], told[1], told.slice(3)], ["en", 1, [0, 0, 0]]);
  assert.doesNotMatch(told[2], /13|^[^1]/, "no level is left out");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.id"), "main");
});

test("on paper every detail stands open, on A4, in a number of pages that somebody can read", needsChromium, async () => {
  const { page } = await browser.open(pageOf(asRecord(sealed)));
  await checkedExit(page);
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  const pages = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 8 && pages <= 30, `${pages} pages`);
});
