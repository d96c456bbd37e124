/** What people may type at any question, beside the answer: each becomes an event of the record. */
import { accountOf, LONGEST_SAID, saidCheck } from "./account.ts";
import { QuestionLeft, type Asking } from "./asking.ts";
import type { Moment, Said } from "./people.ts";
import type { Check } from "./prompts.ts";

/** Shown for `:help`. */
const HELP: readonly (readonly [command: string, meaning: string])[] = [
  [":help", "this list"],
  [":note", "have something written down"],
  [":deviation", "something went otherwise than the script says, and who decided"],
  [":pause", "a break: who stays is written down, every token is logged out"],
  [":leave ID", "a person leaves the room"],
  [":join ID", "a person comes back"],
  [":stop", "end the ceremony; what was made stays on record"],
];

/** The commands in one line, for the first screen. */
export const COMMANDS_LINE = "At every question you may also type  :help :note :deviation :pause :leave :join :stop";

/**
 * Takes a typed line that begins with a colon. Ctrl-C leaves the command, and nothing is recorded.
 * @param step of the open question
 * @returns `anew` where who is here has changed, so that the question has to be put anew
 */
export async function takeCommand(asking: Asking, step: number, typed: string, moment: Moment): Promise<"anew" | "go on"> {
  const [command = "", ...rest] = typed.split(/ +/);
  try {
    return await take(asking, { step, moment, rest: rest.join(" ") }, command);
  } catch (thrown) {
    if (!(thrown instanceof QuestionLeft)) throw thrown;
    asking.tell("Left; nothing was written down.");
    return "go on";
  }
}

interface Call {
  readonly step: number;
  readonly moment: Moment;
  /** What stands behind the command. */
  readonly rest: string;
}

async function take(asking: Asking, call: Call, command: string): Promise<"anew" | "go on"> {
  switch (command) {
    case ":help": return help(asking);
    case ":note": return note(asking, call);
    case ":deviation": return deviation(asking, call);
    case ":pause": return pause(asking, call);
    case ":leave": return leave(asking, call);
    case ":join": return join(asking, call);
    default:
      asking.tell(`There is no command ${command}. Type  :help  for those that there are.`);
      return "go on";
  }
}

function help(asking: Asking): "go on" {
  asking.say("", ...HELP.map(([command, meaning]) => ` ${command.padEnd(11)} ${meaning}`), "");
  asking.tell("Anything else answers the question, which says what it takes. Enter alone never passes an irreversible act. Ctrl-C asks whether to stop; twice leaves the program, and the same command goes on.");
  return "go on";
}

async function note(asking: Asking, { step, moment, rest }: Call): Promise<"go on"> {
  const text = rest === "" ? await asking.inner("the note, one line:", saidCheck) : rest.slice(0, LONGEST_SAID);
  await written(asking, moment, { name: "note", step, by: await who(asking, "who says so", moment), text });
  return "go on";
}

async function deviation(asking: Asking, { step, moment }: Call): Promise<"go on"> {
  asking.tell("A deviation: what went otherwise than the script says. One line each; Ctrl-C leaves.");
  const account = await accountOf((question, check) => asking.inner(question, check));
  await written(asking, moment, { name: "deviation", step, ...account, by: await who(asking, "who decided", moment) });
  return "go on";
}

async function pause(asking: Asking, { moment, rest }: Call): Promise<"anew"> {
  const by = await who(asking, "who calls the break", moment);
  const reason = rest === "" ? await asking.inner("why:", saidCheck) : rest;
  const staying = await stayers(asking, moment);
  await written(asking, moment, { name: "paused", by, reason, staying });
  asking.tell("Every token is logged out. Nobody who stays touches anything, and nobody is here alone.");
  await untilBack(asking, "type  back  when the break is over:");
  const present = await stayers(asking, moment, "who is here now");
  await written(asking, moment, { name: "continued", present });
  return "anew";
}

/** A break is over when somebody says so; leaving the program is the other way out. */
async function untilBack(asking: Asking, question: string): Promise<void> {
  await asking.lastLine(question, (text) => text === "back" || "type the word back");
}

async function stayers(asking: Asking, moment: Moment, question = "who stays in the room"): Promise<string[]> {
  const ids = asking.briefing.people.map(({ id }) => id);
  const several: Check = (text) => {
    const named = listed(text);
    return (named.length > 0 && named.every((id) => ids.includes(id)) && new Set(named).size === named.length) || `type ids with blanks between them: ${ids.join(" ")}`;
  };
  return listed(await asking.inner(`${question} (${(moment.present.length === 0 ? ids : moment.present).join(" ")}):`, several));
}

function listed(text: string): string[] {
  return text.split(/[ ,]+/).filter((id) => id !== "");
}

async function leave(asking: Asking, { moment, rest }: Call): Promise<"anew" | "go on"> {
  if (isBeforeRollCall(asking, moment)) return "go on";
  if (moment.present.length === 1) {
    asking.tell("The last person cannot leave: stop the ceremony, or leave the program with Ctrl-C twice and go on another day.");
    return "go on";
  }
  const person = await one(asking, "who leaves", rest, moment.present);
  const present = moment.present.filter((id) => id !== person);
  await written(asking, moment, { name: "left", person, present });
  return "anew";
}

async function join(asking: Asking, { moment, rest }: Call): Promise<"anew" | "go on"> {
  if (isBeforeRollCall(asking, moment)) return "go on";
  const away = asking.briefing.people.map(({ id }) => id).filter((id) => !moment.present.includes(id));
  if (away.length === 0) {
    asking.tell("Everybody of the script is here. Somebody else is a deviation: type  :deviation");
    return "go on";
  }
  const person = await one(asking, "who joins", rest, away);
  await written(asking, moment, { name: "joined", person, present: asking.briefing.people.map(({ id }) => id).filter((id) => id === person || moment.present.includes(id)) });
  return "anew";
}

function isBeforeRollCall(asking: Asking, moment: Moment): boolean {
  if (moment.present.length > 0) return false;
  asking.tell("First it is asked who is here.");
  return true;
}

async function one(asking: Asking, question: string, given: string, ids: readonly string[]): Promise<string> {
  if (ids.includes(given)) return given;
  return asking.inner(`${question} (${ids.join(", ")}):`, (text) => ids.includes(text) || `type one of ${ids.join(", ")}`);
}

async function who(asking: Asking, question: string, moment: Moment): Promise<string> {
  return one(asking, question, "", moment.present.length === 0 ? asking.briefing.people.map(({ id }) => id) : moment.present);
}

async function written(asking: Asking, moment: Moment, said: Said): Promise<void> {
  await moment.say(said);
  const here = "present" in said ? ` Here now: ${said.present.map((id) => asking.name(id)).join(", ") || "nobody"}.` : "";
  asking.tell(`Written down at ${moment.now}.${here}`);
}
