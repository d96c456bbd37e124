import type { Briefing } from "../../src/console/people.ts";

/** A small ceremony of three people for the tests of the console. */
export const briefing: Briefing = {
  ceremony: "Example Factory root of trust",
  assurance: "test", isRehearsal: false,
  planDigest: `e58294f2${"00".repeat(28)}`,
  people: [
    { id: "dan", name: "Dan Example", role: "witness" },
    { id: "alice", name: "Alice Example", role: "administrator" },
    { id: "bob", name: "Bob Example", role: "operator" },
  ],
  steps: [
    { number: 1, kind: "roll-call", title: ["Who is here"] },
    { number: 2, kind: "generate-key-pair", title: ["Generate the key pair factory-root on token vault"], readAloud: "I am generating the root key. It can never leave this token." },
    { number: 3, kind: "act", title: ["Open the safe"], act: "Open the safe and take out the card." },
  ],
};

export const moment = { now: "2026-11-20T10:42:07Z", present: ["dan", "alice", "bob"] } as const;
