/** Where words go: stdout is the result, stderr is talk. */
import { Fault, type Finding } from "../fault.ts";
import { faultLines, findingLines } from "../console/pages.ts";

/** Who reads only the beginning (`| head`) closes the pipe: the rest is not written, and the command goes on to its exit code. @throws Error for anything else */
export function letReadersLeave(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: Error & { readonly code?: string }) => {
      // EIO: the terminal has gone; what is recorded stands, and there is nobody to tell
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}

/** The result of a command, a line at a time. */
export function result(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Talk: progress, findings, faults. */
export function talk(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/** Seconds between two lines about the same work, where no line is written over. */
const SLOWLY = 10;

/** Says what a token is doing, and for how long: one line that is written anew each second, or a line now and then. @param seconds null when it has ended */
export function working(line: string, seconds: number | null, plain: boolean): void {
  const isOver = seconds === null;
  const clock = `${Math.floor((seconds ?? 0) / 60)}:${String((seconds ?? 0) % 60).padStart(2, "0")}`;
  const text = `  ${line}: ${clock} so far. Do not unplug anything.`;
  if (!plain && process.stderr.isTTY) process.stderr.write(isOver ? "\n" : `\r${text}`);
  else if (!isOver && seconds % SLOWLY === 0) talk(text);
}

/** Shows why a script is refused: all findings at once. */
export function talkFindings(findings: readonly Finding[]): void {
  talk(...findingLines(findings), `anchorite: refused: ${findings.length} finding${findings.length === 1 ? "" : "s"}; no token was touched`);
}

/** Shows a fault, or a bug with its stack. */
export function talkThrown(thrown: unknown): void {
  if (thrown instanceof Fault) return talk(...faultLines(thrown));
  talk("anchorite: this is a bug of anchorite, please report it:", thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
}

/** Told of SIGINT, SIGTERM and SIGHUP, which then do not end the program. @returns what ends the listening */
export function listenForStop(told: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const hear = (): void => {
    talk("  stopping: what was made is destroyed first");
    told();
  };
  for (const signal of signals) process.on(signal, hear);
  return () => { for (const signal of signals) process.off(signal, hear); };
}
