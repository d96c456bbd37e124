/** Resolving a step that issues a certificate: profile, subject, extensions, and every control that needs no observation. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { ScriptPath } from "../fault.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import { MECHANISM_OF } from "../x509/algorithm.ts";
import { EXTENSION, readExtendedKeyUsage } from "../x509/extension-reading.ts";
import { lintControls } from "../x509/lint.ts";
import { encodeName, judgeName, type NameAttribute } from "../x509/name.ts";
import { printName } from "../x509/name-reading.ts";
import { standInSpki } from "../x509/stand-in-key.ts";
import { policyOf } from "./algorithm-policy.ts";
import { boundsOf, namesOutOfBounds } from "./name-bounds.ts";
import { judgePeriod } from "./period.ts";
import type { CertificateTemplate, PlannedStep } from "./plan.ts";
import { judgeParameters, judgeRules } from "./parameter-judging.ts";
import { parametersOf } from "./parameters.ts";
import type { Profile } from "./profile.ts";
import { findProfile, profileNames } from "./profiles.ts";
import { intakeRequest } from "./requests.ts";
import { judgeRenewal, judgeSameKey, registeredSpki } from "./renewal.ts";
import { plannedInput, type ResolvedCertificate, type Resolving } from "./resolving.ts";
import { issuerParts, trialCertificate } from "./trial.ts";

export type IssuingStep = ScriptStep<"issue-root" | "issue-certificate" | "sign-request" | "sign-requests" | "cross-certify">;
type PlainStep = Exclude<IssuingStep, { kind: "cross-certify" | "sign-requests" }>;

/** The planned step; null when a finding says why there is none. */
export function resolveCertificate(resolving: Resolving, step: PlainStep, number: number): PlannedStep | null {
  const profile = profileOf(resolving, step);
  const issuer = step.kind === "issue-root" ? null : (resolving.certificates.get(step.issuer) ?? null);
  const request = step.kind === "sign-request" && profile !== null ? intakeRequest(resolving, step, profile, issuer?.factory ?? null) : null;
  if (profile === null || (step.kind === "sign-request" && request === null)) return null;
  judgeSameKey(resolving, step, request === null ? registeredSpki(resolving, "key" in step ? step.key : "") : sha256Hex(request.spki));
  const template = templateOf(resolving, step, profile, request);
  if (template === null) return null;
  judgeIssuer(resolving, step, profile, template, issuer);
  if (step.kind !== "sign-request") judgeRenewal(resolving, step, template);
  lintTrial(resolving, step, template, issuer, request?.spki ?? null);
  resolving.certificates.set(step.certificate, {
    template, bounds: boundsOf(template.extensions, issuer), isRegistered: false, copiedIdentifier: null, spki: request === null ? null : toHex(request.spki),
    ...(step.kind === "sign-request" ? { key: null, algorithm: null, mechanism: null } : { key: step.key, algorithm: resolving.keys.get(step.key) ?? null, mechanism: resolving.mechanisms.get(step.key) ?? null }),
    pathLength: pathLengthOf(template), factory: ("factory" in step ? step.factory : undefined) ?? issuer?.factory ?? null,
  });
  return plannedStep(resolving, step, number, template, request);
}

function plannedStep(resolving: Resolving, step: PlainStep, number: number, template: CertificateTemplate, request: CertificationRequest | null): PlannedStep | null {
  const { certificate } = step;
  if (step.kind === "issue-root") return { number, rule: "issue-root@1", certificate, key: step.key, renews: step.renews ?? null, crl: step.crl ?? null, template };
  if (step.kind === "issue-certificate") return { number, rule: "issue-certificate@1", certificate, key: step.key, renews: step.renews ?? null, issuer: step.issuer, crl: step.crl ?? null, template };
  const { file, field } = step.request;
  const bytes = resolving.inputs.get(file);
  if (request === null || !(bytes instanceof Uint8Array)) return null;
  return { number, rule: "sign-request@1", certificate, issuer: step.issuer, request: plannedInput(file, bytes), field, spki: toHex(request.spki), template };
}

/** The profile, if it exists and fits the step, its parameters and its key [PROFILE-FITS, ALGORITHM-ALLOWED]. */
export function profileOf(resolving: Resolving, step: IssuingStep): Profile | null {
  const { judgement, keys } = resolving;
  const path = [...step.path, "profile"];
  const profile = findProfile(step.profile);
  if (!judgement.judge("PROFILE-FITS", path, profile !== undefined, `there is no profile ${step.profile}`, `profiles: ${profileNames().join(", ")}`) || profile === undefined) return null;
  const kind = step.kind === "sign-requests" ? "sign-request" : step.kind;
  const fits = judgement.judge("PROFILE-FITS", path, profile.fits.includes(kind), `${step.profile} is for ${profile.fits.join(" and ")}, not for ${step.kind}`);
  const inForm = judgeParameters(judgement, step, profile, step.profile);
  if ("key" in step) {
    const algorithm = keys.get(step.key);
    const allowed = algorithm !== undefined && profile.algorithms.includes(algorithm);
    judgement.judge("ALGORITHM-ALLOWED", [...step.path, "key"], allowed, `${step.profile} allows ${profile.algorithms.join(", ")}; ${step.key} is ${algorithm ?? "unknown"}`, policyOf(profile.name)?.why);
  }
  judgeSignature(resolving, step, profile);
  return fits && inForm ? profile : null;
}

/** What the issuer signs with, held against the policy of the profile's trust domain [ALGORITHM-ALLOWED]. An issuer without a key of ours is judged elsewhere. */
function judgeSignature({ judgement, keys, mechanisms, certificates }: Resolving, step: IssuingStep, profile: Profile): void {
  const [path, mechanism] = step.kind === "issue-root" ? ["key", mechanisms.get(step.key)] : ["issuer", certificates.get(step.issuer)?.mechanism];
  const signatures = policyOf(profile.name)?.signatures ?? [];
  if (mechanism == null) return;
  const algorithm = step.kind === "issue-root" ? keys.get(step.key) : certificates.get(step.issuer)?.algorithm;
  const matches = algorithm == null || !algorithm.startsWith("ecdsa-") || MECHANISM_OF[algorithm] === mechanism;
  judgement.judge("ALGORITHM-ALLOWED", [...step.path, path], matches, `a CA with a key of ${algorithm ?? ""} signs with ${algorithm == null ? "" : MECHANISM_OF[algorithm]}; the issuer signs with ${mechanism}`);
  judgement.judge("ALGORITHM-ALLOWED", [...step.path, path], signatures.includes(mechanism), `${step.profile} is signed with ${signatures.join(", ")}; the issuer signs with ${mechanism}`, policyOf(profile.name)?.why);
}

function templateOf(resolving: Resolving, step: PlainStep, profile: Profile, request: CertificationRequest | null): CertificateTemplate | null {
  const parameters = parametersOf(resolving.ceremony, step, { request });
  judgeRules(resolving.judgement, step.path, profile, parameters, step.valid);
  const attributes = profile.subject(parameters);
  const subject = attributes === null ? (request?.subject ?? null) : encodeSubject(resolving, [...step.path, ...("subject" in step ? ["subject"] : [])], attributes);
  if (subject === null) return null;
  judgeSubjectUnique(resolving, step, profile, subject);
  return { profile: profile.name, ca: profile.ca, subject: toHex(subject), subjectText: printName(subject), valid: step.valid, extensions: profile.extensions(parameters), ...serialRule(profile) };
}

/** Of a template: where the profile takes the serial number from the subject, that it does. */
export function serialRule({ serial }: Profile): Pick<CertificateTemplate, "serial"> {
  return serial === undefined ? {} : { serial };
}

/** The Name of these attributes, DER; null when a finding says why there is none [SUBJECT-FORM]. */
export function encodeSubject({ judgement }: Resolving, path: ScriptPath, attributes: readonly NameAttribute[]): Uint8Array | null {
  const findings = judgeName(attributes, path);
  judgement.take(["SUBJECT-FORM"], findings);
  return findings.length === 0 ? encodeName(attributes) : null;
}

/** No two CAs share a subject, unless one renews the other with the same key [SUBJECT-UNIQUE]. */
export function judgeSubjectUnique({ judgement, subjects }: Resolving, step: IssuingStep, profile: Profile, subject: Uint8Array): void {
  if (!profile.ca || profile.sharesSubject === true) return;
  const certificate = "certificate" in step ? step.certificate : step.certificates;
  const key = "key" in step ? step.key : null;
  const twin = subjects.get(toHex(subject));
  const renews = "renews" in step && step.renews !== undefined && twin?.key === key;
  judgement.judge("SUBJECT-UNIQUE", step.path, twin === undefined || renews, `${certificate} has the subject of ${twin?.certificate ?? ""}: ${printName(subject)}`, "two CAs of one name cannot be told apart by their issuer field; to renew one with its key, say renews");
  subjects.set(toHex(subject), { certificate, key });
}

/** Issuer, path length, periods [PATH-LENGTH, VALIDITY-WITHIN-ISSUER, CROSS-WITHIN-ISSUER, ROOT-VALIDITY, FOUNDRIES-FACTORY]. */
export function judgeIssuer({ judgement }: Resolving, step: IssuingStep, profile: Profile, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  judgePeriod(judgement, step.path, template.valid, issuer, step.kind === "cross-certify" ? "CROSS-WITHIN-ISSUER" : undefined);
  if (step.kind === "issue-root" || issuer === null) return;
  const path = [...step.path, "issuer"];
  judgement.judge("PATH-LENGTH", path, issuer.template.ca, `${step.issuer} is no CA`);
  const below = issuer.pathLength ?? Number.POSITIVE_INFINITY;
  if (profile.ca) judgement.judge("PATH-LENGTH", path, below > (pathLengthOf(template) ?? 0), `the pathLenConstraint of ${step.issuer} allows no such CA below it`);
  if (profile.issuers === undefined) return;
  const [issued = ""] = issuer.template.profile.split("@");
  judgement.judge("FOUNDRIES-FACTORY", path, issuer.factory !== null && profile.issuers.includes(issued), `${step.profile} wants a certificate by ${profile.issuers.join(" or ")} as its issuer, found ${issuer.template.profile}`);
  const wrong = step.kind === "issue-certificate" ? (profile.judgeSubject?.(fromHex(template.subject), issuer.factory) ?? null) : null;
  judgement.judge("FOUNDRIES-FACTORY", [...step.path, "subject"], wrong === null, wrong ?? "");
}

export function pathLengthOf(template: CertificateTemplate): number | null {
  const constraint = template.extensions.find((extension) => extension.name === "basicConstraints");
  const found = /pathLenConstraint (\d+)/.exec(constraint?.text ?? "");
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** Lints the TBS that the step will sign, with stand-ins for keys, serial and instant: before a token is touched. @param known the SPKI, where it is known, DER */
export function lintTrial(resolving: Resolving, step: IssuingStep, template: CertificateTemplate, issuer: ResolvedCertificate | null, known: Uint8Array | null): void {
  const { judgement, keys, mechanisms, trials } = resolving;
  const outside = namesOutOfBounds(template, issuer);
  judgement.judge("NAME-CONSTRAINTS", step.path, outside.length === 0, `the name constraints above allow ${"certificate" in step ? step.certificate : step.certificates} no such name: ${outside.join("; ")}`, "have another CA sign it, or ask for other names");
  judgePurposes(judgement, step, template, issuer);
  const spki = known ?? standInSpki(("key" in step ? keys.get(step.key) : undefined) ?? "ecdsa-p256");
  const own = step.kind === "issue-root" ? mechanisms.get(step.key) : undefined;
  const controls = lintControls("certificate").filter((control) => control !== "SERIAL-ENTROPY");
  // what is wrong with a step already would only be said twice
  if (!isSound(resolving, step)) return judgement.take(controls, []);
  const { der, findings } = trialCertificate(step.path, template, {
    name: "certificate" in step ? step.certificate : step.certificates, spki, mechanism: own ?? issuer?.mechanism ?? "ecdsa-sha256", issuerSubject: issuer?.template.subject ?? template.subject,
    ...issuerParts("issuer" in step ? trials.certificates.get(step.issuer) : null, issuer === null ? spki : standInSpki(issuer.algorithm ?? "ecdsa-p256")),
  });
  judgement.take(controls, findings);
  if ("certificate" in step) trials.certificates.set(step.certificate, der);
}

/** Whether nothing speaks against a step so far. */
export function isSound({ judgement }: Resolving, { path: place }: { readonly path: ScriptPath }): boolean {
  return !judgement.findings.some(({ path }) => place.every((part, i) => path[i] === part));
}

/** anyExtendedKeyUsage, which a CA of somebody else's may have. */
const ANY_PURPOSE = "2.5.29.37.0";

/** Verifiers read the purposes of a CA as a limit on what it issues: a certificate for another purpose is good for nothing [KEY-USAGE-FITS]. */
function judgePurposes(judgement: Resolving["judgement"], step: IssuingStep, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  const [own, above] = [purposesOf(template), issuer === null ? null : purposesOf(issuer.template)];
  if (own === null || above === null || above.includes(ANY_PURPOSE)) return;
  const missing = own.filter((purpose) => !above.includes(purpose));
  judgement.judge("KEY-USAGE-FITS", step.path, missing.length === 0, `the extKeyUsage of ${"issuer" in step ? step.issuer : ""} does not hold ${missing.join(", ")}, and verifiers hold what it issues to it`, "have a CA for this purpose sign it");
}

function purposesOf({ extensions }: CertificateTemplate): string[] | null {
  const extension = extensions.find(({ oid }) => oid === EXTENSION.extKeyUsage);
  return extension !== undefined && "value" in extension ? readExtendedKeyUsage(fromHex(extension.value)) : null;
}
