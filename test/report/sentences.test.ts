/** What a reader of the report is told of an event: a sentence for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventSentence } from "../../src/report/event-sentences.ts";
import type { Event } from "../../src/transcript/entry.ts";

const NAMES: Readonly<Record<string, string>> = { alice: "Alice Example", dan: "Dan Example" };
const nameOf = (id: string): string => NAMES[id] ?? id;

const SENTENCES: readonly (readonly [event: Event, sentence: string])[] = [
  [{ name: "left", person: "dan", present: ["alice"] }, "Dan Example left the room; here from then on: Alice Example"],
  [{ name: "left", person: "alice", present: [] }, "Alice Example left the room; here from then on: nobody"],
  [{ name: "joined", person: "dan", present: ["alice", "dan"] }, "Dan Example joined; here from then on: Alice Example, Dan Example"],
  [{ name: "paused", by: "alice", reason: "lunch", staying: ["dan"] }, "A break, called by Alice Example: lunch. Who stayed: Dan Example; every token was logged out"],
  [{ name: "continued", present: ["alice", "dan"] }, "The break is over; here: Alice Example, Dan Example"],
  [{ name: "attendance", present: ["dan"] }, "People were asked anew who is here: Dan Example"],
  [{ name: "note", step: 4, by: "dan", text: "The lamp flickers." }, "Note at step 4, said by Dan Example: The lamp flickers."],
  [{ name: "deviation", step: 5, expected: "bag A-1", happened: "bag A-2", decided: "go on", by: "alice" }, "DEVIATION at step 5. Expected: bag A-1. Happened: bag A-2. Alice Example decided: go on"],
  [{ name: "exception", control: "HOST-PRINTER", why: "It broke.", by: ["alice", "dan"], template: "", agreed: [{ by: "alice", initials: "AE" }, { by: "dan", initials: "DE" }] }, "EXCEPTION to HOST-PRINTER, decided by Alice Example, Dan Example: It broke.; read out and agreed on by Alice Example (AE), Dan Example (DE)"],
  [{ name: "exception", control: "HOST-SWAP", why: "It is empty.", by: ["alice", "dan"], template: "" }, "EXCEPTION to HOST-SWAP, decided by Alice Example, Dan Example: It is empty."],
  [{ name: "idle", minutes: 15 }, "Nobody typed anything for 15 minutes: every token was logged out"],
  [{ name: "preflight", facts: [{ what: "swap", found: "none" }], findings: [] }, "The host was looked at: fit. Found: swap none"],
  [{ name: "last-try", token: "vault", role: "user", by: ["alice", "dan"] }, "Two people allowed the last try of a PIN; token: vault; role: user; by: Alice Example, Dan Example"],
];

for (const [event, sentence] of SENTENCES) {
  test(`the report says of an event ${event.name}: ${sentence.slice(0, 40)}`, () => assert.equal(eventSentence(event, nameOf), sentence));
}
