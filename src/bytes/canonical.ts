import canonicalize from "canonicalize";
import { Fault } from "../fault.ts";
import { fromUtf8, toUtf8 } from "./text.ts";

/** What a canonical JSON text of this program may hold: integers only, well-formed strings, no undefined. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The RFC 8785 form of a value, as text. Objects with `toJSON` (Content) are replaced by what it returns.
 * @throws Fault form-json for a number that is no safe integer or a string that is not well-formed Unicode
 */
export function canonicalText(value: unknown): string {
  refuseOddities("", value);
  const text = canonicalize(value);
  if (text === undefined) throw new Fault("form-json", "expected a JSON value, found undefined");
  return text;
}

function refuseOddities(name: string, value: unknown): void {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Fault("form-json", `expected integers only, found ${String(value)} at ${JSON.stringify(name)}`);
  }
  if (typeof value === "string" && !value.isWellFormed()) throw new Fault("form-json", `ill-formed Unicode at ${JSON.stringify(name)}`);
  if (typeof value !== "object" || value === null) return;
  if ("toJSON" in value && typeof value.toJSON === "function") return refuseOddities(name, value.toJSON());
  if (Array.isArray(value)) return value.forEach((one, i) => refuseOddities(String(i), one));
  for (const [inner, one] of Object.entries(value)) {
    refuseOddities(inner, inner);
    refuseOddities(inner, one);
  }
}

/** The RFC 8785 octets of a value. */
export function canonicalBytes(value: unknown): Uint8Array {
  return toUtf8(canonicalText(value));
}

/**
 * Reads a canonical JSON text: decode, parse, canonicalise, compare.
 * @throws Fault form-json when the octets are not their own RFC 8785 form (duplicate names, white space, other number forms, order)
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault("form-json", "expected JSON", [], { cause });
  }
  if (!isItsOwnForm(value, text)) throw new Fault("form-json", "expected RFC 8785 canonical JSON, found another spelling of it");
  return value;
}

/** What is in order already is written by the engine itself, which RFC 8785 3.2.2 takes its forms of strings and numbers from; for the rest it does not matter how slow it is. */
function isItsOwnForm(value: unknown, text: string): boolean {
  return JSON.stringify(value) === text && isInOrder(value) || canonicalText(value) === text;
}

/** Names rise by UTF-16 units (RFC 8785 3.2.3), numbers are safe integers, strings and names well-formed. */
function isInOrder(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before: string | null = null;
  for (const [name, one] of Object.entries(value)) {
    if (before !== null && before >= name || !name.isWellFormed() || !isInOrder(one)) return false;
    before = name;
  }
  return true;
}
