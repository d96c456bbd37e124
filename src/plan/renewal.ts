/** Keys that have a certificate in the register: certified again only on purpose [RENEWAL-SAME-KEY], and never when parked [REGISTER-FITS]. */
import type { Step, StepOf as ScriptStep } from "../script/step-schema.ts";
import type { RegisteredCertificate } from "../transcript/register.ts";
import type { Resolving } from "./resolving.ts";

/** How findings name a certificate of the register. */
export function registeredName(name: string): string {
  return `${name} of the register`;
}

type RenewingStep = ScriptStep<"issue-root" | "issue-certificate" | "sign-request">;

/**
 * The certificate of the register that a step renews; null when it renews none.
 * @param spki SHA-256 of the SubjectPublicKeyInfo that is certified, hex; null for a key that is not made yet
 */
export function renewedBy({ register, judgement }: Resolving, step: RenewingStep, spki: string | null): RegisteredCertificate | null {
  if (register === null && step.renews === undefined) return null;
  const before = (register?.certificates ?? []).filter((one) => one.spki === spki);
  const path = [...step.path, ...(step.renews === undefined ? [] : ["renews"])];
  const named = before.find(({ name }) => name === step.renews) ?? null;
  const found = before.map(({ name }) => name).join(", ") || "none";
  if (step.renews !== undefined) {
    judgement.judge("RENEWAL-SAME-KEY", path, named !== null, `expected a certificate of the register over the key that is certified, found ${step.renews}; over this key there are: ${found}`, "a renewal is over the same key; for another key leave renews out");
  } else if (step.kind !== "sign-request") {
    judgement.judge("RENEWAL-SAME-KEY", path, before.length === 0, `expected a key without a certificate in the register, found ${found} over it`, `if that is meant, say so: renews: ${before.at(-1)?.name ?? ""}`);
  }
  return named;
}

/** SHA-256 of the SubjectPublicKeyInfo of a key of ours, hex; null when this ceremony makes it. */
export function registeredSpki({ register }: Resolving, key: string): string | null {
  return register?.keys.find((one) => one.key === key)?.spki ?? null;
}

/** Nothing is signed with a key that a ceremony parked [REGISTER-FITS]. */
export function judgeParked({ register, certificates, judgement }: Resolving, step: Step): void {
  if (register === null || step.kind === "generate-key-pair") return;
  const own = "key" in step ? { key: step.key, field: "key" } : null;
  const issuing = "issuer" in step ? { key: certificates.get(step.issuer)?.key, field: "issuer" } : null;
  const sealing = step.kind === "close" ? { key: step["transcript-key"], field: "transcript-key" } : null;
  for (const used of [own, issuing, sealing]) {
    const known = register.keys.find(({ key }) => key === used?.key);
    if (used === null || known === undefined) continue;
    judgement.judge("REGISTER-FITS", [...step.path, used.field], known.state === "in use", `expected a key in use, found ${known.key}, which an earlier ceremony parked`, "a parked key certifies nothing; generate another");
  }
}
