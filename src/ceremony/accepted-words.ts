/** What a plan takes of a token though it differs from what was asked for: the words of the profile, and what waivers lift. */
import type { Plan, PlannedKey } from "../plan/plan.ts";
import type { AcceptedWord } from "../tokens/profile.ts";

/** Words that are taken of a key [KEY-NEVER-EXTRACTABLE, KEY-LOCAL, KEY-ATTRIBUTES]; none where the script names no profile of its token. */
export function acceptedWords(plan: Plan, { token }: Pick<PlannedKey, "token">): readonly AcceptedWord[] {
  return plan.tokens.find((planned) => planned.token === token)?.profile?.words ?? [];
}
