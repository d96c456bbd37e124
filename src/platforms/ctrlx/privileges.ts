/** Reserved interfaces: what an OEM asks of Bosch Rexroth, and the declaration that comes back, signed by Bosch. */
import { fromUtf8, toUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import { accept, readable } from "../acceptance.ts";
import type { Acceptance, ShelfFile } from "../platform.ts";
import { blocksOf, fieldOf, readSignature } from "./signature-file.ts";
import { fileName, isAppName } from "./snap-name.ts";

/** For whom a declaration has to be. */
export interface Declared {
  readonly app: string;
  readonly publisher: string;
}

/** Whether a `.privileges` file is for this app, and can be appended as it is. Its signature is by Bosch, whose certificate is not here. */
export function judgePrivileges({ name, bytes }: ShelfFile, { app, publisher }: Declared): Acceptance[] {
  const { value, acceptance } = readable("privileges", "the privileges are a declaration, one empty line, and its signature", () => readDeclaration(bytes));
  const named = accept("privileges", `the file is named ${app}.privileges`, fileName(name) === `${app}.privileges`, fileName(name));
  if (value === null) return [...acceptance, named];
  const said = (field: string) => fromUtf8(value.message).split("\n").map((line) => fieldOf(line, field)).find((one) => one !== null) ?? "none";
  return [
    ...acceptance, named,
    accept("privileges", "its type is app-privileges", said("type") === "app-privileges", said("type")),
    accept("privileges", `its app-name is ${app}`, said("app-name") === app, said("app-name")),
    accept("privileges", `its publisher is ${publisher}, the CN of the certificate`, said("publisher") === publisher, said("publisher")),
  ];
}

/**
 * A declaration and its signature (r ‖ s) by Bosch Rexroth over it, with its last LF.
 * @throws Fault form-words, form-utf8, form-pem, form-der
 */
export function readDeclaration(bytes: Uint8Array): { readonly message: Uint8Array; readonly signature: Uint8Array } {
  const [declaration = "", signature, ...more] = blocksOf(bytes);
  if (signature === undefined || more.length > 0) throw new Fault("form-words", `expected two blocks, found ${more.length + (signature === undefined ? 1 : 2)}`);
  return { message: toUtf8(declaration), signature: readSignature(signature) };
}

/** What a declaration or a request says of plugs and slots, for people: each by its name. */
export function interfacesIn(bytes: Uint8Array): string {
  const lines = fromUtf8(bytes).split("\n");
  const names = lines.flatMap((line) => /^(plugs|slots)(?=:)|^ {2}([\w-]+)(?=:)/.exec(line)?.slice(0, 1) ?? []);
  return names.map((name) => name.trim()).join(" ");
}

/** A wish for reserved interfaces, as an OEM writes it down. */
export interface Wish {
  readonly app: string;
  /** The lines below `plugs:` and `slots:`, these two among them. */
  readonly lines: readonly string[];
  /** Why each plug and slot is needed. */
  readonly reasons: readonly string[];
}

const WISH = "plugs: and slots:, below them each interface two blanks in, with its reason in comments right above it, and what belongs to it four blanks in";

/**
 * Reads `<app>.interfaces`.
 * @throws Fault form-words for a line out of its form, or an interface without a reason; form-utf8
 */
export function readWish({ name, bytes }: ShelfFile): Wish {
  const app = fileName(name).replace(/\.interfaces$/, "");
  if (!isAppName(app) || !name.endsWith(".interfaces")) throw new Fault("form-words", `expected a file named <app>.interfaces, found ${fileName(name)}`);
  const wish = { section: "", reason: "", lines: new Array<string>(), reasons: new Array<string>() };
  for (const [i, line] of fromUtf8(bytes).replace(/\n$/, "").split("\n").entries()) {
    const problem = takeLine(wish, line);
    if (problem !== null) throw new Fault("form-words", `expected ${problem}, found in line ${i + 1} ${JSON.stringify(line)}`);
  }
  return { app, lines: wish.lines, reasons: wish.reasons };
}

interface Taking {
  section: string;
  /** Of the next interface. */
  reason: string;
  readonly lines: string[];
  readonly reasons: string[];
}

/** @returns what was expected in its place; null when it fits */
function takeLine(wish: Taking, line: string): string | null {
  const reason = /^ {2}# *(\S[^\r]*)$/.exec(line)?.[1];
  if (reason !== undefined) wish.reason = `${wish.reason} ${reason}`.trim();
  else if (line === "plugs:" || line === "slots:") return takeSection(wish, line);
  else if (/^ {2}[\w-]+:[^\r]*$/.test(line) && wish.section !== "") return takeInterface(wish, line);
  else if (/^ {4,}\S[^\r]*$/.test(line) && wish.reasons.length > 0) wish.lines.push(line);
  else return WISH;
  return null;
}

function takeSection(wish: Taking, line: string): string | null {
  if (wish.lines.includes(line) || wish.section === "slots:") return "plugs: once, then slots: once";
  wish.section = line;
  wish.lines.push(line);
  return null;
}

function takeInterface(wish: Taking, line: string): string | null {
  if (wish.reason === "") return "a reason for each plug and slot, in comments right above it";
  wish.reasons.push(`${wish.section.slice(0, -2)} ${line.slice(2, line.indexOf(":"))}: ${wish.reason}`);
  wish.lines.push(line);
  wish.reason = "";
  return null;
}

/** What is sent to Bosch Rexroth: the declaration that is asked for, and the reasons. @param instant its timestamp */
export function privilegesRequest({ app, lines, reasons }: Wish, publisher: string, instant: string): string {
  const head = ["type: app-privileges", `app-name: ${app}`, `publisher: ${publisher}`, `timestamp: ${instant}`];
  return [...head, ...lines, "", "Reasons:", ...reasons.map((reason) => `- ${reason}`), ""].join("\n");
}
