/** A system or update report: JSON, as the vendor's page takes it, and what people see of it. */
import { sha256Hex } from "../../bytes/digest.ts";
import { parseJson } from "../../bytes/json.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import { accept, readable } from "../acceptance.ts";
import type { ShownFact } from "../artifact.ts";
import type { Acceptance } from "../platform.ts";

const NO_BREAK_SPACE = "\u00a0";
const BYTE_ORDER_MARK = "\ufeff";

/** All that speaks against a file as a report. What fields a report has is not published; it is one JSON object. */
export function judgeReport(part: string, bytes: Uint8Array): Acceptance[] {
  const { value: text, acceptance } = readable(part, "the report is UTF-8", () => fromUtf8(bytes));
  if (text === null) return [...acceptance];
  return [
    ...acceptance,
    accept(part, "the report begins with its first character, without a byte order mark", !text.startsWith(BYTE_ORDER_MARK), "U+FEFF at its beginning"),
    accept(part, "the report has no no-break space", !text.includes(NO_BREAK_SPACE), `U+00A0 in line ${text.split(NO_BREAK_SPACE)[0]?.split("\n").length ?? 0}; copies from web pages have it, and JSON knows no such blank. Where it is meant, write \\u00a0`),
    // openssl drops a CR before a line's end, so that what is signed would not be what is verified
    accept(part, "every line of the report ends in LF or CRLF", !/\r(?!\n)/.test(text), "a CR alone"),
    ...readable(part, "the report is one JSON object", () => fieldsOf(bytes)).acceptance,
  ];
}

/** What is in the file: its size and digest, then every field of the object in the file's own spelling, without blanks. */
export function shownReport(bytes: Uint8Array): ShownFact[] {
  return [
    { what: "octets", value: String(bytes.length) }, { what: "SHA-256", value: sha256Hex(bytes) },
    ...fieldsOf(bytes).map(({ name, text }) => ({ what: `field ${shortened(name)}`, value: shortened(text) })),
  ];
}

/** The whole of it is under the digest; a screen shows so much. */
const SHOWN = 300;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN).join("")}… (${characters.length} characters)`;
}

interface ReportField {
  readonly name: string;
  readonly text: string;
}

/** Strings, what opens, closes and parts, and the words and numbers between. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * The fields of the one object that a report is. Names and values keep their spelling: a reader of numbers would round, and not every
 * escape stands for a character.
 * @throws Fault form-json, form-utf8
 */
function fieldsOf(bytes: Uint8Array): ReportField[] {
  const value = parseJson(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) throw new Fault("form-json", "expected one JSON object with a field, found something else");
  const fields: { name: string; text: string }[] = [];
  let depth = 0;
  let before = "";
  for (const [token] of fromUtf8(bytes).matchAll(TOKENS)) {
    if (/^[}\]]$/.test(token)) depth--;
    const [last] = fields.slice(-1);
    if (depth === 1 && (before === "{" || before === ",") && token.startsWith('"')) fields.push({ name: token.slice(1, -1), text: "" });
    else if (last !== undefined && depth > 0 && !(depth === 1 && /^[,:]$/.test(token))) last.text += token;
    if (/^[{[]$/.test(token)) depth++;
    before = depth === 1 ? token : "";
  }
  return fields;
}
