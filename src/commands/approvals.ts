/** The approvals of a plan on the disk: read beside the script, and demanded before a ceremony begins [PLAN-APPROVED]. */
import { join } from "node:path";
import type { Finding } from "../fault.ts";
import { judgeApprovals } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import { Checking } from "../room/checking.ts";
import { hostInstant } from "../room/clock.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { listFiles } from "../room/listing.ts";
import { readApproval } from "../transcript/approval.ts";

/** The files of a folder of approvals, by name; none where there is no folder. @throws Fault usage-file for a file that cannot be read */
export function readApprovals(folder: string): Map<string, Uint8Array> {
  if (kindAt(folder) !== "folder") return new Map();
  return new Map(listFiles(folder).map((name) => [name, readRegular(join(folder, name))]));
}

/** What people are told before they go on with a ceremony whose window this host's clock is not in: it would be stopped by the attested time. */
export function windowWarning(approval: Uint8Array | null): string | null {
  if (approval === null) return null;
  const { from, until } = readApproval(approval);
  const now = hostInstant();
  return now < from || now > until ? `the plan is approved from ${from} until ${until}, and this host's clock shows ${now}: once the time is attested the ceremony is stopped, and sealed as stopped` : null;
}

/**
 * Why a ceremony may not begin under these approvals; empty when it may, or when the plan wants none.
 * @param begins false for a record that is gone on with: its window is judged by the attested time alone, and it always ends in a seal
 */
export async function approvalFindings(plan: Plan, digest: string, files: ReadonlyMap<string, Uint8Array>, begins: boolean): Promise<Finding[]> {
  if (plan.quorum.approval.length === 0) return [];
  const { approval, wrong, missing, claims } = judgeApprovals({ plan, digest, files, roster: null, at: "" });
  const checking = new Checking<string>();
  for (const claim of claims) await checking.take(claim, `${claim.where}: the signature does not verify`);
  const reasons = [...wrong, ...(await checking.failed()), ...missing.map((one) => `the plan is not approved as it asks: missing ${one}`)];
  const now = hostInstant();
  if (begins && approval !== null && (now < approval.from || now > approval.until)) reasons.push(`the plan is approved from ${approval.from} until ${approval.until}, and this host's clock shows ${now}`);
  return reasons.map((message) => ({ control: "PLAN-APPROVED", path: ["quorum", "approval"], message, hint: "before the day: anchorite approve SCRIPT --as ID --key FILE --from TIME --until TIME" }));
}
