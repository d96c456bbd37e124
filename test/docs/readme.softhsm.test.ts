import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkout } from "../tools.ts";
import { ceremony } from "./ceremony.ts";
import { anchorite, blocks, page } from "./pages.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-readme-"));
after(() => rmSync(folder, { recursive: true }));

const LAST_TEN = blocks(page("README.md")).find(({ info }) => info === "text demo")?.text.trimEnd().split("\n") ?? [];

test("the README shows the demo's last ten lines: those of replay, and the two that the demo adds", () => {
  const factory = ceremony("factory", folder);
  const replay = anchorite(["replay", "record", "--roster", "roster"], factory);
  assert.equal(replay.exit, 0);
  assert.equal(LAST_TEN.length, 10);
  assert.deepEqual(LAST_TEN.slice(0, 7), replay.stdout.trimEnd().split("\n").slice(-7));
  assert.equal(LAST_TEN[7], "");
  assert.match(LAST_TEN[8] ?? "", /^set-up took [0-9]+\.[0-9] s, the ceremony [0-9]+\.[0-9] s$/);
  assert.equal(LAST_TEN[9], "record: out/demo/record (reproduced, pinned to out/demo/roster)");
});

test("the demo prints these two lines last", () => {
  const source = readFileSync(join(checkout, "softhsm", "demo.mjs"), "utf8");
  const body = source.slice(source.indexOf("await main("), source.indexOf("\n});"));
  assert.deepEqual(body.match(/console\.log\(.*\);/g)?.slice(-2), [
    "console.log(`\\nset-up took ${setUpTook}, the ceremony ${secondsSince(start)}`);",
    "console.log(`record: ${DEMO}/record (reproduced, pinned to ${DEMO}/roster)`);",
  ]);
});
