/** What the kernel says of processes, read from /proc: not every system has `ps`. */
import { readdirSync, readFileSync } from "node:fs";

interface Told {
  /** One letter: R runs, S sleeps, T is stopped, Z has ended. */
  readonly state: string;
  readonly parent: number;
}

/** Null when there is no such process. */
export function toldOf(pid: number): Told | null {
  try {
    // the name, in brackets, may hold blanks and brackets
    const [state = "", parent = ""] = readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\) /s, "").split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** The children of a process whose command line holds a text. */
export function childrenOf(pid: number, text: string): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((one) => toldOf(one)?.parent === pid && commandOf(one).includes(text));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
