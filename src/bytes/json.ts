import { Fault } from "../fault.ts";
import { fromUtf8 } from "./text.ts";

/** Octets of a JSON text that somebody else wrote; an answer of a platform's API is far smaller. */
export const JSON_LIMIT = 4 * 1024 * 1024;

/**
 * Reads a JSON text of any spelling (RFC 8259) in which no object has a name twice: readers differ in which of the two they take.
 * @throws Fault form-json, form-utf8
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > JSON_LIMIT) throw new Fault("form-json", `expected a JSON text of at most ${JSON_LIMIT} octets, found ${bytes.length}`);
  const text = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault("form-json", "expected a JSON text, found something else", ["take the file as the platform's API returned it"], { cause });
  }
  refuseTwins(text);
  return value;
}

/** The tokens of a text that is JSON already: strings whole, and what opens, closes and parts. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** @throws Fault form-json for an object with a name twice */
function refuseTwins(text: string): void {
  /** Names of the objects that are open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let before = "";
  for (const [token] of text.matchAll(TOKENS)) {
    const names = open.at(-1);
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") open.pop();
    else if (token.startsWith('"') && names != null && before !== ":") enterName(names, JSON.parse(token) as string);
    before = token;
  }
}

function enterName(names: Set<string>, name: string): void {
  if (names.has(name)) throw new Fault("form-json", `expected each name of an object once, found ${JSON.stringify(name)} twice`);
  names.add(name);
}

/**
 * A field of the one object that a JSON text is.
 * @throws Fault form-json when it is none, or has no such field, or the field is no text
 */
export function textField(bytes: Uint8Array, field: string): string {
  const value = parseJson(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Fault("form-json", "expected one JSON object");
  const found: unknown = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
  if (typeof found !== "string") throw new Fault("form-json", `expected a text in the field ${field}, found ${found === undefined ? "no such field" : JSON.stringify(found).slice(0, 60)}; there are ${Object.keys(value).slice(0, 20).join(", ")}`);
  return found;
}
