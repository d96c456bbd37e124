/** approval.txt: what people sign before the day. It binds one plan, a window of time, and the record that the ceremony goes on from. */
import { CEREMONY_FORM, DIGEST_FORM, INSTANT_FORM, readNamedLines, writeNamedLines, type LineForms } from "./named-lines.ts";
import type { Namespace } from "./sshsig.ts";

/** What a plan is approved under. */
export const APPROVAL_NAMESPACE = "anchorite-plan-approved" satisfies Namespace;
/** The text among the files of an approval. */
export const APPROVAL_TEXT = "approval.txt";

const APPROVAL_ORIGIN = "anchorite-approval/1";

export interface Approval {
  /** Ceremony id, as the plan carries it. */
  readonly ceremony: string;
  /** Plan digest, hex. */
  readonly plan: string;
  /** The first and the last instant at which the ceremony may be held, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly from: string;
  readonly until: string;
  /** SHA-256 of the seal.txt of each ceremony before, hex; written `none` when there is none. */
  readonly previous: readonly string[];
}

type LineName = "origin" | "ceremony" | "plan" | "from" | "until" | "previous";

const LINES: LineForms<LineName> = [
  ["origin", APPROVAL_ORIGIN.replace("/", "\\/")],
  ["ceremony", CEREMONY_FORM],
  ["plan", DIGEST_FORM],
  ["from", INSTANT_FORM],
  ["until", INSTANT_FORM],
  ["previous", `none|${DIGEST_FORM}( ${DIGEST_FORM}){0,99}`],
];

/** The octets that each person signs, UTF-8, LF. @throws Fault form-seal when a value does not have its form */
export function writeApproval({ ceremony, plan, from, until, previous }: Approval): Uint8Array {
  return writeNamedLines(APPROVAL_TEXT, LINES, { origin: APPROVAL_ORIGIN, ceremony, plan, from, until, previous: previous.join(" ") || "none" });
}

/** @throws Fault form-seal for any other spelling */
export function readApproval(bytes: Uint8Array): Approval {
  const { ceremony, plan, from, until, previous } = readNamedLines(APPROVAL_TEXT, LINES, bytes);
  return { ceremony, plan, from, until, previous: previous === "none" ? [] : previous.split(" ") };
}

/** The file of a person's signature (SSHSIG), beside the text. */
export function approvalSignature(person: string): string {
  return `${person}.sig`;
}
