import { randomInt } from "node:crypto";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { Asking, interrupted, QuestionLeft } from "./asking.ts";
import type { Charset } from "./escape.ts";
import { assuranceWord, faultLines, stepLines, type PageMoment } from "./pages.ts";
import { peopleHere, stoppedBy, type AttachRequest, type Briefing, type Moment, type NamedFiles, type People, type PeopleRequest, type ShareDesk, type StepPage, type Stopped, type TokenStanding } from "./people.ts";
import { STANDARD_TERMINAL, type Manner, type Terminal } from "./prompts.ts";
import { USUAL_MANNER } from "./terminal-kind.ts";
import { nameFiles, putQuestion, type Pick as Choosing } from "./questions.ts";
import { ShareTable } from "./share-table.ts";
import { COMMANDS_LINE, takeCommand } from "./said.ts";
import { guardSignals } from "./gone-terminal.ts";
import { fromWords, headWords, toWords } from "./words.ts";

export { askPin, askTwo, askWords } from "./pin-questions.ts";
export { terminalReady } from "./prompts.ts";

const HEAD_TRIES = 3;
const LONGEST_REASON = 2000;

/** What a test puts in place of the process's own. */
export interface TerminalChoices {
  readonly terminal?: Terminal;
  readonly charset?: Charset;
  readonly pick?: Choosing;
  /** The host's clock for the head of a page, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly clock?: () => string;
  /** The tokens of the station as they are, for the head of a page. */
  readonly tokens?: () => readonly TokenStanding[];
  /** Line by line without control of the cursor; where it is left out, as the environment says. */
  readonly plain?: boolean | undefined;
  /** Minutes without a key after which every token is logged out; null: never. */
  readonly idleMinutes?: number | null;
  /** As in `Manner`. */
  readonly pastedWithin?: number;
}

/** The people at this terminal. */
export class TerminalPeople implements People {
  readonly source = "terminal";
  readonly shares: ShareDesk;
  readonly #asking: Asking;
  readonly #pick: Choosing;
  readonly #clock: () => string;
  readonly #tokens: () => readonly TokenStanding[];
  #shown = 0;
  #present: readonly string[] = [];
  #words: Pick<PageMoment, "words"> = {};

  constructor(briefing: Briefing, choices: TerminalChoices = {}) {
    const terminal = choices.terminal ?? STANDARD_TERMINAL;
    this.#asking = new Asking(briefing, terminal, choices.charset ?? charsetOf(process.env), mannerOf(briefing, choices));
    if (terminal === STANDARD_TERMINAL) guardSignals((line) => {
      // a question may stand on the line
      this.#asking.say("");
      this.tell(line);
    });
    this.#tokens = choices.tokens ?? (() => []);
    this.shares = new ShareTable(this.#asking, (here) => this.#whoStops({ present: here }));
    this.#pick = choices.pick ?? ((below) => randomInt(below));
    this.#clock = choices.clock ?? (() => `${new Date().toISOString().slice(0, 19)}Z`);
  }

  async answer(request: PeopleRequest, context: Moment): Promise<Observation> {
    this.#at(request.step, context);
    this.#open(request.step);
    return this.#untilAnswered(context, (left) => this.#ending(left, request, context), () => putQuestion(this.#asking, request, context, this.#pick));
  }

  async attach(request: AttachRequest, context: Moment): Promise<NamedFiles | Observation> {
    this.#at(request.step, context);
    this.#open(request.step);
    return this.#untilAnswered<NamedFiles | Observation>(context, (left) => this.#ending(left, request, context), () => nameFiles(this.#asking, request));
  }

  /** Puts a question until it is answered; who leaves it may stop the ceremony instead. */
  async #untilAnswered<T>(context: Moment, ending: (left: QuestionLeft) => Promise<T | null>, put: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await put();
      } catch (thrown) {
        if (!(thrown instanceof QuestionLeft)) throw thrown;
        const ended = thrown.how === "changed" ? null : await ending(thrown);
        if (ended !== null) return ended;
        this.#present = context.present;
      }
    }
  }

  /** What is typed at the questions to come belongs to this step. */
  #at(step: number, context: Moment): void {
    this.#present = context.present;
    this.#asking.moment = context;
    this.#asking.command = (typed, moment) => takeCommand(this.#asking, step, typed, moment);
  }

  async showHead(seq: number, head: string): Promise<void> {
    this.#words = { words: { seq, text: headWords(head) } };
    this.#asking.say("", ` Write on the printed procedure, after entry ${seq}:`, `   ${headWords(head)}`, "");
  }

  async askHead(head: string): Promise<boolean> {
    this.#asking.tell("This ceremony goes on from a record. The printed procedure holds the four words of its last head.");
    for (let tries = 1; tries <= HEAD_TRIES; tries++) {
      if ((await this.#fourWords()) === headWords(head)) return true;
      this.#asking.tell(`These are not the words of this record's head (try ${tries} of ${HEAD_TRIES}).`);
    }
    return false;
  }

  async afterFault(fault: Fault, context: Moment): Promise<"again" | "leave" | Stopped> {
    this.#at(this.#shown, context);
    this.#asking.say("", ...faultLines(fault), "");
    this.#asking.tell("Nothing has happened on the token by this. Enter leaves; the same command goes on another day. If the token will never be reached again, stop the ceremony without it.");
    const words = "type  again  or  stop  or press Enter";
    return this.#untilAnswered<"again" | "leave" | Stopped>(context, (left) => this.#stopping(left, context), async () => {
      const typed = await this.#asking.line("again, stop, or Enter to leave:", (text) => ["", "again", "stop"].includes(text) || words);
      if (typed === "stop") return this.#whoStops(context);
      return typed === "again" ? "again" : "leave";
    });
  }

  async gather(missing: string, context: Moment): Promise<"go on" | Stopped> {
    this.#at(this.#shown, context);
    const here = context.present.map((id) => this.#asking.name(id)).join(", ");
    // said once: who came since is said by `:join`, and whether that is enough by what asks for this
    this.#asking.tell(`Too few people are here for what comes next. It wants ${missing}; here: ${here}.`);
    return this.#untilAnswered<"go on" | Stopped>(context, (left) => this.#stopping(left, context), async () => {
      await this.#asking.line("type  :join ID  when somebody comes back, and then  here :", (text) => text === "here" || "type  :join ID  or  here  or  :stop");
      return "go on";
    });
  }

  begin(page: StepPage): void {
    this.#shown = page.number;
    const moment = { instant: this.#clock(), tokens: this.#tokens(), present: this.#present, ...this.#words, plain: this.#asking.isPlain };
    this.#asking.say(...stepLines(this.#asking.briefing, page, moment), "");
    if (page.number === 1) this.#asking.tell(COMMANDS_LINE);
  }

  tell(line: string): void {
    this.#asking.tell(line);
  }

  close(): void {
    // Each prompt lets the terminal go by itself.
  }

  /** The page of a step whose beginning nobody announced: a resume in its middle. */
  #open(step: number): void {
    const page = this.#asking.briefing.steps.find((page) => page.number === step);
    if (page !== undefined && this.#shown !== step) this.begin(page);
  }

  async #ending(left: QuestionLeft, request: PeopleRequest | AttachRequest, context: Moment): Promise<Observation | null> {
    const stopped = await this.#stopping(left, context);
    return stopped === null ? null : stoppedBy(request.kind, stopped.by, stopped.reason);
  }

  /** Null where people go on after all. */
  async #stopping(left: QuestionLeft, context: Moment): Promise<Stopped | null> {
    if (left.how === "ctrl-c") {
      const typed = await this.#asking.lastLine("Stop the ceremony? type  stop  to end it, Enter to go on:", (text) => text === "" || text === "stop" || "type  stop  or press Enter");
      if (typed === "") return null;
    }
    return this.#whoStops(context);
  }

  async #whoStops(context: Pick<Moment, "present">): Promise<Stopped> {
    const ids = peopleHere(this.#asking.briefing, context.present).map((person) => person.id);
    const by = await this.#asking.lastLine(`who stops the ceremony (${ids.join(", ")}):`, (text) => ids.includes(text) || `type one of ${ids.join(", ")}`);
    const reason = await this.#asking.lastLine("why:", (text) => text !== "" && text.length <= LONGEST_REASON || `type 1 to ${LONGEST_REASON} characters`);
    return { by, reason };
  }

  async #fourWords(): Promise<string> {
    const four = (text: string): true | string => wordsIn(text).length === 4 || "type four words of the PGP list, as written";
    try {
      return wordsIn(await this.#asking.line("the four words:", four)).join(" ");
    } catch (thrown) {
      throw thrown instanceof QuestionLeft ? interrupted() : thrown;
    }
  }
}

/** Plain where the choices or the environment say so: `ANCHORITE_PLAIN=1`, or a terminal that calls itself dumb. */
export function mannerOf(briefing: Briefing, { plain, idleMinutes, pastedWithin }: Pick<TerminalChoices, "plain" | "idleMinutes" | "pastedWithin">): Manner {
  const minutes = idleMinutes ?? null;
  return { ...USUAL_MANNER, word: assuranceWord(briefing), plain: plain ?? plainFrom(process.env), idleAfter: minutes === null ? null : minutes * 60_000, ...(pastedWithin === undefined ? {} : { pastedWithin }) };
}

/** Whether the environment asks for plain lines. */
export function plainFrom(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment["ANCHORITE_PLAIN"] === "1" || environment["TERM"] === "dumb";
}

/** The words of a text as the list spells them; none when one is not of the list. */
function wordsIn(text: string): string[] {
  try {
    return toWords(fromWords(text));
  } catch {
    return [];
  }
}

/** Whether the locale says UTF-8: the first of LC_ALL, LC_CTYPE and LANG that is set. */
export function charsetOf(environment: Readonly<Record<string, string | undefined>>): Charset {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "";
  return /utf-?8/i.test(locale) ? "unicode" : "ascii";
}
