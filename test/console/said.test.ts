/** What people say at a prompt beside the answer: notes, deviations, breaks, who comes and goes, and not typing at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeopleRequest } from "../../src/console/people.ts";
import { askPin } from "../../src/console/terminal.ts";
import { observationSchema, type Observation } from "../../src/transcript/observation.ts";
import { momentOf } from "./briefing.ts";
import { converse, CTRL_C, peopleAt, valueOf, type Turn } from "./dialogue.ts";

const confirm: PeopleRequest = { kind: "confirm", step: 2, verb: "generate", of: ["factory-root on vault"] };
const readBack: PeopleRequest = { kind: "read-back", step: 2, by: "dan", subject: "certificate", name: "factory-ca", sha256: `e58294f2e9a227486e8b061b31cc528fd7fa3f19${"00".repeat(12)}` };

/** A question at which people say something beside the answer; what the record is told. */
async function beside(present: readonly string[], ...turns: readonly Turn[]): Promise<{ told: readonly unknown[]; observation: Observation; screen: string }> {
  const moment = momentOf(present);
  const talk = await converse(turns, (terminal) => peopleAt(terminal).answer(confirm, moment));
  return { told: moment.told, observation: observationSchema.parse(valueOf(talk)), screen: talk.screen };
}
const EVERYBODY = ["dan", "alice", "bob"];
const GO_ON = "type the word  generate";

test(":note is an event with who says it, and the question stands there again", async () => {
  const { told, observation } = await beside(EVERYBODY, [GO_ON, ":note"], ["the note", ""], ["> type 1 to 2000", "the lamp flickers"], ["who says so", "eve"], ["> type one of", "dan"], [GO_ON, ":note one more"], ["who says so", "bob"], [GO_ON, "generate"]);
  assert.deepEqual(told, [{ name: "note", step: 2, by: "dan", text: "the lamp flickers" }, { name: "note", step: 2, by: "bob", text: "one more" }]);
  assert.deepEqual(observation, { kind: "confirm", outcome: "answered", by: "alice" });
});

test(":deviation asks what was expected, what happened, what was decided and by whom; Ctrl-C leaves it and nothing is recorded", async () => {
  const { told } = await beside(EVERYBODY,
    [GO_ON, ":deviation"], ["what was expected", "bag B-1"], ["what happened", CTRL_C], ["nothing was written down", ":deviation"],
    ["what was expected", "bag B-1"], ["what happened", "bag B-2"], ["what was decided", "go on"], ["who decided", "bob"], ["Written down at 2026-11-20T10:42:07Z", "generate"]);
  assert.deepEqual(told, [{ name: "deviation", step: 2, expected: "bag B-1", happened: "bag B-2", decided: "go on", by: "bob" }]);
});

test("who leaves does not act: the question is put anew to who is here, and the last person cannot leave", async () => {
  const { told, observation, screen } = await beside(EVERYBODY,
    ["Alice Example (administrator) types it", ""], ["> type  generate", ":leave alice"], ["Bob Example (operator) types it", ":leave"], ["who leaves (dan, bob)", "dan"],
    ["Here now: Bob Example (operator).", ":leave bob"], ["The last person cannot leave", ":join dan"], ["Bob Example (operator) types it", "generate"]);
  assert.deepEqual(told, [{ name: "left", person: "alice", present: ["dan", "bob"] }, { name: "left", person: "dan", present: ["bob"] }, { name: "joined", person: "dan", present: ["dan", "bob"] }]);
  assert.deepEqual(observation, { kind: "confirm", outcome: "answered", by: "bob" });
  assert.match(screen, /Here now: Dan Example \(witness\), Bob\n Example \(operator\)\./);
});

test("a read-back waits until its witness is here", async () => {
  const moment = momentOf(["alice", "bob"]);
  const talk = await converse([["type word 6", "pacific"], ["> Dan Example (witness) is not here", ":join dan"], ["type word", "x"], ["type word", "y"], ["try 1 of 3", "aardvark"], ["type word", "bottomless"], ["try 2 of 3", ":stop"], ["who stops", "dan"], ["why", "x"]],
    (terminal) => peopleAt(terminal).answer(readBack, moment));
  assert.equal(valueOf(talk).outcome, "stopped");
  assert.deepEqual(moment.told, [{ name: "joined", person: "dan", present: EVERYBODY }]);
});

test(":pause writes down who calls it, why, and who stays; afterwards who is here", async () => {
  const { told } = await beside(EVERYBODY, [GO_ON, ":pause"], ["who calls the break", "alice"], ["why:", "lunch"], ["who stays in the room", "dan eve"], ["> type ids", "dan bob"], ["Every token is logged out", ""], ["> type the word back", "back"], ["who is here now", "dan, alice bob"], [GO_ON, "generate"]);
  assert.deepEqual(told, [{ name: "paused", by: "alice", reason: "lunch", staying: ["dan", "bob"] }, { name: "continued", present: EVERYBODY }]);
});

test(":help lists every command, and what is no command says so", async () => {
  const { told, screen } = await beside(EVERYBODY, [GO_ON, ":halp"], ["There is no command :halp", ":help"], ["the same command goes on.", "generate"]);
  for (const command of [":note", ":deviation", ":pause", ":leave ID", ":join ID", ":stop"]) assert.ok(screen.includes(`\n ${command} `), command);
  assert.deepEqual(told, []);
});

test("before roll call nobody leaves, and notes may be anybody's", async () => {
  const moment = momentOf([]);
  const talk = await converse([["is here", ":leave dan"], ["First it is asked who is here", ":note"], ["the note", "x"], ["who says so (dan, alice, bob)", "bob"], ["is here", "y"], ["type  right", "right"]], (terminal) => peopleAt(terminal).answer({ kind: "roll-call", step: 1, people: ["dan"] }, moment));
  assert.equal(valueOf(talk).outcome, "answered");
  assert.deepEqual(moment.told, [{ name: "note", step: 1, by: "bob", text: "x" }]);
});

test("where too few are here people come back or end the ceremony [PRESENT-QUORUM]", async () => {
  const moment = momentOf(["alice"]);
  const gather = (...turns: Turn[]) => converse(turns, (terminal) => peopleAt(terminal).gather("two people of the script", moment));
  assert.equal(valueOf(await gather(["It wants two people", "yes"], ["> type  :join ID", ":join bob"], ["and then  here", "here"])), "go on");
  assert.deepEqual(moment.present, ["alice", "bob"]);
  assert.deepEqual(valueOf(await gather(["It wants two people", ":stop"], ["who stops", "bob"], ["why", "nobody comes"])), { by: "bob", reason: "nobody comes" });
});

test("who types nothing for too long is logged out, told so, and asked again", async () => {
  const idle = async (isLoggedIn: boolean) => {
    const moment = momentOf(EVERYBODY, isLoggedIn);
    const talk = await converse([["", { only: "x" }], [isLoggedIn ? "every token is logged out" : "", "generate"]], async (terminal) => peopleAt(terminal, { idleMinutes: 0.003 }).answer(confirm, moment));
    return { ...talk, told: moment.told };
  };
  const { told, screen } = await idle(true);
  assert.deepEqual(told[0], { idle: 0 });
  assert.match(screen, /Nobody typed anything for 0 minutes: every token is logged out\. Its PIN is\n asked for/);
});

test("a command typed where a PIN is asked for is not spent as one", async () => {
  const { result, screen } = await converse([["PIN:", ":stop"], ["the token has not seen this", "1234"]], (terminal) => askPin("PIN:", terminal));
  assert.equal(result.status === "fulfilled" && result.value, "1234");
  assert.ok(!screen.includes(":stop"));
});
