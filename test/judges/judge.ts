/** What a judge is: a program of somebody else's that says of each chain and list whether it holds, and for what reason not. */
import { spawnSync } from "node:child_process";
import type { Case, JudgedSet } from "./cases.ts";

/** One sentence of a judge; where `found` is not `expected`, it and we do not agree. */
export interface Sentence {
  readonly about: string;
  readonly expected: string;
  readonly found: string;
}

export interface Judge {
  readonly name: string;
  /** The programs that it needs, by the names in which they are called, and the Debian package of each. */
  readonly needs: Readonly<Record<string, string>>;
  /** Everything that it has to say about a set. @throws Error when it could not be asked */
  judge(set: JudgedSet): Sentence[];
}

/** A program in the folder of the set: its exit code, and all that it said. */
export function ran(set: JudgedSet, program: string, args: readonly string[], input = ""): { readonly ok: boolean; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: set.folder, encoding: "utf8", input, maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  return { ok: status === 0, said: stdout + stderr };
}

/** The word for what was said of a chain: `valid`, what one of the patterns means, or the words themselves. */
export function verdictOf(ok: boolean, said: string, meanings: readonly (readonly [RegExp, Case["expected"]])[]): string {
  if (ok) return "valid";
  return meanings.find(([pattern]) => pattern.test(said))?.[1] ?? said.trim().split("\n").slice(-3).join(" / ");
}

/** The sentences in which it does not agree with us, as lines for people. */
export function disagreements(sentences: readonly Sentence[]): string[] {
  return sentences.filter(({ expected, found }) => expected !== found).map(({ about, expected, found }) => `${about}: expected ${expected}, found ${found}`);
}
