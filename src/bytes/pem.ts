import { Fault } from "../fault.ts";

/** What is wrong with a PEM text, in one word: its block's form, its label, what stands beside the block, its base64. */
export type PemProblem = "form" | "label" | "blocks" | "base64";

/** The fault of a PEM text; code form-pem. */
export class PemFault extends Fault {
  readonly problem: PemProblem;

  constructor(problem: PemProblem, message: string) {
    super("form-pem", message, ["export it again as one PEM block, as `openssl` writes it"]);
    this.problem = problem;
  }
}

/** Octets that a PEM text may have at most. */
export const PEM_LIMIT = 6 * 1024 * 1024;

/** The strict textual encoding of RFC 7468 section 3: 64 columns, LF, one newline at the end. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/**
 * Reads exactly one PEM block in the strict form of RFC 7468: 64 columns, canonical base64, LF or CRLF, nothing after it
 * but one newline.
 * @param labels the labels that are welcome
 * @param preamble whether explanatory text before the block (RFC 7468 section 2) is `refused` or `ignored`
 * @throws PemFault
 */
export function fromPem(text: string, labels: readonly string[], preamble: "refused" | "ignored" = "refused"): { label: string; der: Uint8Array } {
  if (text.length > PEM_LIMIT) throw new PemFault("form", `expected at most ${PEM_LIMIT} characters, found ${text.length}`);
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === "") lines.pop();
  const begin = lines.findIndex((line) => line.includes("-----"));
  const label = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/.exec(lines[begin] ?? "")?.[1];
  if (label === undefined) throw new PemFault("form", "expected a line -----BEGIN …-----, found none");
  if (begin > 0 && preamble === "refused") throw new PemFault("blocks", "expected nothing before the block, found text");
  if (!labels.includes(label)) throw new PemFault("label", `expected ${labels.join(" or ")}, found ${label}`);
  return { label, der: fromBase64(bodyOf(lines.slice(begin + 1), label)) };
}

function bodyOf(lines: readonly string[], label: string): string {
  const end = lines.findIndex((line) => line.includes("-----"));
  if (end === -1 || lines[end] !== `-----END ${label}-----`) throw new PemFault("form", `expected a line -----END ${label}-----`);
  if (end !== lines.length - 1) throw new PemFault("blocks", "expected one block and nothing after it, found more");
  const body = lines.slice(0, end);
  const isWrapped = body.every((line, i) => (i < end - 1 ? line.length === 64 : line.length > 0 && line.length <= 64));
  if (end === 0 || !isWrapped) throw new PemFault("form", "expected lines of 64 characters, found others");
  return body.join("");
}

export function toBase64(bytes: Uint8Array): string {
  let octets = "";
  for (const octet of bytes) octets += String.fromCharCode(octet);
  return btoa(octets);
}

/** Canonical base64 (RFC 4648 3.5): what it encodes has no other spelling. */
export function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw new PemFault("base64", "expected base64, found other characters or no padding");
  const octets = atob(text);
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = octets.charCodeAt(i);
  // only the last four characters can have bits that stand for nothing
  if (toBase64(bytes.subarray(3 * (text.length / 4 - 1))) !== text.slice(-4)) throw new PemFault("base64", "expected canonical base64, found bits after the last octet");
  return bytes;
}
