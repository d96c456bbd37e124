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
  if (last?.from !== from || last.period !== period) last = { from, period, end: computedEnd(from, period) };
  return last.end;
}

/** The end that was computed last: the certificates of a batch ask for one and the same. */
let last: { readonly from: string; readonly period: string; readonly end: string } | null = null;

function computedEnd(from: string, period: string): string {
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

/** What a succession of CRLs says of time. */
export interface Succession {
  readonly count: number;
  readonly every: string;
  readonly overlap: string;
}

/** From the first thisUpdate to the last nextUpdate, as a period. */
export function successivePeriod({ count, every, overlap }: Succession): string {
  const [step, over] = [Temporal.Duration.from(every), Temporal.Duration.from(overlap)];
  return Temporal.Duration.from({
    years: step.years * count + over.years, months: step.months * count + over.months, days: step.days * count + over.days,
  }).toString();
}

/** thisUpdate and nextUpdate of each of several CRLs; the first begins at `instant`. */
export function successiveDates(succession: Succession, instant: string, limit: string | null): Validity[] {
  const start = Temporal.PlainDateTime.from(instant.replace(/Z$/, ""));
  const step = Temporal.Duration.from(succession.every);
  return Array.from({ length: succession.count }, (_, i) => {
    const from = `${start.add({ years: step.years * i, months: step.months * i, days: step.days * i }).toString({ smallestUnit: "second" })}Z`;
    return datesOf({ for: successivePeriod({ ...succession, count: 1 }) }, from, limit);
  });
}

/** The instant a period before or after another, at the same time of day; 29 February becomes 28. @throws Fault form-instant when either text is malformed */
export function shifted(instant: string, period: string, where: "before" | "after"): string {
  try {
    const start = Temporal.PlainDateTime.from(instant.replace(/Z$/, ""));
    const by = Temporal.Duration.from(period);
    return `${(where === "after" ? start.add(by) : start.subtract(by)).toString({ smallestUnit: "second" })}Z`;
  } catch (cause) {
    throw new Fault("form-instant", `expected an instant and a period, found ${instant} and ${period}`, [], { cause });
  }
}

/** Seconds from 1 January 1970 to an instant, as Unix counts them. @throws Fault form-instant */
export function epochSeconds(instant: string): number {
  try {
    return Math.floor(Temporal.Instant.from(instant).epochMilliseconds / 1000);
  } catch (cause) {
    throw new Fault("form-instant", `expected an instant, found ${instant}`, [], { cause });
  }
}

/** Whole days from one instant to another; negative when that is earlier. @throws Fault form-instant */
export function daysBetween(from: string, until: string): number {
  return Math.floor((epochSeconds(until) - epochSeconds(from)) / 86_400);
}

/** Whether periods that follow each other take no longer than another, counted from one day: periods of months have no fixed length. */
export function fitInto(parts: readonly string[], whole: string): boolean {
  const end = parts.reduce((at, part) => shifted(at, part, "after"), REFERENCE_DAY);
  return end <= shifted(REFERENCE_DAY, whole, "after");
}

/** A year that is no leap year, in which the first months are those of 31, 28 and 31 days. */
const REFERENCE_DAY = "2025-01-01T00:00:00Z";
