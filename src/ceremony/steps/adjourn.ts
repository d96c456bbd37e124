/** Step `adjourn`: people go home in the middle. What has happened is sealed by them, and looked at again before anything else happens. */
import type { StepOf } from "../../plan/plan.ts";
import { meetsQuorum } from "../../transcript/quorum.ts";
import { judge, type Course } from "../course.ts";
import { judgeInventory } from "../delta.ts";
import { attestedInstant, checkPresence } from "../people.ts";
import { ask, type Ask } from "../request.ts";

/** Inventory of every token, the hold-point, and after it who is here, what time it is, and the same inventory again. */
export function* adjourn(course: Course, { number, point }: StepOf<"adjourn@1">): Ask<void> {
  yield* allInventories(course, number);
  const { signatures } = yield* ask({ kind: "adjourn", step: number, point });
  const signers = course.plan.people.filter(({ id }) => signatures.some(({ by }) => by === id));
  judge(course, "HOLD-POINT-SIGNED", number, meetsQuorum(course.plan.quorum.seal, signers), `those who signed hold-point ${point} (${signers.map(({ id }) => id).join(", ") || "nobody"}) do not meet the quorum of the seal`);
  yield* attestedInstant(course, number);
  yield* checkPresence(course, number);
  yield* allInventories(course, number);
}

function* allInventories(course: Course, step: number): Ask<void> {
  for (const [token, bound] of course.tokens) {
    yield* judgeInventory(course, step, token, bound);
    // the register holds what was found at the end, and nothing older
    bound.after = null;
  }
}
