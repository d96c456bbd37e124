/** The time as an answers file gives it: agreement with the host's clock, or another day for a life that is rehearsed in a minute. */
import { Fault } from "../fault.ts";
import type { Answer } from "./answers.ts";
import type { Briefing } from "./people.ts";

const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** `agree` to the host's clock, or an instant of its own. */
export function isTime(answer: Answer): boolean {
  return answer === "agree" || instantIn(answer) !== null;
}

/**
 * What such an answer says. @param now the host's clock @returns null for what is no instant
 * @throws Fault script-answers-refused unless the assurance is `test`
 */
export function instantOf(answer: Answer, now: string, { assurance }: Briefing): string | null {
  const instant = instantIn(answer);
  if (instant === null) return now;
  if (assurance !== "test") throw new Fault("script-answers-refused", `expected the time of the host's clock, found ${instant} in the answers file`, ["only a ceremony of the assurance test may be held on another day"]);
  return INSTANT.test(instant) ? instant : null;
}

function instantIn(answer: Answer): string | null {
  if (typeof answer !== "object" || Array.isArray(answer)) return null;
  const { instant, ...more } = answer as Readonly<Record<string, string>>;
  return instant === undefined || Object.keys(more).length > 0 ? null : instant;
}
