/** standing.txt: what people sign so that an online issuing CA may do a thing again and again while nobody is there. */
import { CEREMONY_FORM, COUNT_FORM, DIGEST_FORM, INSTANT_FORM, readNamedLines, writeNamedLines, type LineForms } from "./named-lines.ts";
import type { Namespace } from "./sshsig.ts";

/** What a template is approved under. */
export const STANDING_NAMESPACE = "anchorite-standing-approved" satisfies Namespace;
/** The text among the files of a standing approval. */
export const STANDING_TEXT = "standing.txt";
/** What may differ from run to run; all else is the template's. In this version there is no other list. */
export const MAY_VARY = "run register instant serial crl-number draw";

const STANDING_ORIGIN = "anchorite-standing/1";
/** Days: what lives longer is no short-lived certificate. */
const LEAF_FORM = "none|P[1-9][0-9]?D";

export interface StandingApproval {
  /** The script's title as a slug. */
  readonly ceremony: string;
  /** Digest of the plan with what may vary taken out, hex. */
  readonly template: string;
  /** Package digest of the tool that made the template, hex. */
  readonly tool: string;
  /** The first and the last instant of any run, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly from: string;
  readonly until: string;
  /** How many runs there may be. */
  readonly count: number;
  /** For how long a certificate may be valid at most, `P30D`; null: none is issued. */
  readonly leaf: string | null;
  /** SHA-256 of the SubjectPublicKeyInfo of each key that may sign, hex, sorted. */
  readonly keys: readonly string[];
  /** SHA-256 of the seal.txt that the first run goes on from, hex. */
  readonly previous: string;
}

type LineName = "origin" | "ceremony" | "template" | "tool" | "from" | "until" | "count" | "leaf" | "keys" | "vary" | "previous";

const LINES: LineForms<LineName> = [
  ["origin", STANDING_ORIGIN.replace("/", "\\/")],
  ["ceremony", CEREMONY_FORM],
  ["template", DIGEST_FORM],
  ["tool", DIGEST_FORM],
  ["from", INSTANT_FORM],
  ["until", INSTANT_FORM],
  ["count", COUNT_FORM],
  ["leaf", LEAF_FORM],
  ["keys", `${DIGEST_FORM}( ${DIGEST_FORM}){0,99}`],
  ["vary", MAY_VARY],
  ["previous", DIGEST_FORM],
];

/** The octets that each person signs, UTF-8, LF. @throws Fault form-seal when a value does not have its form */
export function writeStanding({ count, leaf, keys, ...rest }: StandingApproval): Uint8Array {
  return writeNamedLines(STANDING_TEXT, LINES, { origin: STANDING_ORIGIN, ...rest, count: String(count), leaf: leaf ?? "none", keys: keys.join(" "), vary: MAY_VARY });
}

/** @throws Fault form-seal for any other spelling */
export function readStanding(bytes: Uint8Array): StandingApproval {
  const { origin: _origin, vary: _vary, count, leaf, keys, ...rest } = readNamedLines(STANDING_TEXT, LINES, bytes);
  return { ...rest, count: Number(count), leaf: leaf === "none" ? null : leaf, keys: keys.split(" ") };
}
