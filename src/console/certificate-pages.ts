/** A certificate that a plan will make, in full and in the certificate's own order, so that nothing a profile decides stays hidden. Pure. */
import type { CertificateTemplate, Plan, PlannedStep } from "../plan/plan.ts";
import { validityText } from "./briefing.ts";
import { labelled } from "./pages.ts";

type IssuingStep = Extract<PlannedStep, { readonly template: CertificateTemplate }>;

const INDENT = 20;

/** The lines of a certificate: RFC 5280 4.1.2, field by field. */
export function certificateLines(plan: Plan, step: IssuingStep): string[] {
  const { template } = step;
  const field = (label: string, text: string): string[] => labelled(`    ${label}`, text, INDENT);
  return [
    ...field("version", "3"),
    ...field("serial number", template.serial === "uuid" ? "the UUID in the CN, as an integer" : "20 octets from the draw"),
    ...field("signature", signatureText(plan, step)),
    ...field("issuer", "issuer" in step ? subjectOf(plan, step.issuer) : "the subject: it is signed by its own key"),
    ...field("validity", `${validityText(template.valid)}${"for" in template.valid && "issuer" in step ? ", never beyond the issuer" : ""}`),
    ...field("subject", template.subjectText),
    ...field("public key", publicKeyText(plan, step)),
    ...template.extensions.flatMap(({ name, critical, text }, i) => field(i === 0 ? "extensions" : "", `${name}${critical ? ", critical" : ""}: ${text}`)),
    ...field("profile", template.profile),
  ];
}

/** The certificates of a plan by name. */
function issuedAs(plan: Plan, name: string): IssuingStep | undefined {
  return plan.steps.find((step): step is IssuingStep => "template" in step && "certificate" in step && step.certificate === name);
}

function subjectOf(plan: Plan, name: string): string {
  return issuedAs(plan, name)?.template.subjectText ?? name;
}

/** The key behind a certificate of the plan, if it is one of the plan's. */
function keyOf(plan: Plan, step: IssuingStep | undefined): string | null {
  if (step === undefined) return null;
  if ("key" in step) return step.key;
  return step.rule === "cross-certify@1" && "certificate" in step.existing ? keyOf(plan, issuedAs(plan, step.existing.certificate)) : null;
}

function signatureText(plan: Plan, step: IssuingStep): string {
  const key = keyOf(plan, "issuer" in step ? issuedAs(plan, step.issuer) : step);
  return key === null ? "by the issuer's key" : `by the key ${key}, ${algorithmOf(plan, key)}`;
}

function algorithmOf(plan: Plan, name: string): string {
  return plan.steps.flatMap((step) => (step.rule === "generate-key-pair@1" && step.key === name ? [step.algorithm] : []))[0] ?? "";
}

function publicKeyText(plan: Plan, step: IssuingStep): string {
  if (step.rule === "sign-request@1") return `that of the request ${step.request.path}`;
  if (step.rule === "sign-requests@1") return "that of each request";
  const key = keyOf(plan, step);
  return key === null ? "that of the certificate that exists" : `the key ${key}, ${algorithmOf(plan, key)}`;
}
