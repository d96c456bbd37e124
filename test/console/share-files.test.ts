/** Files in the place of custodians: private, never written over, and judged line by line like what people type. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { AnsweredPeople } from "../../src/console/answered-people.ts";
import type { ShareSlip } from "../../src/console/people.ts";
import { ShareFiles } from "../../src/console/share-files.ts";
import { briefing } from "./briefing.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-shares-"));
after(() => rmSync(folder, { recursive: true }));
const slip: ShareSlip = { backup: "first", set: "0011223344", by: "carol", number: 1, of: 3, threshold: 2, purpose: "give" };
const LINES = ["one", "two"];
const right = (line: number, typed: string): true | string => typed === LINES[line] || `line ${line + 1}: compare it`;

test("a share is written to a file that nobody else reads, and read from it again", async () => {
  const files = new ShareFiles(join(folder, "shares"));
  assert.equal(await files.show(slip, LINES), null);
  assert.deepEqual(readdirSync(join(folder, "shares")), ["first-1-0011223344.share"]);
  const path = join(folder, "shares", "first-1-0011223344.share");
  assert.deepEqual([statSync(path).mode & 0o777, statSync(join(folder, "shares")).mode & 0o777, readFileSync(path, "utf8")], [0o600, 0o700, "one\ntwo\n"]);
  assert.deepEqual(await files.type({ ...slip, purpose: "take" }, 2, right), LINES);
  await assert.rejects(files.show(slip, LINES), { code: "custody-shares", message: /EEXIST/ });
  await assert.rejects(files.type({ ...slip, purpose: "take again" }, 2, right), { code: "custody-shares", message: /do not come to the key/ });
  chmodSync(path, 0o644);
  await assert.rejects(files.type({ ...slip, purpose: "take" }, 2, right), { code: "custody-shares", message: /expected .* with mode 0600 or stricter, found 0644/ });
});

test("a file that is not there, or holds something else, is said", async () => {
  const files = new ShareFiles(folder);
  await assert.rejects(files.type({ ...slip, number: 2, purpose: "take" }, 2, right), { code: "custody-shares", message: /no share at/ });
  writeFileSync(join(folder, "first-3-0011223344.share"), "one\nthree\n", { mode: 0o600 });
  await assert.rejects(files.type({ ...slip, number: 3, purpose: "take" }, 2, right), { code: "custody-shares", message: /line 2: compare it/ });
});

test("a file of answers holds no shares", async () => {
  const people = new AnsweredPeople(briefing, { computedWords: true, decisions: [], steps: new Map() }, () => undefined);
  for (const asked of [people.shares.show(slip, LINES), people.shares.type(slip, 2, right)]) await assert.rejects(asked, { code: "custody-shares", message: /a file of answers holds no shares/ });
});
