/** What entries may say, and to whom a public copy may leave them out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bodySchema, eventSchema, levelOf, type Event, type Fact } from "../../src/transcript/entry.ts";
import { EFFECTS, isEffect, observationSchema, type ObservationKind } from "../../src/transcript/observation.ts";
import { EVENT, HEADER, stampAt } from "./facts.ts";

const KINDS = [...new Set(observationSchema.options.map((option) => option.shape.kind.value))];

test("what happened on a token, controls, decisions and the end are always public", () => {
  for (const kind of [...EFFECTS, "decide", "confirm", "draw", "keep-artifacts", "close", "read-back"]) {
    assert.equal(levelOf({ kind: "request", request: { kind } }), "public", kind);
  }
  assert.equal(levelOf(HEADER), "public");
  assert.equal(levelOf({ kind: "event", event: { name: "torn-entry", length: 1, sha256: "ab".repeat(32), path: "torn/1" } }), "public");
});

test("who was there is for people, what the host and the token look like is for the station", () => {
  const levels = Object.fromEntries(KINDS.map((kind) => [kind, levelOf({ kind: "request", request: { kind } })]));
  const at = (level: string) => Object.entries(levels).filter(([, one]) => one === level).map(([kind]) => kind).sort();
  assert.deepEqual(at("people"), ["act", "attach", "deviation", "double-entry", "present", "roll-call", "time"]);
  assert.deepEqual(at("station"), ["find-objects", "find-token", "inspect-token"]);
  assert.equal(levelOf({ kind: "event", event: { name: "attendance", present: ["alice"] } }), "people");
  const said: Event[] = [
    { name: "left", person: "dan", present: ["alice"] }, { name: "joined", person: "dan", present: ["alice", "dan"] }, { name: "paused", by: "dan", reason: "lunch", staying: ["alice"] }, { name: "continued", present: ["dan"] },
    { name: "note", step: 1, by: "dan", text: "x" }, { name: "deviation", step: 1, expected: "a", happened: "b", decided: "c", by: "dan" },
  ];
  for (const event of said) assert.equal(levelOf({ kind: "event", event: eventSchema.parse(event) }), "people", event.name);
  assert.ok(!eventSchema.safeParse({ name: "note", step: 1, by: "dan", text: "" }).success && !eventSchema.safeParse({ name: "note", step: 1, by: "dan", text: "x".repeat(2001) }).success);
  const station: Event[] = [
    { name: "idle", minutes: 15 },
    { name: "opened", answers: "file" }, { name: "resumed", answers: "terminal", head: "ab".repeat(32), headWords: "asked" }, { name: "login", token: "vault", serial: "1", role: "so" },
    { name: "login-refused", token: "vault", serial: "1", ckr: "CKR_PIN_INCORRECT" }, { name: "logout", token: "vault", serial: "1" },
  ];
  for (const event of station) assert.equal(levelOf({ kind: "event", event }), "station", event.name);
});

test("a request and its observation have one level", () => {
  for (const kind of KINDS) assert.equal(levelOf({ kind: "request", request: { kind } }), levelOf({ kind: "observation", observation: { kind } as never }), kind);
});

test("an effect ends done, refused, unknown or wrong, or a person stops it; nothing else has any other outcome than an answer and a stop, but words that do not match", () => {
  const outcomes = (kind: ObservationKind) => observationSchema.options.filter((option) => option.shape.kind.value === kind).map((option) => option.shape.outcome.value).sort();
  for (const kind of KINDS) {
    if (isEffect(kind)) assert.deepEqual(outcomes(kind), ["done", "refused", "stopped", "unknown", "wrong"], kind);
    else if (kind === "read-back") assert.deepEqual(outcomes(kind), ["answered", "stopped", "unmatched"]);
    else assert.ok(outcomes(kind).every((outcome) => outcome === "answered" || outcome === "stopped"), kind);
  }
});

const body = (fact: Fact, change: object = {}) => bodySchema.safeParse({ ...fact, ...stampAt(0), ...change }).success;

test("stamps are complete and of one form", () => {
  assert.ok(body(EVENT));
  const bad = [
    { salt: "00" }, { salt: "AB".repeat(16) }, { at: "2026-11-20T12:00:00Z" }, { at: "2026-11-20 12:00:00.000Z" }, { mono: -1 }, { mono: 1.5 }, { boot: "xyz" },
    { salt: undefined }, { at: undefined }, { mono: undefined }, { boot: undefined }, { more: 1 },
  ];
  for (const change of bad) assert.ok(!body(EVENT, change), JSON.stringify(change));
});

test("an observation says what its kind may say, and nothing more", () => {
  const good: readonly object[] = [
    { kind: "roll-call", outcome: "answered", present: ["alice"] }, { kind: "sign", outcome: "done", signatures: ["00"] }, { kind: "sign", outcome: "unknown", ckr: "" },
    { kind: "close", outcome: "answered" }, { kind: "draw", outcome: "stopped", by: "dan", reason: "" },
    { kind: "inspect-token", outcome: "stopped", by: "dan", reason: "" }, { kind: "sign", outcome: "stopped", by: "dan", reason: "" },
  ];
  for (const one of good) assert.ok(observationSchema.safeParse(one).success, JSON.stringify(one));
  const bad: readonly object[] = [
    { kind: "roll-call", outcome: "answered", present: ["Alice"] }, { kind: "roll-call", outcome: "answered", present: "alice" }, { kind: "roll-call", outcome: "done", present: [] },
    { kind: "sign", outcome: "done", signatures: [] }, { kind: "sign", outcome: "done", signatures: ["0"] }, { kind: "sign", outcome: "done", signatures: ["0G"] },
    { kind: "sign", outcome: "refused", ckr: "" }, { kind: "sign", outcome: "refused", ckr: "DEVICE_ERROR" }, { kind: "sign", outcome: "done", signatures: ["00"], ckr: "" },
    { kind: "close", outcome: "stopped", by: "dan", reason: "" }, { kind: "keep-artifacts", outcome: "stopped", by: "dan", reason: "" },
    { kind: "time", outcome: "answered", instant: "2026-11-20T12:00:00.000Z", attestedBy: [] }, { kind: "read-back", outcome: "answered", by: "dan", positions: [33], tries: 1 },
    { kind: "approve", outcome: "answered" },
  ];
  for (const one of bad) assert.ok(!observationSchema.safeParse(one).success, JSON.stringify(one));
});

test("events are a closed list", () => {
  assert.ok(!eventSchema.safeParse({ name: "note", text: "hello" }).success);
  assert.ok(!eventSchema.safeParse({ name: "torn-entry", length: 0, sha256: "ab".repeat(32), path: "torn/1" }).success);
});
