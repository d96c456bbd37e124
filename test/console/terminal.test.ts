import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeopleRequest } from "../../src/console/people.ts";
import { twoOf } from "../../src/console/questions.ts";
import { askPin, charsetOf } from "../../src/console/terminal.ts";
import { Fault } from "../../src/fault.ts";
import { observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { briefing, moment } from "./briefing.ts";
import { converse, CTRL_C, peopleAt, valueOf, type Talk, type Turn } from "./dialogue.ts";

const confirm: PeopleRequest = { kind: "confirm", step: 2, verb: "generate", of: ["factory-root on vault"] };
const readBack: PeopleRequest = { kind: "read-back", step: 2, by: "dan", subject: "certificate", name: "factory-ca", sha256: `e58294f2e9a227486e8b061b31cc528fd7fa3f19${"00".repeat(12)}` };

async function asked(request: PeopleRequest, ...turns: readonly Turn[]): Promise<Talk<Observation>> {
  return converse(turns, (terminal) => peopleAt(terminal).answer(request, moment));
}

async function answered(request: PeopleRequest, ...turns: readonly Turn[]): Promise<Observation> {
  return observationSchema.parse(valueOf(await asked(request, ...turns)));
}

test("an irreversible act passes by its own word only: not by Enter, another verb or yes", async () => {
  const talk = await asked(confirm,
    ["type the word  generate  to go on", ""],
    ["> type  generate", "sign"], ["> type  generate", "yes"], ["> type  generate", "generate now please"], ["> type  generate", "generate eve"],
    ["> type  generate", "generate"]);
  assert.deepEqual(valueOf(talk), { kind: "confirm", outcome: "answered", by: "alice" });
  assert.match(talk.screen, /This cannot be undone: generate\n {3}- factory-root on vault\n Alice Example \(administrator\) types it;/);
});

test("another person who is here may do the act, by name", async () => {
  assert.deepEqual(await answered(confirm, ["type the word  generate", "generate bob"]), { kind: "confirm", outcome: "answered", by: "bob" });
});

test("roll call asks for each person, and Enter means no", async () => {
  const observation = await answered({ kind: "roll-call", step: 1, people: ["dan", "alice", "bob"] },
    ["Dan Example (witness) is here (y/N)", "yes"], ["Alice Example (administrator) is here", ""], ["Bob Example (operator) is here", "maybe"], ["> type y or n", "Y"],
    ["type  right  if that is so", ""], ["> type  right", "right"]);
  assert.deepEqual(observation, { kind: "roll-call", outcome: "answered", present: ["dan", "bob"] });
});

test("too few at roll call are told so before the answer that ends the ceremony, and nobody else is", async () => {
  const alone = await asked({ kind: "roll-call", step: 1, people: ["dan", "bob"] },
    ["Dan Example (witness) is here", "y"], ["Bob Example (operator) is here", "n"], ["TOO FEW: this ceremony wants 1 of administrator.", "again"],
    ["Dan Example (witness) is here", "y"], ["Bob Example (operator) is here", "y"], ["Not here: nobody", "right"]);
  assert.deepEqual(valueOf(alone), { kind: "roll-call", outcome: "answered", present: ["dan", "bob"] });
  assert.equal(alone.screen.match(/TOO FEW/g)?.length, 1);
});

test("a roll that was answered wrong is answered anew", async () => {
  const observation = await answered({ kind: "roll-call", step: 1, people: ["dan"] },
    ["Dan Example (witness) is here", ""], ["Here: nobody", "again"], ["Dan Example (witness) is here", "y"], ["Not here: nobody", "right"]);
  assert.deepEqual(observation, { kind: "roll-call", outcome: "answered", present: ["dan"] });
});

test("in a new process everybody of the script is asked for", async () => {
  const observation = await answered({ kind: "present", step: 2 }, ["Dan Example", "n"], ["Alice Example", "y"], ["Bob Example", "y"], ["type  right  if that is so", "right"]);
  assert.deepEqual(observation, { kind: "present", outcome: "answered", present: ["alice", "bob"] });
});

test("the time is shown in UTC and attested by a typed word", async () => {
  const observation = await answered({ kind: "time", step: 1 }, ["when both watches show it", ""], ["> type the word agree", "y"], ["> type the word agree", "agree"]);
  assert.deepEqual(observation, { kind: "time", outcome: "answered", instant: moment.now, attestedBy: [...moment.present] });
});

test("after a fault of a token people try again, leave, or stop the ceremony without it", async () => {
  const fault = new Fault("hsm-login", "token refused the PIN (CKR_PIN_INCORRECT)");
  const after = (...turns: Turn[]) => converse(turns, (terminal) => peopleAt(terminal).afterFault(fault, moment));
  assert.equal(valueOf(await after(["again, stop, or Enter", "yes"], ["> type  again", "again"])), "again");
  assert.equal(valueOf(await after(["hsm-login: token refused the PIN", ""])), "leave");
  assert.deepEqual(valueOf(await after(["again, stop, or Enter", "stop"], ["who stops the ceremony", "dan"], ["why:", "the token is dead"])), { by: "dan", reason: "the token is dead" });
});

test("a read-back is two words typed by the person named, in any case", async () => {
  const talk = await asked(readBack, ["Dan Example (witness): type word 6 (row 2, word 2)", "pacific"], ["type word 19 (row 5, word 3)", "COWBELL"]);
  assert.deepEqual(valueOf(talk), { kind: "read-back", outcome: "answered", by: "dan", positions: [6, 19], tries: 1 });
  assert.match(talk.screen, /SHA-256 of certificate factory-ca/);
  assert.match(talk.screen, / 2  e9a22748  treadmill {2}Pacific {6}brackish {3}dictator/);
});

test("a read-back that fails three times says so, and the deviation that follows is written before anything else", async () => {
  const wrong: Turn[] = [["word 6", "Pacific"], ["word 19", "bottomless"]];
  assert.equal((await answered(readBack, ...wrong, ["try 1 of 3", "Pacific"], ["word 19", "cowbell"])).outcome, "answered");
  assert.deepEqual(await answered(readBack, ...wrong, ...wrong, ...wrong), { kind: "read-back", outcome: "unmatched", by: "dan", positions: [6, 19], tries: 3 });
  const deviation: PeopleRequest = { kind: "deviation", step: 2, about: "unmatched-words", name: "factory-ca", choices: ["again", "go-on", "stop"] };
  const said: Turn[] = [["what was expected:", ""], ["> type 1 to 2000", "the words on paper"], ["what happened:", "two others"], ["what was decided:", "we compare the rows"], ["who decided", "alice"]];
  assert.deepEqual(await answered(deviation, ...said, ["the number", ""], ["> type a number from 1 to 3", "4"], ["> type a number", "1"]), { kind: "deviation", outcome: "answered", expected: "the words on paper", happened: "two others", decided: "we compare the rows", choice: "again", by: "alice" });
  assert.deepEqual(await answered(deviation, ...said, ["the number", "3"]), { kind: "deviation", outcome: "stopped", by: "alice", reason: "we compare the rows (expected the words on paper; happened two others)" });
  assert.deepEqual(await answered(deviation, ["what was expected:", ":stop"], ["who stops", "dan"], ["why:", "a wrong plan"]), { kind: "deviation", outcome: "stopped", by: "dan", reason: "a wrong plan" });
});

test("the two positions of a read-back are different, rising and within the digest, and reach every pair", () => {
  const pairs = new Set<string>();
  for (let first = 0; first < 32; first++) {
    for (let second = 0; second < 31; second++) {
      const picks = [first, second];
      const [low, high] = twoOf(32, (below) => Math.min(picks.shift() ?? 0, below - 1));
      assert.ok(1 <= low && low < high && high <= 32, `${low} ${high}`);
      pairs.add(`${low} ${high}`);
    }
  }
  assert.equal(pairs.size, (32 * 31) / 2);
});

test("values of an act are typed twice, and again when they differ", async () => {
  const observation = await answered({ kind: "act", step: 3, by: "bob", typed: ["serial"] },
    ["Bob Example (operator) says that it is done.", ""], ["> type the word done", "done bob"], ["> type the word done", "done"],
    ["serial:", ""], ["> type 1 to 200 characters", "A-17"], ["types it again", "A-71"],
    ["The two differ", "A-17"], ["types it again", "A-17"]);
  assert.deepEqual(observation, { kind: "act", outcome: "answered", by: "bob", typed: { serial: "A-17" } });
});

test("a decision is a typed number; stop stands last and asks who and why", async () => {
  const request: PeopleRequest = { kind: "decide", step: 2, about: "unknown-key-pair", name: "factory-root", facts: [{ what: "private key", value: "one pair \u001b[2J" }], choices: ["adopt", "destroy", "stop"] };
  const talk = await asked(request, ["2  destroy: destroy what is there, then look again", ""], ["> type a number from 1 to 3", "4"], ["> type a number", "2"], ["who decided (dan, alice, bob)", "eve"], ["> type one of", "bob"]);
  assert.deepEqual(valueOf(talk), { kind: "decide", outcome: "answered", choice: "destroy", by: "bob" });
  assert.match(talk.screen, /one pair \\u\{1b\}\[2J/);
  assert.deepEqual(await answered(request, ["the number", "3"], ["who stops", "dan"], ["why:", ""], ["> type 1 to", "the key is not ours"]), { kind: "decide", outcome: "stopped", by: "dan", reason: "the key is not ours" });
});

test("dice are typed as digits from 1 to 6", async () => {
  const observation = await answered({ kind: "draw", step: 2, source: "dice", length: 4 }, ["4 digits:", "1237"], ["> type 4 digits", "12 34"]);
  assert.deepEqual(observation, { kind: "draw", outcome: "answered", bytes: "31323334" });
});

test(":stop at any prompt ends the ceremony with who and why", async () => {
  const requests: PeopleRequest[] = [confirm, readBack, { kind: "deviation", step: 2, about: "unmatched-words", name: "factory-ca", choices: ["again", "stop"] }, { kind: "roll-call", step: 1, people: ["dan"] }, { kind: "time", step: 1 }, { kind: "act", step: 3, by: "bob", typed: [] }, { kind: "draw", step: 2, source: "dice", length: 3 }];
  for (const request of requests) {
    const observation = await answered(request, ["? ", ":stop"], ["who stops the ceremony", "dan"], ["why:", "the bag was open"]);
    assert.deepEqual(observation, { kind: request.kind, outcome: "stopped", by: "dan", reason: "the bag was open" });
  }
});

test("Ctrl-C asks once more: Enter goes on with the question, stop ends the ceremony", async () => {
  assert.equal((await answered(confirm, ["to go on", CTRL_C], ["Stop the ceremony?", ""], ["type the word  generate", "generate"])).outcome, "answered");
  const stopped = await answered(confirm, ["to go on", CTRL_C], ["Stop the ceremony?", "perhaps"], ["> type  stop", "stop"], ["who stops", "alice"], ["why:", "fire alarm"]);
  assert.deepEqual(stopped, { kind: "confirm", outcome: "stopped", by: "alice", reason: "fire alarm" });
});

test("a second Ctrl-C leaves the program with a fault, and nothing is recorded", async () => {
  for (const turns of [[["Stop the ceremony?", CTRL_C]], [["Stop the ceremony?", "stop"], ["who stops", CTRL_C]]] as const) {
    const { result } = await asked(confirm, ["to go on", CTRL_C], ...turns);
    assert.ok(result.status === "rejected" && result.reason instanceof Fault && result.reason.code === "person-interrupted");
  }
});

test("the page of a step stands before its first question, once", async () => {
  const { screen } = await converse([["to go on", "generate"], ["to go on", "generate"]], async (terminal) => {
    const people = peopleAt(terminal);
    await people.answer(confirm, moment);
    return people.answer(confirm, moment);
  });
  assert.equal(screen.split("Step 2 of 3").length, 2);
  assert.match(screen, /READ ALOUD by Alice Example \(administrator\):\n {3}I am generating the root key/);
});

test("on resume the four words come from paper, and are not shown", async () => {
  const ask = (...turns: Turn[]): Promise<Talk<boolean>> => converse(turns, (terminal) => peopleAt(terminal).askHead(briefing.planDigest));
  const right = await ask(["the four words:", "topmost istanbul pluto"], ["> type four words", "Topmost-Istanbul-Pluto-VAGABOND"]);
  assert.equal(valueOf(right), true);
  const other = "aardvark adroitness aardvark adroitness";
  const wrong = await ask(["the four words:", other], ["try 1 of 3", other], ["try 2 of 3", other]);
  assert.equal(valueOf(wrong), false);
  assert.doesNotMatch(wrong.screen, /topmost|vagabond/i);
  const left = await ask(["the four words:", CTRL_C]);
  assert.ok(left.result.status === "rejected" && left.result.reason instanceof Fault && left.result.reason.code === "person-interrupted");
});

test("after an effect the four words of the head are shown for paper", async () => {
  let shown = "";
  const output = { write: (text: string) => ((shown += text), true) } as NodeJS.WritableStream;
  await peopleAt({ input: process.stdin, output }).showHead(57, briefing.planDigest);
  assert.match(shown, /after entry 57:\n {3}topmost Istanbul Pluto vagabond\n/);
});

test("neither Ctrl+T nor any other key shows a PIN or its length", async () => {
  const { screen, result } = await converse([
    ["PIN of token vault:", { only: "zyx" }],
    ["", { ctrl: "t" }], ["", { ctrl: "r" }], ["", { only: "\t" }], ["", { only: "\b" }],
    ["", "wv"],
  ], (terminal) => askPin("PIN of token vault:", terminal));
  assert.equal(result.status === "fulfilled" && result.value, "zyxwv");
  const shown = screen.replaceAll(/[?*] PIN of token vault:/g, "").replaceAll("[input is masked]", "");
  assert.ok(screen.length > 500, "the prompt was drawn again for each key");
  assert.doesNotMatch(shown, /[zyxwv*]|ctrl|visib/i);
});

test("an empty PIN is asked for again, and Ctrl-C leaves", async () => {
  assert.equal(valueOf(await converse([["PIN:", ""], ["nothing was typed", "1234"]], (terminal) => askPin("PIN:", terminal))), "1234");
  const { result } = await converse([["PIN:", CTRL_C]], (terminal) => askPin("PIN:", terminal));
  assert.ok(result.status === "rejected" && result.reason instanceof Fault && result.reason.code === "person-interrupted");
});

test("without a UTF-8 locale names are written in ASCII", async () => {
  assert.deepEqual([charsetOf({}), charsetOf({ LANG: "C" }), charsetOf({ LANG: "de_DE.UTF-8" }), charsetOf({ LC_ALL: "C", LANG: "de_DE.UTF-8" }), charsetOf({ LC_ALL: "", LANG: "en_US.utf8" })], ["ascii", "ascii", "unicode", "ascii", "unicode"]);
  const { screen } = await converse([["Zo\\u{eb} is", ":stop"], ["who stops", "dan"], ["why", "x"]], (terminal) => peopleAt(terminal, { charset: "ascii" }).answer({ kind: "roll-call", step: 1, people: ["Zoë"] }, moment));
  // eslint-disable-next-line no-control-regex
  assert.match(screen, /^[\x00-\x7f]*$/);
});
