/** The terminal of this process: what its signals do, and what becomes of the process when it goes. */
import { closeSync, openSync } from "node:fs";

const leaving = new AbortController();
let isGuarded = false;

/** Aborted when the terminal has gone: nothing will be typed any more. */
export const gone = leaving.signal;

const BUSY = "Ctrl-C: something is being done. It counts at the next question: press it there.";
const PUT_ASIDE = "Ctrl-Z is not taken: a ceremony is not left standing with a shell before it. Type  :pause  at a question for a break.";

/** What a program does when its terminal goes or somebody presses Ctrl-C or Ctrl-Z. It must not die in the middle of an effect. */
export function guardSignals(tell: (line: string) => void): void {
  if (isGuarded) return;
  isGuarded = true;
  for (const signal of ["SIGHUP", "SIGTERM", "SIGQUIT"]) process.on(signal, leaveTerminal);
  process.on("SIGINT", () => tell(BUSY));
  process.on("SIGTSTP", () => goOn(tell));
  // a terminal that went away cannot be read either
  for (const event of ["error", "end"]) process.stdin.on(event, leaveTerminal);
}

/** Stays in the foreground where a shell would get the terminal. */
function goOn(tell: (line: string) => void): void {
  const isRead = !process.stdin.isPaused();
  tell(PUT_ASIDE);
  // readline has let the terminal go; it takes it back when it hears that the program goes on, and then waits to be told to read
  process.once("SIGCONT", () => void (isRead && process.stdin.resume()));
  process.kill(process.pid, "SIGCONT");
}

function leaveTerminal(): void {
  if (gone.aborted) return;
  // readline sets the mode of a terminal that is not there any more, and throws what comes of it at nobody
  process.stdin.setRawMode = () => process.stdin;
  process.once("exit", letGo);
  leaving.abort();
}

/** node restores the modes of its terminal when it ends, and aborts, with the memory as it is, where the terminal is not there any more. */
function letGo(): void {
  for (const descriptor of [0, 1, 2]) {
    closeSync(descriptor);
    // takes the lowest number that is free
    openSync("/dev/null", "r+");
  }
}
