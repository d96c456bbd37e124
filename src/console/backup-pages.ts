/** Sentences about keys that are wrapped, restored and destroyed. Pure. */
import type { Plan, StepOf } from "../plan/plan.ts";
import type { KeyBackup } from "../transcript/register.ts";

interface Words {
  readonly title: readonly string[];
  readonly readAloud: string;
}

/** How a key survives the loss of its token, read aloud when it is made. */
export function backupText(backup: KeyBackup): string {
  if (backup === "wrap") return "It leaves this token only wrapped, under a key that the security officer makes trusted.";
  return backup === "none" ? "If the token is lost, the key is lost." : "Its backup is made by the means of the token's vendor.";
}

export function backingUp(plan: Plan, { backup, key, threshold, shares }: StepOf<"back-up-key@1">): Words {
  const holders = shares.map(({ by, number }) => `share ${number} to ${nameOf(plan, by)}`).join(", ");
  return {
    title: [`Back up the key ${key} as ${backup}: wrapped under a key that the token makes and forgets. Any ${threshold} of ${shares.length} shares open it: ${holders}.`],
    readAloud: `I am wrapping the key ${key}. Each custodian sees one share, alone, writes it on paper and types it again. Any ${threshold} of them together can bring the key back, and so can whoever has ${threshold} of the papers and the wrapped key.`,
  };
}

export function restoring(plan: Plan, { key, token, from, threshold, shares, file, backup }: StepOf<"restore-key@1">): Words {
  const holders = shares.map(({ by, number }) => `share ${number} by ${nameOf(plan, by)}`).join(", ");
  return {
    title: [`Restore the key ${key} on token ${token} from ${from} (${file.path}), with ${threshold} of: ${holders}. Backup: ${backup}.`],
    readAloud: `I am making the key ${key} again on token ${token}. From now on it lives there as well as where it was. ${backup === "wrap" ? backupText("wrap") : "There it can never leave the token."}`,
  };
}

export function destroying({ key, places, gone, remains }: StepOf<"destroy-key@1">): Words {
  const left = [...gone.map((token) => `what is on the token ${token}, which nobody will reach again by our word`), ...remains.map((backup) => `the backup ${backup}, as long as enough shares of it exist`)];
  return {
    title: [`Destroy the key ${key} on ${places.map(({ token }) => token).join(", ") || "no token"}. What remains: ${left.join("; ") || "nothing"}.`],
    readAloud: `I am destroying the key ${key} for good. What remains of it: ${left.join("; ") || "nothing"}.`,
  };
}

function nameOf(plan: Plan, id: string): string {
  return plan.people.find((person) => person.id === id)?.name ?? id;
}
