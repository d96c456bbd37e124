import assert from "node:assert/strict";
import { test } from "node:test";
import { AnsweredPeople } from "../../src/console/answered-people.ts";
import { readAnswers } from "../../src/console/answers.ts";
import type { PeopleRequest } from "../../src/console/people.ts";
import { Fault } from "../../src/fault.ts";
import { observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { briefing, moment, momentOf } from "./briefing.ts";

const rollCall: PeopleRequest = { kind: "roll-call", step: 1, people: ["dan", "alice", "bob"] };
const time: PeopleRequest = { kind: "time", step: 1 };
const confirm: PeopleRequest = { kind: "confirm", step: 2, verb: "generate", of: ["factory-root"] };
const act: PeopleRequest = { kind: "act", step: 3, by: "bob", typed: ["serial", "bag"] };
const readBack: PeopleRequest = { kind: "read-back", step: 4, by: "dan", subject: "certificate", name: "factory-ca", sha256: briefing.planDigest };
const decide: PeopleRequest = { kind: "decide", step: 5, about: "refused", name: "factory-root", facts: [{ what: "CKR", value: "CKR_DEVICE_ERROR" }], choices: ["again", "stop"] };
const dice: PeopleRequest = { kind: "draw", step: 6, source: "dice", length: 5 };

function peopleOf(text: string, asked: readonly PeopleRequest[] = []): AnsweredPeople {
  return new AnsweredPeople(briefing, readAnswers(text), () => undefined, asked);
}

async function answers(text: string, ...requests: readonly PeopleRequest[]): Promise<Observation[]> {
  const people = peopleOf(text);
  const observations: Observation[] = [];
  for (const request of requests) observations.push(observationSchema.parse(await people.answer(request, moment)));
  return observations;
}

async function refuses(text: string, request: PeopleRequest, found: RegExp): Promise<void> {
  await assert.rejects(answers(text, request), (thrown) => thrown instanceof Fault && thrown.code === "usage-answers" && (found.test(thrown.message) || assert.fail(thrown.message)));
}

test("every question takes the next answer of its step, in the order asked", async () => {
  const text = `
words: computed
1: [[alice, dan], agree]
2: [generate]
3: [{ by: bob, serial: "A-17", bag: "0042" }]
5: [{ choice: again, by: alice }]
6: ["12366"]
`;
  assert.deepEqual(await answers(text, rollCall, time, confirm, act, readBack, decide, dice), [
    { kind: "roll-call", outcome: "answered", present: ["alice", "dan"] },
    { kind: "time", outcome: "answered", instant: moment.now, attestedBy: ["dan", "alice", "bob"] },
    { kind: "confirm", outcome: "answered", by: "alice" },
    { kind: "act", outcome: "answered", by: "bob", typed: { serial: "A-17", bag: "0042" } },
    { kind: "read-back", outcome: "answered", by: "dan", positions: [1, 2], tries: 1 },
    { kind: "decide", outcome: "answered", choice: "again", by: "alice" },
    { kind: "draw", outcome: "answered", bytes: "3132333636" },
  ]);
});

test("the time is the host's, or in a ceremony of the assurance test an instant of the file", async () => {
  const [answered] = await answers('1: [{ instant: "2031-05-01T12:00:00Z" }]', time);
  assert.deepEqual(answered, { kind: "time", outcome: "answered", instant: "2031-05-01T12:00:00Z", attestedBy: ["dan", "alice", "bob"] });
  await refuses("1: [{ instant: tomorrow }]", time, /expected agree, or \{ instant/);
  const software = new AnsweredPeople({ ...briefing, assurance: "software-keys" }, readAnswers('1: [{ instant: "2031-05-01T12:00:00Z" }]'), () => undefined);
  await assert.rejects(software.answer(time, moment), (thrown) => thrown instanceof Fault && thrown.code === "script-answers-refused");
});

test("an act is confirmed by the first operator or administrator here, or by whom the file names", async () => {
  const [named] = await answers("2: [{ word: generate, by: dan }]", confirm);
  assert.deepEqual(named, { kind: "confirm", outcome: "answered", by: "dan" });
  const [first] = [await peopleOf("2: [generate]").answer(confirm, momentOf(["dan", "bob"]))];
  assert.deepEqual(first, { kind: "confirm", outcome: "answered", by: "bob" });
});

test("any question may be answered by a stop, a read-back and the time too", async () => {
  const stop = '[{ stop: "the bag was open", by: dan }]';
  for (const request of [rollCall, time, confirm, act, readBack, decide, dice]) {
    const [observation] = await answers(`words: computed\n${request.step}: ${stop}`, request);
    assert.deepEqual(observation, { kind: request.kind, outcome: "stopped", by: "dan", reason: "the bag was open" });
  }
  await refuses('2: [{ stop: "", by: dan }]', confirm, /expected \{ stop: REASON, by: PERSON \}/);
  await refuses("2: [{ stop: because, by: mallory }]", confirm, /one of dan, alice, bob, found "mallory"/);
});

test("answers that run out or do not fit are refused with step, question, shape and what was found", async () => {
  await refuses("2: []", confirm, /^answers of step 2: asked for generate factory-root, expected generate, or \{ word: generate, by: PERSON \}, found nothing$/);
  await refuses("2: [sign]", confirm, /found "sign"$/);
  await refuses("2: [{ word: generate, by: eve }]", confirm, /with PERSON one of dan, alice, bob, found "eve"$/);
  await refuses("1: [[alice, eve]]", rollCall, /expected \[dan, alice, bob\] or those/);
  await refuses("1: [[alice, alice]]", rollCall, /roll-call/);
  await refuses("1: [agree]", rollCall, /found "agree"$/);
  await refuses("1: [disagree]", time, /expected agree .*found "disagree"$/);
  await refuses('3: [{ by: bob, serial: "A-17" }]', act, /expected \{ by: PERSON, serial: "...", bag: "..." \}, found \{"by":"bob","serial":"A-17"\}$/);
  await refuses('3: [{ by: bob, serial: "A", bag: "B", more: "C" }]', act, /step 3/);
  await refuses('3: [{ by: bob, serial: "A", bag: "" }]', act, /step 3/);
  await refuses("3: [done]", act, /found "done"$/);
  await refuses("5: [{ choice: adopt, by: bob }]", decide, /expected \{ choice: again \| stop, by: PERSON \}/);
  await refuses('6: ["12367"]', dice, /5 digits from 1 to 6/);
  await refuses('6: ["1236"]', dice, /5 digits from 1 to 6/);
  await refuses("4: [agree]", readBack, /expected words: computed/);
});

test("somebody who is not here does nothing", async () => {
  const people = peopleOf("2: [{ word: generate, by: bob }]");
  await assert.rejects(people.answer(confirm, momentOf(["dan", "alice"])), /one of dan, alice, found "bob"/);
});

test("on resume the answers of the record are spent and step 0 answers who is here and the time, in any order", async () => {
  const text = "words: computed\n0: [[alice, bob], agree]\n1: [[alice, bob, dan], agree]\n5: [{ choice: again, by: bob }, { choice: stop, by: bob }]\n";
  const asked: PeopleRequest[] = [rollCall, time, confirm, { kind: "present", step: 2 }, readBack, { kind: "time", step: 5 }, decide];
  for (const order of [["time", "present"], ["present", "time"]] as const) {
    const people = peopleOf(text, asked);
    assert.equal(await people.askHead(), true);
    for (const kind of order) {
      const observation = await people.answer({ kind, step: 5 }, moment);
      if (observation.kind === "present") assert.deepEqual(observation, { kind: "present", outcome: "answered", present: ["alice", "bob"] });
      else assert.equal(observation.kind, "time");
    }
    assert.deepEqual(await people.answer(decide, moment), { kind: "decide", outcome: "answered", choice: "stop", by: "bob" });
  }
});

test("decisions: answers what the file does not say step by step, the preferred choice first, and the word that follows", async () => {
  const people = peopleOf("decisions: [adopt, again, destroy]\n5: [{ choice: stop, by: bob }]\n");
  const half: PeopleRequest = { ...decide, step: 6, choices: ["destroy", "stop"] };
  assert.deepEqual(await people.answer(decide, moment), { kind: "decide", outcome: "answered", choice: "stop", by: "bob" });
  assert.deepEqual(await people.answer({ ...decide, step: 6 }, moment), { kind: "decide", outcome: "answered", choice: "again", by: "alice" });
  assert.deepEqual(await people.answer(half, moment), { kind: "decide", outcome: "answered", choice: "destroy", by: "alice" });
  assert.deepEqual(await people.answer({ ...confirm, step: 6, verb: "destroy" }, moment), { kind: "confirm", outcome: "answered", by: "alice" });
  await assert.rejects(people.answer({ ...confirm, step: 6 }, moment), /asked for generate/);
});

test("without words: computed nobody answers for paper", async () => {
  await assert.rejects(peopleOf("1: [agree]").askHead(), /the four words of the head, expected words: computed/);
});

test("a file never answers a production ceremony", () => {
  assert.throws(() => new AnsweredPeople({ ...briefing, assurance: "production" }, readAnswers(""), () => undefined), (thrown) => thrown instanceof Fault && thrown.code === "script-answers-refused");
});

test("the talk says each step and each head", async () => {
  const lines: string[] = [];
  const people = new AnsweredPeople(briefing, readAnswers(""), (line) => lines.push(line));
  for (const page of briefing.steps.slice(1, 2)) people.begin(page);
  await people.showHead(57, briefing.planDigest);
  people.tell("signed 1/1");
  assert.deepEqual(lines, [
    "TEST  step 2 of 3  generate-key-pair: Generate the key pair factory-root on token vault",
    "  head after entry 57: topmost Istanbul Pluto vagabond",
    "signed 1/1",
  ]);
});
