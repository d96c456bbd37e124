/** Entering twice and naming files at a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { moment } from "./briefing.ts";
import { converse, peopleAt, valueOf } from "./dialogue.ts";

const ENTRY = { kind: "double-entry", step: 3, typed: ["serial"] } as const;
const REQUEST = { kind: "attach", step: 3, by: "bob", files: ["evidence/log.txt"] } as const;

test("two people enter a value one after the other; what differs is entered anew by both [DOUBLE-ENTRY]", async () => {
  const talk = await converse([
    ["the first who reads and types", "bob"], ["serial:", "A-1"], ["the second, who reads", "dan"], ["serial:", "A-2"],
    ["the first who reads and types", "bob"], ["serial:", "A-1"], ["the second, who reads", "dan"], ["serial:", "A-1"],
  ], (terminal) => peopleAt(terminal).answer(ENTRY, moment));
  assert.match(talk.screen, /The two entries of serial differ\. Both again/);
  assert.deepEqual(valueOf(talk), { kind: "double-entry", outcome: "answered", entries: [{ by: "bob", typed: { serial: "A-1" } }, { by: "dan", typed: { serial: "A-1" } }] });
});

test("a person names the file of each path, and may stop instead", async () => {
  const named = await converse([["the file for evidence/log.txt", "/media/log.txt"]], (terminal) => peopleAt(terminal).attach(REQUEST, moment));
  assert.deepEqual(valueOf(named), { kind: "named", by: "bob", files: ["/media/log.txt"] });
  const stopped = await converse([["the file for evidence/log.txt", ":stop"], ["who stops", "dan"], ["why:", "no log"]], (terminal) => peopleAt(terminal).attach(REQUEST, moment));
  assert.deepEqual(valueOf(stopped), { kind: "attach", outcome: "stopped", by: "dan", reason: "no log" });
});
