/** Validity periods of a script, judged against their issuer's before any instant is known. */
import { datesOf, periodEnd } from "./validity.ts";
import { Fault, type ScriptPath } from "../fault.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedValidity } from "./plan.ts";

/** Periods are compared from one instant; any will do, since both count from the same attested one. */
const ANY_INSTANT = "2026-01-01T00:00:00Z";

/** BR 7.1.2.1.1 allows a root 9,132 days, which is 25 years. */
const ROOT_PERIOD = "P25Y";

/** Judges a validity [VALIDITY-WITHIN-ISSUER]; a root has no issuer and a limit of its own [ROOT-VALIDITY]. */
export function judgePeriod(judgement: Judgement, step: ScriptPath, valid: PlannedValidity, issuer: PlannedValidity | null): void {
  const path = [...step, "valid"];
  const dates = endsOf(valid);
  if (!judgement.judge("VALIDITY-WITHIN-ISSUER", path, dates !== null && dates.from < dates.until, "expected a validity that ends after it begins")) return;
  if (dates === null) return;
  if (issuer === null) {
    const limit = periodEnd(dates.from, ROOT_PERIOD);
    judgement.judge("ROOT-VALIDITY", path, dates.until <= limit, `expected a root to be valid for at most 25 years, until ${limit}; found ${dates.until}`);
    return;
  }
  const alike = "for" in valid === "for" in issuer;
  if (!judgement.judge("VALIDITY-WITHIN-ISSUER", path, alike, "expected a period where the issuer has a period, and dates where it has dates", "write both as `for`, or both as `from` and `until`")) return;
  const limit = endsOf(issuer);
  const inside = limit !== null && dates.until <= limit.until && dates.from >= limit.from;
  judgement.judge("VALIDITY-WITHIN-ISSUER", path, inside, `it would be valid until ${dates.until}, its issuer until ${limit?.until ?? "nobody knows"}, counted from the same day`);
}

/** The dates of a validity, a period counted from one instant that is always the same; null when it is malformed. */
export function endsOf(valid: PlannedValidity): { from: string; until: string } | null {
  try {
    return datesOf(valid, ANY_INSTANT, null);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
