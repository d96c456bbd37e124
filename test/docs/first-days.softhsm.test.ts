/** The pages of the first ceremony, the keys and the auditor, held to the program; the ceremony of two people, held. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { EXIT } from "../../src/fault.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import { NAMESPACES } from "../../src/transcript/sshsig.ts";
import { Ceremony, freshPath } from "../end-to-end/ceremony.ts";
import { blocks, page, section } from "./pages.ts";

test("the ceremony of two people is checked, run, sealed by both and replayed as its README says; with one of them it ends before any effect [ROLL-CALL-QUORUM] [SEAL-QUORUM]", () => {
  const two = Ceremony.finished("two-people");
  assert.equal(two.call("check", "script.yaml").exit, 0);
  const replayed = two.replay("--roster", "roster");
  assert.deepEqual([replayed.exit, /signed {4}by Alice Example .*; Dan Example /.test(replayed.stdout)], [0, true], replayed.stdout);
  const alone = Ceremony.prepare("two-people").edit("answers.yaml", "1: [[alice, dan], agree]", "1: [[alice], agree]");
  assert.equal(alone.run().exit, EXIT.stoppedBeforeEffect);
  assert.ok(alone.tokenFolderIsEmpty());
});

test("the page about keys names every namespace, its command makes a key, and its roster is one", () => {
  const keys = page("docs/keys.md");
  assert.deepEqual([...keys.matchAll(/^\| `(anchorite-[a-z-]+)` \|/gm)].map(([, name]) => name), [...NAMESPACES]);
  const folder = freshPath("keys");
  mkdirSync(folder);
  const command = blocks(keys).find(({ info }) => info === "sh keygen")?.text ?? "";
  for (const id of ["alice", "dan"]) assert.equal(spawnSync("sh", ["-c", `${command.trim().replaceAll("alice", id)} -q -N ''`], { cwd: folder }).status, 0);
  const roster = blocks(keys).find(({ info }) => info === "text roster")?.text ?? "";
  const filled = roster.replace(/^(\S+) (\S+) ssh-ed25519 AAAA… \S+$/gm, (_line, id: string, options: string) => `${id} ${options} ${readFileSync(join(folder, `${id}_key.pub`), "utf8").trim()}`);
  writeFileSync(join(folder, "roster"), filled);
  assert.deepEqual(readRoster(toUtf8(filled)).map(({ principal }) => principal), ["alice", "dan"]);
});

test("the page for the auditor says of each exit code of replay what it is, and fits one page", () => {
  const auditor = page("docs/auditor.md");
  assert.deepEqual([...auditor.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code)), [EXIT.done, EXIT.unpinned, EXIT.incompleteOrDiverged, EXIT.notAuthentic]);
  assert.ok(auditor.split("\n").length < 70);
});

test("the page of the first ceremony has the three days, and what it does with a bundle works on one", () => {
  const first = page("docs/first-ceremony.md");
  for (const day of ["Two weeks before", "The day", "The evening"]) assert.ok(section(first, day).length > 500, day);
  const block = blocks(first).find(({ info }) => info === "sh bundle")?.text ?? "";
  assert.deepEqual(block.split("\n").filter(Boolean).map((line) => line.split(" ")[0]), ["sha256sum", "sha256sum", "./anchorite"]);
});
