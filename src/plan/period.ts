/** Validity periods of a script, judged against their issuer's before any instant is known. */
import { datesOf, periodEnd } from "./validity.ts";
import { Fault, type ScriptPath } from "../fault.ts";
import { STAND_IN_INSTANT } from "../x509/stand-in-key.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedValidity } from "./plan.ts";
import type { ResolvedCertificate } from "./resolving.ts";

/** BR 7.1.2.1.1 allows a root 9,132 days, which is 25 years. */
const ROOT_PERIOD = "P25Y";

/** Path validation does not look at the dates of an anchor (RFC 5280 6.1.1): a cross-certificate may outlive it when two people say so. */
export type WithinIssuer = "VALIDITY-WITHIN-ISSUER" | "CROSS-WITHIN-ISSUER";

/**
 * Judges a validity [VALIDITY-WITHIN-ISSUER]; a root has no issuer and a limit of its own [ROOT-VALIDITY]. Under an issuer of an
 * earlier ceremony a period may be no longer than that issuer's whole one; that it ends with it at the latest, the ceremony sees to.
 * @param within the control by which it does not outlive its issuer
 */
export function judgePeriod(judgement: Judgement, step: ScriptPath, valid: PlannedValidity, issuer: Pick<ResolvedCertificate, "template" | "isRegistered"> | null, within: WithinIssuer = "VALIDITY-WITHIN-ISSUER"): void {
  const path = [...step, "valid"];
  const dates = endsOf(valid);
  if (!judgement.judge("VALIDITY-WITHIN-ISSUER", path, dates !== null && dates.from < dates.until, "expected a validity that ends after it begins")) return;
  if (dates === null) return;
  if (issuer === null) {
    const limit = periodEnd(dates.from, ROOT_PERIOD);
    judgement.judge("ROOT-VALIDITY", path, dates.until <= limit, `expected a root to be valid for at most 25 years, until ${limit}; found ${dates.until}`);
    return;
  }
  const above = issuer.template.valid;
  if ("for" in valid && "from" in above && issuer.isRegistered) {
    const most = endsOf({ from: above.from, until: above.until });
    const whole = endsOf({ for: valid.for }, above.from);
    judgement.judge(within, path, most !== null && whole !== null && whole.until <= most.until, `a period of ${valid.for} is longer than its issuer's, from ${above.from} to ${above.until}`);
    return;
  }
  const alike = "for" in valid === "for" in above;
  if (!judgement.judge("VALIDITY-WITHIN-ISSUER", path, alike, "expected a period where the issuer has a period, and dates where it has dates", "write both as `for`, or both as `from` and `until`")) return;
  const limit = endsOf(above);
  const inside = limit !== null && dates.until <= limit.until && dates.from >= limit.from;
  judgement.judge(within, path, inside, `it would be valid until ${dates.until}, its issuer until ${limit?.until ?? "nobody knows"}, counted from the same day`);
}

/** When a validity would begin and end, counted from an instant, by default any: periods that are compared count from one instant. Null for one that is malformed. */
export function endsOf(valid: PlannedValidity, instant = STAND_IN_INSTANT): { from: string; until: string } | null {
  try {
    return datesOf(valid, instant, null);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
