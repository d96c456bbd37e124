/** A typed line without any control of the cursor, for screen readers and serial lines: the terminal itself shows what is typed. */
import { PromptLeft, type Terminal } from "./terminal-kind.ts";
import { lineEnds, type Watch } from "./watch.ts";

type PlainInput = Terminal["input"] & { setRawMode?(raw: boolean): unknown; readonly isTTY?: boolean };

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";
const ERASE = new Set(["\u0008", "\u007f"]);

/** Reads a line; what came behind it in the same breath is told to the watch and lost. @throws PromptLeft */
export async function plainLine(terminal: Terminal, question: string, watch: Watch): Promise<string> {
  terminal.output.write(`${question}\n`);
  let text = "";
  return listening(terminal.input, watch, (chunk, take) => {
    text += chunk;
    watch.seen(lineEnds(chunk));
    if (/[\r\n]/.test(text)) take(text.slice(0, text.search(/[\r\n]/)));
  });
}

/** Reads a line of which nothing is shown, not even its length. @throws PromptLeft */
export async function plainHidden(terminal: Terminal, question: string, watch: Watch): Promise<string> {
  const input: PlainInput = terminal.input;
  terminal.output.write(`${question} (what is typed is not shown)\n`);
  input.setRawMode?.(true);
  let typed: string[] = [];
  try {
    return await listening(input, watch, (chunk, take) => {
      watch.seen(0);
      for (const key of chunk) {
        if (key === "\r" || key === "\n") return take(typed.join(""));
        if (key === CTRL_C || key === CTRL_D) return watch.leave();
        if (key === CTRL_U) typed = [];
        else if (ERASE.has(key)) typed.pop();
        else if (!/\p{Cc}/u.test(key)) typed.push(key);
      }
    });
  } finally {
    input.setRawMode?.(false);
  }
}

function listening(input: Terminal["input"], watch: Watch, heard: (chunk: string, take: (line: string) => void) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: unknown): void => heard(String(chunk), finish);
    const onInterrupt = (): void => watch.leave();
    const onEnd = (): void => { stop(); reject(new PromptLeft(watch.why ?? "left")); };
    const stop = (): void => {
      input.removeListener("data", onData);
      // who has left waits for no key
      input.pause();
      watch.signal.removeEventListener("abort", onEnd);
      process.removeListener("SIGINT", onInterrupt);
    };
    const finish = (line: string): void => { stop(); resolve(line); };
    if (watch.signal.aborted) return onEnd();
    process.on("SIGINT", onInterrupt);
    watch.signal.addEventListener("abort", onEnd);
    input.setEncoding?.("utf8");
    input.on("data", onData);
    input.resume();
  });
}
