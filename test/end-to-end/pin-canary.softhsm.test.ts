/** A PIN that would be noticed: it is nowhere but in its file and in the token. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyOf, endOf, reaches } from "./killed-run.ts";
import { smallCeremony } from "./small-ceremony.ts";

const prepared = smallCeremony();
const PIN = "canary-83f1c2-user";
const SO_PIN = "canary-83f1c2-so";
writeFileSync(prepared.path("pin.txt"), `${PIN}\n`);
writeFileSync(prepared.path("so-pin.txt"), `${SO_PIN}\n`);

/** The part that both PINs share, as a program might have spelled it. */
const TRACES = ["canary-83f1c2", Buffer.from("canary-83f1c2").toString("hex"), Buffer.from("canary-83f1c2").toString("base64").slice(0, 16), [...Buffer.from("canary-83f1c2")].join(",")];

function assertNoTrace(where: string, text: string): void {
  for (const trace of TRACES) assert.ok(!text.includes(trace), `${where} holds the PIN`);
}

function filesBelow(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

test("P5: the PINs are in no file of the record, in nothing that is said, and in no file beside the PIN files", () => {
  const ceremony = copyOf(prepared);
  const ended = ceremony.run();
  assert.equal(ended.exit, 0);
  assertNoTrace("what was said", ended.stdout + ended.stderr);
  const files = filesBelow(ceremony.folder).filter((path) => !/\/(so-)?pin\.txt$/.test(path));
  assert.ok(files.length > 30);
  for (const path of files) assertNoTrace(path, readFileSync(path, "latin1"));
});

test("P5: a login that is refused says nothing of the PIN that was tried", () => {
  const ceremony = copyOf(prepared);
  writeFileSync(ceremony.path("pin.txt"), "canary-83f1c2\u0007bell\n");
  const ended = ceremony.run();
  assert.equal(ended.exit, 4);
  assertNoTrace("what was said", ended.stdout + ended.stderr);
});

test("P5: while the token is logged in, the PINs are neither among the arguments nor in the environment of the process", async () => {
  const ceremony = copyOf(prepared);
  const child = ceremony.start();
  const ended = endOf(child);
  await reaches(ceremony, child, 20);
  child.kill("SIGSTOP");
  const seen = ["cmdline", "environ"].map((file) => readFileSync(`/proc/${child.pid}/${file}`, "latin1"));
  child.kill("SIGCONT");
  assert.ok(seen[0]?.includes("main.js") && seen[1]?.includes("PATH="));
  assertNoTrace("the process", seen.join("\n"));
  assert.equal(await ended, 0);
});
