/** The place where the result of a check appears, once somebody has made it. */
import { html, Markup } from "./html.ts";

/** What stands in a cell before the page's own program has filled it. */
export const NOT_YET = "○ NOT CHECKED YET";

/** @param id of the check; its result is written here by whoever checks */
export function cell(id: string, tag: "p" | "td"): Markup {
  const open = new Markup(`<${tag}`);
  return html`${open} class="result" data-check="${id}">${NOT_YET}${new Markup(`</${tag}>`)}`;
}
