/** Markup in which every text is escaped: what is not made by `html` can be no tag, no attribute and no script. */
import { printable } from "../console/escape.ts";

/** A piece of HTML whose texts are escaped already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand between the pieces of a template. */
export type Inserted = Markup | string | number | null | readonly Inserted[];

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Text as it may stand between tags and in attributes with quotes. Tricky characters (controls, bidi, what is not drawn) show as `\u{…}`.
 */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** A template of markup: strings and numbers in it are escaped, markup stays, lists are joined, null is nothing. */
export function html(pieces: TemplateStringsArray, ...values: readonly Inserted[]): Markup {
  return new Markup(pieces.reduce((text, piece, i) => text + insertedText(values[i - 1] ?? null) + piece));
}

function insertedText(value: Inserted): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(insertedText).join("");
  return escapeText(String(value));
}

/** A text of several lines, with its line breaks. */
export function lines(text: string): Markup {
  return new Markup(text.trimEnd().split("\n").map(escapeText).join("<br>"));
}

/** A text of several lines as it stands, for a `pre`. */
export function block(text: string): Markup {
  return new Markup(text.trimEnd().split("\n").map(escapeText).join("\n"));
}

/** Hex or base64 that may break anywhere, in a face of equal widths. */
export function digestText(text: string): Markup {
  return html`<code class="digest">${text}</code>`;
}
