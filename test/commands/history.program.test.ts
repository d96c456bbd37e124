/** `history` and `disclose` as somebody calls them: folders, exit codes, JSON. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { anchorite, freshPath } from "../end-to-end/ceremony.ts";
import { years, type HeldRecord } from "../scripted/life.ts";
import { rosterFile, write } from "./records.ts";

let records: HeldRecord[];
let folder: string;
let roster: string;
before(async () => {
  records = await years(3);
  folder = freshPath("life");
  mkdirSync(folder);
  for (const { name, files } of records) write(files, join(folder, name));
  roster = rosterFile(records[0] as HeldRecord);
});

test("a folder of records is one life: exit 0 with a roster or the last seal, 9 without", () => {
  const pinned = anchorite(["history", folder, "--roster", roster]);
  assert.equal(pinned.exit, 0, pinned.stderr);
  assert.match(pinned.stdout, /ONE LIFE in 4 records/);
  assert.equal(anchorite(["history", folder]).exit, 9);
  assert.equal(anchorite(["history", folder, "--head", records.at(-1)?.pack.seal ?? ""]).exit, 0);
  assert.equal(anchorite(["history", folder, "--head", "ab".repeat(32)]).exit, 7);
});

test("records may be named one by one, in any order; the JSON has every chapter", () => {
  const named = [...records].reverse().map(({ name }) => join(folder, name));
  const { exit, stdout } = anchorite(["history", ...named, "--roster", roster, "--json"]);
  const value = JSON.parse(stdout) as { chapters: { folder: string; verdict: { exit: number } }[] };
  assert.deepEqual([exit, value.chapters.map((one) => one.folder)], [0, records.map(({ name }) => join(folder, name))]);
});

test("an omitted ceremony gives 6, a changed one 7, no record 3 [LINEAGE-LINK]", () => {
  const [first = "", , third = ""] = records.map(({ name }) => join(folder, name));
  const omitted = anchorite(["history", first, third, "--roster", roster]);
  assert.equal(omitted.exit, 6);
  assert.match(omitted.stdout, /missing   expected the record whose seal.*\[LINEAGE-LINK\]/);
  const changed = write((records[1] as HeldRecord).files);
  writeFileSync(join(changed, "artifacts", "crls", "crl-1.crl"), "another");
  assert.equal(anchorite(["history", first, changed, third, "--roster", roster]).exit, 7);
  assert.equal(anchorite(["history", freshPath("nothing")]).exit, 3);
});

test("disclose makes a public copy that replays as authentic and withheld, and refuses a station file without a salt [WITHHELD-SALTED]", () => {
  const record = join(folder, records[0]?.name ?? "");
  const copy = freshPath("public");
  const refused = anchorite(["disclose", record, "-o", copy]);
  assert.deepEqual([refused.exit, existsSync(copy)], [3, false]);
  assert.match(refused.stderr, /station\.yaml could be guessed/);
  const made = anchorite(["disclose", record, "-o", copy, "--show", "station.yaml"]);
  assert.equal(made.exit, 0, made.stderr);
  const replayed = anchorite(["replay", copy, "--roster", roster]);
  assert.equal(replayed.exit, 6);
  assert.match(replayed.stdout, /^AUTHENTIC, \d+ withheld: a public copy/m);
  const lines = readFileSync(join(copy, "transcript.jsonl"), "utf8");
  assert.ok(lines.includes('{"withheld":true}') && !lines.includes('"roll-call"'));
  assert.equal(anchorite(["disclose", copy, "-o", freshPath("again"), "--show", "station.yaml"]).exit, 3);
  assert.equal(anchorite(["disclose", record, "-o", copy]).exit, 3);
  assert.equal(anchorite(["disclose", record, "-o", freshPath("odd"), "--level", "public"]).exit, 2);
  rmSync(copy, { recursive: true });
});
