/** What a reader of a verdict is told of the events around a ceremony. No verdict hangs on it. Pure. */
import type { Event } from "../transcript/entry.ts";

/** The remarks about an event at entry `seq`; none for most. */
export function eventRemarks(event: Event, seq: number): string[] {
  switch (event.name) {
    case "head-not-kept": return [`token ${event.token} did not keep the head at entry ${seq}: ${event.ckr}`];
    case "token-head": return event.found === "none" ? [`token ${event.token} kept no head of this run when it was gone on with at entry ${seq}`] : [];
    case "torn-entry": return [`a torn entry of ${event.length} octets was set aside at entry ${seq}`];
    case "resumed": return [`the run was resumed at entry ${seq}`];
    case "opened": return event.answers === "terminal" ? [] : [event.answers === "file" ? "people's answers came from a file" : event.answers === "standing" ? "nobody was there: a standing approval answered" : "stand-ins answered in the place of people"];
    case "preflight": return [`the host was looked at, entry ${seq}: ${[...new Set(event.findings.map(({ control }) => control))].join(", ") || "fit"}`];
    case "rehearsed": return [`rehearsed: plan ${event.plan}, head of the rehearsal ${event.head}`];
    case "exception": return [`exception to ${event.control} at entry ${seq}, by ${event.by.join(", ")}: ${event.why}${event.template === "" ? "" : `; filled from the script ${event.template}`}${event.agreed === undefined ? "" : `; read out and agreed on by ${event.agreed.map(({ by, initials }) => `${by} (${initials})`).join(", ")}`}`];
    case "deviation": return [`deviation at entry ${seq}, step ${event.step}: expected ${event.expected}; happened ${event.happened}; decided by ${event.by}: ${event.decided}`];
    default: return [];
  }
}
