/**
 * `seal.txt`: the checkpoint that people and the token sign. Nine lines `name: value`, in a fixed order, so that a person can
 * read what is signed and every byte of it is determined by what it says.
 */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { otherFormat } from "./format.ts";

export const SEAL_ORIGIN = "anchorite-record/1";
/** The file that holds the token's signature, below `signatures/`. */
export const TOKEN_SIGNATURE_FILE = "transcript-key.p7s";

export interface Seal {
  /** The format of the record. */
  readonly origin: typeof SEAL_ORIGIN;
  /** Ceremony id, as the plan carries it. */
  readonly ceremony: string;
  /** Run id, as entry 0 carries it. */
  readonly run: string;
  /** How many entries the transcript has. */
  readonly entries: number;
  /** SHA-256 of the last link line, hex. */
  readonly head: string;
  /** SHA-256 of SHA256SUMS, hex. */
  readonly manifest: string;
  /** SHA-256 of the seal.txt of each ceremony before, hex; written `none` when there is none. */
  readonly previous: readonly string[];
  /** Whether the token signs too. */
  readonly tokenSignature: typeof TOKEN_SIGNATURE_FILE | "none";
  readonly outcome: "done" | "stopped";
}

const DIGEST = "[0-9a-f]{64}";
/** The lines in order, each with the form of its value. */
const LINES = [
  ["origin", SEAL_ORIGIN.replace("/", "\\/")],
  ["ceremony", "[a-z0-9][a-z0-9-]{0,199}"],
  ["run", "[a-z0-9][a-z0-9-]{0,63}"],
  ["entries", "[1-9][0-9]{0,14}"],
  ["head", DIGEST],
  ["manifest", DIGEST],
  ["previous", `none|${DIGEST}( ${DIGEST}){0,99}`],
  ["token-signature", "none|transcript-key\\.p7s"],
  ["outcome", "done|stopped"],
] as const;

type LineName = (typeof LINES)[number][0];

/**
 * The octets of seal.txt: UTF-8, LF.
 * @throws Fault form-seal when a value does not have its form
 */
export function writeSeal(seal: Seal): Uint8Array {
  const values: Record<LineName, string> = {
    origin: seal.origin,
    ceremony: seal.ceremony,
    run: seal.run,
    entries: String(seal.entries),
    head: seal.head,
    manifest: seal.manifest,
    previous: seal.previous.length === 0 ? "none" : digests(seal.previous),
    "token-signature": seal.tokenSignature,
    outcome: seal.outcome,
  };
  return toUtf8(LINES.map(([name, form]) => `${name}: ${inForm(name, form, values[name])}\n`).join(""));
}

function digests(previous: readonly string[]): string {
  return previous.map((digest) => inForm("previous", DIGEST, digest)).join(" ");
}

function inForm(name: string, form: string, value: string): string {
  if (new RegExp(`^(${form})$`).test(value)) return value;
  throw new Fault("form-seal", `expected ${name} of seal.txt in its form (${form}), found ${JSON.stringify(value.slice(0, 100))}`);
}

/**
 * Reads seal.txt; it must re-encode to itself.
 * @throws Fault form-seal for a missing, unknown, repeated or reordered line, another line end, or a value without its form
 */
export function readSeal(bytes: Uint8Array): Seal {
  const text = fromUtf8(bytes);
  const lines = text.split("\n");
  const value = (wanted: LineName): string => readLine(lines, wanted);
  const seal: Seal = {
    origin: value("origin") as Seal["origin"],
    ceremony: value("ceremony"),
    run: value("run"),
    entries: Number(value("entries")),
    head: value("head"),
    manifest: value("manifest"),
    previous: value("previous") === "none" ? [] : value("previous").split(" "),
    tokenSignature: value("token-signature") as Seal["tokenSignature"],
    outcome: value("outcome") as Seal["outcome"],
  };
  if (fromUtf8(writeSeal(seal)) !== text) throw new Fault("form-seal", "expected the nine lines of seal.txt and nothing else, found another spelling of them");
  return seal;
}

/** The value on the line where `wanted` must stand, in its form. */
function readLine(lines: readonly string[], wanted: LineName): string {
  const index = LINES.findIndex(([name]) => name === wanted);
  const line = lines[index] ?? "";
  if (!line.startsWith(`${wanted}: `)) {
    throw new Fault("form-seal", `expected "${wanted}: …" on line ${index + 1} of seal.txt, found ${JSON.stringify(line.slice(0, 100))}`);
  }
  const value = line.slice(wanted.length + 2);
  if (wanted === "origin" && value !== SEAL_ORIGIN) throw new Fault("form-seal", `origin of seal.txt: ${otherFormat(SEAL_ORIGIN, value)}`);
  return inForm(wanted, LINES[index]?.[1] ?? "", value);
}
