/** Text of a record in Markdown. */
import { printable } from "../console/escape.ts";

/** Text from outside, on one line, that is no Markdown. */
export function plain(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}
