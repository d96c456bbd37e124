/** A script that is filled for each run under a standing approval: what varies stands in it as `<run>`, `<before>` and `<seal>`. */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";

const RUN = "<run>";
const BEFORE = "<before>";
const SEAL = "<seal>";

/** What one run puts into a template. */
export interface Turn {
  /** From 1. */
  readonly run: number;
  /** SHA-256 of the seal.txt that it goes on from, hex. */
  readonly seal: string;
}

/** Whether a text, a script's or a path's, has something to be filled. */
export function isTemplate(text: string): boolean {
  return [RUN, BEFORE, SEAL].some((word) => text.includes(word));
}

/** A text with the number of the run, and of the run before, in their places. */
export function withRun(text: string, run: number): string {
  return text.replaceAll(RUN, String(run)).replaceAll(BEFORE, String(run - 1));
}

/** The script of one run. @param bytes UTF-8 @throws Fault form-utf8 */
export function filled(bytes: Uint8Array, { run, seal }: Turn): Uint8Array {
  return toUtf8(withRun(fromUtf8(bytes), run).replaceAll(SEAL, seal));
}
