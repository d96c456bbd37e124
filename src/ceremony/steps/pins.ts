/** Steps about PINs: their holder changes one, and the security officer (SO) sets the user PIN anew. No PIN is part of any request. */
import type { StepOf } from "../../plan/plan.ts";
import { stopFor, type Course } from "../course.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask, type RequestOf } from "../request.ts";

type SetPin = RequestOf<"set-pin">;

/** `change-pin`: whoever has the PIN gives the token another one. */
export function* changePin(course: Course, step: StepOf<"change-pin@1">): Ask<void> {
  yield* setPin(course, { step: step.number, token: step.token, role: step.role, by: "holder" });
}

/** `unlock-pin`: the SO sets the user PIN, whatever it was, locked or forgotten. The token need not have been looked at: that wants the PIN. */
export function* unlockPin(course: Course, step: StepOf<"unlock-pin@1">): Ask<void> {
  yield* setPin(course, { step: step.number, token: step.token, role: "user", by: "so" });
}

/** After an unknown outcome the old PIN or the new one is right; only people can find out which. */
function* setPin(course: Course, what: Pick<SetPin, "step" | "token" | "role" | "by">): Ask<void> {
  const { step, token } = what;
  const request: SetPin = { kind: "set-pin", ...what, serial: course.tokens.get(token)?.serial ?? null };
  yield* confirmAct(course, step, what.by === "so" ? "unlock" : "change", [token]);
  for (;;) {
    yield* checkPresence(course, step);
    course.effects++;
    const answer = orStop(course, step, yield* ask(request));
    if (answer.outcome === "done") return;
    if (answer.outcome === "wrong") stopFor(course, { kind: "wrong", step, name: token }, `the PIN of token ${token}: ${answer.why}`);
    const about = answer.outcome === "unknown" ? "unknown-pin" : "refused";
    if ((yield* decide(course, { step, about, name: token, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again", "go-on"] })) === "go-on") return;
  }
}
