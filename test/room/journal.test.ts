/** The journal: one write an entry, nothing after a failure, nothing after the close. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../src/fault.ts";
import { Journal } from "../../src/room/journal.ts";
import { EMPTY_CHAIN } from "../../src/transcript/chain.ts";
import type { Fact, Stamp } from "../../src/transcript/entry.ts";
import { EVENT, HEADER, readAll, request, stampAt } from "../transcript/facts.ts";

const fails = (code: string) => (thrown: unknown) => thrown instanceof Fault && thrown.code === code;

function journalInto(append: (bytes: Uint8Array) => void): Journal {
  let mono = 0;
  return new Journal({ append }, EMPTY_CHAIN, (): Stamp => stampAt(mono++));
}

test("each fact is one append, and what was appended can be read again", () => {
  const written: Uint8Array[] = [];
  const journal = journalInto((bytes) => written.push(bytes));
  const facts: Fact[] = [HEADER, EVENT, request({ kind: "time", step: 1 }), { kind: "observation", observation: { kind: "time", outcome: "answered", instant: "2026-11-20T12:00:00Z", attestedBy: ["alice"] } }];
  assert.deepEqual(facts.map((fact) => journal.append(fact)), [0, 1, 2, 3]);
  assert.equal(written.length, 4);
  const { entries, rest } = readAll(Buffer.concat(written));
  assert.deepEqual([entries.length, rest.end], [4, journal.end]);
});

test("it says whether an effect was put on record, also when the append of it failed", () => {
  for (const fail of [false, true]) {
    let broken = false;
    const journal = journalInto(() => {
      if (broken) throw new Fault("record-write", "no space left");
    });
    journal.append(HEADER);
    journal.append(request({ kind: "time", step: 1 }));
    assert.equal(journal.hadEffect, false);
    broken = fail;
    const append = () => journal.append(request({ kind: "sign", step: 1 }));
    if (fail) assert.throws(append, fails("record-write"));
    else append();
    assert.equal(journal.hadEffect, true);
  }
});

test("after an append that failed the journal takes nothing more, and drops events", () => {
  let appends = 0;
  const journal = journalInto(() => {
    appends++;
    if (appends === 2) throw new Fault("record-write", "no space left");
  });
  journal.append(HEADER);
  const { end } = journal;
  assert.throws(() => journal.append(EVENT), fails("record-write"));
  assert.throws(() => journal.append(EVENT), fails("record-write"));
  journal.event({ name: "opened", answers: "file" });
  assert.deepEqual([appends, journal.end], [2, end], "the head is that of what is known to be on the disk");
});

test("after the close nothing is appended: events are dropped, facts are refused", () => {
  let appends = 0;
  const journal = journalInto(() => void appends++);
  journal.append(HEADER);
  journal.close();
  journal.event({ name: "opened", answers: "file" });
  assert.throws(() => journal.append(EVENT), fails("record-write"));
  assert.equal(appends, 1);
});

test("a fact that no reader would take is refused before a byte of it is written, and the journal goes on", () => {
  let appends = 0;
  const journal = journalInto(() => void appends++);
  journal.append(HEADER);
  const bad = [
    { kind: "observation", observation: { kind: "roll-call", outcome: "stopped", by: "dan", reason: "x".repeat(2001) } },
    { kind: "observation", observation: { kind: "sign", outcome: "refused", ckr: "no CKR word" } },
    { kind: "event", event: { name: "opened", answers: "file", more: 1 } },
    { kind: "request", request: { kind: "time" } },
    { kind: "event", event: { name: "login-refused", token: "\ud800", serial: "", ckr: "" } },
  ] as Fact[];
  for (const fact of bad) assert.throws(() => journal.append(fact), (thrown) => thrown instanceof Fault && ["bug-answer", "form-json"].includes(thrown.code), JSON.stringify(fact));
  assert.equal(appends, 1);
  assert.equal(journal.append(EVENT), 1);
});
