/** HTML as text: everything that comes from outside is escaped, what was made here stays. Pure. */
import { printable } from "./escape.ts";

/** Markup that was made here. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** Markup from a template: texts are escaped, markup is taken as it is. */
export function html(pieces: readonly string[], ...parts: readonly Part[]): Markup {
  return new Markup(pieces.map((piece, i) => piece + (i < parts.length ? textOf(parts[i] ?? "") : "")).join(""));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return printable(String(part)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return part.map(({ text }) => text).join("\n");
}
