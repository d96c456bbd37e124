/**
 * The `.signature` file of a snap: the app-revision declaration, an empty line, its signature; then, where Bosch Rexroth granted
 * privileges, an empty line and their declaration with its signature, verbatim. UTF-8, LF only.
 */
import { digest } from "../../bytes/digest.ts";
import { toHex } from "../../bytes/hex.ts";
import { fromBase64, toBase64 } from "../../bytes/pem.ts";
import { concat, fromUtf8, toUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import { ecdsaFromDer, ecdsaToDer } from "../../x509/signed.ts";

/** The fields of an app-revision declaration, in their order. */
const FIELDS = ["type", "app-name", "publisher", "organization", "timestamp", "snap-digest"] as const;
type Field = (typeof FIELDS)[number];

export type Revision = Readonly<Record<Field, string>>;

/** Where the values begin in what Bosch's own tool writes. */
const COLUMN = 24;
/** Octets of r and of s on P-256. */
export const HALF = 32;

/** Lower-case hex of the SHA-384 of a snap: its `snap-digest`. */
export function snapDigest(snap: Uint8Array): string {
  return toHex(digest("sha384", snap));
}

/** What is signed: six lines as Bosch's tool writes them, each with its LF, the last one too. @returns UTF-8 */
export function revisionBlock(revision: Revision): Uint8Array {
  return toUtf8(FIELDS.map((field) => `${`${field}:`.padEnd(COLUMN)}${revision[field]}\n`).join(""));
}

/** @param instant such as `2026-01-01T00:00:00Z`. @returns the same with six digits after the point, as Bosch's tool writes it */
export function timestampOf(instant: string): string {
  return instant.replace(/Z$/, ".000000Z");
}

/**
 * The whole file.
 * @param signature r ‖ s
 * @param privileges the declaration with its signature, as it came; null for none
 */
export function signatureFile(block: Uint8Array, signature: Uint8Array, privileges: Uint8Array | null): Uint8Array {
  const lines = toBase64(ecdsaToDer(signature)).match(/.{1,64}/g) ?? [];
  const own = concat(block, toUtf8(`\n${lines.join("\n")}\n`));
  return privileges === null ? own : concat(own, toUtf8("\n"), privileges);
}

export interface ReadSignatureFile {
  /** What was signed, UTF-8. */
  readonly block: Uint8Array;
  readonly revision: Revision;
  /** r ‖ s. */
  readonly signature: Uint8Array;
  readonly privileges: Uint8Array | null;
}

/**
 * Reads such a file, with any number of blanks before the values.
 * @throws Fault form-utf8, form-pem, form-der for a signature that is none on P-256, form-words for anything else that is out of its form
 */
export function readSignatureFile(bytes: Uint8Array): ReadSignatureFile {
  const [block = "", signature = "", ...rest] = blocksOf(bytes);
  if (signature === "" || rest.length === 1 || rest.length > 2) throw form(`one declaration and its signature, and at most one more of each, found ${rest.length + (signature === "" ? 1 : 2)} blocks`);
  return {
    block: toUtf8(block), revision: readRevision(block), signature: readSignature(signature),
    privileges: rest.length === 0 ? null : toUtf8(rest.join("\n")),
  };
}

/** The blocks of a text between empty lines, each with its last LF. @throws Fault form-utf8, form-words */
export function blocksOf(bytes: Uint8Array): string[] {
  const text = fromUtf8(bytes);
  if (text.includes("\r")) throw form("lines that end with LF alone, found CR; verify-apps.sh splits at empty lines and finds none");
  if (!text.endsWith("\n")) throw form("an LF at the end of the last line, found none");
  const blocks = text.slice(0, -1).split("\n\n");
  if (blocks.some((block) => !/^[^\n]*\S/.test(block) || block.split("\n").some((line) => line.trim() === ""))) throw form("single empty lines between blocks and nowhere else, found more");
  return blocks.map((block) => `${block}\n`);
}

/** @param block base64 in lines of 64. @returns r ‖ s. @throws Fault form-words, form-pem, form-der */
export function readSignature(block: string): Uint8Array {
  const lines = block.slice(0, -1).split("\n");
  if (!lines.every((line, i) => (i < lines.length - 1 ? line.length === 64 : line.length <= 64))) throw form("a signature in lines of 64 characters of base64, found others");
  return ecdsaFromDer(fromBase64(lines.join("")), HALF);
}

function readRevision(block: string): Revision {
  const lines = block.slice(0, -1).split("\n");
  if (lines.length !== FIELDS.length) throw form(`${FIELDS.length} lines, ${FIELDS.join(", ")}, found ${lines.length}`);
  const entries = FIELDS.map((field, i) => {
    const value = fieldOf(lines[i] ?? "", field);
    if (value === null) throw form(`${field} in line ${i + 1}, found ${JSON.stringify(lines[i])}`);
    return [field, value] as const;
  });
  return Object.fromEntries(entries) as Record<Field, string>;
}

/** The value of a field in a line; null where the line is another's. */
export function fieldOf(line: string, field: string): string | null {
  return line.startsWith(`${field}:`) ? (/^ +(\S(?:.*\S)?)$/.exec(line.slice(field.length + 1))?.[1] ?? null) : null;
}

function form(expected: string): Fault {
  return new Fault("form-words", `expected ${expected}`);
}
