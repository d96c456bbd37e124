/** Resolving a request for a key of ours: what it says is decided here, and nobody else has to grant it. */
import { toHex } from "../bytes/hex.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { basicConstraints, keyUsage, type PlannedExtension } from "../x509/extension.ts";
import type { NameAttribute } from "../x509/name.ts";
import { printName } from "../x509/name-reading.ts";
import { judgeOwnRequest } from "../platforms/platforms.ts";
import { takeAcceptance } from "./bundle.ts";
import { encodeSubject } from "./certificates.ts";
import type { PlannedStep } from "./plan.ts";
import { isCertifiable } from "./profiles.ts";
import type { Resolving } from "./resolving.ts";

/** The planned step; null when a finding says why there is none [SUBJECT-FORM, ALGORITHM-ALLOWED, PLATFORM-ACCEPTS]. */
export function resolveRequest(resolving: Resolving, step: ScriptStep<"create-request">, number: number): PlannedStep | null {
  const attributes = Object.entries(step.subject).map(([type, value]) => ({ type, value }) as NameAttribute);
  const subject = encodeSubject(resolving, [...step.path, "subject"], attributes);
  const algorithm = resolving.keys.get(step.key);
  resolving.judgement.judge("ALGORITHM-ALLOWED", [...step.path, "key"], algorithm !== undefined && isCertifiable(algorithm), `no profile of this version certifies ${step.key}`);
  if (subject === null) return null;
  if (step.for !== undefined) takeAcceptance(resolving, step, step.for, judgeOwnRequest(step.for, { subject, algorithm: algorithm ?? null, mechanism: resolving.mechanisms.get(step.key) ?? null }));
  const planned = { request: step.request, key: step.key, subject: toHex(subject), subjectText: printName(subject), for: step.for ?? null, extensions: askedExtensions(step) };
  resolving.requests.set(step.request, planned);
  return { number, rule: "create-request@1", ...planned };
}

/** A CA's extensions as RFC 5280 4.2.1.3 and 4.2.1.9 have them; key identifiers are the issuer's to make. */
function askedExtensions({ "extension-request": asked }: ScriptStep<"create-request">): PlannedExtension[] {
  if (asked === undefined) return [];
  const pathLength = asked["path-length"];
  return [basicConstraints({ ca: true, ...(pathLength === undefined ? {} : { pathLength }) }), keyUsage(["keyCertSign", "cRLSign"])];
}
