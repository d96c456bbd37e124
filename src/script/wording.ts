/** How a finding words what was written: escaped, short, and with the nearest name that would have been right. */

const SHOWN = 60;

/**
 * What no text of a script may hold, as the inside of a character class: control, bidirectional, zero-width and tag
 * characters, line separators other than LF, no-break space, lone surrogates, noncharacters. Spelt out, because \\p{…}
 * means something else in the next edition of Unicode and an old record must be read as it was.
 */
export const UNPRINTABLE =
  "\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e007f}";
const TO_ESCAPE = new RegExp(`[\\n${UNPRINTABLE}]`, "gu");

/** A value as a person may see it: quoted text with control and bidirectional characters escaped, at most 60 characters. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  const points = [...text];
  const cut = points.length > SHOWN ? `${points.slice(0, SHOWN).join("")}…` : text;
  return cut.replaceAll(TO_ESCAPE, (point) => `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A hint, where one of the names is at most two slips of the pen away from what was written. */
export function didYouMean(written: string, names: Iterable<string>): string | undefined {
  if (written.length > 64) return undefined;
  const near = [...names].map((name) => ({ name, slips: slipsBetween(written, name) }));
  const best = near.filter(({ name, slips }) => slips <= 2 && slips < name.length).sort((a, b) => a.slips - b.slips)[0];
  return best && `did you mean ${best.name}?`;
}

/** Levenshtein distance: insertions, deletions and replacements. */
function slipsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
