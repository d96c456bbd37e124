import { randomInt } from "node:crypto";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { Asking, interrupted, QuestionLeft } from "./asking.ts";
import { printable, type Charset } from "./escape.ts";
import { faultLines, stepLines, wrap } from "./pages.ts";
import { peopleHere, stoppedBy, type AttachRequest, type Briefing, type Moment, type NamedFiles, type People, type PeopleRequest, type ShareDesk, type StepPage, type Stopped } from "./people.ts";
import { askHidden, askLine, PromptLeft, STANDARD_TERMINAL, type Terminal } from "./prompts.ts";
import { nameFiles, putQuestion, type Pick } from "./questions.ts";
import { ShareTable } from "./share-table.ts";
import { fromWords, headWords, toWords } from "./words.ts";

export { terminalReady } from "./prompts.ts";

const HEAD_TRIES = 3;
const LONGEST_REASON = 2000;

/** What a test puts in place of the process's own. */
export interface TerminalChoices {
  readonly terminal?: Terminal;
  readonly charset?: Charset;
  readonly pick?: Pick;
  /** The host's clock for the head of a page, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly clock?: () => string;
}

/** The people at this terminal. */
export class TerminalPeople implements People {
  readonly source = "terminal";
  readonly shares: ShareDesk;
  readonly #asking: Asking;
  readonly #pick: Pick;
  readonly #clock: () => string;
  #shown = 0;

  constructor(briefing: Briefing, choices: TerminalChoices = {}) {
    this.#asking = new Asking(briefing, choices.terminal ?? STANDARD_TERMINAL, choices.charset ?? charsetOf(process.env));
    this.shares = new ShareTable(this.#asking, (here) => this.#whoStops({ now: "", present: here }));
    this.#pick = choices.pick ?? ((below) => randomInt(below));
    this.#clock = choices.clock ?? (() => `${new Date().toISOString().slice(0, 19)}Z`);
  }

  async answer(request: PeopleRequest, context: Moment): Promise<Observation> {
    return this.#untilAnswered(request, context, () => putQuestion(this.#asking, request, context, this.#pick));
  }

  async attach(request: AttachRequest, context: Moment): Promise<NamedFiles | Observation> {
    return this.#untilAnswered(request, context, () => nameFiles(this.#asking, request));
  }

  /** A question that was left is put again, unless the ceremony ends with it. */
  async #untilAnswered<T>(request: PeopleRequest | AttachRequest, context: Moment, put: () => Promise<T>): Promise<T | Observation> {
    this.#open(request.step);
    for (;;) {
      try {
        return await put();
      } catch (thrown) {
        if (!(thrown instanceof QuestionLeft)) throw thrown;
        const ended = await this.#ending(thrown, request, context);
        if (ended !== null) return ended;
      }
    }
  }

  async showHead(seq: number, head: string): Promise<void> {
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
    this.#asking.say("", ...faultLines(fault), "");
    this.#asking.tell("Nothing has happened on the token by this. Enter leaves; the same command goes on another day. If the token will never be reached again, stop the ceremony without it.");
    const words = "type  again  or  stop  or press Enter";
    const typed = await this.#asking.lastLine("again, stop, or Enter to leave:", (text) => ["", "again", "stop"].includes(text) || words);
    if (typed === "stop") return this.#whoStops(context);
    return typed === "again" ? "again" : "leave";
  }

  begin(page: StepPage): void {
    this.#shown = page.number;
    this.#asking.say(...stepLines(this.#asking.briefing, page, this.#clock()), "");
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
    if (left.how === "ctrl-c") {
      const typed = await this.#asking.lastLine("Stop the ceremony? type  stop  to end it, Enter to go on:", (text) => text === "" || text === "stop" || "type  stop  or press Enter");
      if (typed === "") return null;
    }
    const { by, reason } = await this.#whoStops(context);
    return stoppedBy(request.kind, by, reason);
  }

  async #whoStops(context: Moment): Promise<Stopped> {
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

/**
 * Asks for a PIN at a terminal: neither it nor its length is shown, and no key reveals it.
 * @throws Fault person-interrupted for Ctrl-C
 */
export async function askPin(question: string, terminal: Terminal = STANDARD_TERMINAL): Promise<string> {
  const lines = wrap(printable(question, "ascii"));
  for (const line of lines.slice(0, -1)) terminal.output.write(`${line}\n`);
  try {
    return await askHidden(terminal, lines.at(-1) ?? "");
  } catch (thrown) {
    throw thrown instanceof PromptLeft ? interrupted() : thrown;
  }
}

/**
 * Asks for words to be typed as they are.
 * @throws Fault person-interrupted for Ctrl-C
 */
export async function askWords(question: string, words: string, terminal: Terminal = STANDARD_TERMINAL): Promise<void> {
  try {
    await askLine(terminal, printable(question, "ascii"), (typed) => typed === printable(words, "ascii") || `type  ${printable(words, "ascii")}`);
  } catch (thrown) {
    throw thrown instanceof PromptLeft ? interrupted() : thrown;
  }
}

/**
 * Two people of the ceremony type their ids before a PIN is tried that may be the last one.
 * @param ids of those who may
 * @returns both
 * @throws Fault hsm-login when somebody does not agree, person-interrupted for Ctrl-C
 */
export async function askTwo(question: string, ids: readonly string[], terminal: Terminal = STANDARD_TERMINAL): Promise<readonly [string, string]> {
  for (const line of wrap(printable(question, "ascii"))) terminal.output.write(`${line}\n`);
  const typed = async (who: string, others: readonly string[]): Promise<string> => {
    const said = await askLine(terminal, `${who} (${others.join(", ")}), or Enter to leave:`, (text) => text === "" || others.includes(text) || `type one of ${others.join(", ")}`);
    if (said === "") throw new Fault("hsm-login", "a last try wants two people, and they did not agree", ["nothing was tried; find the right PIN, or have the security officer set another"]);
    return said;
  };
  try {
    const first = await typed("first person who agrees", ids);
    return [first, await typed("second person who agrees", ids.filter((id) => id !== first))];
  } catch (thrown) {
    throw thrown instanceof PromptLeft ? interrupted() : thrown;
  }
}
