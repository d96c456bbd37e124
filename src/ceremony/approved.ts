/** The approval under which a ceremony is held: its text binds this plan, and every attested instant is within its window [PLAN-APPROVED]. */
import { sha256Hex } from "../bytes/digest.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { readApproval } from "../transcript/approval.ts";
import { judge, type Course } from "./course.ts";

/**
 * The approval that the plan wants. Who signed it is judged before the ceremony begins, and again by every replay.
 * @param bytes approval.txt
 * @throws Fault bug-unreachable when the ceremony was not given it; form-seal
 */
export function requireApproval({ quorum, scheduled }: Plan, bytes: Uint8Array | null): Course["approval"] {
  if (quorum.approval.length === 0 || scheduled !== undefined) return null;
  if (bytes === null) throw new Fault("bug-unreachable", "the ceremony was not given the approval of its plan");
  return { ...readApproval(bytes), sha256: sha256Hex(bytes) };
}

/** Holds an attested instant against the window. Both ends count. */
export function judgeWindow(course: Course, step: number, instant: string): void {
  const { approval } = course;
  if (approval === null) return;
  const { from, until } = approval;
  judge(course, "PLAN-APPROVED", step, from <= instant && instant <= until, `the plan is approved from ${from} until ${until}, and it is ${instant}`);
}
