/** A script that wants approvals, and the approvals of a plan as alice and dan would have signed them; made without ssh-keygen. */
import { fromUtf8 } from "../../src/bytes/text.ts";
import { approvalOf } from "../../src/plan/approvals.ts";
import { APPROVAL_TEXT, writeApproval, type Approval } from "../../src/transcript/approval.ts";
import type { goodPlan } from "./scripts.ts";
import { KEYS } from "./waivers.ts";

/** Around the scripted noon. */
const WINDOW = { from: "2026-11-20T08:00:00Z", until: "2026-11-20T18:00:00Z" };

/** The script, now wanting an approval of alice's and dan's kind. */
export function approving(script: string): string {
  return script.replace("quorum:\n", "quorum:\n  approval: [1 of administrator, 1 of witness]\n");
}

/** By name in the folder of approvals. @param change what the text says otherwise @param signers who signs it */
export function approvalsOf({ plan, digest }: Pick<ReturnType<typeof goodPlan>, "plan" | "digest">, change: Partial<Approval> = {}, signers: readonly (keyof typeof KEYS)[] = ["alice", "dan"]): Record<string, string> {
  const text = writeApproval({ ...approvalOf(plan, digest, WINDOW), ...change });
  return { [APPROVAL_TEXT]: fromUtf8(text), ...Object.fromEntries(signers.map((id) => [`${id}.sig`, KEYS[id].sign("anchorite-plan-approved", text)])) };
}
