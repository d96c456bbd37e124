/** Short texts that people or tokens keep: lines `name: value` in a fixed order, so that every octet is determined by what they say. */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** The lines of a text in order: each name with the form of its value, a regular expression without anchors. */
export type LineForms<N extends string> = readonly (readonly [name: N, form: string])[];

export const DIGEST_FORM = "[0-9a-f]{64}";
export const INSTANT_FORM = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";
export const CEREMONY_FORM = "[a-z0-9][a-z0-9-]{0,199}";
export const RUN_FORM = "[0-9a-f]{16}";
export const COUNT_FORM = "[1-9][0-9]{0,14}";

/**
 * The octets of a text: UTF-8, LF.
 * @param what the name of the text, for faults
 * @throws Fault form-seal when a value does not have its form
 */
export function writeNamedLines<N extends string>(what: string, forms: LineForms<N>, values: Readonly<Record<N, string>>): Uint8Array {
  return toUtf8(forms.map(([name, form]) => `${name}: ${inForm(what, name, form, values[name])}\n`).join(""));
}

/**
 * Reads such a text; it re-encodes to itself.
 * @throws Fault form-seal for a missing, unknown, repeated or reordered line, another line end, or a value without its form
 */
export function readNamedLines<N extends string>(what: string, forms: LineForms<N>, bytes: Uint8Array): Record<N, string> {
  const text = fromUtf8(bytes);
  const lines = text.split("\n");
  const values = Object.fromEntries(forms.map(([name, form], i) => [name, readLine(what, name, form, lines[i] ?? "", i + 1)])) as Record<N, string>;
  if (fromUtf8(writeNamedLines(what, forms, values)) !== text) throw new Fault("form-seal", `expected the ${forms.length} lines of ${what} and nothing else, found another spelling of them`);
  return values;
}

function readLine(what: string, name: string, form: string, line: string, number: number): string {
  if (!line.startsWith(`${name}: `)) throw new Fault("form-seal", `expected "${name}: …" on line ${number} of ${what}, found ${JSON.stringify(line.slice(0, 100))}`);
  return inForm(what, name, form, line.slice(name.length + 2));
}

function inForm(what: string, name: string, form: string, value: string): string {
  if (new RegExp(`^(${form})$`).test(value)) return value;
  throw new Fault("form-seal", `expected ${name} of ${what} in its form (${form}), found ${JSON.stringify(value.slice(0, 100))}`);
}
