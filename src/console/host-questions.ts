/** What people say of the host before a ceremony: what their watches show, and words from paper. */
import { randomInt } from "node:crypto";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { digestLines, wrap } from "./pages.ts";
import { askLine, PromptLeft, type Check, type Terminal } from "./prompts.ts";
import { toWords } from "./words.ts";

const TRIES = 3;
const ROW = 4;
const ROWS = 8;
const DAY = 86_400;

/** A digest that stands on paper. */
export interface OnPaper {
  /** `tool`, or `module of vault`. */
  readonly of: string;
  /** Hex. */
  readonly sha256: string;
}

/** Who agreed to an exception, with initials. */
export interface Agreed {
  readonly by: string;
  readonly initials: string;
}

/** What people decided before the day. */
export interface Excepted {
  readonly control: string;
  readonly why: string;
  readonly by: readonly string[];
  /** What does not hold. */
  readonly found: readonly string[];
}

/** Asks at one terminal; Ctrl-C ends the command before anything was recorded. */
export class HostQuestions {
  readonly #terminal: Terminal;
  readonly #clock: () => string;
  readonly #pick: (below: number) => number;

  /** @param clock the host's, `YYYY-MM-DDTHH:MM:SSZ` */
  constructor(terminal: Terminal, clock: () => string, pick: (below: number) => number = (below) => randomInt(below)) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#pick = pick;
  }

  /** Two people, each their own watch. @param ids who may be named; empty for anybody @throws Fault person-interrupted */
  async watches(ids: readonly string[]): Promise<{ by: string; shown: string; ahead: number }[]> {
    const seen: { by: string; shown: string; ahead: number }[] = [];
    this.#say("Two people look at a watch of their own, in UTC.");
    for (const which of ["first", "second"]) {
      const may = (text: string): true | string => (ids.length === 0 ? text !== "" : ids.includes(text)) && !seen.some(({ by }) => by === text) || `type ${ids.length === 0 ? "a name" : `one of ${ids.join(", ")}`}, another for each watch`;
      const by = await this.#ask(`who reads the ${which} watch:`, may);
      const shown = await this.#ask(`what the watch of ${by} shows now, HH:MM:SS:`, (text) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text) || "type HH:MM:SS, in UTC");
      const ahead = secondsAhead(this.#clock(), shown);
      this.#say(`The host is ${Math.abs(ahead)} s ${ahead < 0 ? "behind" : "ahead of"} that watch.`);
      seen.push({ by, shown, ahead });
    }
    return seen;
  }

  /** Each exception by itself, read out, and agreed on by each who decided it. @throws Fault person-interrupted, also where somebody does not agree */
  async exceptions<E extends Excepted>(all: readonly E[]): Promise<(E & { readonly agreed: readonly Agreed[] })[]> {
    const answered: (E & { readonly agreed: readonly Agreed[] })[] = [];
    for (const [i, one] of all.entries()) {
      for (const line of exceptionLines(one, i + 1, all.length)) this.#say(line);
      const agreed: Agreed[] = [];
      for (const by of one.by) agreed.push({ by, initials: await this.#initials(by, one.control) });
      answered.push({ ...one, agreed });
    }
    return answered;
  }

  async #initials(by: string, control: string): Promise<string> {
    const typed = await this.#ask(`${by}, exception to ${control}: type your initials to agree, or  no :`, (text) => /^\p{L}{1,10}$/u.test(text) || "type your initials, letters alone, or  no");
    if (typed.toLowerCase() === "no") throw new Fault("person-interrupted", `${by} does not agree to the exception to ${control}`, ["nothing was recorded; the run does not begin"]);
    return typed;
  }

  /** One row of words of a digest, from paper. @throws Fault person-interrupted */
  async words({ of, sha256 }: OnPaper): Promise<"right" | "wrong"> {
    const row = this.#pick(ROWS);
    const wanted = toWords(fromHex(sha256)).slice(row * ROW, row * ROW + ROW).join(" ").toLowerCase();
    for (let tries = 1; tries <= TRIES; tries++) {
      const typed = await this.#ask(`from paper, row ${row + 1} of the words of the digest of ${of}:`, (text) => text.split(/\s+/).length === ROW || "type the four words of that row");
      if (typed.toLowerCase().split(/\s+/).join(" ") === wanted) return this.#shown({ of, sha256 }, "right");
      this.#say(`These are not its words (try ${tries} of ${TRIES}).`);
    }
    return this.#shown({ of, sha256 }, "wrong");
  }

  /** All words, once a row was typed from paper and not from the screen. */
  #shown({ of, sha256 }: OnPaper, words: "right" | "wrong"): "right" | "wrong" {
    for (const line of [...digestLines(`the ${of}`, sha256), "Compare all eight rows with the paper, and tick there: equal, or not equal."]) this.#say(line);
    return words;
  }

  #say(line: string): void {
    this.#terminal.output.write(`${line}\n`);
  }

  async #ask(question: string, check: Check): Promise<string> {
    try {
      return await askLine(this.#terminal, question, check);
    } catch (thrown) {
      if (thrown instanceof PromptLeft) throw new Fault("person-interrupted", "the terminal was left in the middle of a question", ["nothing was recorded; run the same command again"]);
      throw thrown;
    }
  }
}

/** By how many seconds the host is ahead of a watch, the shorter way round the day. */
function secondsAhead(host: string, shown: string): number {
  const seconds = (text: string): number => text.split(":").map(Number).reduce((sum, part) => sum * 60 + part, 0);
  const apart = seconds(host.slice(11, 19)) - seconds(shown);
  return ((apart + DAY + DAY / 2) % DAY) - DAY / 2;
}

function exceptionLines({ control, why, by, found }: Excepted, number: number, of: number): string[] {
  return ["", ` EXCEPTION ${number} of ${of}: ${control}`, ...wrap(`READ ALOUD: ${control} does not hold. ${found.join(". ")}.`, "   "), ...wrap(`Why the run begins all the same: ${why}`, "   "), ...wrap(`Decided by ${by.join(", ")}.`, "   ")];
}
