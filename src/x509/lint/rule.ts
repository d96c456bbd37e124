/** What a lint is: one rule over the octets that are to be signed, with the clause it comes from. Types only. */
import type { ControlId } from "../../controls.ts";

export interface LintRule<T> {
  /** What must hold, in one line. */
  readonly rule: string;
  /** In whose name it refuses. */
  readonly control: ControlId;
  readonly clause: string;
  /** From when on the clause asks for it, `YYYY-MM-DD`. */
  readonly effective: string;
  /** Every problem, in words: expected, found. A Fault that it throws is a problem as well. */
  judge(subject: T): readonly string[];
}

/** The dates of the documents that the rules come from. */
export const EFFECTIVE = {
  rfc5280: "2008-05-01", rfc4055: "2005-06-01", rfc5758: "2010-01-01", rfc8410: "2018-08-01", rfc3161: "2001-08-01", rfc6962: "2013-06-01",
  br: "2012-07-01", brUnderscores: "2019-04-01", brProfiles: "2023-09-15",
} as const;

/** A problem when something does not hold. */
export function unless(holds: boolean, problem: string): readonly string[] {
  return holds ? [] : [problem];
}
