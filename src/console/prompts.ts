/** The door to inquirer: one typed line, visible or hidden. The dialogue goes to the terminal, so that stdout stays the result. */
import type { createPromptModule } from "inquirer";
import { plainHidden, plainLine } from "./plain-line.ts";
import { PromptLeft, USUAL_MANNER, type Check, type Manner, type Terminal } from "./terminal-kind.ts";
import { Watch } from "./watch.ts";

export { PromptLeft, type Check, type Manner, type Terminal } from "./terminal-kind.ts";

/** The terminal of this process: people's keys come from stdin, questions go to stderr. */
export const STANDARD_TERMINAL: Terminal = {
  get input() { return process.stdin; },
  get output() { return process.stderr; },
};

/** Whether somebody sits at the standard terminal. inquirer does not ask this and would read a pipe. */
export function terminalReady(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

const HEAPED = "Several lines came at once, and none was taken. Type one line.";

/**
 * Asks for one line. There is no default: Enter alone is the empty line, which `check` judges like any other. Lines that come in a
 * heap, as by pasting, are not taken.
 * @param question already printable
 * @throws PromptLeft
 */
export async function askLine(terminal: Terminal, question: string, check: Check, manner = USUAL_MANNER): Promise<string> {
  for (;;) {
    const { typed, isAlone } = await watched(terminal, manner, (watch) => (manner.plain ? plainChecked(terminal, question, check, manner, watch) : put(terminal, { type: "input", message: question, validate: (text: string) => check(text.trim()) }, manner, watch)));
    if (isAlone) return typed.trim();
    terminal.output.write(`> ${HEAPED}\n`);
  }
}

/**
 * Asks for a line that is never shown, nor its length, nor on any key.
 * @param question already printable
 * @throws PromptLeft
 */
export async function askHidden(terminal: Terminal, question: string, manner = USUAL_MANNER): Promise<string> {
  const validate = (typed: string): true | string => typed !== "" || "nothing was typed";
  const { typed } = await watched(terminal, manner, async (watch) => {
    if (!manner.plain) return put(terminal, { type: "password", message: question, mask: false, toggleMask: false, validate }, manner, watch);
    for (;;) {
      const line = await plainHidden(terminal, worded(question, manner), watch);
      if (line !== "") return line;
      terminal.output.write("> nothing was typed\n");
    }
  });
  return typed;
}

async function watched(terminal: Terminal, manner: Manner, ask: (watch: Watch) => Promise<string>): Promise<{ typed: string; isAlone: boolean }> {
  const watch = new Watch(terminal.input, manner);
  try {
    if (manner.plain) await watch.pastTypedAhead();
    const typed = await ask(watch);
    return { typed, isAlone: await watch.aloneAtLast() };
  } finally {
    watch.close();
  }
}

async function plainChecked(terminal: Terminal, question: string, check: Check, manner: Manner, watch: Watch): Promise<string> {
  for (;;) {
    const typed = await plainLine(terminal, worded(question, manner), watch);
    const verdict = check(typed.trim());
    if (verdict === true) return typed;
    terminal.output.write(`> ${verdict}\n`);
  }
}

function worded(question: string, { word }: Manner): string {
  return word === "" ? question : `${word} ? ${question}`;
}

/** ASCII only, so that it looks the same under LANG=C, on a serial line and on paper; a refused line is taken away. */
function themeOf({ word }: Manner): object {
  const before = word === "" ? "" : `${word} `;
  return { prefix: { idle: `${before}?`, done: `${before}*` }, spinner: { interval: 500, frames: [`${before}?`] }, validationFailureMode: "clear" };
}

type Question = { readonly type: "input" | "password"; readonly message: string } & Readonly<Record<string, unknown>>;

async function put(terminal: Terminal, question: Question, manner: Manner, watch: Watch): Promise<string> {
  // Loaded late: commands that only read a record must start, and work, without it.
  const inquirer: { createPromptModule: typeof createPromptModule } = await import("inquirer");
  const prompt = inquirer.createPromptModule({ input: terminal.input, output: terminal.output, signal: watch.signal });
  try {
    const answers: { typed: string } = await prompt<{ typed: string }>([{ ...question, theme: themeOf(manner), name: "typed" }]);
    return answers.typed;
  } catch (thrown) {
    if (thrown instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(thrown.name)) throw new PromptLeft(watch.why ?? "left", { cause: thrown });
    throw thrown;
  }
}
