/** What the shell wrote down beside the ceremony, a sentence for each event: who left, what was noted, what went otherwise. */
import type { Event } from "../transcript/entry.ts";

/** The name of a person by their id. */
type NameOf = (id: string) => string;
type Named<N extends Event["name"]> = Extract<Event, { readonly name: N }>;

/** One sentence, in the words of an auditor's page. */
export function eventSentence(event: Event, nameOf: NameOf): string {
  const people = (ids: readonly string[]) => ids.map(nameOf).join(", ") || "nobody";
  switch (event.name) {
    case "left": return `${nameOf(event.person)} left the room; here from then on: ${people(event.present)}`;
    case "joined": return `${nameOf(event.person)} joined; here from then on: ${people(event.present)}`;
    case "paused": return `A break, called by ${nameOf(event.by)}: ${event.reason}. Who stayed: ${people(event.staying)}; every token was logged out`;
    case "continued": return `The break is over; here: ${people(event.present)}`;
    case "attendance": return `People were asked anew who is here: ${people(event.present)}`;
    case "note": return `Note at step ${event.step}, said by ${nameOf(event.by)}: ${event.text}`;
    case "deviation": return `DEVIATION at step ${event.step}. Expected: ${event.expected}. Happened: ${event.happened}. ${nameOf(event.by)} decided: ${event.decided}`;
    case "exception": return exceptionSentence(event, nameOf);
    case "idle": return `Nobody typed anything for ${event.minutes} minutes: every token was logged out`;
    default: return shellSentence(event, people);
  }
}

function exceptionSentence({ control, why, by, template, agreed = [] }: Named<"exception">, nameOf: NameOf): string {
  const each = agreed.map((one) => `${nameOf(one.by)} (${one.initials})`).join(", ");
  return `EXCEPTION to ${control}, decided by ${by.map(nameOf).join(", ")}: ${why}${template === "" ? "" : `; filled from the rehearsed script ${template}`}${each === "" ? "" : `; read out and agreed on by ${each}`}`;
}

type OfShell = Exclude<Event, Named<"left" | "joined" | "paused" | "continued" | "attendance" | "note" | "deviation" | "exception" | "idle">>;

function shellSentence(event: OfShell, people: (ids: readonly string[]) => string): string {
  const { name, ...fields } = event as OfShell & Readonly<Record<string, unknown>>;
  if (event.name === "opened" && event.answers === "file") return "The run begins; people's answers came from a FILE, not from a terminal";
  if (event.name === "preflight") return hostSentence(event);
  const named = Object.entries(fields).map(([field, value]) => `${field}: ${field === "by" && Array.isArray(value) ? people(value.map(String)) : wordOf(value)}`);
  return [EVENT_WORDS[name] ?? name, ...named].join("; ");
}

function hostSentence({ facts, findings }: Named<"preflight">): string {
  const wrong = findings.map(({ control, found }) => `${control}: ${found}`).join("; ");
  return `The host was looked at: ${wrong === "" ? "fit" : wrong}. Found: ${facts.map(({ what, found }) => `${what} ${found}`).join("; ")}`;
}

const EVENT_WORDS: Readonly<Record<string, string>> = {
  opened: "The run begins", resumed: "A later process goes on", login: "Login", "login-refused": "The token REFUSED a PIN", logout: "Logout", "last-try": "Two people allowed the last try of a PIN", rehearsed: "It was rehearsed",
  "token-head": "What the token keeps of this run was looked at", "head-not-kept": "The token did NOT keep the head", "torn-entry": "An unfinished entry was set aside",
};

/** A recorded value as words: lists with commas, objects as JSON. */
export function wordOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(wordOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
