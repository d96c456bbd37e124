/** The names of the step `adopt`, and what must follow it [SCRIPT-NAMES, ADOPTED-PROOF]. */
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { stepNumber, type Made } from "./made.ts";
import type { StepOf } from "./step-schema.ts";
import { keyDoubts } from "./token-names.ts";

type AdoptStep = StepOf<"adopt">;

/** The names are new, the token was looked at and not wiped, and the key proves itself by a CRL before it does anything else. */
export function adoptDoubts(step: AdoptStep, made: Made, draft: Draft): Doubt[] {
  const names = [{ name: step.certificate, path: [...step.path, "certificate"] }, ...(step.issued ?? []).map(({ certificate }, i) => ({ name: certificate, path: [...step.path, "issued", i, "certificate"] }))];
  const taken = names.flatMap(({ name, path }, i) => {
    const before = made.certificates.get(name) ?? made.requests.get(name) ?? made.batches.get(name) ?? made.crls.get(name);
    const twice = names.findIndex((one) => one.name === name) < i;
    return before === undefined && !twice ? [] : [doubt("SCRIPT-NAMES", path, name, `expected a new name, found ${name}, which is there already`)];
  });
  const opened = made.openedTokens.get(step.token);
  const wiped = opened?.kind === "initialize-token" ? [doubt("SCRIPT-NAMES", [...step.path, "token"], step.token, `expected ${step.token} to be inspected, found initialize-token in step ${stepNumber(opened)}, which destroys what it holds`)] : [];
  return [...keyDoubts(step, made, draft), ...taken, ...wiped, ...proofDoubts(step, draft)];
}

/** The first step that has the key sign is a CRL of the adopted CA. */
function proofDoubts(step: AdoptStep, { steps }: Draft): Doubt[] {
  const first = steps.find((one) => Number(one.path[1]) > Number(step.path[1]) && (("issuer" in one && one.issuer === step.certificate) || ("key" in one && one.key === step.key)));
  if (first?.kind === "issue-crl") return [];
  const message = `expected ${step.key} to sign a CRL of ${step.certificate} before anything else, found ${first === undefined ? "none" : `${first.kind} in step ${stepNumber(first)}`}`;
  return [doubt("ADOPTED-PROOF", [...step.path, "certificate"], step.certificate, message, `add issue-crl: { crl: ${step.certificate}-crl, issuer: ${step.certificate}, … } after this step: it is how the key proves itself`)];
}
