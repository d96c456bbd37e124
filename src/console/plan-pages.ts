/** The plan in full, as `check` prints it: everything that a profile decided. Pure. */
import type { CertificateTemplate, Plan, PlannedStep } from "../plan/plan.ts";
import type { Threshold } from "../transcript/quorum.ts";
import { briefingOf, validityText } from "./briefing.ts";
import { printable } from "./escape.ts";
import { ASSURANCE_WORDS, digestLines } from "./pages.ts";

/** The lines of a plan: people, tokens, each step with its certificate in full, controls, digest. */
export function planLines(plan: Plan, planDigest: string): string[] {
  const { steps } = briefingOf(plan, planDigest);
  return [
    `${printable(plan.title)} (${ASSURANCE_WORDS[plan.assurance]})`,
    `ceremony ${plan.ceremony}`,
    ...plan.people.map((person) => `  ${person.id}  ${printable(person.name)}, ${person.role}`),
    `seal: ${quorumText(plan.quorum.seal)}; effects: two people present${plan.quorum.effects.length === 0 ? "" : `, and ${quorumText(plan.quorum.effects)}`}`,
    ...plan.tokens.map(({ token, holds }) => `token ${token} holds ${holds.join(", ")}`),
    ...plan.inputs.map(({ path, sha256 }) => `input ${path}  SHA-256 ${sha256}`),
    "",
    ...plan.steps.flatMap((step, i) => [`${step.number}. ${steps[i]?.title.map((line) => printable(line)).join(" ") ?? ""}`, ...detailLines(step)]),
    "",
    `${plan.controls.length} controls held: ${plan.controls.map(({ control }) => control).join(", ")}`,
    "",
    ...digestLines("the plan", planDigest),
  ];
}

function quorumText(quorum: readonly Threshold[]): string {
  return quorum.map(({ count, role }) => `${count} of ${role}`).join(", ");
}

function detailLines(step: PlannedStep): string[] {
  if ("template" in step) return templateLines(step.template);
  if (step.rule !== "generate-key-pair@1") return [];
  const set = (template: Readonly<Record<string, boolean>>) => Object.entries(template).map(([name, value]) => `${name}=${value ? "1" : "0"}`).join(" ");
  return [`     signs with  ${step.signature}`, `     private  ${set(step.privateTemplate)}`, `     public   ${set(step.publicTemplate)}`, `     must read back  ${set(step.readBack)} ${step.keyGenMechanism}`];
}

function templateLines(template: CertificateTemplate): string[] {
  return [
    `     version  3, serial of 20 octets from the draw`,
    `     subject  ${template.subjectText}`,
    `     valid    ${validityText(template.valid)}${"for" in template.valid ? ", never beyond the issuer" : ""}`,
    ...template.extensions.map(({ name, critical, text }) => `     ${name}${critical ? " (critical)" : ""}: ${printable(text)}`),
  ];
}
