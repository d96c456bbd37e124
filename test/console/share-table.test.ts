/** Custodians at the terminal: alone, with a screen that is cleared, and told at once which line is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShareSlip } from "../../src/console/people.ts";
import { converse, peopleAt, valueOf } from "./dialogue.ts";

const slip: ShareSlip = { backup: "root-backup", set: "0011223344", by: "alice", number: 2, of: 3, threshold: 2, purpose: "give" };
const CLEARED = "\u001b[2J\u001b[3J\u001b[H";
const LINES = ["0202 0011 2233 44aa  1234", "ffff 0000 ffff 0000  4321"];

test("a share is shown to one custodian, and is off the screen before anything else is asked", async () => {
  const talk = await converse([["Alice Example (administrator): type  alone  when that is so", ""], ["> type the word alone", "alone"], ["type  written  when it is on paper", "written"]], (terminal) => peopleAt(terminal).shares.show(slip, LINES));
  assert.equal(valueOf(talk), null);
  const [, ...parts] = talk.screen.split(CLEARED);
  assert.equal(parts.length, 2);
  assert.match(parts[0] ?? "", /Only Alice Example[^]*Share 2 of 3, backup root-backup, set 0011223344\. Any 2 open it\.[^]*1: {2}0202 0011 2233 44aa {2}1234/);
  assert.doesNotMatch(parts[1] ?? "", /0202|ffff/);
});

test("a line that does not fit is asked for again, and each line is cleared away", async () => {
  const judge = (line: number, typed: string): true | string => typed === LINES[line] || `line ${line + 1}: compare it with the paper`;
  const talk = await converse([["type  alone", "alone"], ["line 1:", "0202"], ["> line 1: compare it with the paper", LINES[0] ?? ""], ["line 2:", LINES[1] ?? ""]], (terminal) => peopleAt(terminal).shares.type({ ...slip, purpose: "take again" }, 2, judge));
  assert.deepEqual(valueOf(talk), LINES);
  assert.match(talk.screen, /The shares that were typed do not come to the key/);
  assert.doesNotMatch(talk.screen.split(CLEARED).at(-1) ?? "", /0202|ffff/);
});

test("who was given a share may see it once more before typing it; who brings one may not", async () => {
  const type = (purpose: ShareSlip["purpose"], ...typed: [string, string][]) => converse([["type  alone", "alone"], ...typed], (terminal) => peopleAt(terminal).shares.type({ ...slip, purpose }, 2, (line, text) => text === LINES[line] || "not this"));
  const again = await type("give", ["line 1:", LINES[0] ?? ""], ["line 2:", "show"]);
  assert.equal(valueOf(again), "show again");
  assert.match(again.screen, /Where the paper is wrong, type {2}show {2}to see the share once\s+more\./);
  const taken = await type("take", ["line 1:", "show"], ["> not this", LINES[0] ?? ""], ["line 2:", LINES[1] ?? ""]);
  assert.deepEqual(valueOf(taken), LINES);
});

test("a custodian may stop, says why, and nothing stays on the screen", async () => {
  const talk = await converse([["type  alone", ":stop"], ["who stops the ceremony", "alice"], ["why:", "no pen"]], (terminal) => peopleAt(terminal).shares.show(slip, LINES));
  assert.deepEqual(valueOf(talk), { by: "alice", reason: "no pen" });
  assert.doesNotMatch(talk.screen, /0202/);
});
