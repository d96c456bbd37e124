/** A program at a pseudo-terminal of a size, with somebody who types. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../tools.ts";

/** What is done at the terminal: see pseudo-terminal.py. */
export type Deed = { readonly wait: string } | { readonly type: string } | { readonly size: readonly [rows: number, columns: number] } | { readonly readback: true } | { readonly rest: number } | { readonly hangup: true };

export interface Seen {
  readonly shown: string;
  /** 128 + n where signal n ended it. */
  readonly exit: number;
}

/** Waits for a text, then types: a turn. */
export function turn(wait: string, type: string): readonly Deed[] {
  return [{ wait }, { type }];
}

interface Place {
  /** Beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Rows and columns. */
  readonly size?: readonly [number, number];
  readonly cwd?: string;
}

/** Plays to the end of the program. */
export async function atTerminal(command: readonly string[], deeds: readonly Deed[], { environment = {}, size: [rows, columns] = [24, 80], cwd = "." }: Place = {}): Promise<Seen> {
  const playing = spawn("python3", [join(checkout, "test", "console", "pseudo-terminal.py"), JSON.stringify(deeds), String(rows), String(columns), ...command], {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", LANG: "C.UTF-8", ...environment }, stdio: ["ignore", "pipe", "inherit"], cwd,
  });
  let said = "";
  playing.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await new Promise((resolve) => playing.on("close", resolve));
  return JSON.parse(said) as Seen;
}
