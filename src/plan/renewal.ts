/** Renewal: another certificate for a key that has one, alike in all but its dates [RENEWAL-ALIKE]. */
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { endsOf } from "./period.ts";
import type { CertificateTemplate } from "./plan.ts";
import type { Resolving } from "./resolving.ts";

/** Judges what a step renews; where it says nothing of the kind there is nothing to judge. */
export function judgeRenewal({ judgement, certificates }: Resolving, step: ScriptStep<"issue-root" | "issue-certificate">, template: CertificateTemplate): void {
  const renewed = step.renews === undefined ? undefined : certificates.get(step.renews);
  if (renewed === undefined) return;
  const path = [...step.path, "renews"];
  const alike = renewed.template.subject === template.subject && renewed.template.ca === template.ca;
  judgement.judge("RENEWAL-ALIKE", path, alike, `expected the subject of ${step.renews ?? ""}, ${renewed.template.subjectText}, found ${template.subjectText}`, "under another subject it is a new certificate: leave renews out");
  const [before, after] = [endsOf(renewed.template.valid), endsOf(template.valid)];
  const later = before !== null && after !== null && after.until > before.until;
  judgement.judge("RENEWAL-ALIKE", path, later, `expected it to be valid longer than ${step.renews ?? ""}, until ${before?.until ?? "nobody knows"}, found ${after?.until ?? "nobody knows"}`);
}
