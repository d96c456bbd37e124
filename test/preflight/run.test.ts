import assert from "node:assert/strict";
import { before, test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { factsOfRehearsal, readiness } from "../../src/commands/readiness.ts";
import { preflight } from "../../src/commands/preflight.ts";
import type { Finding } from "../../src/fault.ts";
import { judgeRehearsed, judgeTemplates, judgeWitnessed, standAfter, type RehearsalFacts } from "../../src/preflight/judge-run.ts";
import { eventRemarks } from "../../src/ceremony/event-remarks.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { readExceptions } from "../../src/script/exceptions.ts";
import { HostQuestions } from "../../src/console/host-questions.ts";
import { converse, valueOf } from "../console/dialogue.ts";
import { rehearsedPlan } from "../scripted/rehearsed.ts";
import { goodPlan, planOf, SMALL } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const TOOL = "0".repeat(64);
let rehearsed: RehearsalFacts & { readonly head: string };

before(async () => {
  const world = new World(rehearsedPlan(SMALL), {}, undefined, undefined, { run: "00000000000000cd" });
  await world.run();
  rehearsed = await factsOfRehearsal(world.record.asFiles());
});

const messages = (findings: readonly Finding[]): string => findings.map(({ message, control }) => `${message} [${control}]`).join("\n");

test("a rehearsal of the same script with the same tool counts, and no other record does [RUN-REHEARSED]", async () => {
  const { plan, digest } = goodPlan(SMALL);
  const judged = (rehearsal: RehearsalFacts | null, script = plan.script, tool = TOOL) => messages(judgeRehearsed({ script, tool, rehearsal }));
  assert.deepEqual([rehearsed.plan, rehearsed.wrong, judged(rehearsed)], [digest, [], ""]);
  assert.match(judged(null), /found none \[RUN-REHEARSED\]/);
  assert.match(judged(rehearsed, "ff".repeat(32)), /a rehearsal of the script with the SHA-256 f/);
  assert.match(judged(rehearsed, plan.script, "11".repeat(32)), /with the tool of the package digest 1/);
  const ceremony = new World(goodPlan(SMALL));
  await ceremony.run();
  assert.match(judged(await factsOfRehearsal(ceremony.record.asFiles())), /expected the record of a rehearsal, found that of a ceremony/);
  const cut = new World(rehearsedPlan(SMALL));
  assert.match(judged(await factsOfRehearsal(cut.record.asFiles())), /expected/);
});

test("a root that counts wants an auditor at each effect, or a person who keeps the video [RUN-WITNESSED]", () => {
  const plan = goodPlan(SMALL).plan;
  assert.match(messages(judgeWitnessed(plan)), /an auditor among those .* \[RUN-WITNESSED\]/);
  assert.deepEqual(judgeWitnessed({ ...plan, quorum: { effects: [{ role: "auditor" }] } }), []);
  assert.deepEqual(judgeWitnessed({ ...plan, video: "dan" }), []);
  assert.deepEqual(judgeWitnessed({ ...plan, steps: [{ rule: "issue-crl@1" }] }), []);
});

test("the script names who keeps the video; a verdict says that no addendum of theirs is there yet [RUN-WITNESSED]", async () => {
  const script = SMALL.replace("dice: 12", "dice: 12\nvideo: dan");
  const source = goodPlan(script);
  assert.equal(source.plan.video, "dan");
  assert.match(messages(planOf(script.replace("video: dan", "video: eve")).findings), /found eve \[SCRIPT-NAMES\]/);
  const world = new World(source);
  await world.run();
  const files = world.record.asFiles();
  const { replayed } = replay(files);
  const pins = { roster: false, digest: null };
  const said = (addenda: Parameters<typeof verdictOf>[4]) => verdictOf(replayed, judgeSealed(files, replayed, null), [], pins, addenda).notChecked.filter((one) => one.includes("video"));
  assert.deepEqual(said([]), ["the video: dan keeps it, and no addendum of dan has a note that begins with video"]);
  assert.deepEqual(said([{ kind: "file", folder: "addenda/01", file: "camera.sha256", sha256: TOOL, by: "dan", fingerprint: "", at: "", note: "Video, camera 1", signer: "of the plan" }]), ["what the video shows"]);
});

test("two people of the script may state an exception to what does not hold, and to nothing else [EXCEPTION-STATED]", () => {
  const printer: Finding = { control: "HOST-PRINTER", path: [], message: "expected a printer, found none" };
  const stated = { control: "HOST-PRINTER", why: "Words are written by hand today.", by: ["alice", "dan"] };
  const people = ["alice", "bob", "dan"];
  assert.deepEqual(standAfter([printer], [stated], people), { blocking: [], used: [stated] });
  assert.deepEqual(standAfter([printer], [], people).blocking, [printer]);
  for (const [exception, wanted] of [[{ ...stated, by: ["alice"] }, /at least two people/], [{ ...stated, by: ["alice", "eve"] }, /at least two people/], [{ ...stated, by: ["alice", "alice"] }, /at least two people/], [{ ...stated, control: "HOST-SWAP" }, /does not hold here, found HOST-SWAP/]] as const) {
    const { blocking, used } = standAfter([printer], [exception], people);
    assert.match(messages(blocking), wanted);
    assert.deepEqual(used, []);
  }
});

test("the file of exceptions is strict YAML, and every mistake has its place [EXCEPTION-STATED]", () => {
  const text = "anchorite-exceptions: 1\nexceptions:\n  - { control: HOST-PRINTER, why: Words are written by hand today., by: [alice, dan] }\n";
  assert.deepEqual(readExceptions(toUtf8(text), "exceptions.yaml").exceptions.map(({ control, by }) => [control, by]), [["HOST-PRINTER", ["alice", "dan"]]]);
  const wrong = readExceptions(toUtf8(text.replace("by: [alice, dan]", "by: [alice]")), "exceptions.yaml");
  assert.deepEqual([wrong.exceptions, wrong.findings.length, wrong.findings[0]?.line, wrong.findings[0]?.file], [[], 1, 3, "exceptions.yaml"]);
});

test("a rehearsal that is given with a template is one of that script [EXCEPTION-STATED]", () => {
  const stated = { control: "RUN-REHEARSED", why: "The CA key was stolen.", by: ["alice", "dan"], template: "ab".repeat(32) };
  const rehearsal: RehearsalFacts = { plan: "11".repeat(32), script: "ab".repeat(32), tool: TOOL, wrong: [] };
  assert.deepEqual([judgeTemplates([stated], rehearsal), judgeTemplates([stated], null), judgeTemplates([{ ...stated, template: undefined }], { ...rehearsal, script: "" })], [[], [], []]);
  for (const [change, wanted] of [[{ script: "cd".repeat(32) }, /expected the rehearsal of the template abab.* found one of cdcd/], [{ plan: "" }, /found the record of a ceremony/], [{ wrong: ["it stopped"] }, /found it stopped/]] as const) assert.match(messages(judgeTemplates([stated], { ...rehearsal, ...change })), wanted);
});

const EXCEPTED = [{ control: "HOST-PRINTER", why: "The printer broke; words are written by hand.", by: ["alice", "dan"], found: ["expected a printer, found none"] }, { control: "HOST-SWAP", why: "It holds nothing of ours at all.", by: ["dan", "bob"], found: [] }];

test("each exception is read out by itself, and each who decided it agrees with initials [EXCEPTION-STATED]", async () => {
  const talk = await converse([["alice, exception to HOST-PRINTER", "AE"], ["dan, exception to HOST-PRINTER", "DE"], ["dan, exception to HOST-SWAP", "d"], ["bob, exception to HOST-SWAP", "BE"]], (terminal) => new HostQuestions(terminal, () => "2026-11-21T10:00:00Z").exceptions(EXCEPTED));
  assert.deepEqual(valueOf(talk).map(({ agreed }) => agreed), [[{ by: "alice", initials: "AE" }, { by: "dan", initials: "DE" }], [{ by: "dan", initials: "d" }, { by: "bob", initials: "BE" }]]);
  assert.match(talk.screen, /Why the run begins all the same: The printer broke/);
  const refused = await converse([["alice, exception to HOST-PRINTER", "AE"], ["dan, exception to HOST-PRINTER", "no"]], (terminal) => new HostQuestions(terminal, () => "2026-11-21T10:00:00Z").exceptions(EXCEPTED).catch((thrown: unknown) => thrown));
  assert.match(String(valueOf(refused)), /dan does not agree to the exception to HOST-PRINTER/);
});

test("replay tells what a run began with", () => {
  const told = (event: Parameters<typeof eventRemarks>[0]) => eventRemarks(event, 2);
  assert.deepEqual(told({ name: "exception", control: "RUN-REHEARSED", why: "The CA key was stolen.", by: ["alice", "dan"], template: "ab".repeat(32) }), [`exception to RUN-REHEARSED at entry 2, by alice, dan: The CA key was stolen.; filled from the script ${"ab".repeat(32)}`]);
  assert.match(told({ name: "exception", control: "HOST-PRINTER", why: "It broke.", by: ["alice", "dan"], template: "", agreed: [{ by: "alice", initials: "AE" }] }).join(), /It broke\.; read out and agreed on by alice \(AE\)$/);
  assert.deepEqual(told({ name: "preflight", facts: [], findings: [{ control: "HOST-PRINTER", found: "none" }] }), ["the host was looked at, entry 2: HOST-PRINTER"]);
});

test("a networked computer is refused for what counts, with a reason for each thing, and a test is only told [HOST-NETWORK]", async () => {
  const { plan } = goodPlan(SMALL);
  const question = { plan, station: { "anchorite-station": 1 as const, tokens: {} }, record: "record", rehearsal: null, exceptions: null, begins: true, asks: false };
  assert.deepEqual(await readiness(question), { findings: [], events: [] });
  const refused = await readiness({ ...question, plan: { ...plan, assurance: "production" } });
  const controls = new Set(refused.findings.map(({ control }) => control));
  // who runs tests has two people with watches nowhere, and no words on paper
  for (const control of ["HOST-CLOCK", "HOST-TOOL", "RUN-REHEARSED", "RUN-WITNESSED"] as const) assert.ok(controls.has(control), control);
  assert.equal(refused.events[0]?.name, "preflight");
  assert.equal(typeof preflight, "function");
});
