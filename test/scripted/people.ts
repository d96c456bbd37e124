/** People who are all here, agree to everything, and decide for the first choice. */
import type { Request } from "../../src/ceremony/request.ts";
import type { PeopleRequest } from "../../src/console/people.ts";
import type { Observation } from "../../src/transcript/observation.ts";

export const EVERYBODY = ["alice", "bob", "dan"] as const;
/** Those who are here besides, and in few scripts. */
const CUSTODIANS = ["carol", "erin", "frank"] as const;

/** @param now what the clock on the wall shows */
export function answerAsPeople(request: PeopleRequest, now: string): Observation {
  switch (request.kind) {
    case "roll-call": return { kind: "roll-call", outcome: "answered", present: [...request.people] };
    case "time": return { kind: "time", outcome: "answered", instant: now, attestedBy: ["alice", "dan"] };
    case "present": return { kind: "present", outcome: "answered", present: [...EVERYBODY, ...CUSTODIANS] };
    case "read-back": return { kind: "read-back", outcome: "answered", by: request.by, positions: [3, 17], tries: 1 };
    case "confirm": return { kind: "confirm", outcome: "answered", by: "bob" };
    case "act": return { kind: "act", outcome: "answered", by: request.by, typed: Object.fromEntries(request.typed.map((name) => [name, `${name} as read`])) };
    case "double-entry": return { kind: "double-entry", outcome: "answered", entries: ["bob", "dan"].map((by) => ({ by, typed: Object.fromEntries(request.typed.map((name) => [name, `${name} as read`])) })) };
    case "decide": return { kind: "decide", outcome: "answered", choice: request.choices[0] ?? "stop", by: "alice" };
    case "deviation": return { kind: "deviation", outcome: "answered", expected: "the words on paper", happened: "others", decided: "once more", choice: request.choices[0] ?? "stop", by: "alice" };
    case "draw": return { kind: "draw", outcome: "answered", bytes: "3135".repeat(request.length).slice(0, 2 * request.length) };
  }
}

/** How a person ends the ceremony at a prompt. */
export function stopAt(kind: Request["kind"]): Observation {
  return { kind, outcome: "stopped", by: "dan", reason: "something smells of smoke" } as Observation;
}
