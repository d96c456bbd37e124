/** What the core asks of people: who is here, what time it is, the word before an effect, a decision. */
import type { Observation } from "../transcript/observation.ts";
import { meetsQuorum } from "../transcript/quorum.ts";
import { judgeWindow } from "./approved.ts";
import { except, judge, stopFor, type Course } from "./course.ts";
import { ask, type Ask, type RequestOf } from "./request.ts";
import { undecided, unattendedInstant } from "./unattended.ts";

/** What is left of an answer once nobody has stopped the ceremony by it. */
export type Answered<O extends { outcome: string }> = Exclude<O, { outcome: "stopped" }>;

/** The answer, or the end of the ceremony when a person stopped it there. */
export function orStop<O extends Observation>(course: Course, step: number, answer: O): Answered<O> {
  if (answer.outcome === "stopped" && "by" in answer && "reason" in answer) {
    return stopFor(course, { kind: "stopped", step, by: answer.by }, `stopped by ${answer.by}: ${answer.reason}`);
  }
  return answer as Answered<O>;
}

/** The instant from which periods count: attested by people present, never before an earlier one, within the window of the approval, nor after a waiver has ended [CLOCK-ATTESTED, PLAN-APPROVED, WAIVER-CURRENT]. */
export function* attestedInstant(course: Course, step: number): Ask<string> {
  const time = orStop(course, step, yield* ask({ kind: "time", step }));
  if (course.standing !== null) return unattendedInstant(course, step, time);
  const known = new Set(course.plan.people.map((person) => person.id));
  const attestedByTwo = new Set(time.attestedBy.filter((id) => known.has(id))).size >= 2;
  judge(course, "CLOCK-ATTESTED", step, attestedByTwo, `expected two people to attest the time, found ${time.attestedBy.join(", ") || "nobody"}`);
  judge(course, "CLOCK-ATTESTED", step, course.attested === null || time.instant >= course.attested, `the attested time ${time.instant} is before ${course.attested ?? ""}`);
  judgeWindow(course, step, time.instant);
  for (const { control, until } of course.plan.waivers) judge(course, "WAIVER-CURRENT", step, time.instant <= until, `the waiver of ${control} may be used until ${until}, and it is ${time.instant}`);
  course.attested = time.instant;
  return time.instant;
}

/** The typed word of an act. Once a step: a step that signs twice asks once. Where nobody is there, the standing approval has said it. */
export function* confirmAct(course: Course, step: number, verb: RequestOf<"confirm">["verb"], of: readonly string[]): Ask<void> {
  if (course.standing !== null) return;
  const { by } = orStop(course, step, yield* ask({ kind: "confirm", step, verb, of }));
  judge(course, "PRESENT-QUORUM", step, course.plan.people.some((person) => person.id === by), `expected a person of the script to type the word, found ${by}`);
}

/** Who is present, right before an effect [PRESENT-QUORUM]. */
export function* checkPresence(course: Course, step: number): Ask<void> {
  if (course.standing !== null) return;
  const { present } = orStop(course, step, yield* ask({ kind: "present", step }));
  const people = course.plan.people.filter((person) => present.includes(person.id));
  judge(course, "PRESENT-QUORUM", step, people.length >= 2, `expected at least two people of the script, found ${present.join(", ") || "nobody"}`);
  judge(course, "PRESENT-QUORUM", step, meetsQuorum(course.plan.quorum.effects, people), `the people present (${present.join(", ")}) do not meet the quorum for effects`);
  course.present = people.map((person) => person.id);
}

/**
 * Only people can decide what follows something that nobody knows or that a token refused. `stop` is always a choice.
 * @returns the choice; never `stop`
 */
export function* decide<C extends string>(course: Course, request: Question<C>): Ask<C> {
  return (yield* decideBy(course, request)).choice;
}

/** Something to decide, without the `stop`. */
type Question<C extends string> = Omit<RequestOf<"decide">, "kind" | "choices"> & { readonly choices: readonly C[] };

/** The same, and who decided. */
export function* decideBy<C extends string>(course: Course, request: Question<C>): Ask<{ readonly choice: C; readonly by: string }> {
  const { step, about, name } = request;
  if (course.standing !== null) return undecided(course, request);
  const answer = orStop(course, step, yield* ask({ kind: "decide", ...request, choices: [...request.choices, "stop"] }));
  const choice = request.choices.find((allowed) => allowed === answer.choice);
  const fact = { kind: "decided", step, about, name, choice: choice ?? "stop", by: answer.by } as const;
  if (choice === undefined) return stopFor(course, fact, `${about} ${name}: ${answer.by} decided to stop`);
  except(course, fact, `${about} ${name}: ${answer.by} decided ${choice}`);
  return { choice, by: answer.by };
}
