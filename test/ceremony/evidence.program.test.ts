/** Acts with evidence: files by digest, values entered by two people; in the core, in replay, on a disk, and for the second verifier. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import type { RecordFiles } from "../../src/ceremony/recorded-inputs.ts";
import { AnsweredPeople } from "../../src/console/answered-people.ts";
import { readAnswers } from "../../src/console/answers.ts";
import type { AttachRequest, People } from "../../src/console/people.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { Fault } from "../../src/fault.ts";
import { attachFiles } from "../../src/room/attaching.ts";
import { observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { refusalToWithhold } from "../../src/transcript/withheld.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { briefing, moment } from "../console/briefing.ts";
import { assertStoppedBy, tallyOf } from "../scripted/account.ts";
import { sealedFiles } from "../scripted/life.ts";
import { held, SIGNING_FILES } from "../scripted/pack.ts";
import { atNth, either } from "../scripted/room.ts";
import { FILES, goodPlan, HEAD, planOf, SEALED } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";
import { askVerifier } from "../vectors/second-verifier.ts";

const ACT = "  - act: { by: bob, say: Read the audit log of the device., type: [bag], double-entry: [serial], files: [evidence/audit-before.txt, evidence/attestation.pem] }\n";
const WITH_EVIDENCE = SEALED.replace("  - roll-call: {}\n", `  - roll-call: {}\n${ACT}`);
const VISIT = `${HEAD}tokens: { vault: { holds: [] } }\nsteps:\n  - roll-call: {}\n${ACT}  - close: {}\n`;

const top = mkdtempSync(join(tmpdir(), "anchorite-evidence-"));
after(() => rmSync(top, { recursive: true, force: true }));

const visited = async (meddle?: Parameters<typeof atNth>[2], kind: "double-entry" | "attach" = "double-entry"): Promise<World> => {
  const world = new World(goodPlan(VISIT));
  await world.run(meddle === undefined ? {} : { meddle: atNth(kind, 0, meddle) });
  return world;
};
const changed = (files: RecordFiles, path: string, bytes: Uint8Array | null): RecordFiles => ({ ...files, list: () => [...new Set([...files.list(), path])].filter((one) => bytes !== null || one !== path), read: (one) => (one === path ? bytes : files.read(one)) });

test("an act without files or double entry stays act@1, with the same plan as ever", () => {
  const { plan } = goodPlan(WITH_EVIDENCE.replace(ACT, "  - act: { by: bob, say: Open it., type: [bag] }\n"));
  assert.deepEqual(plan.steps[1], { number: 2, rule: "act@1", by: "bob", say: "Open it.", typed: ["bag"] });
  const lines = planLines(goodPlan(VISIT).plan, "00".repeat(32), new Map()).join("\n");
  assert.match(lines, /by two people\s+serial\n\s+attached\s+evidence\/audit-before\.txt, evidence\/attestation\.pem/);
});

test("two entries by two people that agree are taken, and anything else stops the ceremony [DOUBLE-ENTRY]", async () => {
  assert.deepEqual(tallyOf(await visited(), "DOUBLE-ENTRY"), { held: 2, failed: 0 });
  const entry = (by: string, serial: string) => ({ by, typed: { serial } });
  for (const entries of [[], [entry("bob", "1")], [entry("bob", "1"), entry("bob", "1")], [entry("bob", "1"), entry("mallory", "1")], [entry("bob", "1"), entry("dan", "2")], [entry("bob", ""), entry("dan", "")], [entry("bob", "1"), entry("dan", "1"), entry("alice", "1")], [entry("bob", "1"), { by: "dan", typed: {} }]]) {
    assertStoppedBy(await visited(() => ({ kind: "double-entry", outcome: "answered", entries })), "DOUBLE-ENTRY");
  }
});

test("fewer, other or more files than were asked for, or files of somebody else, stop the ceremony", async () => {
  const file = (path: string) => ({ path, length: 1, sha256: "00".repeat(32) });
  const [first, second] = [file("evidence/audit-before.txt"), file("evidence/attestation.pem")];
  for (const { by, files } of [{ by: "bob", files: [] }, { by: "bob", files: [first] }, { by: "bob", files: [second, first] }, { by: "dan", files: [first, second] }, { by: "bob", files: [first, second, second] }]) {
    const world = await visited(() => ({ kind: "attach", outcome: "answered", by, files }), "attach");
    assert.match((await world.run()).exceptions.join(), /expected evidence\/audit-before\.txt, evidence\/attestation\.pem of bob/);
  }
  for (const path of ["evidence/../plan.json", "evidence/a/b", "artifacts/x", "evidence/", "evidence/.x"]) assert.ok(!observationSchema.safeParse({ kind: "attach", outcome: "answered", by: "bob", files: [file(path)] }).success, path);
});

test("what a script asks to be attached has a path of its own, and a value is asked for once [SCRIPT-NAMES]", () => {
  const doubled = planOf(VISIT.replace(ACT, `${ACT}${ACT}`).replace("double-entry: [serial]", "double-entry: [serial, bag]"), FILES);
  assert.deepEqual(doubled.findings.map(({ message }) => message), [
    "expected a value that type does not ask for, found bag",
    "expected a new path, found evidence/audit-before.txt, which step 2 attaches", "expected a new path, found evidence/attestation.pem, which step 2 attaches",
  ]);
  for (const path of ["audit.txt", "evidence/../x", "/evidence/x", "evidence/a/b", "evidence/-x"]) assert.equal(planOf(VISIT.replace("evidence/audit-before.txt", path), FILES).findings[0]?.control, "SCRIPT-FORM", path);
});

test("a record with evidence replays, and a file that was changed, is gone or was added is found, by the second verifier too [RECORD-BOUND]", async () => {
  const { world, pack } = await held(WITH_EVIDENCE, SIGNING_FILES);
  const files = sealedFiles(world, pack);
  const path = "evidence/audit-before.txt";
  const good = replay(files).replayed;
  assert.deepEqual([good.rebuilt.state, good.wrong], ["reproduced", []]);
  const bad = [changed(files, path, new Uint8Array([1])), changed(files, path, null), changed(files, "evidence/more.txt", new Uint8Array([1]))];
  for (const one of bad) assert.match(replay(one).replayed.wrong.join(), /evidence\/\S+ is (not the file that was attached|named by no entry) \[RECORD-BOUND\]/);
  const folders = [files, ...bad].map((one, i) => written(one, join(top, `record-${i}`)));
  const answers = askVerifier(folders.map((record) => ({ record, roster: null, head: null })));
  assert.deepEqual(answers[0]?.wrong, []);
  for (const answer of answers.slice(1)) assert.ok(answer.codes.includes("RECORD-BOUND"), JSON.stringify(answer));
});

function written(files: RecordFiles, folder: string): string {
  for (const path of files.list()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), files.read(path) ?? new Uint8Array());
  }
  return folder;
}

test("a file of evidence is withheld only where it has a salt [WITHHELD-SALTED]", () => {
  assert.match(refusalToWithhold("evidence/log.txt", new Uint8Array([1])) ?? "", /could be guessed/);
  assert.equal(refusalToWithhold("evidence/log.txt", new TextEncoder().encode(`# salt: ${"ab".repeat(16)}\nlog\n`)), null);
});

test("a person's stop at a file ends the ceremony, and what a dead process copied before does not speak against the record", async () => {
  const world = new World(goodPlan(VISIT));
  await world.run({ meddle: either(atNth("attach", 0, ({ honest }) => (honest(), { kind: "attach", outcome: "stopped", by: "dan", reason: "no such log" }))) });
  const { replayed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong], ["stopped", []]);
});

const REQUEST: AttachRequest = { kind: "attach", step: 2, by: "bob", files: ["evidence/log.txt"] };

function people(paths: readonly string[], source: "terminal" | "answers", said: string[]): People {
  const left = [...paths];
  return { attach: async () => ({ kind: "named", by: "bob", files: [left.shift() ?? assert.fail("asked again")] }), source, tell: (line: string) => void said.push(line) } as unknown as People;
}

test("the room copies what is named; a link, a folder and nothing are said, and the person names another path", async () => {
  const record = join(top, "copied");
  const log = join(top, "log.txt");
  writeFileSync(log, "one\n");
  symlinkSync(log, join(top, "link.txt"));
  const said: string[] = [];
  const answer = await attachFiles(record, people([join(top, "none"), join(top, "link.txt"), top, log], "terminal", said), REQUEST, moment);
  assert.deepEqual(answer, { kind: "attach", outcome: "answered", by: "bob", files: [{ path: "evidence/log.txt", length: 4, sha256: sha256Hex(new TextEncoder().encode("one\n")) }] });
  assert.equal(readFileSync(join(record, "evidence/log.txt"), "utf8"), "one\n");
  assert.match(said.join("\n"), /ENOENT[^]*ELOOP[^]*regular file[^]*evidence\/log\.txt: 4 octets, SHA-256 [0-9a-f]{64}/);
});

test("what is in the record already is never overwritten; the same bytes go on", async () => {
  const record = join(top, "kept");
  const [one, two] = ["one", "two"].map((text) => {
    writeFileSync(join(top, text), text);
    return join(top, text);
  }) as [string, string];
  const said: string[] = [];
  await attachFiles(record, people([one], "answers", said), REQUEST, moment);
  await assert.rejects(attachFiles(record, people([two], "answers", said), REQUEST, moment), (thrown) => thrown instanceof Fault && thrown.code === "record-artifact-differs");
  await attachFiles(record, people([two, one], "terminal", said), REQUEST, moment);
  assert.equal(readFileSync(join(record, "evidence/log.txt"), "utf8"), "one");
});

test("a file of answers gives two entries and the paths of files, and a resumed run spends those that were given", async () => {
  const text = 'words: computed\n2: [{ by: bob, serial: "1" }, { by: dan, serial: "1" }, { by: bob, evidence/log.txt: /tmp/log.txt }]\n';
  const entered = { kind: "double-entry", step: 2, typed: ["serial"] } as const;
  const asked = new AnsweredPeople(briefing, readAnswers(text), () => undefined);
  const observation: Observation = await asked.answer(entered, moment);
  assert.deepEqual(observation, { kind: "double-entry", outcome: "answered", entries: [{ by: "bob", typed: { serial: "1" } }, { by: "dan", typed: { serial: "1" } }] });
  assert.deepEqual(await asked.attach(REQUEST, moment), { kind: "named", by: "bob", files: ["/tmp/log.txt"] });
  const resumed = new AnsweredPeople(briefing, readAnswers(text), () => undefined, [entered]);
  assert.deepEqual(await resumed.attach(REQUEST, moment), { kind: "named", by: "bob", files: ["/tmp/log.txt"] });
});
