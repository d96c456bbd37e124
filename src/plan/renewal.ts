/** Renewal: another certificate for a key that has one, on purpose [RENEWAL-SAME-KEY] and alike in all but its dates [RENEWAL-ALIKE]; and keys that are parked [REGISTER-FITS]. */
import type { Step, StepOf as ScriptStep } from "../script/step-schema.ts";
import { endsOf } from "./period.ts";
import type { CertificateTemplate } from "./plan.ts";
import type { Resolving } from "./resolving.ts";

/** Judges what a step renews; where it says nothing of the kind there is nothing to judge. */
export function judgeRenewal({ judgement, certificates }: Resolving, step: ScriptStep<"issue-root" | "issue-certificate">, template: CertificateTemplate): void {
  const renewed = step.renews === undefined ? undefined : certificates.get(step.renews);
  if (renewed === undefined) return;
  const path = [...step.path, "renews"];
  // the subject of a transcript certificate names its ceremony
  const ofTranscript = renewed.isRegistered && template.profile.startsWith("private/transcript@") && renewed.template.profile.startsWith("private/transcript@");
  const alike = (renewed.template.subject === template.subject || ofTranscript) && renewed.template.ca === template.ca;
  judgement.judge("RENEWAL-ALIKE", path, alike, `expected the subject of ${step.renews ?? ""}, ${renewed.template.subjectText}, found ${template.subjectText}`, "under another subject it is a new certificate: leave renews out");
  // against dates of an earlier ceremony a period is held when the time is attested
  if (renewed.isRegistered && "for" in template.valid) return;
  const [before, after] = [endsOf(renewed.template.valid), endsOf(template.valid)];
  const later = before !== null && after !== null && after.until > before.until;
  judgement.judge("RENEWAL-ALIKE", path, later, `expected it to be valid longer than ${step.renews ?? ""}, until ${before?.until ?? "nobody knows"}, found ${after?.until ?? "nobody knows"}`);
}

/** How findings name a certificate of the register. */
export function registeredName(name: string): string {
  return `${name} of the register`;
}

/**
 * A key with a certificate in the register is certified again only by a step that says what it renews.
 * @param spki SHA-256 of the SubjectPublicKeyInfo that is certified, hex; null for a key that is not made yet
 */
export function judgeSameKey({ register, judgement }: Resolving, step: ScriptStep<"issue-root" | "issue-certificate" | "sign-request">, spki: string | null): void {
  if (register === null && step.renews === undefined) return;
  const before = (register?.certificates ?? []).filter((one) => one.spki === spki).map(({ name }) => name);
  const found = before.join(", ") || "none";
  if (step.kind === "sign-request" && step.renews !== undefined) {
    judgement.judge("RENEWAL-SAME-KEY", [...step.path, "renews"], before.includes(step.renews), `expected a certificate of the register over the key that is certified, found ${step.renews}; over this key there are: ${found}`, "a renewal is over the same key; for another key leave renews out");
  } else if (step.kind !== "sign-request") {
    judgement.judge("RENEWAL-SAME-KEY", step.path, before.length === 0 || step.renews !== undefined, `expected a key without a certificate in the register, found ${found} over it`, `if that is meant, say so: renews: ${before.at(-1) ?? ""}`);
  }
}

/** SHA-256 of the SubjectPublicKeyInfo of a key of ours, hex; null when this ceremony makes it. */
export function registeredSpki({ register }: Resolving, key: string): string | null {
  return register?.keys.find((one) => one.key === key)?.spki ?? null;
}

/** Nothing is signed with a key that a ceremony parked [REGISTER-FITS]. */
export function judgeParked({ register, certificates, judgement }: Resolving, step: Step): void {
  if (register === null || step.kind === "generate-key-pair" || step.kind === "restore-key" || step.kind === "destroy-key") return;
  const own = "key" in step ? { key: step.key, field: "key" } : null;
  const issuing = "issuer" in step ? { key: certificates.get(step.issuer)?.key, field: "issuer" } : null;
  const sealing = step.kind === "close" ? { key: step["transcript-key"], field: "transcript-key" } : null;
  for (const used of [own, issuing, sealing]) {
    const known = register.keys.find(({ key }) => key === used?.key);
    if (used === null || known === undefined) continue;
    judgement.judge("REGISTER-FITS", [...step.path, used.field], known.state !== "destroyed", `expected a key in use, found ${known.key}, which was destroyed`, "a destroyed key signs nothing any more");
    judgement.judge("REGISTER-FITS", [...step.path, used.field], known.state !== "parked", `expected a key in use, found ${known.key}, which an earlier ceremony parked`, "a parked key certifies nothing; generate another");
  }
}
