/** The door to inquirer: one typed line, visible or hidden. The dialogue goes to the terminal, so that stdout stays the result. */
import type { createPromptModule } from "inquirer";

/** Where a dialogue takes place. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** The terminal of this process: people's keys come from stdin, questions go to stderr. */
export const STANDARD_TERMINAL: Terminal = {
  get input() { return process.stdin; },
  get output() { return process.stderr; },
};

/** Whether somebody sits at the standard terminal. inquirer does not ask this and would read a pipe. */
export function terminalReady(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** What is wrong with a line that was typed, or `true`. */
export type Check = (typed: string) => true | string;

/** A person pressed Ctrl-C at a prompt, or the terminal went away. */
export class PromptLeft extends Error {
  override readonly name = "PromptLeft";
}

/** ASCII only, so that it looks the same under LANG=C, on a serial line and on paper; a refused line is taken away. */
const THEME = {
  prefix: { idle: "?", done: "*" },
  spinner: { interval: 500, frames: ["?"] },
  validationFailureMode: "clear",
};

/**
 * Asks for one line. There is no default: Enter alone is the empty line, which `check` judges like any other.
 * @param question already printable
 * @throws PromptLeft
 */
export async function askLine(terminal: Terminal, question: string, check: Check): Promise<string> {
  return put(terminal, { type: "input", message: question, validate: (typed: string) => check(typed.trim()) }).then((typed) => typed.trim());
}

/**
 * Asks for a line that is never shown, nor its length, nor on any key.
 * @param question already printable
 * @throws PromptLeft
 */
export async function askHidden(terminal: Terminal, question: string): Promise<string> {
  const validate = (typed: string): true | string => typed !== "" || "nothing was typed";
  return put(terminal, { type: "password", message: question, mask: false, toggleMask: false, validate });
}

type Question = { readonly type: "input" | "password"; readonly message: string } & Readonly<Record<string, unknown>>;

async function put(terminal: Terminal, question: Question): Promise<string> {
  // Loaded late: commands that only read a record must start, and work, without it.
  const inquirer: { createPromptModule: typeof createPromptModule } = await import("inquirer");
  const prompt = inquirer.createPromptModule({ input: terminal.input, output: terminal.output });
  try {
    const answers: { typed: string } = await prompt<{ typed: string }>([{ ...question, theme: THEME, name: "typed" }]);
    return answers.typed;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "ExitPromptError") throw new PromptLeft("left", { cause: thrown });
    throw thrown;
  }
}
