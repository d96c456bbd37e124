/** What a token keeps of the ceremony that used it last, held against the record that this one goes on from [TOKEN-HEAD, APPROVAL-ONCE]. */
import { fromHex } from "../bytes/hex.ts";
import { readTokenHead, type TokenHead } from "../transcript/token-head.ts";
import { judge, type Course } from "./course.ts";
import { decide } from "./people.ts";
import type { Ask, DecisionFact } from "./request.ts";

/** Heads that a token keeps, at the first look at it; hex. */
export interface KeptHeads {
  readonly step: number;
  readonly token: string;
  readonly heads: readonly string[];
}

/**
 * A token that keeps nothing is one that was never used, cannot keep anything, or was cleared: nothing is said of it. The head of
 * another ceremony is a question to people: a token may serve several CAs, whose registers do not know of each other.
 */
export function* judgeHeads(course: Course, { step, token, heads }: KeptHeads): Ask<void> {
  for (const kept of heads) {
    const head = readTokenHead(fromHex(kept));
    if (head === null) yield* askAbout(course, step, token, [{ what: "no head of ours", value: kept.slice(0, 64) }]);
    else yield* judgeHead(course, step, token, head);
  }
}

function* judgeHead(course: Course, step: number, token: string, head: TokenHead): Ask<void> {
  const { approval, run, plan: { register } } = course;
  // a token keeps a head of a run only after its first use in it, and this is the first look
  judge(course, "TOKEN-HEAD", step, head.run !== run, `token ${token} was used in this very run, up to entry ${head.seq}, and the record does not know of it: it is an older copy`);
  if (approval !== null) judge(course, "APPROVAL-ONCE", step, head.approval !== approval.sha256, `token ${token} keeps the head of run ${head.run}, which was held under the same approval: every run wants one of its own`);
  if (register === null || head.run !== register.run) return yield* askAbout(course, step, token, [{ what: "ceremony", value: head.ceremony }, { what: "run", value: head.run }]);
  const last = register.entries - 1;
  // a head from within that record is not in the pack; what lags behind is no contradiction
  const fits = head.seq < last || (head.seq === last && head.head === register.head);
  judge(course, "TOKEN-HEAD", step, fits, `expected token ${token} to keep the head of entry ${last} of run ${register.run}, ${register.head}, or an earlier one; found that of entry ${head.seq}, ${head.head}: the register is not that of the last ceremony`);
}

function* askAbout(course: Course, step: number, token: string, facts: readonly DecisionFact[]): Ask<void> {
  yield* decide(course, { step, about: "unknown-head", name: token, facts, choices: ["go-on"] });
}
