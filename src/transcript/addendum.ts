/** What somebody signs who adds evidence to a sealed record: a short text in the manner of seal.txt. */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Namespace } from "./sshsig.ts";

export const ADDENDUM_ORIGIN = "anchorite-addendum/1";
export const ADDENDUM_NAMESPACE: Namespace = "anchorite-addendum";
/** The files of an addendum besides the evidence. */
export const STATEMENT = "statement.txt";
export const STATEMENT_SIGNATURE = "statement.sig";

export interface Statement {
  readonly ceremony: string;
  readonly run: string;
  /** SHA-256 of seal.txt, hex. */
  readonly seal: string;
  /** The name of the file, which lies beside the statement. */
  readonly file: string;
  readonly length: number;
  readonly sha256: string;
  /** Who added it: a person id. */
  readonly by: string;
  /** By the clock of the host on which it was added. */
  readonly at: string;
  /** One line; `none` where nothing is said. */
  readonly note: string;
}

const DIGEST = "[0-9a-f]{64}";
/** The lines in order, each with the form of its value. */
const LINES = {
  origin: "anchorite-addendum\\/1", ceremony: "[a-z0-9][a-z0-9-]{0,199}", run: "[0-9a-f]{16}", seal: DIGEST, file: "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", length: "0|[1-9][0-9]{0,14}",
  sha256: DIGEST, by: "[a-z][a-z0-9-]{0,30}", at: "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", note: "[^\\p{C}\\p{Zl}\\p{Zp}]{1,300}",
} as const;

/** Whether a file may be added under its name. */
export function isAddendumName(name: string): boolean {
  return new RegExp(`^(${LINES.file})$`).test(name) && name !== STATEMENT && name !== STATEMENT_SIGNATURE;
}

/** The octets that are signed, UTF-8, LF. @throws Fault form-seal when a value does not have its form */
export function writeStatement(statement: Statement): Uint8Array {
  const values: Readonly<Record<string, string>> = { origin: ADDENDUM_ORIGIN, ...statement, length: String(statement.length) };
  return toUtf8(Object.entries(LINES).map(([name, form]) => `${name}: ${inForm(name, form, values[name] ?? "")}\n`).join(""));
}

function inForm(name: string, form: string, value: string): string {
  if (new RegExp(`^(${form})$`, "u").test(value)) return value;
  throw new Fault("form-seal", `expected ${name} of ${STATEMENT} in its form (${form}), found ${JSON.stringify(value.slice(0, 100))}`);
}

/** Reads a statement, which must re-encode to itself. @throws Fault form-seal, form-utf8 */
export function readStatement(bytes: Uint8Array): Statement {
  const text = fromUtf8(bytes);
  const lines = text.split("\n");
  const value = (wanted: keyof typeof LINES): string => {
    const line = lines[Object.keys(LINES).indexOf(wanted)] ?? "";
    if (!line.startsWith(`${wanted}: `)) throw new Fault("form-seal", `expected a line "${wanted}: …" in ${STATEMENT}, found ${JSON.stringify(line.slice(0, 100))}`);
    return line.slice(wanted.length + 2);
  };
  const statement: Statement = {
    ceremony: value("ceremony"), run: value("run"), seal: value("seal"), file: value("file"), length: Number(value("length")), sha256: value("sha256"), by: value("by"), at: value("at"), note: value("note"),
  };
  if (fromUtf8(writeStatement(statement)) !== text) throw new Fault("form-seal", `expected the ten lines of ${STATEMENT} and nothing else, found another spelling of them`);
  return statement;
}
