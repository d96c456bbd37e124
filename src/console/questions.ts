/** How each request is put to people at a terminal. One function a kind; `:stop` and Ctrl-C leave all of them. */
import { fromHex, toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import type { Asking } from "./asking.ts";
import { digestLines } from "./pages.ts";
import { doerOf, peopleHere, type AttachRequest, type DiceRequest, type Moment, type NamedFiles, type PeopleRequest } from "./people.ts";
import { decide, deviation } from "./decisions.ts";
import type { Check } from "./prompts.ts";
import { toWords } from "./words.ts";

/** A number from 0, below the given one. */
export type Pick = (below: number) => number;

const READ_BACK_TRIES = 3;
/** The longest value that the record takes. */
const LONGEST_VALUE = 200;

/**
 * Puts one request at the terminal.
 * @param pick chooses the positions of a read-back
 * @throws QuestionLeft when a person wants to leave
 */
export async function putQuestion(asking: Asking, request: PeopleRequest, moment: Moment, pick: Pick): Promise<Observation> {
  switch (request.kind) {
    case "roll-call": return { kind: "roll-call", outcome: "answered", present: await whoIsHere(asking, request.people, true) };
    case "present": return { kind: "present", outcome: "answered", present: await whoIsHere(asking, asking.briefing.people.map((person) => person.id), false) };
    case "time": return attestTime(asking, moment);
    case "read-back": return readBack(asking, request, moment, pick);
    case "confirm": return confirmAct(asking, request, moment);
    case "act": return doAct(asking, request, moment);
    case "double-entry": return doubleEntry(asking, request, moment);
    case "decide": return decide(asking, request, moment);
    case "deviation": return deviation(asking, request, moment);
    case "draw": return rollDice(asking, request);
  }
}

/** A slip of a finger must not end a ceremony: the roll is read out, and answered anew when it is wrong. */
async function whoIsHere(asking: Asking, ids: readonly string[], isRollCall: boolean): Promise<string[]> {
  for (;;) {
    const present = await rollOf(asking, ids);
    const names = (people: readonly string[]) => people.map((id) => asking.name(id)).join(", ") || "nobody";
    asking.tell(`Here: ${names(present)}. Not here: ${names(ids.filter((id) => !present.includes(id)))}.`);
    const lacking = isRollCall ? asking.briefing.lacksAtRollCall(present) : null;
    if (lacking !== null) asking.tell(`TOO FEW: this ceremony wants ${lacking}. With  right  it ends here. Nothing has happened yet: Ctrl-C twice leaves, and the same command goes on when they have come.`);
    const typed = await asking.line("type  right  if that is so, or  again :", (text) => text === "right" || text === "again" || "type  right  or  again");
    if (typed === "right") return present;
  }
}

async function rollOf(asking: Asking, ids: readonly string[]): Promise<string[]> {
  asking.tell("Who is here? Answer for each person; Enter alone means no.");
  const present: string[] = [];
  for (const id of ids) {
    const typed = await asking.line(`${asking.name(id)} is here (y/N):`, (text) => /^(y|yes|n|no|)$/i.test(text) || "type y or n");
    if (/^y/i.test(typed)) present.push(id);
  }
  return present;
}

async function attestTime(asking: Asking, moment: Moment): Promise<Observation> {
  const { now } = moment;
  asking.say("", ` The time is  ${now}  (UTC).`);
  asking.tell("Two people compare it with a watch of their own, aloud. If it is wrong, type :stop and set the clock.");
  await asking.line("type  agree  when both watches show it:", exactly("agree"));
  // On resume the time may be the first question, before anybody was asked who is here.
  const attestedBy = [...moment.present];
  return { kind: "time", outcome: "answered", instant: now, attestedBy };
}

async function readBack(asking: Asking, request: RequestOf<"read-back">, moment: Moment, pick: Pick): Promise<Observation> {
  asking.say("", ...digestLines(`${request.subject} ${request.name}`, request.sha256).map((line) => ` ${line}`), "");
  asking.tell("One person reads the words row by row, aloud; everybody follows on a second copy.");
  const words = toWords(fromHex(request.sha256));
  const positions = twoOf(words.length, pick);
  for (let tries = 1; tries <= READ_BACK_TRIES; tries++) {
    if (await typesBack(asking, { by: request.by, words, positions }, moment)) return { kind: "read-back", outcome: "answered", by: request.by, positions: [...positions], tries };
    asking.tell(`These are not the words of this digest (try ${tries} of ${READ_BACK_TRIES}).`);
  }
  return { kind: "read-back", outcome: "unmatched", by: request.by, positions: [...positions], tries: READ_BACK_TRIES };
}

/** Two different positions from 1 to `count`, rising; every pair is as likely as every other. */
export function twoOf(count: number, pick: Pick): readonly [number, number] {
  const first = pick(count);
  const step = 1 + pick(count - 1);
  const second = (first + step) % count;
  return [Math.min(first, second) + 1, Math.max(first, second) + 1];
}

async function typesBack(asking: Asking, { by, words, positions }: { by: string; words: readonly string[]; positions: readonly number[] }, moment: Moment): Promise<boolean> {
  let right = true;
  for (const position of positions) {
    const place = `row ${Math.ceil(position / 4)}, word ${((position - 1) % 4) + 1}`;
    const typed = await asking.line(`${asking.name(by)}: type word ${position} (${place}):`, here(asking, by, moment, something));
    right &&= typed.toLowerCase() === words[position - 1]?.toLowerCase();
  }
  return right;
}

/** Only who is here answers; who is not comes back by `:join`. */
function here(asking: Asking, by: string, moment: Moment, check: Check): Check {
  return (text) => (moment.present.length > 0 && !moment.present.includes(by) ? `${asking.name(by)} is not here: type  :join ${by}  on coming back, or  :stop` : check(text));
}

async function confirmAct(asking: Asking, request: RequestOf<"confirm">, moment: Moment): Promise<Observation> {
  asking.say(` This cannot be undone: ${request.verb}`, ...request.of.map((item) => `   - ${item}`));
  const usual = doerOf(asking.briefing, moment.present)?.id;
  return { kind: "confirm", outcome: "answered", by: await typedBy(asking, request.verb, usual, moment) };
}

async function doAct(asking: Asking, request: RequestOf<"act">, moment: Moment): Promise<Observation> {
  const { by } = request;
  // somebody else's doing it is a deviation, which the people say; the plan names who does it
  asking.tell(`${asking.name(by)} says that it is done.`);
  await asking.line("type the word  done  to go on:", here(asking, by, moment, exactly("done")));
  const typed: Record<string, string> = {};
  for (const value of request.typed) typed[value] = await typedTwice(asking, value);
  return { kind: "act", outcome: "answered", by, typed };
}

/** Two people, one after the other, each without the entry of the other before his eyes; what differs is entered anew by both. */
async function doubleEntry(asking: Asking, request: RequestOf<"double-entry">, moment: Moment): Promise<Observation> {
  for (;;) {
    const first = await entryOf(asking, request.typed, "the first who reads and types", moment);
    const second = await entryOf(asking, request.typed, "the second, who reads the thing itself and not the screen", moment, first.by);
    const differing = request.typed.filter((name) => first.typed[name] !== second.typed[name]);
    if (differing.length === 0) return { kind: "double-entry", outcome: "answered", entries: [first, second] };
    asking.tell(`The two entries of ${differing.join(", ")} differ. Both again.`);
  }
}

/** @param not who made the entry before */
async function entryOf(asking: Asking, names: readonly string[], who: string, moment: Moment, not?: string): Promise<{ by: string; typed: Record<string, string> }> {
  const ids = peopleHere(asking.briefing, moment.present).map((person) => person.id).filter((id) => id !== not);
  const by = await asking.line(`${who} (${ids.join(", ")}):`, (text) => ids.includes(text) || `type one of ${ids.join(", ")}`);
  const typed: Record<string, string> = {};
  for (const name of names) typed[name] = await asking.line(`${name}:`, valueCheck);
  return { by, typed };
}

const valueCheck: Check = (text) => something(text) === true && text.length <= LONGEST_VALUE || `type 1 to ${LONGEST_VALUE} characters`;

/** Where each file of an act lies on this host. @throws QuestionLeft */
export async function nameFiles(asking: Asking, request: AttachRequest): Promise<NamedFiles> {
  asking.tell(`${asking.name(request.by)}: these files are copied into the record and stay there. Nothing secret may be in them.`);
  const files: string[] = [];
  for (const path of request.files) files.push(await asking.line(`the file for ${path}, by its path on this host:`, something));
  return { kind: "named", by: request.by, files };
}

/** The word of the act alone, by whom it is expected of; with an id behind it, by somebody else who is here. */
async function typedBy(asking: Asking, word: string, usual: string | undefined, moment: Moment): Promise<string> {
  const here = peopleHere(asking.briefing, moment.present).map((person) => person.id);
  const expected = usual !== undefined && here.includes(usual) ? usual : undefined;
  const others = `${word} ID (${here.join(", ")})`;
  const whole: Check = (text) => {
    const [first, id = expected, ...rest] = text.split(/ +/);
    return first === word && id !== undefined && here.includes(id) && rest.length === 0 || (expected === undefined ? `type  ${others}` : `type  ${word}  or  ${others}`);
  };
  if (expected !== undefined) asking.tell(`${asking.name(expected)} types it; whoever else does it puts their ID behind the word.`);
  const question = expected === undefined ? `type  ${others}:` : `type the word  ${word}  to go on:`;
  const id = (await asking.line(question, whole)).split(/ +/)[1] ?? expected;
  if (id === undefined) throw new Fault("bug-unreachable", "a line without a person passed its check");
  return id;
}

async function typedTwice(asking: Asking, value: string): Promise<string> {
  for (;;) {
    const first = await asking.line(`${value}:`, valueCheck);
    const second = await asking.line(`${value}, a second person reads and types it again:`, valueCheck);
    if (first === second) return first;
    asking.tell("The two differ. Both again.");
  }
}

async function rollDice(asking: Asking, request: DiceRequest): Promise<Observation> {
  asking.tell(`Roll a die ${request.length} times and type the digits in the order rolled; blanks between them are fine.`);
  const whole: Check = (text) => {
    const digits = text.replaceAll(" ", "");
    return /^[1-6]*$/.test(digits) && digits.length === request.length || `type ${request.length} digits from 1 to 6; these are ${digits.length}`;
  };
  const typed = request.length === 0 ? "" : await asking.line(`${request.length} digits:`, whole);
  return { kind: "draw", outcome: "answered", bytes: toHex(toUtf8(typed.replaceAll(" ", ""))) };
}

function exactly(word: string): Check {
  return (text) => text === word || `type the word ${word}`;
}

function something(text: string): true | string {
  return text !== "" || "nothing was typed";
}
