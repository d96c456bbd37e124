/** Questions outside the course of a ceremony: PINs, who agrees to a last try, words that are typed as they are. */
import { Fault } from "../fault.ts";
import { interrupted } from "./asking.ts";
import { printable } from "./escape.ts";
import { wrap } from "./pages.ts";
import { askHidden, askLine, PromptLeft, STANDARD_TERMINAL, type Manner, type Terminal } from "./prompts.ts";
import { USUAL_MANNER } from "./terminal-kind.ts";

/** What people type at questions, and must not be taken for a PIN: a wrong one is counted by the token. */
const COMMAND = /^:(help|note|deviation|pause|leave|join|stop)\b/;

/**
 * Asks for a PIN at a terminal: neither it nor its length is shown, and no key reveals it.
 * @throws Fault person-interrupted for Ctrl-C, person-timeout when nobody types for too long
 */
export async function askPin(question: string, terminal: Terminal = STANDARD_TERMINAL, manner: Manner = USUAL_MANNER): Promise<string> {
  const lines = wrap(printable(question, "ascii"));
  for (const line of lines.slice(0, -1)) terminal.output.write(`${line}\n`);
  for (;;) {
    const typed = await hidden(terminal, lines.at(-1) ?? "", manner);
    if (!COMMAND.test(typed)) return typed;
    terminal.output.write("> Commands are not taken where a PIN is asked for, and the token has not seen this. Ctrl-C leaves the question.\n");
  }
}

async function hidden(terminal: Terminal, question: string, manner: Manner): Promise<string> {
  try {
    return await askHidden(terminal, question, manner);
  } catch (thrown) {
    if (!(thrown instanceof PromptLeft)) throw thrown;
    throw thrown.why === "idle" ? new Fault("person-timeout", "nobody typed the PIN for too long", ["ask for it again when whoever knows it is ready"]) : interrupted();
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
export async function askTwo(question: string, ids: readonly string[], terminal: Terminal = STANDARD_TERMINAL, manner: Manner = USUAL_MANNER): Promise<readonly [string, string]> {
  for (const line of wrap(printable(question, "ascii"))) terminal.output.write(`${line}\n`);
  const typed = async (who: string, others: readonly string[]): Promise<string> => {
    const said = await askLine(terminal, `${who} (${others.join(", ")}), or Enter to leave:`, (text) => text === "" || others.includes(text) || `type one of ${others.join(", ")}`, manner);
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
