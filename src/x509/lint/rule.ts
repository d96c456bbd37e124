/** What a lint is: one rule over the octets that are to be signed, with the clause it comes from. Types only. */
import type { ControlId } from "../../controls.ts";

export interface LintRule<T> {
  /** What must hold, in one line. */
  readonly rule: string;
  /** In whose name it refuses. */
  readonly control: ControlId;
  readonly clause: string;
  /** From when on the clause asks for it, `YYYY-MM-DD`; see `applies`. */
  readonly effective: string;
  /** Every problem, in words: expected, found. A Fault that it throws is a problem as well. */
  judge(subject: T): readonly string[];
}

/** The dates of the documents that the rules come from. */
export const EFFECTIVE = {
  rfc5280: "2008-05-01", rfc4055: "2005-06-01", rfc5480: "2009-03-01", rfc5758: "2010-01-01", rfc8410: "2018-08-01", rfc3161: "2001-08-01", rfc6962: "2013-06-01",
  br: "2012-07-01", brProfiles: "2023-09-15",
} as const;

/** Dates that count by notBefore: a certificate whose validity begins earlier is not asked for what the Baseline Requirements demanded later. */
const BY_NOT_BEFORE: readonly string[] = [EFFECTIVE.br, EFFECTIVE.brProfiles];

/**
 * Whether a rule is asked of a certificate. RFCs count from the day of issuance, and whatever this program issues it issues after them; no
 * notBefore of the past lifts them.
 * @param day notBefore, `YYYY-MM-DD` or longer; null where it cannot be read, and then every rule is asked
 */
export function applies({ effective }: { readonly effective: string }, day: string | null): boolean {
  return day === null || !BY_NOT_BEFORE.includes(effective) || day.slice(0, effective.length) >= effective;
}

/** A problem when something does not hold. */
export function unless(holds: boolean, problem: string): readonly string[] {
  return holds ? [] : [problem];
}
