/** Resolving a step that issues a certificate: profile, subject, extensions, and every control that needs no observation. */
import { fromHex, toHex } from "../bytes/hex.ts";
import type { ScriptPath } from "../fault.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { MECHANISM_OF } from "../x509/algorithm.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import { fillExtensions } from "../x509/extension.ts";
import { lintTbs } from "../x509/lint.ts";
import { encodeName, judgeName, type NameAttribute } from "../x509/name.ts";
import { printName } from "../x509/name-reading.ts";
import { keyIdentifier } from "../x509/spki.ts";
import { buildTbsCertificate } from "../x509/tbs.ts";
import { policyOf } from "./algorithm-policy.ts";
import { judgePeriod } from "./period.ts";
import type { CertificateTemplate, PlannedStep } from "./plan.ts";
import type { ParameterName, Profile, ProfileParameters } from "./profile.ts";
import { findProfile, profileNames } from "./profiles.ts";
import { intakeRequest } from "./requests.ts";
import { plannedInput, type ResolvedCertificate, type Resolving } from "./resolving.ts";

export type IssuingStep = ScriptStep<"issue-root" | "issue-certificate" | "sign-request">;

/** The planned step; null when a finding says why there is none. */
export function resolveCertificate(resolving: Resolving, step: IssuingStep, number: number): PlannedStep | null {
  const profile = profileOf(resolving, step);
  const issuer = step.kind === "issue-root" ? null : (resolving.certificates.get(step.issuer) ?? null);
  const request = step.kind === "sign-request" && profile !== null ? intakeRequest(resolving, step, profile, issuer?.factory ?? null) : null;
  if (profile === null || (step.kind === "sign-request" && request === null)) return null;
  const template = templateOf(resolving, step, profile, request);
  if (template === null) return null;
  judgeIssuer(resolving, step, profile, template, issuer);
  lintTrial(resolving, step, template, issuer);
  resolving.certificates.set(step.certificate, {
    template, algorithm: step.kind === "sign-request" ? null : (resolving.keys.get(step.key) ?? null),
    mechanism: step.kind === "sign-request" ? null : (resolving.mechanisms.get(step.key) ?? null),
    pathLength: pathLengthOf(template), factory: step.kind === "issue-root" ? (step.factory ?? null) : (issuer?.factory ?? null),
  });
  return plannedStep(resolving, step, number, template, request);
}

function plannedStep(resolving: Resolving, step: IssuingStep, number: number, template: CertificateTemplate, request: CertificationRequest | null): PlannedStep | null {
  const { certificate } = step;
  if (step.kind === "issue-root") return { number, rule: "issue-root@1", certificate, key: step.key, template };
  if (step.kind === "issue-certificate") return { number, rule: "issue-certificate@1", certificate, key: step.key, issuer: step.issuer, template };
  const bytes = resolving.inputs.get(step.request);
  if (request === null || !(bytes instanceof Uint8Array)) return null;
  return { number, rule: "sign-request@1", certificate, issuer: step.issuer, request: plannedInput(step.request, bytes), spki: toHex(request.spki), template };
}

/** The profile, if it exists and fits the step, its parameters and its key [PROFILE-FITS, ALGORITHM-ALLOWED]. */
function profileOf(resolving: Resolving, step: IssuingStep): Profile | null {
  const { judgement, keys } = resolving;
  const path = [...step.path, "profile"];
  const profile = findProfile(step.profile);
  if (!judgement.judge("PROFILE-FITS", path, profile !== undefined, `there is no profile ${step.profile}`, `profiles: ${profileNames().join(", ")}`) || profile === undefined) return null;
  const fits = judgement.judge("PROFILE-FITS", path, profile.fits === step.kind, `${step.profile} is for ${profile.fits}, not for ${step.kind}`);
  for (const name of ["subject", "path-length", "factory"] as const) judgeParameter(judgement, step, profile, name);
  if (step.kind !== "sign-request") {
    const algorithm = keys.get(step.key);
    const allowed = algorithm !== undefined && profile.algorithms.includes(algorithm);
    judgement.judge("ALGORITHM-ALLOWED", [...step.path, "key"], allowed, `${step.profile} allows ${profile.algorithms.join(", ")}; ${step.key} is ${algorithm ?? "unknown"}`);
  }
  judgeSignature(resolving, step, profile);
  return fits ? profile : null;
}

/** What the issuer signs with, held against the policy of the profile's trust domain [ALGORITHM-ALLOWED]. An issuer without a key of ours is judged elsewhere. */
function judgeSignature({ judgement, mechanisms, certificates }: Resolving, step: IssuingStep, profile: Profile): void {
  const [path, mechanism] = step.kind === "issue-root" ? ["key", mechanisms.get(step.key)] : ["issuer", certificates.get(step.issuer)?.mechanism];
  const signatures = policyOf(profile.name)?.signatures ?? [];
  if (mechanism == null) return;
  judgement.judge("ALGORITHM-ALLOWED", [...step.path, path], signatures.includes(mechanism), `${step.profile} is signed with ${signatures.join(", ")}; the issuer signs with ${mechanism}`);
}

function judgeParameter(judgement: Resolving["judgement"], step: IssuingStep, profile: Profile, name: ParameterName): void {
  const given = name in step;
  const wanted = profile.wants.includes(name);
  judgement.judge("PROFILE-FITS", [...step.path, ...(given ? [name] : [])], given === wanted, wanted ? `${step.profile} wants the field ${name}` : `${step.profile} decides the ${name} itself`);
}

function templateOf(resolving: Resolving, step: IssuingStep, profile: Profile, request: CertificationRequest | null): CertificateTemplate | null {
  const parameters = parametersOf(resolving, step, request);
  const attributes = profile.subject(parameters);
  const subject = attributes === null ? (request?.subject ?? null) : encodeSubject(resolving, [...step.path, ...("subject" in step ? ["subject"] : [])], attributes);
  if (subject === null) return null;
  judgeSubjectUnique(resolving, step, profile, subject);
  return { profile: profile.name, ca: profile.ca, subject: toHex(subject), subjectText: printName(subject), valid: step.valid, extensions: profile.extensions(parameters) };
}

function parametersOf({ ceremony }: Resolving, step: IssuingStep, request: CertificationRequest | null): ProfileParameters {
  const subject = "subject" in step && step.subject !== undefined ? Object.entries(step.subject).map(([type, value]) => ({ type, value }) as NameAttribute) : null;
  const pathLength = "path-length" in step ? (step["path-length"] ?? null) : null;
  return { ceremony, subject, pathLength, factory: "factory" in step ? (step.factory ?? null) : null, request };
}

function encodeSubject({ judgement }: Resolving, path: ScriptPath, attributes: readonly NameAttribute[]): Uint8Array | null {
  const findings = judgeName(attributes, path);
  judgement.take(["SUBJECT-FORM"], findings);
  return findings.length === 0 ? encodeName(attributes) : null;
}

function judgeSubjectUnique({ judgement, subjects }: Resolving, step: IssuingStep, profile: Profile, subject: Uint8Array): void {
  if (!profile.ca) return;
  const twin = subjects.get(toHex(subject));
  judgement.judge("SUBJECT-UNIQUE", step.path, twin === undefined, `${step.certificate} has the subject of ${twin ?? ""}: ${printName(subject)}`, "two CAs of one name cannot be told apart by their issuer field");
  subjects.set(toHex(subject), step.certificate);
}

/** Issuer, path length, periods [PATH-LENGTH, VALIDITY-WITHIN-ISSUER, ROOT-VALIDITY, FOUNDRIES-FACTORY]. */
function judgeIssuer({ judgement }: Resolving, step: IssuingStep, profile: Profile, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  judgePeriod(judgement, step.path, template.valid, issuer?.template.valid ?? null);
  if (step.kind === "issue-root" || issuer === null) return;
  const path = [...step.path, "issuer"];
  judgement.judge("PATH-LENGTH", path, issuer.template.ca, `${step.issuer} is no CA`);
  const below = issuer.pathLength ?? Number.POSITIVE_INFINITY;
  if (profile.ca) judgement.judge("PATH-LENGTH", path, below > (pathLengthOf(template) ?? 0), `the pathLenConstraint of ${step.issuer} allows no such CA below it`);
  if (profile.name.startsWith("foundries/")) judgement.judge("FOUNDRIES-FACTORY", path, issuer.factory !== null, `${step.profile} wants a Foundries root as its issuer, found ${issuer.template.profile}`);
}

function pathLengthOf(template: CertificateTemplate): number | null {
  const constraint = template.extensions.find((extension) => extension.name === "basicConstraints");
  const found = /pathLenConstraint (\d+)/.exec(constraint?.text ?? "");
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** The generator point of P-256: stands in for keys that do not exist yet when a certificate is linted. */
const STAND_IN_SPKI = fromHex(
  "3059301306072a8648ce3d020106082a8648ce3d03010703420004" +
  "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
);
const STAND_IN_SERIAL = `40${"00".repeat(19)}`;

/** Lints the TBS that the step will sign, with a stand-in key, serial and instant: before a token is touched. */
function lintTrial({ judgement }: Resolving, step: IssuingStep, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  const fixed = "for" in template.valid ? { from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" } : template.valid;
  const identifier = keyIdentifier(STAND_IN_SPKI);
  const tbs = buildTbsCertificate({
    serial: STAND_IN_SERIAL, issuer: fromHex(issuer?.template.subject ?? template.subject), subject: fromHex(template.subject),
    notBefore: fixed.from, notAfter: fixed.until, spki: STAND_IN_SPKI, mechanism: MECHANISM_OF[issuer?.algorithm ?? "ecdsa-p256"],
    extensions: fillExtensions(template.extensions, { subjectKeyIdentifier: identifier, authorityKeyIdentifier: identifier }),
  });
  judgement.take(["CA-BASIC-CONSTRAINTS", "KEY-IDENTIFIERS"], lintTbs(tbs, step.path));
}
