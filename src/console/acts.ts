/** The parts of a ceremony, as people read them: steps of one purpose that follow each other are an act. Pure. */
import type { PlannedStep } from "../plan/plan.ts";

const PURPOSES: Readonly<Record<string, string>> = {
  "roll-call": "Opening", act: "In the room", "initialize-token": "Tokens", "inspect-token": "Tokens", "change-pin": "Tokens", "unlock-pin": "Tokens", "generate-key-pair": "Keys", "back-up-key": "Backup", "restore-key": "Backup", "destroy-key": "Destruction",
  adopt: "Adoption", "issue-root": "Certificates", "issue-certificate": "Certificates", "sign-request": "Certificates", "sign-requests": "Certificates", "cross-certify": "Certificates", "accept-certificate": "Certificates",
  "create-request": "Requests", "issue-crl": "Revocation lists", "sign-artifact": "Artifacts", "export-bundle": "Bundles", acknowledge: "Acknowledgement", adjourn: "Adjournment", close: "Closing",
};

/** The kind of a step without the version of its rule. */
export function kindOf({ rule }: Pick<PlannedStep, "rule">): string {
  return rule.split("@")[0] ?? rule;
}

/** The act of each step, in their order. */
export function actsOf(steps: readonly PlannedStep[]): { number: number; of: number; name: string }[] {
  const names = steps.map((step) => PURPOSES[kindOf(step)] ?? "Other");
  let number = 0;
  const numbers = names.map((name, i) => (name === names[i - 1] ? number : ++number));
  return names.map((name, i) => ({ number: numbers[i] ?? 0, of: number, name }));
}

/** Minutes that a step takes with people who read everything aloud and write everything down; a rehearsal measures better. */
const MINUTES: Readonly<Record<string, number>> = {
  "roll-call": 6, act: 4, "initialize-token": 4, "inspect-token": 3, "generate-key-pair": 4, adopt: 6, "issue-root": 4, "issue-certificate": 4, "sign-request": 4, "cross-certify": 4, "accept-certificate": 3,
  "sign-requests": 5, "create-request": 3, "issue-crl": 3, "sign-artifact": 4, "export-bundle": 2, acknowledge: 1, adjourn: 10, close: 8, "back-up-key": 20, "restore-key": 15, "destroy-key": 6,
};
const MINUTES_A_READ_BACK = 2;

/** @param readBacks how often somebody types words back in the step */
export function minutesOf(step: PlannedStep, readBacks: number): number {
  const signed = step.rule === "sign-requests@1" ? Math.ceil(step.accepted / 1000) : 0;
  return (MINUTES[kindOf(step)] ?? 4) + readBacks * MINUTES_A_READ_BACK + signed;
}
