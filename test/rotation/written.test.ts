/** What rotation writes: a calendar that another parser reads, metrics, notes, and what is kept of the newest register. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import ICAL from "ical.js";
import { toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";
import { obligationSentence } from "../../src/console/rotation-pages.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { epochSeconds } from "../../src/plan/validity.ts";
import { calendarText } from "../../src/rotation/calendar.ts";
import { knownFaults, readKnown, writeKnown } from "../../src/rotation/known.ts";
import { metricsText } from "../../src/rotation/metrics.ts";
import { judgeNotes } from "../../src/rotation/notes.ts";
import { judged, type JudgedObligation } from "../../src/rotation/obligation.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import type { Register } from "../../src/transcript/register.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import { readRotationNote, writeRotationNote } from "../../src/transcript/rotation-note.ts";
import { first, registerIn, second } from "../scripted/rotation.ts";
import { KEYS } from "../scripted/waivers.ts";

let one: Register;
let two: Register;
before(async () => {
  const year = await first();
  one = registerIn(year);
  two = registerIn(await second(year));
});

const duties = (register: Register): JudgedObligation[] => obligationsOf(register, register.attested ?? "").map((duty) => judged(duty, register.attested ?? "", null));
interface Event {
  readonly uid: string;
  readonly start: string;
  readonly sequence: number;
  readonly alarms: readonly string[];
}

function eventsOf(register: Register): Event[] {
  const calendar = new ICAL.Component(ICAL.parse(calendarText(register, duties(register), obligationSentence)));
  return calendar.getAllSubcomponents("vevent").map((event) => ({
    uid: String(event.getFirstPropertyValue("uid")), start: String(event.getFirstPropertyValue("dtstart")), sequence: Number(event.getFirstPropertyValue("sequence")),
    alarms: event.getAllSubcomponents("valarm").map((alarm) => String(alarm.getFirstPropertyValue("trigger"))),
  }));
}

test("another parser reads the calendar: one whole day for each obligation, on the day on which it has to be met", () => {
  const events = eventsOf(one);
  assert.deepEqual(events.map(({ start }) => start), duties(one).map(({ by }) => by.slice(0, 10)));
  assert.equal(new Set(events.map(({ uid }) => uid)).size, events.length);
  const root = events.find(({ uid }) => uid.includes("succeed-root-ca"));
  assert.deepEqual(root?.alarms, ["-P180D", "-P30D"]);
});

test("the same register gives the same octets; a later one keeps the ids and raises the sequence", () => {
  assert.equal(calendarText(one, duties(one), obligationSentence), calendarText(one, duties(one), obligationSentence));
  const [before, after] = [eventsOf(one), eventsOf(two)];
  const same = after.filter(({ uid }) => before.some((other) => other.uid === uid));
  assert.ok(same.some(({ uid }) => uid.includes("succeed-root-ca")));
  for (const { uid, sequence } of same) assert.ok(sequence > (before.find((other) => other.uid === uid)?.sequence ?? Infinity), uid);
});

test("no reminder is earlier than the register from which it follows", () => {
  for (const { uid, alarms } of eventsOf(one)) if (uid.includes("publish")) assert.deepEqual(alarms, []);
});

test("metrics have the names of certificate exporters, seconds from 1970, and when they were made", () => {
  const at = "2026-12-24T00:00:00Z";
  const lines = metricsText(one, duties(one), at).split("\n");
  const root = one.certificates.find(({ name }) => name === "root-ca");
  assert.ok(lines.includes(`x509_cert_not_after{name="root-ca",subject_CN="Example Root",serial_number="${root?.serial ?? ""}",issuer_CN="Example Root"} ${epochSeconds(root?.notAfter ?? "")}`));
  assert.ok(lines.includes(`anchorite_rotation_generated_timestamp_seconds ${Date.parse(at) / 1000}`));
  for (const line of lines.filter((text) => text !== "" && !text.startsWith("#"))) assert.match(line, /^[a-z0-9_]+(\{([A-Za-z_]+="(\\.|[^"\\])*",?)+\})? \d+$/);
});

test("a label that holds quotes, strokes and line ends stays one label", () => {
  const odd: Register = { ...one, certificates: one.certificates.map((certificate) => ({ ...certificate, subject: 'CN=a"b\\nc' })) };
  for (const line of metricsText(odd, [], "2026-12-24T00:00:00Z").split("\n").filter((text) => text.startsWith("x509"))) assert.match(line, /subject_CN="a\\"b\\\\nc"/);
});

const NOTE = { ceremony: "scripted-room-00000000", obligation: "switch/issuing-ca", by: "alice", at: "2030-12-01T00:00:00Z", note: "switched on Monday" } as const;
const noteOf = (register: Register) => writeRotationNote({ ...NOTE, run: register.run });
const signed = (who: "alice" | "dan", namespace: string, text: Uint8Array): Uint8Array => toUtf8(KEYS[who].sign(namespace, text));
const roster = (namespaces: string) => readRoster(toUtf8(`alice namespaces="${namespaces}" ${KEYS.alice.line}\n`));

test("a note counts when the roster allows its signer, and reads back as it was written", () => {
  const text = noteOf(two);
  assert.equal(readRotationNote(text).obligation, "switch/issuing-ca");
  const [counted] = judgeNotes([{ path: "a.txt", text, signature: signed("alice", "anchorite-rotation-note", text) }], roster("anchorite-rotation-note"), two);
  assert.ok(counted && "claim" in counted && claimHolds(counted.claim));
});

test("a note without roster, without signature, of another namespace, signer, run or spelling does not count", () => {
  const text = noteOf(two);
  const signature = signed("alice", "anchorite-rotation-note", text);
  const why = (file: { text: Uint8Array; signature: Uint8Array | null }, by: ReturnType<typeof roster> | null = roster("anchorite-rotation-note"), register = two): string => {
    const [judgedNote] = judgeNotes([{ path: "a.txt", ...file }], by, register);
    return judgedNote && "why" in judgedNote ? judgedNote.why : "it counts";
  };
  assert.match(why({ text, signature }, null), /--roster/);
  assert.match(why({ text, signature: null }), /nobody has signed/);
  assert.match(why({ text, signature: signed("alice", "anchorite-addendum", text) }), /namespace/);
  assert.match(why({ text, signature: signed("dan", "anchorite-rotation-note", text) }), /does not allow alice/);
  assert.match(why({ text, signature }, roster("anchorite-addendum")), /does not allow alice/);
  assert.match(why({ text: writeRotationNote({ ...NOTE, run: "ffffffffffffffff" }), signature }), /does not know/);
  assert.match(why({ text: toUtf8("origin: something\n"), signature }), /expected/);
});

test("an older register than the newest that was seen is refused, a later one goes on, another CA's is none [ROTATION-KNOWN]", () => {
  const seen = readKnown(writeKnown(two));
  assert.deepEqual(knownFaults(readKnown(writeKnown(one)), two), []);
  assert.deepEqual(knownFaults(seen, two), []);
  assert.deepEqual(knownFaults(seen, one).map(({ control }) => control), ["ROTATION-KNOWN"]);
  assert.deepEqual(knownFaults(seen, { ...two, keys: [] }).map(({ control }) => control), ["ROTATION-KNOWN"]);
  assert.throws(() => readKnown(toUtf8("{}")), (thrown) => thrown instanceof Fault && thrown.code === "form-register");
});
