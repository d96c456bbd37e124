/** What follows when words are not typed back: people say what happened and decide, on record. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/ceremony/request.ts";
import { registerOf } from "../scripted/account.ts";
import { atNth, type Meddler } from "../scripted/room.ts";
import { goodPlan, SMALL } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const source = goodPlan(SMALL);

const unmatched: Meddler = ({ request }) => (request.kind === "read-back" ? { kind: "read-back", outcome: "unmatched", by: request.by, positions: [1, 2], tries: 3 } : undefined);

test("words that were not typed back go on by a deviation alone, which is an exception of the record, and replay", async () => {
  const asked: Request[] = [];
  const once = atNth("read-back", 0, unmatched);
  const world = new World(source);
  await world.run({ meddle: (call) => (asked.push(call.request), once(call)) });
  const kinds = asked.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(kinds.indexOf("read-back"), kinds.indexOf("read-back") + 3), ["read-back", "deviation", "read-back"]);
  const [first] = asked.flatMap((request) => (request.kind === "deviation" ? [request] : []));
  assert.deepEqual([first?.about, first?.choices], ["unmatched-words", ["again", "stop"]], "nobody goes on with another plan");
  assert.deepEqual(registerOf(world).exceptions, [{ kind: "decided", step: 1, about: "unmatched-words", name: world.source.plan.ceremony, choice: "again", by: "alice" }]);
  assert.deepEqual(replay(world.record.asFiles()).replayed.rebuilt, { state: "reproduced", why: "" });
});

test("a certificate that is there may be left unread; whoever is not of the script, or chooses what was not offered, decides nothing", async () => {
  const deviation = (choice: string, by: string): Meddler => ({ request }) => (request.kind === "deviation" ? { kind: "deviation", outcome: "answered", expected: "a", happened: "b", decided: "c", choice, by } : undefined);
  for (const [choice, by, outcome] of [["go-on", "alice", "done"], ["go-on", "eve", "stopped"], ["adopt", "alice", "stopped"]] as const) {
    const world = new World(source);
    const isRead: Parameters<typeof atNth>[0] = (request) => request.kind === "read-back" && request.subject === "certificate";
    const once = atNth(isRead, 0, unmatched);
    const meddle: Meddler = (call) => once(call) ?? deviation(choice, by)(call);
    assert.equal((await world.run({ meddle })).outcome, outcome, `${choice} ${by}`);
    assert.deepEqual(registerOf(world).exceptions.map((fact) => fact.kind === "decided" && fact.choice), [outcome === "done" ? "go-on" : choice === "adopt" ? "stop" : "go-on"]);
  }
});
