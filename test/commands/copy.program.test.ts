/** `copy` and `diff`: records on several media, and records side by side. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { anchorite, freshPath } from "../end-to-end/ceremony.ts";
import { sealedFiles, type HeldRecord } from "../scripted/life.ts";
import { held, SIGNING_FILES } from "../scripted/pack.ts";
import { SEALED } from "../scripted/scripts.ts";
import { rosterFile, write } from "./records.ts";

const SCRIPT = SEALED.replace("  - close", "  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }\n  - close");

async function record(script: string, run: string): Promise<HeldRecord> {
  const { world, pack } = await held(script, SIGNING_FILES, null, run);
  return { name: run, world, pack, files: sealedFiles(world, pack) };
}

let one: HeldRecord;
let folder: string;
before(async () => {
  one = await record(SCRIPT, "00000000000000a1");
  folder = write(one.files);
});

test("a copy on each medium replays like the record, and one line a medium says so", () => {
  const media = [freshPath("stick"), join(freshPath("disk"), "deep", "record")];
  const { exit, stdout, stderr } = anchorite(["copy", folder, ...media]);
  assert.equal(exit, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 2);
  for (const [i, medium] of media.entries()) {
    assert.ok(lines[i]?.startsWith(`${medium}: ${one.files.list().length} files, `), lines[i]);
    assert.equal(anchorite(["replay", medium, "--roster", rosterFile(one)]).exit, 0);
    for (const path of one.files.list()) assert.deepEqual(new Uint8Array(readFileSync(join(medium, path))), new Uint8Array(one.files.read(path) ?? []));
  }
  assert.equal(new Set(lines.map((line) => line.slice(-64))).size, 1, "one digest for all media");
});

test("nothing is written over, and one bad medium does not keep the others from being written", () => {
  const taken = freshPath("taken");
  mkdirSync(taken);
  writeFileSync(join(taken, "mine.txt"), "mine");
  const good = freshPath("good");
  const { exit, stdout, stderr } = anchorite(["copy", folder, taken, good]);
  assert.equal(exit, 3);
  assert.match(stderr, /record-exists: expected no such folder yet/);
  assert.match(stdout, new RegExp(`^${taken}: NOT COPIED\n${good}: \\d+ files`));
  assert.ok(existsSync(join(good, "seal.txt")) && readFileSync(join(taken, "mine.txt"), "utf8") === "mine");
  assert.equal(anchorite(["copy", folder, good, good]).exit, 2);
  assert.equal(anchorite(["copy", freshPath("nowhere"), freshPath("anywhere")]).exit, 3);
});

test("a file that cannot be read is a failure and no shorter copy", () => {
  const broken = write(one.files);
  mkdirSync(join(broken, "inputs", "folder"));
  chmodSync(join(broken, "plan.json"), 0o644);
  writeFileSync(join(broken, "inputs", "folder", "more.txt"), "more");
  const copy = freshPath("copy");
  assert.equal(anchorite(["copy", broken, copy]).exit, 0);
  assert.equal(anchorite(["replay", copy]).exit, 7, "what is wrong with a record is wrong with its copy");
});

test("two runs of one script are the same but for chance and time", async () => {
  const { exit, stdout } = anchorite(["diff", folder, write((await record(SCRIPT, "00000000000000a2")).files)]);
  assert.deepEqual([exit, stdout], [0, "THE SAME, but for chance and time\n"]);
});

test("a step more, another subject and another answer are differences, each at its place", async () => {
  const more = write((await record(SCRIPT.replace("CN: Example Root", "CN: Other Root").replace("  - close", "  - acknowledge: { by: [dan], of: [root-ca] }\n  - close"), "00000000000000a3")).files);
  const { exit, stdout } = anchorite(["diff", folder, more]);
  assert.equal(exit, 3);
  assert.match(stdout, /^plan: steps\.\d+\.template\.subjectText: CN=Example Root \| CN=Other Root$/m);
  assert.match(stdout, /^step 8, close@1: requests: .* \| read-back/m);
  assert.match(stdout, /^artifact: artifacts\/certificates\/root-ca\.pem, subject: CN=Example Root \| CN=Other Root$/m);
  assert.match(stdout, /^DIFFERENT$/m);
  const value = JSON.parse(anchorite(["diff", folder, more, "--json"]).stdout) as { same: boolean; plan: unknown[]; steps: { step: number }[]; artifacts: unknown[] };
  assert.ok(!value.same && value.plan.length > 0 && value.steps.some(({ step }) => step === 8) && value.artifacts.length > 0);
});
