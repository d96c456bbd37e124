/** What only people can decide, and what they say of it: put to them at a terminal. */
import type { DecisionAbout } from "../ceremony/exception.ts";
import type { RequestOf } from "../ceremony/request.ts";
import type { Observation } from "../transcript/observation.ts";
import { accountOf, LONGEST_SAID } from "./account.ts";
import { QuestionLeft, type Asking } from "./asking.ts";
import { peopleHere, stoppedBy, type Moment } from "./people.ts";
import type { Check } from "./prompts.ts";

/** What a choice comes to. */
const MEANINGS: Readonly<Record<string, string>> = {
  adopt: ": use what is there", again: ": do it again, as another attempt", destroy: ": destroy what is there, then look again",
  leave: ": leave it there, never to be used, and make another",
};

/** What it is about, as a sentence before the facts. */
const OPEN: Readonly<Record<DecisionAbout, (name: string) => string>> = {
  "unknown-token": (name) => `nobody knows whether the token ${name} was initialised`,
  "unknown-key-pair": (name) => `nobody knows whether the key ${name} was made`,
  "unknown-signature": (name) => `nobody knows whether ${name} was signed`,
  "refused": (name) => `the token refused (${name})`,
  "half-key-pair": (name) => `of the key pair ${name} one half is there`,
  "unknown-head": (name) => `the token ${name} remembers another head than this record has`,
  "unknown-backup": (name) => `nobody knows whether the backup ${name} was made`,
  "unknown-destruction": (name) => `nobody knows whether ${name} was destroyed`,
  "unmatched-words": (name) => `the words of ${name} were not typed back`,
  "unknown-pin": (name) => `nobody knows whether the PIN was changed (${name})`,
};

export async function decide(asking: Asking, request: RequestOf<"decide">, moment: Moment): Promise<Observation> {
  asking.say("", ` Something happened that only people can decide: ${OPEN[request.about](request.name)}`, ...request.facts.map(({ what, value }) => `   - ${what} ${value || "without a name"}`), "");
  const choice = await choiceOf(asking, request.choices, MEANINGS);
  if (choice === null) throw new QuestionLeft("typed");
  return { kind: "decide", outcome: "answered", choice, by: await whoOf(asking, "who decided", moment) };
}

/** What went otherwise, in the words of the people, and what follows: nothing goes on by itself. */
export async function deviation(asking: Asking, request: RequestOf<"deviation">, moment: Moment): Promise<Observation> {
  asking.say("");
  asking.tell(`DEVIATION: ${OPEN[request.about](request.name)}.`);
  asking.tell("It is written down before anything else: one line each. Compare the whole digest first, row by row.");
  const account = await accountOf((question, check) => asking.line(question, check));
  const by = await whoOf(asking, "who decided", moment);
  asking.say("");
  const choice = await choiceOf(asking, request.choices, AFTER_DEVIATION);
  if (choice === null) return stoppedBy("deviation", by, `${account.decided} (expected ${account.expected}; happened ${account.happened})`.slice(0, LONGEST_SAID));
  return { kind: "deviation", outcome: "answered", ...account, choice, by };
}

const AFTER_DEVIATION: Readonly<Record<string, string>> = { again: ": read the words again, two chosen anew are asked for", "go-on": ": go on without them; the ceremony ends with an exception" };

/** One of numbered choices, of which the last is to stop: null. */
async function choiceOf(asking: Asking, given: readonly string[], meanings: Readonly<Record<string, string>>): Promise<string | null> {
  const choices = given.filter((choice) => choice !== "stop");
  asking.say(...choices.map((choice, i) => `   ${i + 1}  ${choice}${meanings[choice] ?? ""}`), `   ${choices.length + 1}  stop the ceremony`);
  const inRange: Check = (text) => /^[1-9][0-9]?$/.test(text) && Number(text) <= choices.length + 1 || `type a number from 1 to ${choices.length + 1}`;
  return choices[Number(await asking.line("the number of what is decided:", inRange)) - 1] ?? null;
}

async function whoOf(asking: Asking, question: string, moment: Moment): Promise<string> {
  const ids = peopleHere(asking.briefing, moment.present).map((person) => person.id);
  return asking.line(`${question} (${ids.join(", ")}):`, (text) => ids.includes(text) || `type one of ${ids.join(", ")}`);
}
