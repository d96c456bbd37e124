/** What a plan takes of a token though it differs from what was asked for: the words of the profile, and what waivers lift. */
import type { Plan, PlannedKey, PlannedWaiver } from "../plan/plan.ts";
import type { AcceptedWord } from "../tokens/profile.ts";

/**
 * Words that are taken of a key [KEY-NEVER-EXTRACTABLE, KEY-LOCAL, KEY-ATTRIBUTES]: those of the profile that the script names, and
 * the silence about attributes that people waived. No waiver takes a word that differs [ATTRIBUTE-REPORTED].
 */
export function acceptedWords(plan: Pick<Plan, "tokens" | "waivers">, { key, token }: Pick<PlannedKey, "key" | "token">): readonly AcceptedWord[] {
  const words = plan.tokens.find((planned) => planned.token === token)?.profile?.words ?? [];
  return [...words, ...plan.waivers.filter(({ on }) => on.includes(key)).flatMap(silences)];
}

function silences({ notReported, why }: PlannedWaiver): AcceptedWord[] {
  const of = (half: AcceptedWord["half"], attributes: readonly string[] = []) => attributes.map((attribute): AcceptedWord => ({ half, attribute, says: "not reported", why }));
  return [...of("private key", notReported?.privateKey), ...of("public key", notReported?.publicKey)];
}
