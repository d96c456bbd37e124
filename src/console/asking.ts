/** One conversation at a terminal: lines that are shown, lines that are typed, and the ways out of a question. */
import { Fault } from "../fault.ts";
import { printable, type Charset } from "./escape.ts";
import type { Briefing } from "./people.ts";
import { personText, wrap } from "./pages.ts";
import { askLine, PromptLeft, type Check, type Terminal } from "./prompts.ts";

/** Typed at any prompt to end the ceremony. */
export const STOP = ":stop";

/** A person wants to leave the question that is open. */
export class QuestionLeft extends Error {
  override readonly name = "QuestionLeft";
  readonly how: "typed" | "ctrl-c";

  constructor(how: "typed" | "ctrl-c") {
    super(how);
    this.how = how;
  }
}

export class Asking {
  readonly briefing: Briefing;
  readonly #terminal: Terminal;
  readonly #charset: Charset;

  constructor(briefing: Briefing, terminal: Terminal, charset: Charset) {
    this.briefing = briefing;
    this.#terminal = terminal;
    this.#charset = charset;
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
   * One typed line, without blanks around it.
   * @throws QuestionLeft for `:stop` and Ctrl-C
   */
  async line(question: string, check: Check): Promise<string> {
    const typed = await this.#put(question, (text) => text === STOP || check(text));
    if (typed === STOP) throw new QuestionLeft("typed");
    return typed;
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
    this.#terminal.output.write("\u001b[2J\u001b[3J\u001b[H");
  }

  /** `Alice Example (administrator)`, or the id of somebody the script does not know. */
  name(id: string): string {
    const person = this.briefing.people.find((person) => person.id === id);
    return person === undefined ? id : personText(person);
  }

  async #put(question: string, check: Check): Promise<string> {
    try {
      return await askLine(this.#terminal, printable(question, this.#charset), check);
    } catch (thrown) {
      throw thrown instanceof PromptLeft ? new QuestionLeft("ctrl-c") : thrown;
    }
  }
}

/** The terminal was left for good; what is recorded stands. */
export function interrupted(): Fault {
  return new Fault("person-interrupted", "the terminal was left in the middle of a question", ["the record is whole; run the same command again to go on"]);
}
