/** One record, one process; and a record as a process finds it. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault, type FaultCode } from "../../src/fault.ts";
import { listFiles } from "../../src/room/listing.ts";
import { lockRecord } from "../../src/room/lock.ts";
import { hasTranscript, openRecord } from "../../src/room/record.ts";
import { EVENT, HEADER, request, transcriptOf } from "../transcript/facts.ts";

const top = mkdtempSync(join(tmpdir(), "anchorite-lock-"));
after(() => rmSync(top, { recursive: true, force: true }));
let folders = 0;

function fresh(): string {
  const folder = join(top, String(folders++));
  mkdirSync(folder);
  return folder;
}

const fails = (code: FaultCode) => (thrown: unknown) => thrown instanceof Fault && thrown.code === code;
const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Another process that holds the lock of a folder until it dies. */
async function holder(folder: string): Promise<ChildProcess> {
  const module = new URL("../../src/room/lock.js", import.meta.url).href;
  const program = `import { lockRecord } from ${JSON.stringify(module)}; await lockRecord(process.argv[1]); console.log("locked"); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, folder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

test("a second process is refused, by whatever name it reaches the folder, and the kernel frees the lock of one that was killed", async () => {
  const folder = fresh();
  symlinkSync(folder, `${folder}-again`);
  const child = await holder(folder);
  try {
    for (const name of [folder, `${folder}-again`, join(folder, "..", folder.split("/").at(-1) ?? "")]) await assert.rejects(lockRecord(name), fails("record-locked"));
    await assert.rejects(openRecord(folder, new Map([["script.yaml", octets("x")]])), fails("record-locked"));
    assert.deepEqual(listFiles(folder), [], "nothing was written");
    (await lockRecord(fresh()))();
  } finally {
    child.kill("SIGKILL");
  }
  await once(child, "exit");
  (await lockRecord(folder))();
});

test("within a process a folder is locked once, and free again when it is unlocked", async () => {
  const folder = fresh();
  const unlock = await lockRecord(folder);
  await assert.rejects(lockRecord(folder), fails("record-locked"));
  unlock();
  await new Promise((resolve) => setImmediate(resolve));
  (await lockRecord(folder))();
});

const FOUNDATION = new Map([["script.yaml", octets("script")], ["inputs/people/alice.pub", octets("key")]]);

test("a new record gets its foundation; a crash in between is gone on with, with the same octets only", async () => {
  const folder = join(fresh(), "record");
  const first = await openRecord(folder, FOUNDATION);
  assert.deepEqual([first.entries.length, first.end.entries, first.torn], [0, 0, []]);
  assert.deepEqual(listFiles(folder), ["inputs/people/alice.pub", "script.yaml", "transcript.jsonl"]);
  first.file.close();
  first.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasTranscript(folder), false, "a transcript without an entry is none");
  await assert.rejects(openRecord(folder, new Map([["script.yaml", octets("another")]])), fails("record-artifact-differs"));
});

test("a folder that holds anything else is left alone", async () => {
  for (const stranger of ["notes.txt", "artifacts/root.pem", "inputs/people/bob.pub"]) {
    const folder = fresh();
    mkdirSync(join(folder, stranger, ".."), { recursive: true });
    writeFileSync(join(folder, stranger), "mine");
    await assert.rejects(openRecord(folder, FOUNDATION), fails("record-exists"));
    assert.deepEqual(listFiles(folder), [stranger]);
  }
  const file = join(fresh(), "file");
  writeFileSync(file, "");
  await assert.rejects(openRecord(file, FOUNDATION), fails("record-exists"));
});

test("a torn entry is set aside on the disk, cut off, and told until an entry says so", async () => {
  const folder = fresh();
  const whole = transcriptOf([HEADER, EVENT, request({ kind: "time", step: 1 })]);
  const path = join(folder, "transcript.jsonl");
  writeFileSync(path, whole);
  appendFileSync(path, '{"at":"2026');
  for (let opening = 0; opening < 2; opening++) {
    const record = await openRecord(folder, FOUNDATION);
    record.file.close();
    record.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([record.entries.length, record.torn.map(({ length }) => length)], [3, [11]]);
    assert.equal(readFileSync(join(folder, record.torn[0]?.path ?? ""), "utf8"), '{"at":"2026');
    assert.deepEqual(new Uint8Array(readFileSync(path)), new Uint8Array(whole));
  }
});

test("a transcript that is no chain is refused and not touched", async () => {
  const folder = fresh();
  const path = join(folder, "transcript.jsonl");
  writeFileSync(path, "{}\n{}\n");
  await assert.rejects(openRecord(folder, FOUNDATION), fails("form-entry"));
  assert.equal(readFileSync(path, "utf8"), "{}\n{}\n");
  (await lockRecord(folder))();
});
