/** A request that a script names, through the intake into the plan. */
import { textField } from "../bytes/json.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { ControlId } from "../controls.ts";
import { Fault, type ScriptPath } from "../fault.ts";
import type { RequestSource } from "../script/field.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { readRequest, type CertificationRequest } from "../x509/certification-request.ts";
import { enterDevice, platformControls, twinFindings } from "./devices.ts";
import { judgeIntake, keyName, possessionFinding } from "./intake.ts";
import type { Profile } from "./profile.ts";
import { registeredName } from "./renewal.ts";
import type { Resolving } from "./resolving.ts";

/** The controls that the intake judges. A plan is used only after its claims were checked: then possession has held, too. */
const JUDGED: readonly ControlId[] = ["REQUEST-FORM", "REQUEST-POSSESSION", "REQUEST-KEY", "REQUEST-SUBJECT", "REQUEST-EXTENSIONS"];

/** The controls that the intake judges under a profile, with or without a list of weak keys. */
export function judgedOf(profile: Profile, { weak }: Pick<Resolving, "weak">): readonly ControlId[] {
  return [...JUDGED, ...(weak === null ? [] : ["WEAK-KEY-LIST" as const]), ...platformControls(profile)];
}

/** The request, if its form is in order. Its own signature is a claim that the shell checks before the plan is used. */
export function intakeRequest(resolving: Resolving, step: ScriptStep<"sign-request">, profile: Profile, factory: string | null): CertificationRequest | null {
  const { judgement, claims, spkis } = resolving;
  const path = [...step.path, "request"];
  const bytes = requestOctets(resolving, step.request, path);
  if (bytes === null) return null;
  const reading = readRequest(bytes, path);
  const { request } = reading;
  const twins = request === null ? [] : twinFindings(resolving, profile, request, path);
  judgement.take(judgedOf(profile, resolving), [...judgeIntake(reading, { profile, factory, known: withoutRenewed(resolving, step), weak: resolving.weak }, path), ...twins]);
  if (request === null) return null;
  enterDevice(resolving, profile, request, step.certificate);
  claims.push({ claim: request.claim, otherwise: possessionFinding(path) });
  spkis.set(keyName(request), step.certificate);
  return request;
}

/** The octets of a request; null when a finding says why there are none [INPUT-PRESENT, REQUEST-FORM]. */
function requestOctets({ judgement, inputs }: Resolving, { file, field }: RequestSource, path: ScriptPath): Uint8Array | null {
  const bytes = inputs.get(file);
  if (!(bytes instanceof Uint8Array)) return null;
  if (field === null) return bytes;
  try {
    return toUtf8(textField(bytes, field));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("REQUEST-FORM", path, false, `${file}: ${thrown.message}`, "take the file as the platform's API returned it, and name the field of the request");
    return null;
  }
}

/** The keys that are known, but that of the certificate of the register which the step renews. */
function withoutRenewed({ register, spkis }: Resolving, { renews }: ScriptStep<"sign-request">): ReadonlyMap<string, string> {
  const renewed = register?.certificates.find(({ name }) => name === renews);
  const twins = (register?.certificates ?? []).filter(({ spki }) => spki === renewed?.spki).map(({ name }) => registeredName(name));
  if (renewed === undefined || !twins.includes(spkis.get(renewed.spki) ?? "")) return spkis;
  return new Map([...spkis].filter(([spki]) => spki !== renewed.spki));
}
