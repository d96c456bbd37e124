/** Attacks on a record: changed octets, entries left out, put twice, exchanged, and whole chains made anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText } from "../../src/bytes/canonical.ts";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { concat } from "../../src/bytes/text.ts";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import { feed, type Standing } from "../../src/ceremony/feed.ts";
import { Fault } from "../../src/fault.ts";
import type { Entry } from "../../src/transcript/chain.ts";
import type { Fact } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import type { AnswerTo } from "../../src/transcript/observation.ts";
import { stopAt } from "../scripted/people.ts";
import { chained, readAll } from "../scripted/record.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, goodPlan, ONE_KEY, ROOT, SMALL } from "../scripted/scripts.ts";
import { replay, RUN, World } from "../scripted/world.ts";

const source = goodPlan(ROOT);
const world = new World(source);
await world.run();
const whole = world.record.transcript;
const sealed = readAll(whole).rest.end;

/** Whether the chain holds and ends where the seal says that it ends. */
function passesAs(bytes: Uint8Array, end: typeof sealed): boolean {
  try {
    const { rest } = readAll(bytes);
    return rest.torn.length === 0 && rest.end.entries === end.entries && rest.end.head === end.head;
  } catch (thrown) {
    assert.ok(thrown instanceof Fault && thrown.code === "form-entry", String(thrown));
    return false;
  }
}

/** The octets of each entry: two lines. */
function entriesOf(bytes: Uint8Array): Uint8Array[] {
  const lines = Buffer.from(bytes).toString().split("\n");
  return Array.from({ length: (lines.length - 1) >> 1 }, (_, i) => Buffer.from(`${lines[2 * i]}\n${lines[2 * i + 1]}\n`));
}

test("T1: no octet of a transcript can be changed: the chain breaks, or its head is another [RECORD-CHAIN]", async () => {
  const short = new World(goodPlan(ONE_KEY));
  await short.run({ meddle: atNth("roll-call", 0, () => stopAt("roll-call")) });
  const bytes = short.record.transcript;
  const { end } = readAll(bytes).rest;
  assert.ok(passesAs(bytes, end));
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x20);
    assert.ok(!passesAs(changed, end), `octet ${at}`);
  }
});

test("T1: a changed octet anywhere in a long record is never reproduced without a word", () => {
  const files = world.record.asFiles();
  for (let i = 0; i < 8; i++) {
    const changed = whole.slice();
    const at = Math.floor(((i + 0.5) * whole.length) / 8);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    const { replayed } = replay({ ...files, read: (path) => (path === LAYOUT.transcript ? changed : files.read(path)) });
    assert.ok(replayed.wrong.some((one) => one.startsWith(LAYOUT.transcript)), `octet ${at}`);
    assert.notEqual(replayed.rebuilt.state, "reproduced");
  }
});

test("T2, T3, T4, T6: an entry that is left out, put twice, exchanged with the next or cut off is noticed, everywhere [RECORD-CHAIN]", () => {
  const parts = entriesOf(whole);
  assert.ok(passesAs(concat(...parts), sealed));
  for (let i = 0; i < parts.length; i += 2) {
    const [before, own, next, after] = [parts.slice(0, i), parts.slice(i, i + 1), parts.slice(i + 1, i + 2), parts.slice(i + 2)];
    const attempts = [[...before, ...next, ...after], [...before, ...own, ...own, ...next, ...after], [...before, ...next, ...own, ...after], before];
    for (const [n, attempt] of attempts.entries()) assert.ok(next.length === 0 || !passesAs(concat(...attempt), sealed), `entry ${i}, attempt ${n}`);
  }
});

test("T9: the tail of another run of the same script does not fit, wherever it is grafted [RECORD-CHAIN]", async () => {
  const other = new World(source);
  await other.run();
  const [parts, strange] = [entriesOf(whole), entriesOf(other.record.transcript)];
  assert.equal(parts.length, strange.length);
  for (let i = 1; i < parts.length; i += 4) assert.ok(!passesAs(concat(...parts.slice(0, i), ...strange.slice(i)), sealed));
});

test("T6: a transcript cut at any line is incomplete, and never done [RECORD-WHOLE]", () => {
  const parts = entriesOf(whole);
  for (const length of [1, 2, 9, parts.length - 3, parts.length - 2, parts.length - 1]) {
    for (const extra of [0, (parts[length]?.indexOf(10) ?? 0) + 1]) {
      const cut = concat(...parts.slice(0, length), (parts[length] ?? new Uint8Array()).subarray(0, extra));
      const files = world.record.asFiles();
      const { replayed } = replay({ ...files, read: (path) => (path === LAYOUT.transcript ? cut : files.read(path)) });
      assert.deepEqual([replayed.rebuilt.state, replayed.ending, replayed.wrong], ["incomplete", null, []], `${length} entries and ${extra} octets`);
    }
  }
});

function standingOf(entries: readonly Entry[]): Standing {
  const feeding = feed(ceremony(source.plan, source.digest, RUN), entries);
  for (;;) {
    const next = feeding.next();
    if (next.done === true) return next.value;
  }
}

/** A value with its last leaf changed: text, number, boolean or list. */
function twisted(value: unknown): unknown {
  if (typeof value === "string") return `${value}0`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.length === 0 ? ["more"] : [...value.slice(0, -1), twisted(value.at(-1))];
  if (value === null) return "something";
  const fields = Object.entries(value as object);
  return Object.fromEntries(fields.map(([name, inner], i) => [name, i === fields.length - 1 ? twisted(inner) : inner]));
}

test("T5: a request that is changed, and the chain made anew over it, diverges where it stands", () => {
  const bodies = world.record.bodies();
  for (const [at, body] of bodies.entries()) {
    if (body.kind !== "request") continue;
    const { kind, step, ...rest } = body.request;
    const changes = [{ kind, step: step + 1, ...rest }, ...(Object.keys(rest).length === 0 ? [] : [{ kind, step, ...(twisted(rest) as object) }])];
    for (const request of at % 4 === 0 ? changes : changes.slice(-1)) {
      const attacked = chained(bodies, (fact, seq): Fact[] => [seq === at ? { kind: "request", request } : fact]);
      const standing = standingOf(readAll(attacked).entries);
      assert.ok(standing.state === "diverged" && standing.seq === at, `entry ${at}: ${canonicalText(request)}: ${standing.state}`);
    }
  }
});

test("a request and its answer that were left out diverge at the next request", () => {
  const bodies = world.record.bodies();
  const first = bodies.findIndex((body) => body.kind === "request");
  for (let at = first; at < bodies.length - 2; at += 6) {
    const attacked = chained(bodies, (fact, seq) => (seq === at || seq === at + 1 ? [] : [fact]));
    assert.equal(standingOf(readAll(attacked).entries).state, "diverged", `entries ${at} and ${at + 1}`);
  }
});

test("T5: a record that agrees with itself but for a signature that nobody made does not hold [RECORD-SIGNATURES]", async () => {
  const small = goodPlan(SMALL);
  for (const n of [1, 4]) {
    const forged = new World(small);
    await forged.forge(atNth("sign", n, ({ honest }) => {
      const told = honest() as Extract<AnswerTo<"sign">, { outcome: "done" }>;
      return { ...told, signatures: ["2a".repeat(64)] };
    }));
    const at = forged.record.bodies().filter((body) => body.kind === "observation" && body.observation.kind === "sign")[n];
    const { replayed, failed } = replay(forged.record.asFiles());
    assert.deepEqual([replayed.rebuilt.state, replayed.wrong], ["reproduced", []], "nothing but the claim can tell");
    assert.deepEqual(failed, [`entry ${forged.record.bodies().findIndex((body) => body.at === at?.at)}`]);
  }
});

test("a request whose own signature does not verify makes a claim that does not hold, in every replay [REQUEST-POSSESSION]", async () => {
  const pem = FILES["requests/device.csr"] ?? "";
  const { label, der } = fromPem(pem, ["CERTIFICATE REQUEST"]);
  const broken = goodPlan(SMALL, { ...FILES, "requests/device.csr": toPem(label, der.with(-1, (der.at(-1) ?? 0) ^ 1)) });
  const record = new World(broken);
  await record.run();
  assert.deepEqual(replay(record.record.asFiles()).failed, ["request steps.7.sign-request.request"]);
});

test("T25: a file among the artifacts that the ceremony did not make is not authentic [RECORD-ARTIFACTS]", () => {
  const files = world.record.asFiles();
  const planted = "artifacts/certificates/planted.pem";
  const { replayed } = replay({ ...files, list: () => [...files.list(), planted] });
  assert.deepEqual(replayed.wrong, [`${planted} was not made by this ceremony [RECORD-ARTIFACTS]`]);
});

test("T13, T15, T16, T17: every file of the record is bound: one changed octet, or the file gone, and it is not what was sealed", () => {
  const files = world.record.asFiles();
  for (const changedPath of files.list().filter((path) => path !== LAYOUT.transcript)) {
    const bytes = files.read(changedPath) ?? new Uint8Array();
    const flipped = bytes.slice();
    flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 0x01;
    for (const now of changedPath.length % 3 === 0 ? [flipped, null] : [flipped]) {
      const { replayed, failed } = replay({ ...files, read: (path) => (path === changedPath ? now : files.read(path)) });
      const found = replayed.wrong.length + failed.length + (replayed.rebuilt.state === "reproduced" ? 0 : 1);
      assert.ok(found > 0, `${changedPath} ${now === null ? "gone" : "changed"}`);
    }
  }
});

test("entry 0 of another ceremony, assurance, plan, script or inputs is not this record's", () => {
  const [header] = world.record.bodies();
  assert.ok(header?.kind === "header");
  const changes: readonly Partial<typeof header>[] = [
    { ceremony: "another" }, { assurance: "production" }, { plan: "0".repeat(64) }, { script: "0".repeat(64) }, { station: "0".repeat(64) }, { inputs: [] },
    { inputs: header.inputs.map((input) => ({ ...input, sha256: "0".repeat(64) })) }, { run: "0".repeat(16) },
  ];
  const files = world.record.asFiles();
  for (const change of changes) {
    const attacked = chained(world.record.bodies(), (fact, seq) => [seq === 0 ? ({ ...fact, ...change } as Fact) : fact]);
    const { replayed } = replay({ ...files, read: (path) => (path === LAYOUT.transcript ? attacked : files.read(path)) });
    assert.ok(replayed.wrong.length > 0 || replayed.rebuilt.state === "diverged", canonicalText(change));
  }
});
