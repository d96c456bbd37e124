/** The transcript key signs seals and nothing else. */
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { certificatesOf, isOwnCertificate } from "./made.ts";
import type { Step, StepOf } from "./step-schema.ts";
import { didYouMean } from "./wording.ts";

/** The profile of a transcript certificate. */
export const TRANSCRIPT_PROFILE = "private/transcript";

/** [TRANSCRIPT-KEY-SEPARATE] about the key that `close` names: ours, certified for transcripts and for nothing else, issuing nothing. */
export function transcriptKeyDoubts(draft: Draft): Doubt[] {
  return draft.steps.filter((step) => step.kind === "close").flatMap((close) => keyDoubtsOf(close, draft));
}

function keyDoubtsOf(close: StepOf<"close">, { steps: own, registered }: Draft): Doubt[] {
  const steps = [...registered, ...own];
  const key = close["transcript-key"];
  if (key === undefined) return [];
  const path = [...close.path, "transcript-key"];
  const keys = steps.flatMap((step) => (step.kind === "generate-key-pair" ? [step.key] : []));
  if (!keys.includes(key)) return [doubt("TRANSCRIPT-KEY-SEPARATE", path, key, `expected a key that a step generates, found ${key}`, didYouMean(key, keys))];
  const certificates = certificatesOf(key, steps);
  if (certificates.length === 0) {
    const hint = `issue-certificate with key: ${key} and profile: ${TRANSCRIPT_PROFILE}`;
    return [doubt("TRANSCRIPT-KEY-SEPARATE", path, key, `expected a transcript certificate over ${key}, found none`, hint)];
  }
  return otherUses(key, steps);
}

function otherUses(key: string, steps: readonly Step[]): Doubt[] {
  const own = new Set(certificatesOf(key, steps).map(({ certificate }) => certificate));
  return steps.flatMap((step) => {
    if (isOwnCertificate(step) && step.key === key && (step.kind === "issue-root" || step.profile !== TRANSCRIPT_PROFILE)) {
      const message = `expected ${TRANSCRIPT_PROFILE} for ${key}, the transcript key, found ${step.profile} in ${step.kind}`;
      return [doubt("TRANSCRIPT-KEY-SEPARATE", [...step.path, "profile"], key, message)];
    }
    if (step.kind === "create-request" && step.key === key) {
      return [doubt("TRANSCRIPT-KEY-SEPARATE", [...step.path, "key"], key, `expected ${key}, the transcript key, to sign seals and nothing else, found a request for another CA`)];
    }
    if (step.kind === "accept-certificate" && step.of === key) {
      return [doubt("TRANSCRIPT-KEY-SEPARATE", [...step.path, "of"], key, `expected ${key}, the transcript key, to have a certificate of this ceremony, found another CA's`)];
    }
    if (!("issuer" in step) || !own.has(step.issuer)) return [];
    return [doubt("TRANSCRIPT-KEY-SEPARATE", [...step.path, "issuer"], key, `expected a CA as the issuer, found ${step.issuer}, whose key ${key} is the transcript key`)];
  });
}
