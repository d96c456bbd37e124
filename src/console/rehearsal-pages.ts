/** What a rehearsal says of itself: every substitution, and nothing else differs. Pure. */
import type { Plan } from "../plan/plan.ts";
import type { Substitution } from "../plan/rehearsal-plan.ts";
import { validityText } from "./briefing.ts";
import { printable } from "./escape.ts";

/** The closed list of what stands in, a line each; none for a plan that is no rehearsal. */
export function substitutionLines({ rehearsal }: Plan): string[] {
  if (rehearsal === undefined) return [];
  return [
    `REHEARSAL of ${rehearsal.ceremony}, plan ${rehearsal.plan}`,
    ...rehearsal.substitutions.map((one) => `  stands in: ${printable(substitutionText(one))}`),
    "  all else is as planned",
  ];
}

function substitutionText(one: Substitution): string {
  switch (one.what) {
    case "assurance": return `assurance ${one.is}, for ${one.was}`;
    case "quorum": return one.of === "seal" ? "nobody, for those who sign the seal and hold-points" : "nobody, for those who approve the plan";
    case "token": return `a throw-away token, for ${one.token}`;
    case "key": return `a throw-away key with the SPKI SHA-256 ${one.is}, for ${one.key} with ${one.was}`;
    case "backup": return `a practice backup of its throw-away key under practice shares, SHA-256 ${one.is}, for ${one.backup} with ${one.was}`;
    case "certificate": return `a certificate over that with the SHA-256 ${one.is}, for ${one.certificate} with ${one.was}`;
    case "register": return `a register with these in it, SHA-256 ${one.is}, for that of ${one.pack} with ${one.was}`;
    case "name": return `the name ${one.text}, for the same without REHEARSAL`;
    case "validity": return `${one.name} valid ${validityText(one.is)}, for ${validityText(one.was)}`;
  }
}
