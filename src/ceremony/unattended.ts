/** A ceremony at which nobody is there: what people would be asked is asked of the standing approval, fed or driven alike. */
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { heldStanding, judgeStanding, type HeldStanding } from "../plan/standing.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { judge, stopFor, type Course } from "./course.ts";
import type { RequestOf } from "./request.ts";

/**
 * The standing approval of a scheduled plan; null for any other. Who signed it is judged before the run, and again by every replay.
 * @param bytes standing.txt
 * @throws Fault bug-unreachable when the ceremony was not given it; form-seal
 */
export function requireStanding({ scheduled }: Plan, bytes: Uint8Array | null): HeldStanding | null {
  if (scheduled === undefined) return null;
  if (bytes === null) throw new Fault("bug-unreachable", "the run was not given its standing approval");
  return heldStanding(bytes);
}

/** `roll-call`, version 2: nobody is called. Whether this run is one that people approved [STANDING-TEMPLATE, STANDING-LINE, STANDING-COUNT, STANDING-LEAF, STANDING-KEY]. */
export function beginUnattended(course: Course, { number }: { readonly number: number }): void {
  const { plan, register, standing } = course;
  if (standing === null) throw new Fault("bug-unreachable", "nobody is called, and there is no standing approval");
  for (const { control, held, found } of judgeStanding(plan, register, standing)) judge(course, control, number, held, found);
}

/** The host's clock, which nobody attests: within the period of the approval [STANDING-PERIOD], never before an earlier instant [CLOCK-ATTESTED]. */
export function unattendedInstant(course: Course, step: number, { instant, attestedBy }: Extract<AnswerTo<"time">, { outcome: "answered" }>): string {
  const { standing, attested } = course;
  if (standing === null) throw new Fault("bug-unreachable", "nobody attests the time, and there is no standing approval");
  const { from, until } = standing;
  judge(course, "CLOCK-ATTESTED", step, attestedBy.length === 0, `expected the host's clock alone in a scheduled run, found ${attestedBy.join(", ")}`);
  judge(course, "CLOCK-ATTESTED", step, attested === null || instant >= attested, `the host's time ${instant} is before ${attested ?? ""}`);
  judge(course, "STANDING-PERIOD", step, from <= instant && instant <= until, `the standing approval is from ${from} until ${until}, and it is ${instant}`);
  course.attested = instant;
  return instant;
}

/** Nobody decides in their place: the run stops, and is sealed as stopped. */
export function undecided(course: Course, { step, about, name, facts }: Pick<RequestOf<"decide">, "step" | "about" | "name" | "facts">): never {
  const words = facts.filter(({ value }) => value !== "").map(({ what, value }) => `${what} ${value}`);
  return stopFor(course, { kind: "undecided", step, about, name }, `${about} ${name}: only people could decide, and nobody is there${words.length === 0 ? "" : ` (${words.join(", ")})`}`);
}
