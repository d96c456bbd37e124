/** Calendar arithmetic of validity periods: UTC, inclusive, to the second. */
import { Temporal } from "temporal-polyfill";
import { Fault } from "../fault.ts";
import type { PlannedValidity } from "./plan.ts";

/** notBefore and notAfter (or thisUpdate and nextUpdate), `YYYY-MM-DDTHH:MM:SSZ`. */
export interface Validity {
  readonly from: string;
  readonly until: string;
}

/**
 * The last second of a period that begins at `from`: P1Y from D ends at D + 1 year − 1 s; 29 February becomes 28.
 * @param period an ISO 8601 duration of years, months, weeks and days
 * @throws Fault form-instant when either text is malformed
 */
export function periodEnd(from: string, period: string): string {
  try {
    const start = Temporal.PlainDateTime.from(from.replace(/Z$/, ""));
    return `${start.add(Temporal.Duration.from(period)).subtract({ seconds: 1 }).toString({ smallestUnit: "second" })}Z`;
  } catch (cause) {
    throw new Fault("form-instant", `expected an instant and a period, found ${from} and ${period}`, [], { cause });
  }
}

/**
 * The dates that a planned validity means at an attested instant. A period never goes beyond `limit`, the issuer's notAfter:
 * after a resume the instant is a later one, and the plan has already refused periods longer than the issuer's.
 */
export function datesOf(valid: PlannedValidity, instant: string, limit: string | null): Validity {
  if (!("for" in valid)) return { from: valid.from, until: valid.until };
  const end = periodEnd(instant, valid.for);
  return { from: instant, until: limit !== null && limit < end ? limit : end };
}
