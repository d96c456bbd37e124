/**
 * What a token keeps of the last ceremony on it: the head after its last effect, in a data object. A record that is behind its
 * token was rolled back, and an approval that another run has used is seen [RECORD-NOT-ROLLED-BACK, TOKEN-HEAD, APPROVAL-ONCE].
 */
import { toHex } from "../bytes/hex.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import { CEREMONY_FORM, COUNT_FORM, DIGEST_FORM, readNamedLines, RUN_FORM, writeNamedLines, type LineForms } from "./named-lines.ts";

const HEAD_ORIGIN = "anchorite-head/1";
const WHAT = "the head that a token keeps";
const CONTROL: ControlId = "RECORD-NOT-ROLLED-BACK";

export interface TokenHead {
  /** Ceremony id. */
  readonly ceremony: string;
  readonly run: string;
  /** The number of the entry whose head it is. */
  readonly seq: number;
  /** SHA-256 of its link line, hex. */
  readonly head: string;
  /** SHA-256 of the approval.txt under which the run is held, hex; null where it needs none. */
  readonly approval: string | null;
}

type LineName = "origin" | "ceremony" | "run" | "seq" | "head" | "approval";

const LINES: LineForms<LineName> = [
  ["origin", HEAD_ORIGIN.replace("/", "\\/")],
  ["ceremony", CEREMONY_FORM],
  ["run", RUN_FORM],
  ["seq", COUNT_FORM],
  ["head", DIGEST_FORM],
  ["approval", `none|${DIGEST_FORM}`],
];

/** The value of the data object: UTF-8, LF, some 300 octets. @throws Fault form-seal when a value does not have its form */
export function writeTokenHead({ ceremony, run, seq, head, approval }: TokenHead): Uint8Array {
  return writeNamedLines(WHAT, LINES, { origin: HEAD_ORIGIN, ceremony, run, seq: String(seq), head, approval: approval ?? "none" });
}

/** Null for what is no head of ours. */
export function readTokenHead(bytes: Uint8Array): TokenHead | null {
  try {
    const { ceremony, run, seq, head, approval } = readNamedLines(WHAT, LINES, bytes);
    return { ceremony, run, seq: Number(seq), head, approval: approval === "none" ? null : approval };
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/** What a record knows of itself when it is gone on with. */
export interface OwnHeads {
  readonly run: string;
  /** The head after each entry, hex, by its number. */
  readonly heads: readonly string[];
  /** The number of the entry after the last effect on this token; null when there was none. */
  readonly last: number | null;
  /** What the token kept when it was last inspected, hex: of a run before this one, perhaps. */
  readonly seen: readonly string[];
}

/** How a token's head stands to a record that may be gone on with; `none`: the token keeps none of this run. */
export type HeadStanding = "equal" | "behind" | "none";

/**
 * Holds what a token keeps against the record that is gone on with.
 * @param kept every head on the token; a crash may have left two
 * @returns where the token stands
 * @throws Fault record-rolled-back when the token knows more than the record, or something else; record-other-run when another run has used it since
 */
export function judgeTokenHead(token: string, kept: readonly TokenHead[], own: OwnHeads): HeadStanding {
  const [latest] = kept.filter(({ run }) => run === own.run).sort((a, b) => b.seq - a.seq);
  if (latest !== undefined) demandKnown(token, latest, own);
  refuseOtherRun(token, kept, own);
  if (latest === undefined) return "none";
  return own.last === null || latest.seq >= own.last ? "equal" : "behind";
}

function demandKnown(token: string, { seq, head }: TokenHead, { heads }: OwnHeads): void {
  const known = heads[seq];
  if (known === undefined) throw rolledBack(`token ${token} keeps the head of entry ${seq}, and this record ends with entry ${heads.length - 1}`);
  if (known !== head) throw rolledBack(`token ${token} keeps another head of entry ${seq} (${head}) than this record (${known})`);
}

function rolledBack(found: string): Fault {
  return new Fault("record-rolled-back", `${found} [${CONTROL}]`, ["this is an older copy of the record, or one of two that went on apart: find the one that was used last", "do not go on with this one; nothing was done on the token"]);
}

/** What it kept before its first use in this run was judged when it was looked at, and stays there when a run dies right after an effect. */
function refuseOtherRun(token: string, kept: readonly TokenHead[], { run, last, seen }: OwnHeads): void {
  const other = kept.find((head) => head.run !== run && !seen.includes(toHex(writeTokenHead(head))));
  if (other === undefined || last === null) return;
  throw new Fault("record-other-run", `token ${token} was used since by another run: expected the head of run ${run}, found that of ceremony ${other.ceremony}, run ${other.run}, entry ${other.seq} [${CONTROL}]`, ["two runs must not share a token: end the other one first, and find out how it came about"]);
}
