/**
 * Rosters: OpenSSH allowed_signers files (ssh-keygen(1), ALLOWED SIGNERS), of which a strict part is read, so that a line means
 * here exactly what it means to ssh-keygen on any host. One person id a line, namespaces always named, no pattern, no certificate
 * authority, and times only in UTC: ssh-keygen reads a time without Z in the time zone of whoever verifies.
 */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { publicKeyLine, readPublicKeyLine, type SshPublicKey } from "./sshkey.ts";

export interface RosterEntry {
  /** Person id. */
  readonly principal: string;
  readonly namespaces: readonly string[];
  /** First and last instant at which the key may sign, UTC `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly validAfter?: string;
  readonly validBefore?: string;
  readonly key: SshPublicKey;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** Whether a key may sign at an instant. Both ends count, as with ssh-keygen. Instants of one form compare as text. */
export function isValidAt({ validAfter, validBefore }: RosterEntry, at: string): boolean {
  return (validAfter === undefined || at >= validAfter) && (validBefore === undefined || at <= validBefore);
}

/** A person of the script, for `writeAllowedSigners`. */
export interface AllowedSigner {
  /** Person id. */
  readonly id: string;
  /** The line of the person's `.pub` file. */
  readonly publicKeyLine: string;
  readonly namespaces: readonly string[];
}

const PERSON_ID = /^[a-z][a-z0-9-]{0,30}$/;
const NAMESPACE = /^[A-Za-z0-9._@-]{1,100}$/;
const OPTIONS: readonly string[] = ["namespaces", "valid-after", "valid-before"];
const MAX_OCTETS = 1_000_000;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The entries of a roster; empty lines and lines that start with `#` are skipped.
 * @throws Fault form-roster naming the line for anything that is not read here, unknown options included
 */
export function readRoster(bytes: Uint8Array): RosterEntry[] {
  if (bytes.length > MAX_OCTETS) throw new Fault("form-roster", `expected a roster of at most ${MAX_OCTETS} octets, found ${bytes.length}`);
  const lines = fromUtf8(bytes).split("\n");
  return lines.flatMap((text, index) => (text === "" || text.startsWith("#") ? [] : [readLine(text, index + 1)]));
}

function readLine(text: string, line: number): RosterEntry {
  const [, principal, options, key] = /^(\S+) ([a-z-]+="[^ ]*) ([^ "]+ [^ ]+(?: .*)?)$/.exec(text) ?? [];
  if (principal === undefined || options === undefined || key === undefined) {
    throw refusal(line, `expected: person-id namespaces="…" key-type base64, found ${JSON.stringify(text.slice(0, 80))}`);
  }
  if (!PERSON_ID.test(principal)) throw refusal(line, `expected one person id of lower-case letters, digits and hyphens, found ${JSON.stringify(principal.slice(0, 80))}`);
  return { principal, ...readOptions(options, line), key: readKey(key, line), line };
}

function readKey(text: string, line: number): SshPublicKey {
  try {
    return readPublicKeyLine(text);
  } catch (cause) {
    if (cause instanceof Fault) throw refusal(line, cause.message, cause);
    throw cause;
  }
}

function readOptions(text: string, line: number): Pick<RosterEntry, "namespaces" | "validAfter" | "validBefore"> {
  const options = splitOptions(text, line);
  const namespaces = (options.get("namespaces") ?? "").split(",");
  if (!namespaces.every((name) => NAMESPACE.test(name))) {
    throw refusal(line, `expected namespaces="…" with full names and no pattern, found ${JSON.stringify(options.get("namespaces") ?? "none")}`);
  }
  const [after, before] = ["valid-after", "valid-before"].map((name) => readTime(options.get(name), line));
  if (after !== undefined && before !== undefined && before < after) throw refusal(line, `expected valid-before to come after valid-after, found ${before} and ${after}`);
  return { namespaces, ...(after === undefined ? {} : { validAfter: after }), ...(before === undefined ? {} : { validBefore: before }) };
}

function splitOptions(text: string, line: number): Map<string, string> {
  const options = new Map<string, string>();
  if (!/^[a-z-]+="[^"]*"(,[a-z-]+="[^"]*")*$/.test(text)) throw refusal(line, `expected options as name="value", with commas between them, found ${JSON.stringify(text.slice(0, 80))}`);
  for (const [, name = "", value = ""] of text.matchAll(/([a-z-]+)="([^"]*)"/g)) {
    if (!OPTIONS.includes(name)) throw refusal(line, `expected the options ${OPTIONS.join(", ")} only, found ${JSON.stringify(name)}`);
    if (options.has(name)) throw refusal(line, `expected the option ${name} once, found it twice`);
    options.set(name, value);
  }
  return options;
}

/** `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ` as an instant. */
function readTime(text: string | undefined, line: number): string | undefined {
  if (text === undefined) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00"] = /^(\d{4})(\d\d)(\d\d)(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?Z$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || !isDay(Number(year), Number(month), Number(day))) {
    throw refusal(line, `expected a time in UTC as YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ, found ${JSON.stringify(text.slice(0, 40))}`);
  }
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && !leap ? 28 : (DAYS[month - 1] ?? 0));
}

function refusal(line: number, message: string, cause?: Fault): Fault {
  return new Fault("form-roster", `line ${line} of the roster: ${message}`, cause?.hints ?? [], cause === undefined ? {} : { cause });
}

/**
 * The allowed_signers file of a record, for `ssh-keygen -Y verify`: one line a person, sorted by id, without comments.
 * @throws Fault form-roster or form-sshsig when it would not be read back as it is meant
 */
export function writeAllowedSigners(people: readonly AllowedSigner[]): Uint8Array {
  const sorted = [...people].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const lines = sorted.map(({ id, publicKeyLine: line, namespaces }) => `${id} namespaces="${namespaces.join(",")}" ${publicKeyLine(readPublicKeyLine(line))}\n`);
  const bytes = toUtf8(lines.join(""));
  if (readRoster(bytes).length !== people.length) throw new Fault("form-roster", "expected one line a person");
  return bytes;
}
