/** One conversation at a terminal: lines that are shown, lines that are typed, and the ways out of a question. */
import { Fault } from "../fault.ts";
import { printable, type Charset } from "./escape.ts";
import type { Briefing, Moment } from "./people.ts";
import { personText, wrap } from "./pages.ts";
import { askLine, PromptLeft, type Check, type Manner, type Terminal } from "./prompts.ts";

/** Typed at any prompt to end the ceremony. */
export const STOP = ":stop";

/** Lines that move a page out of sight. */
const PAGE_AWAY = 100;

/** A person wants to leave the question that is open, or it has to be put anew. */
export class QuestionLeft extends Error {
  override readonly name = "QuestionLeft";
  readonly how: "typed" | "ctrl-c" | "changed";

  constructor(how: "typed" | "ctrl-c" | "changed") {
    super(how);
    this.how = how;
  }
}

/** Takes a line that begins with a colon. @returns `anew` where the open question has to be put anew */
export type Command = (typed: string, moment: Moment) => Promise<"anew" | "go on">;

export class Asking {
  readonly briefing: Briefing;
  readonly #terminal: Terminal;
  readonly #charset: Charset;
  readonly #manner: Manner;
  /** The moment of the open question; null where nothing can be written into the record yet. */
  moment: Moment | null = null;
  command: Command | null = null;

  constructor(briefing: Briefing, terminal: Terminal, charset: Charset, manner: Manner) {
    this.briefing = briefing;
    this.#terminal = terminal;
    this.#charset = charset;
    this.#manner = manner;
  }

  get isPlain(): boolean {
    return this.#manner.plain;
  }

  /** Shows lines as they are, made printable for this terminal. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#terminal.output.write(`${printable(line, this.#charset)}\n`);
  }

  /** Shows a sentence, wrapped. */
  tell(sentence: string): void {
    this.say(...wrap(sentence, " "));
  }

  /**
   * One typed line, without blanks around it. A line that begins with a colon is a command, taken in between.
   * @throws QuestionLeft for `:stop`, Ctrl-C, and where who is here has changed
   */
  async line(question: string, check: Check): Promise<string> {
    for (;;) {
      const typed = await this.#put(question, (text) => text.startsWith(":") || check(text));
      if (!typed.startsWith(":")) return typed;
      if (typed === STOP) throw new QuestionLeft("typed");
      if (this.moment === null || this.command === null) this.tell("Here only  :stop  is taken.");
      else if ((await this.command(typed, this.moment)) === "anew") throw new QuestionLeft("changed");
    }
  }

  /** One typed line of a command: no other command is taken in it. @throws QuestionLeft for Ctrl-C, which leaves the command */
  async inner(question: string, check: Check): Promise<string> {
    return this.#put(question, check);
  }

  /**
   * One typed line when a question has been left already: leaving again leaves the program.
   * @throws Fault person-interrupted
   */
  async lastLine(question: string, check: Check): Promise<string> {
    try {
      return await this.#put(question, check);
    } catch (thrown) {
      throw thrown instanceof QuestionLeft ? interrupted() : thrown;
    }
  }

  /** Takes everything off the screen, and out of what can be scrolled back to. */
  clear(): void {
    // without control of the cursor what was shown can only be moved away
    this.#terminal.output.write(this.#manner.plain ? "\n".repeat(PAGE_AWAY) : "\u001b[2J\u001b[3J\u001b[H");
  }

  /** From here on nothing is written down beside the answers: a secret is on the screen. */
  alone(): void {
    this.moment = null;
    this.command = null;
  }

  /** `Alice Example (administrator)`, or the id of somebody the script does not know. */
  name(id: string): string {
    const person = this.briefing.people.find((person) => person.id === id);
    return person === undefined ? id : personText(person);
  }

  /** Puts a question until somebody answers it: who does not type anything for too long is logged out, and asked again. */
  async #put(question: string, check: Check): Promise<string> {
    for (;;) {
      try {
        return await askLine(this.#terminal, printable(question, this.#charset), check, this.#manner);
      } catch (thrown) {
        if (!(thrown instanceof PromptLeft)) throw thrown;
        if (thrown.why === "left") throw new QuestionLeft("ctrl-c");
        await this.#idle();
      }
    }
  }

  async #idle(): Promise<void> {
    const minutes = Math.round((this.#manner.idleAfter ?? 0) / 60_000);
    if ((await this.moment?.idle(minutes)) === true) this.tell(`Nobody typed anything for ${minutes} minutes: every token is logged out. Its PIN is asked for when it is needed again.`);
  }
}

/** The terminal was left for good; what is recorded stands. */
export function interrupted(): Fault {
  return new Fault("person-interrupted", "the terminal was left in the middle of a question", ["the record is whole; run the same command again to go on"]);
}
