/** Who has to be here, when the roll is called and before anything happens on a token, as people are told before the ceremony itself judges it. */
import type { Plan } from "./plan.ts";
import { meetsQuorum } from "../transcript/quorum.ts";

/** What the quorums lack with these people at roll call, in words: the ceremony ends there; null where they are met. The core judges the same [ROLL-CALL-QUORUM]. */
export function lacksAtRollCall({ people, quorum }: Pick<Plan, "people" | "quorum">, present: readonly string[]): string | null {
  const here = people.filter(({ id }) => present.includes(id));
  const unmet = [quorum.seal, quorum.effects].filter((seats) => !meetsQuorum(seats, here));
  return unmet.length === 0 ? null : [...new Set(unmet.flat().map(({ count, role }) => `${count} of ${role}`))].join(", ");
}

/** What the quorum for effects lacks with these people here: what it asks for, in words; null where it is met. The core judges the same [PRESENT-QUORUM]. */
export function lacksForEffects({ people, quorum }: Pick<Plan, "people" | "quorum">, present: readonly string[]): string | null {
  const here = people.filter(({ id }) => present.includes(id));
  if (here.length >= 2 && meetsQuorum(quorum.effects, here)) return null;
  return ["two people of the script", ...quorum.effects.map(({ count, role }) => `${count} of ${role}`)].join(", ");
}
