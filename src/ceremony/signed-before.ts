/** What people signed before the seal, approvals and hold-points: judged alike in whole records and in public copies. Pure; signatures are claims. */
import { judgeApprovals } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { controlOf, objection, sentenceOf, type Objection } from "../transcript/objection.ts";
import type { Claim } from "../x509/algorithm.ts";
import { repeatedNonce, type Nonces } from "./health.ts";
import { judgeHold, wrongHolds, type RecordedHold } from "./recorded-holds.ts";
import { approvalFiles, type RecordFiles } from "./recorded-inputs.ts";

/** Where what is found is gathered. */
export interface Found {
  readonly wrong: Objection[];
  readonly remarks: string[];
  claims: number;
  readonly nonces: Nonces;
}

/** Counts a claim, compares its nonce with those before, and passes it on. */
export function* claimed(found: Found, claim: Claim): Generator<Claim, void> {
  found.claims++;
  found.wrong.push(...repeatedNonce(found.nonces, claim));
  yield claim;
}

/** A plan that wants approvals was never run without them by this program [PLAN-APPROVED]. @param digest SHA-256 of plan.json, hex */
export function* checkApprovals(files: RecordFiles, found: Found, plan: Plan, digest: string): Generator<Claim, void> {
  if (plan.quorum.approval.length === 0) return;
  const judged = judgeApprovals({ plan, digest, files: approvalFiles(files), roster: null, at: "" });
  found.wrong.push(...judged.wrong, ...judged.missing.map((one) => objection(controlOf(one), `the ${plan.scheduled === undefined ? "plan" : "run"} is not approved as it asks: missing ${sentenceOf(one)}`)));
  for (const claim of judged.claims) yield* claimed(found, { ...claim, where: `${LAYOUT.approvals}/${claim.where}` });
}

/** Every hold-point, and who signed it; one that is still open may miss signatures [HOLD-POINT-SIGNED]. */
export function* checkHolds(files: RecordFiles, found: Found, plan: Plan | null, holds: readonly RecordedHold[]): Generator<Claim, void> {
  found.wrong.push(...wrongHolds(files, holds));
  if (plan === null) return;
  for (const hold of holds) {
    const judged = judgeHold(files, plan, hold, null);
    found.wrong.push(...judged.wrong);
    found.remarks.push(`adjourned at entry ${hold.point.entries - 1}, hold-point ${hold.point.point} signed by ${judged.signedBy.map(({ id }) => id).join(", ") || "nobody"}`);
    for (const claim of judged.claims) yield* claimed(found, claim);
  }
}
