/** Ten years of ceremonies as one life, and what is found where a year is missing, changed or there twice. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lifeOf } from "../../src/ceremony/history.ts";
import type { Chapter } from "../../src/ceremony/chapter.ts";
import { historyLines, historyValue } from "../../src/console/history-pages.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { chapter, rosterOf, runOf, yearOf, years, type HeldRecord } from "../scripted/life.ts";

const YEARS = 10;
let records: HeldRecord[];
let chapters: Chapter[];
before(async () => {
  records = await years(YEARS);
  const roster = rosterOf(records[0] as HeldRecord);
  chapters = records.map(({ name, files }) => chapter(name, files, roster));
});

const messages = (faults: ReturnType<typeof lifeOf>["wrong"]) => faults.map(({ control, message }) => `${control}: ${message}`).join("\n");
const recordOf = (year: number): HeldRecord => records[year] as HeldRecord;

test("ten years are one life, in their order whatever the order in which they are given", () => {
  const life = lifeOf([...chapters].reverse(), null);
  assert.deepEqual([life.exit, messages(life.wrong), messages(life.missing)], [0, "", ""]);
  assert.deepEqual(life.told.map(({ chapter: { folder } }) => folder), records.map(({ name }) => name));
  assert.deepEqual(life.told.map(({ after }) => after), records.map((_, i) => (i === 0 ? [] : [i])));
  assert.ok(life.told.every(({ chapter: { verdict } }) => verdict.rebuilt.state === "reproduced"));
  assert.deepEqual(life.keys.map(({ key, line }) => [key, line.map((one) => one.chapter)]), [["root", records.map((_, i) => i + 1)], ["issuing", [1]], ["transcript", [1]]]);
});

test("each year tells what it added, and nothing of the years before", () => {
  const { told } = lifeOf(chapters, null);
  const [first, , third] = told;
  assert.deepEqual(first?.keys.map(({ key }) => key), ["root", "issuing", "transcript"]);
  assert.deepEqual([third?.keys, third?.certificates.map(({ name }) => name), third?.crls.map(({ name, number }) => [name, number]), third?.revocations.map(({ certificate }) => certificate)], [[], ["issuing-2"], [["crl-2", 3]], ["issuing-1"]]);
  assert.equal(told.reduce((sum, { certificates }) => sum + certificates.length, 0), YEARS + 3);
});

test("a replay costs what its own record holds: the signatures to be checked do not grow with the years", () => {
  const counts = chapters.map(({ verdict }) => verdict.claims.held);
  assert.deepEqual(new Set(counts.slice(1)).size, 1, counts.join(" "));
});

test("a history without a roster is pinned to nothing, and the last seal from paper pins all before it", () => {
  const bare = records.map(({ name, files }) => chapter(name, files));
  assert.deepEqual([lifeOf(bare, null).exit, lifeOf(bare, null).unpinned.length], [9, YEARS + 1]);
  const last = bare.at(-1)?.seal ?? "";
  assert.deepEqual([lifeOf(bare, last).exit, lifeOf(bare, last).unpinned], [0, []]);
  assert.deepEqual([lifeOf(bare, bare[5]?.seal ?? "").exit, lifeOf(bare, bare[5]?.seal ?? "").unpinned.length], [9, 5]);
  assert.equal(lifeOf(bare, "ab".repeat(32)).exit, 7);
});

test("an omitted ceremony is found by the seal that the next one names, and by the lines of its keys [LINEAGE-LINK] [LINEAGE-WHOLE]", () => {
  for (const left of [0, 4, YEARS - 1]) {
    const life = lifeOf(chapters.filter((_, i) => i !== left), null);
    assert.equal(life.exit, 6);
    assert.match(messages(life.missing), new RegExp(`LINEAGE-LINK: expected the record whose seal\\.txt has the SHA-256 ${recordOf(left).pack.seal}`));
    assert.match(messages(life.missing), new RegExp(`LINEAGE-WHOLE: expected the record of run ${runOf(left)}, in which root`));
  }
});

test("the last ceremony can be left out unseen, but not where somebody has its seal on paper", () => {
  const short = chapters.slice(0, -1);
  assert.equal(lifeOf(short, null).exit, 0);
  assert.equal(lifeOf(short, recordOf(YEARS).pack.seal).exit, 7);
});

test("two ceremonies that both go on from one year are a fork, with its serial and CRL numbers [LINEAGE-FORK]", async () => {
  const twin = await yearOf(5, recordOf(4), "00000000000000ff");
  const life = lifeOf([...chapters, chapter("twin", twin.files, rosterOf(twin))], null);
  assert.equal(life.exit, 7);
  assert.match(messages(life.wrong), /LINEAGE-FORK: expected one life of root, found that it signed in/);
  assert.match(messages(life.wrong), /CRL-NUMBER-RISES: expected each CRL number of root-ca once, found 6 in two lists/);
});

test("two records of one run are a fork; one record given twice is one", async () => {
  const again = await yearOf(3, recordOf(2), runOf(3));
  const [copy, twin] = [chapter("copy", recordOf(3).files, rosterOf(recordOf(3))), chapter("twin", again.files, rosterOf(again))];
  assert.deepEqual([lifeOf([...chapters, copy], null).exit, lifeOf([...chapters, copy], null).remarks], [0, ["copy is the record of 2029 again"]]);
  assert.match(messages(lifeOf([...chapters, twin], null).wrong), /LINEAGE-FORK: expected one record of .*, run 0{15}3, found (2029|twin) and (2029|twin)/);
});

test("one changed octet in one year makes the whole history not authentic", () => {
  const { files, name } = recordOf(6);
  const path = "artifacts/crls/crl-6.crl";
  const changed = { ...files, read: (one: string) => (one === path ? toUtf8("another") : files.read(one)) };
  const life = lifeOf(chapters.map((one, i) => (i === 6 ? chapter(name, changed, rosterOf(recordOf(6))) : one)), null);
  assert.equal(life.exit, 7);
  assert.match(historyLines(life).join("\n"), /WRONG .*crls\/crl-6\.crl/);
});

test("the page names every ceremony, key and signer; the value for programs is JSON with the same", () => {
  const life = lifeOf(chapters, null);
  const page = historyLines(life).join("\n");
  for (const shown of ["1. scripted-room-", "11. scripted-room-", "goes on from 10", "issued    root-ca: CN=Example Root", "CRL       crl-10: number 11 of root-ca", "revoked   issuing-9", "key       root on vault, in use", "Alice Example (alice)", "ONE LIFE in 11 records: rebuilt, authentic, linked, pinned"]) assert.ok(page.includes(shown), shown);
  const value = JSON.parse(JSON.stringify(historyValue(life))) as { chapters: unknown[]; exit: number };
  assert.deepEqual([value.chapters.length, value.exit], [YEARS + 1, 0]);
});
