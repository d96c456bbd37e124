/** The approvals of a plan: a text that binds it, signed by people of it before the day [PLAN-APPROVED]. Pure; signatures are claims. */
import { canonicalText } from "../bytes/canonical.ts";
import { orReason } from "../fault.ts";
import { APPROVAL_NAMESPACE, APPROVAL_TEXT, readApproval, type Approval } from "../transcript/approval.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { judgeSeal, signaturesBeside, type Meaning, type SealJudgement, type Sealer } from "../transcript/quorum.ts";
import type { RosterEntry } from "../transcript/roster.ts";
import { readPublicKeyLine } from "../transcript/sshkey.ts";
import { STANDING_TEXT } from "../transcript/standing.ts";
import type { Plan } from "./plan.ts";
import { judgeStandingFiles, type HeldStanding } from "./standing.ts";

/** Whoever approves says one thing, whatever their role. */
const APPROVING: Meaning = { namespaceFor: () => APPROVAL_NAMESPACE, control: "PLAN-APPROVED" };

/** What there is to judge. */
export interface ApprovalQuestion {
  readonly plan: Plan;
  /** SHA-256 of plan.json, hex. */
  readonly digest: string;
  /** By name in the folder of approvals. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly roster: readonly RosterEntry[] | null;
  /** The instant at which roster entries must be valid, UTC. */
  readonly at: string;
}

/** What approvals say, before their claims are checked. */
export interface JudgedApprovals extends SealJudgement {
  readonly approval: Approval | null;
  /** The text of a scheduled run; null of any other, or where it cannot be read. */
  readonly standing: HeldStanding | null;
}

/** The text that people sign: this plan, and what it goes on from. */
export function approvalOf(plan: Plan, digest: string, { from, until }: Pick<Approval, "from" | "until">): Approval {
  return { ceremony: plan.ceremony, plan: digest, from, until, previous: plan.register === null ? [] : [plan.register.seal] };
}

/** The name of the text under which a plan runs, among the files of its approvals. */
export function approvalTextOf({ scheduled }: Pick<Plan, "scheduled">): string {
  return scheduled === undefined ? APPROVAL_TEXT : STANDING_TEXT;
}

/** The people of a plan, with their keys. */
export function sealersOf(plan: Plan): Sealer[] {
  return plan.people.map(({ id, name, role, key }) => ({ id, name, role, key: readPublicKeyLine(key) }));
}

/** Judges the text and every signature beside it, and counts people against the plan's quorum. Never throws for bad ones. */
export function judgeApprovals({ plan, digest, files, roster, at }: ApprovalQuestion): JudgedApprovals {
  if (plan.scheduled !== undefined) return { ...judgeStandingFiles({ quorum: plan.quorum.approval, people: sealersOf(plan), files, roster, at }), approval: null };
  const text = files.get(APPROVAL_TEXT);
  if (text === undefined) return nothing([refused(`${APPROVAL_TEXT} is missing`)], []);
  const approval = orReason(() => readApproval(text));
  if (typeof approval === "string") return nothing([], [refused(approval)]);
  const wanted = approvalOf(plan, digest, approval);
  const wrong = canonicalText(wanted) === canonicalText(approval) ? [] : [refused(`${APPROVAL_TEXT} approves another plan: expected ${wanted.ceremony}, plan ${digest}, found ${approval.ceremony}, plan ${approval.plan}`)];
  if (approval.from > approval.until) wrong.push(refused(`${APPROVAL_TEXT}: expected a window that ends after it begins, found ${approval.from} until ${approval.until}`));
  const judged = judgeSeal({ quorum: plan.quorum.approval, people: sealersOf(plan), roster, signatures: signaturesBeside(APPROVAL_TEXT, files), seal: text, sealedAt: at }, APPROVING);
  return { ...judged, wrong: [...wrong, ...judged.wrong], approval, standing: null };
}

function refused(sentence: string): Objection {
  return objection("PLAN-APPROVED", sentence);
}

function nothing(missing: readonly Objection[], wrong: readonly Objection[]): JudgedApprovals {
  return { approval: null, standing: null, signedBy: [], claims: [], missing, wrong };
}
