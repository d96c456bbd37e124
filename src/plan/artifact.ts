/** Resolving `sign-artifact`: what people will see of it, and what its consumer would say, before a token is touched. */
import { findFormat } from "../platforms/platforms.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { standInSpki } from "../x509/stand-in-key.ts";
import { ANY_INSTANT, isStocked, takeAcceptance, trialShelf } from "./bundle.ts";
import type { PlannedStep } from "./plan.ts";
import type { Resolving } from "./resolving.ts";

type ArtifactStep = ScriptStep<"sign-artifact">;

/** The planned step; null when a finding says why there is none [ALGORITHM-ALLOWED, ARTIFACT-KEY, PLATFORM-ACCEPTS]. */
export function resolveArtifact(resolving: Resolving, step: ArtifactStep, number: number): PlannedStep | null {
  const { judgement, keys, mechanisms } = resolving;
  const format = findFormat(step.format);
  const [algorithm, mechanism] = [keys.get(step.key), mechanisms.get(step.key)];
  if (algorithm === undefined || mechanism === undefined || !isStocked(resolving, step)) return null;
  const fits = judgement.judge("ALGORITHM-ALLOWED", [...step.path, "key"], format.mechanisms.includes(mechanism), `${step.format} is signed with ${format.mechanisms.join(", ")}; ${step.key} signs with ${mechanism}`);
  judgeKey(resolving, step);
  if (!fits) return null;
  const shelf = trialShelf(resolving, step);
  const acceptance = format.acceptance(shelf, { mechanism, instant: ANY_INSTANT, spki: standInSpki(algorithm) }, true);
  takeAcceptance(resolving, step, step.format, acceptance);
  if (acceptance.some(({ found }) => found !== null)) return null;
  return { number, rule: "sign-artifact@1", artifact: step.artifact, format: step.format, key: step.key, by: step.by, parts: step.parts, shown: format.shown(shelf) };
}

/** The signer's certificate is over the key that signs; a key that signs certificates signs nothing else [ARTIFACT-KEY]. */
function judgeKey({ judgement, certificates }: Resolving, step: ArtifactStep): void {
  const signer = step.parts["signer"]?.[0];
  if (signer !== undefined) judgement.judge("ARTIFACT-KEY", [...step.path, "signer"], certificates.get(signer)?.key === step.key, `expected a certificate over ${step.key}, found ${signer}, which is over ${certificates.get(signer)?.key ?? "another key"}`);
  const ca = [...certificates].find(([, { key, template }]) => key === step.key && template.ca);
  judgement.judge("ARTIFACT-KEY", [...step.path, "key"], ca === undefined, `expected a key that is no CA's, found ${step.key}, by which ${ca?.[0] ?? ""} issues`, "make a key for this use alone");
}
