/** The intake of a request: strict form, its key, its subject, what it asks for and what the profile grants. */
import { toHex } from "../bytes/hex.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { readRequest, type CertificationRequest } from "../x509/certification-request.ts";
import { judgePublicKey } from "../x509/spki.ts";
import type { Profile } from "./profile.ts";
import type { Resolving } from "./resolving.ts";

/** The request, if nothing speaks against it. Its own signature is a claim that the shell checks before the plan is used. */
export function intakeRequest(resolving: Resolving, step: ScriptStep<"sign-request">, profile: Profile, factory: string | null): CertificationRequest | null {
  const { judgement, inputs, claims } = resolving;
  const bytes = inputs.get(step.request);
  if (!(bytes instanceof Uint8Array)) return null;
  const path = [...step.path, "request"];
  const { request, findings } = readRequest(bytes, path);
  judgement.take(["REQUEST-FORM", "REQUEST-SUBJECT", "REQUEST-EXTENSIONS"], findings);
  if (request === null) return null;
  // a plan is used only after its claims were checked: then this control has held
  judgement.take(["REQUEST-POSSESSION"], []);
  claims.push({ claim: request.claim, path });
  judgement.take(["REQUEST-KEY"], judgePublicKey(request.spki, profile.algorithms, "REQUEST-KEY", path));
  judgeKeyNew(resolving, step, request);
  const asksForCa = request.requestedCa && !profile.ca;
  judgement.judge("REQUEST-EXTENSIONS", path, !asksForCa, `the request asks to be a CA, and ${step.profile} makes none`, "have the request made again, or use the profile that was meant");
  const demanded = profile.judgeRequest(request, factory, path);
  judgement.take(profile.name.startsWith("foundries/") ? ["FOUNDRIES-FACTORY"] : [], demanded);
  return request;
}

function judgeKeyNew({ judgement, spkis }: Resolving, step: ScriptStep<"sign-request">, request: CertificationRequest): void {
  const spki = toHex(request.spki);
  const twin = spkis.get(spki);
  judgement.judge("REQUEST-KEY", [...step.path, "request"], twin === undefined, `the request has the key of ${twin ?? ""}`, "a key is certified once in a ceremony");
  spkis.set(spki, step.certificate);
}
