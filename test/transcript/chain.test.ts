/** The chain: what a transcript is made of, read so strictly that every transcript has one spelling. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/fault.ts";
import { GENESIS } from "../../src/transcript/chain.ts";
import type { Fact } from "../../src/transcript/entry.ts";
import { CLOSED, EVENT, HEADER, readAll, request, stampAt, transcriptOf } from "./facts.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const TIME = request({ kind: "time", step: 1 });
const TOLD: Fact = { kind: "observation", observation: { kind: "time", outcome: "answered", instant: "2026-11-20T12:00:00Z", attestedBy: ["alice", "dan"] } };
const END: readonly Fact[] = [request({ kind: "close", step: 1 }), CLOSED];
const WHOLE: readonly Fact[] = [HEADER, EVENT, TIME, EVENT, TOLD, ...END];

function refused(bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => readAll(bytes), (thrown) => thrown instanceof Fault && thrown.code === "form-entry" && message.test(thrown.message));
}

test("an entry is two lines: a canonical body, and a link with its digest, level, predecessor and number", () => {
  const lines = Buffer.from(transcriptOf(WHOLE)).toString().split("\n");
  assert.equal(lines.pop(), "");
  let prev = GENESIS;
  for (let seq = 0; seq < WHOLE.length; seq++) {
    const [body, link] = [lines[2 * seq] ?? "", lines[2 * seq + 1] ?? ""];
    const { level, ...rest } = JSON.parse(link) as Record<string, unknown>;
    assert.deepEqual(rest, { body: sha256(body), prev, seq });
    assert.equal(link, JSON.stringify({ body: sha256(body), level, prev, seq }), "no blanks, names in order");
    prev = sha256(link);
  }
  const { rest } = readAll(transcriptOf(WHOLE));
  assert.deepEqual([rest.end, rest.offset, rest.torn.length], [{ entries: WHOLE.length, head: prev }, transcriptOf(WHOLE).length, 0]);
});

test("what was written is read: facts, stamps, numbers and heads", () => {
  const { entries } = readAll(transcriptOf(WHOLE));
  assert.deepEqual(entries.map(({ body }) => body), WHOLE.map((fact, i) => ({ ...fact, ...stampAt(i) })));
  assert.deepEqual(entries.map(({ seq }) => seq), WHOLE.map((_, i) => i));
});

test("cut anywhere, the whole entries before the cut are read, and the rest is torn", () => {
  const bytes = transcriptOf(WHOLE.slice(0, 3));
  const ends = WHOLE.slice(0, 4).map((_, i) => transcriptOf(WHOLE.slice(0, i)).length);
  for (let length = 0; length <= bytes.length; length++) {
    const { entries, rest } = readAll(bytes.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length - 1;
    assert.deepEqual([entries.length, rest.offset, rest.torn.length], [whole, ends[whole], length - (ends[whole] ?? 0)], `${length} octets`);
  }
});

test("a hole in the last entry, octets that a lost power never wrote, makes it torn; a hole further up is no chain", () => {
  const bytes = transcriptOf(WHOLE.slice(0, 3));
  const [second, third] = [1, 2].map((n) => transcriptOf(WHOLE.slice(0, n)).length);
  const holed = (from: number, to: number): Uint8Array => Uint8Array.from(bytes).fill(0, from, to);
  for (let from = third ?? 0; from < bytes.length; from += 7) {
    const { entries, rest } = readAll(holed(from, from + 20));
    assert.deepEqual([entries.length, rest.offset, rest.torn.length], [2, third, bytes.length - (third ?? 0)], `a hole at ${from}`);
  }
  assert.throws(() => readAll(holed((second ?? 0) + 5, (second ?? 0) + 6)), (thrown) => thrown instanceof Fault && thrown.code === "form-entry");
});

/** A transcript of one header whose body line is spelt in another way, with a link line that says so truly. */
function spelt(change: (body: string) => string, link: (link: Record<string, unknown>) => object = (one) => one): Uint8Array {
  const body = change(Buffer.from(transcriptOf([HEADER])).toString().split("\n")[0] ?? "");
  return Buffer.from(`${body}\n${JSON.stringify(link({ body: sha256(body), level: "public", prev: GENESIS, seq: 0 }))}\n`);
}

test("a body has one spelling", () => {
  assert.equal(readAll(spelt((body) => body)).entries.length, 1);
  const spellings: readonly ((body: string) => string)[] = [
    (body) => ` ${body}`, (body) => `${body} `, (body) => `${body}\r`, (body) => `\ufeff${body}`, (body) => body.replace(",", ", "),
    (body) => body.replace('"kind":"header"', '"kind":"header","kind":"header"'),
    (body) => body.replace('"mono":0', '"mono":0.0'), (body) => body.replace('"mono":0', '"mono":-0'), (body) => body.replace('"mono":0', '"mono":0e1'),
    (body) => body.replace("example-", "\\u0065xample-"), (body) => body.replace("anchorite-record/1", "anchorite-record\\/1"),
    (body) => body.replace(/^\{(.*)\}$/, (_, fields: string) => `{${fields.split(/,(?="script)/).reverse().join(",")}}`),
    (body) => body.slice(0, -1), () => "", () => "null", () => "[]", () => "{}", (body) => body.replace("alice", "\\ud800"),
  ];
  for (const [i, change] of spellings.entries()) {
    assert.notDeepEqual(spelt(change), spelt((body) => body), `spelling ${i} is another one`);
    refused(spelt(change), /entry 0, body line: /);
  }
});

test("octets that are not UTF-8 are refused", () => {
  const bytes = transcriptOf([HEADER]);
  const body = Buffer.from(bytes.subarray(0, bytes.indexOf(10)));
  body[20] = 0xff;
  const link = JSON.stringify({ body: createHash("sha256").update(body).digest("hex"), level: "public", prev: GENESIS, seq: 0 });
  refused(Buffer.concat([body, Buffer.from(`\n${link}\n`)]), /entry 0, body line: expected UTF-8/);
});

test("unknown, missing and mistyped fields are refused, in bodies and in links", () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['"approvals":[]', '"approvals":[],"aside":1'], ['"assurance":"test",', ""], ['"mono":0', '"mono":"0"'], ['"run":"0011223344556677"', '"run":"0011"'],
    ['"at":"2026-11-20T12:00:00.000Z"', '"at":"2026-11-20T12:00:00Z"'], ["anchorite-record/1", "anchorite-record/2"], ['"version":"0.1.0"', '"version":1'],
  ];
  for (const [from, to] of bodies) refused(spelt((body) => (assert.ok(body.includes(from)), body.replace(from, to))), /entry 0, body line: /);
  const links: readonly object[] = [{ aside: 1 }, { level: "secret" }, { seq: -1 }, { seq: "0" }, { prev: "0" }, { body: "AB" }];
  for (const change of links) refused(spelt((body) => body, (link) => Object.fromEntries(Object.entries({ ...link, ...change }).sort())), /entry 0/);
});

test("a record of before version 1 is told what it is, before anything else of it is looked at", () => {
  refused(spelt((body) => body.replace("anchorite-record/1", "anchorite-record/0").replace('"approvals":[],', "")), /entry 0, body line: format: expected the format anchorite-record\/1, found anchorite-record\/0: it was written before the first release.*carries no promise; replay it with the tool that wrote it/);
  refused(spelt((body) => body.replace("anchorite-record/1", "anchorite-record/7")), /found anchorite-record\/7, which this version does not read/);
});

test("a link of another number, predecessor, digest or level is refused by name", () => {
  const table: readonly (readonly [object, RegExp])[] = [
    [{ seq: 1 }, /entry 0: expected seq 0, found 1/], [{ prev: "1".repeat(64) }, /entry 0: expected prev 0{64}, found 1{64}/],
    [{ body: "1".repeat(64) }, /entry 0: the body line has the digest/], [{ level: "people" }, /entry 0: expected level public, found people/],
  ];
  for (const [change, message] of table) refused(spelt((body) => body, (link) => ({ ...link, ...change })), message);
});

test("line ends are LF and nothing else", () => {
  const bytes = Buffer.from(transcriptOf(WHOLE)).toString();
  refused(Buffer.from(bytes.replaceAll("\n", "\r\n")), /entry 0/);
  refused(Buffer.from(`\n${bytes}`), /entry 0/);
  refused(Buffer.from(bytes.replace("\n", "\n\n")), /entry 0/);
  assert.equal(readAll(Buffer.from(bytes.replaceAll("\n", "\r"))).entries.length, 0, "a CR ends no line");
});

test("there is one header and it comes first; an observation answers what is open; nothing follows the close", () => {
  const table: readonly (readonly [readonly Fact[], RegExp])[] = [
    [[EVENT], /entry 0: expected one header, as entry 0/], [[TIME], /entry 0: expected one header/], [[HEADER, HEADER], /entry 1: expected one header/],
    [[HEADER, TOLD], /entry 1: an observation of time while nothing is open/], [[HEADER, TIME, TIME], /entry 2: a request while time is open/],
    [[HEADER, TIME, CLOSED], /entry 2: an observation of close while time is open/], [[HEADER, TIME, TOLD, TOLD], /entry 3: an observation of time while nothing is open/],
    [[HEADER, ...END, EVENT], /entry 3: expected nothing after the close/], [[HEADER, ...END, TIME], /entry 3: expected nothing after the close/],
    [[HEADER, ...END, HEADER], /entry 3: expected nothing after the close/],
  ];
  for (const [facts, message] of table) refused(transcriptOf(facts), message);
});

test("C5: the monotonic clock rises within one boot, and starts anew with another, where a process goes on [RECORD-CHAIN]", () => {
  const resumed: Fact = { kind: "event", event: { name: "resumed", answers: "file", head: "0".repeat(64), headWords: "asked" } };
  const torn: Fact = { kind: "event", event: { name: "torn-entry", length: 1, sha256: "0".repeat(64), path: "torn/2-0000000000000000" } };
  const monos = (...stamps: [number, string][]) => transcriptOf([HEADER, EVENT, resumed], (i) => stampAt(...(stamps[i] ?? [0, "b0"])));
  const another = (next: Fact) => transcriptOf([HEADER, EVENT, next], (i) => stampAt(i, i === 2 ? "b1" : "b0"));
  for (const next of [EVENT, TIME]) refused(another(next), /entry 2: another boot of the host, and no process that went on/);
  for (const next of [resumed, torn]) assert.equal(readAll(another(next)).entries.length, 3);
  refused(monos([5, "b0"], [4, "b0"], [6, "b0"]), /entry 1: the monotonic clock went back within one boot/);
  assert.equal(readAll(monos([5, "b0"], [5, "b0"], [0, "b1"])).entries.length, 3);
});

test("any octets at all are read or refused, never more", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), (noise, whole) => {
    const bytes = Buffer.concat([transcriptOf(WHOLE.slice(0, whole)), noise]);
    try {
      assert.equal(readAll(bytes).entries.length, whole);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault && thrown.code === "form-entry");
    }
  }), { numRuns: 200 });
});

test("a line that is longer than any entry is refused and not parsed", () => {
  refused(Buffer.concat([Buffer.alloc(16 * 1024 * 1024 + 1, 0x20), Buffer.from("\n{}\n")]), /entry 0: expected a body line of at most 16777216 octets/);
});
