/** Resolving a step that issues a certificate: profile, subject, extensions, and every control that needs no observation. */
import { sha256Hex } from "../bytes/digest.ts";
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
import { judgePeriod } from "./period.ts";
import type { CertificateTemplate, PlannedStep } from "./plan.ts";
import { judgeParameters, judgeRules } from "./parameter-judging.ts";
import { parametersOf } from "./parameters.ts";
import type { Profile } from "./profile.ts";
import { findProfile, profileNames } from "./profiles.ts";
import { intakeRequest } from "./requests.ts";
import { judgeRenewal, judgeSameKey, registeredSpki } from "./renewal.ts";
import { plannedInput, type ResolvedCertificate, type Resolving } from "./resolving.ts";

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
  lintTrial(resolving, step, template, issuer);
  resolving.certificates.set(step.certificate, {
    template, isRegistered: false, copiedIdentifier: null, spki: request === null ? null : toHex(request.spki),
    ...(step.kind === "sign-request" ? { key: null, algorithm: null } : { key: step.key, algorithm: resolving.keys.get(step.key) ?? null }),
    pathLength: pathLengthOf(template), factory: step.kind === "issue-root" ? (step.factory ?? null) : (issuer?.factory ?? null),
  });
  return plannedStep(resolving, step, number, template, request);
}

function plannedStep(resolving: Resolving, step: PlainStep, number: number, template: CertificateTemplate, request: CertificationRequest | null): PlannedStep | null {
  const { certificate } = step;
  if (step.kind === "issue-root") return { number, rule: "issue-root@1", certificate, key: step.key, renews: step.renews ?? null, crl: step.crl ?? null, template };
  if (step.kind === "issue-certificate") return { number, rule: "issue-certificate@1", certificate, key: step.key, renews: step.renews ?? null, issuer: step.issuer, crl: step.crl ?? null, template };
  const bytes = resolving.inputs.get(step.request);
  if (request === null || !(bytes instanceof Uint8Array)) return null;
  return { number, rule: "sign-request@1", certificate, issuer: step.issuer, request: plannedInput(step.request, bytes), spki: toHex(request.spki), template };
}

/** The profile, if it exists and fits the step, its parameters and its key [PROFILE-FITS, ALGORITHM-ALLOWED]. */
export function profileOf({ judgement, keys }: Resolving, step: IssuingStep): Profile | null {
  const path = [...step.path, "profile"];
  const profile = findProfile(step.profile);
  if (!judgement.judge("PROFILE-FITS", path, profile !== undefined, `there is no profile ${step.profile}`, `profiles: ${profileNames().join(", ")}`) || profile === undefined) return null;
  const kind = step.kind === "sign-requests" ? "sign-request" : step.kind;
  const fits = judgement.judge("PROFILE-FITS", path, profile.fits === kind, `${step.profile} is for ${profile.fits}, not for ${step.kind}`);
  const inForm = judgeParameters(judgement, step, profile, step.profile);
  if ("key" in step) {
    const algorithm = keys.get(step.key);
    const allowed = algorithm !== undefined && profile.algorithms.includes(algorithm);
    judgement.judge("ALGORITHM-ALLOWED", [...step.path, "key"], allowed, `${step.profile} allows ${profile.algorithms.join(", ")}; ${step.key} is ${algorithm ?? "unknown"}`);
  }
  return fits && inForm ? profile : null;
}

function templateOf(resolving: Resolving, step: PlainStep, profile: Profile, request: CertificationRequest | null): CertificateTemplate | null {
  const parameters = parametersOf(resolving.ceremony, step, { request });
  judgeRules(resolving.judgement, step.path, profile, parameters, step.valid);
  const attributes = profile.subject(parameters);
  const subject = attributes === null ? (request?.subject ?? null) : encodeSubject(resolving, [...step.path, ...("subject" in step ? ["subject"] : [])], attributes);
  if (subject === null) return null;
  judgeSubjectUnique(resolving, step, profile, subject);
  return { profile: profile.name, ca: profile.ca, subject: toHex(subject), subjectText: printName(subject), valid: step.valid, extensions: profile.extensions(parameters) };
}

/** The Name of these attributes, DER; null when a finding says why there is none [SUBJECT-FORM]. */
export function encodeSubject({ judgement }: Resolving, path: ScriptPath, attributes: readonly NameAttribute[]): Uint8Array | null {
  const findings = judgeName(attributes, path);
  judgement.take(["SUBJECT-FORM"], findings);
  return findings.length === 0 ? encodeName(attributes) : null;
}

/** No two CAs share a subject, unless one renews the other with the same key [SUBJECT-UNIQUE]. */
export function judgeSubjectUnique({ judgement, subjects }: Resolving, step: IssuingStep, profile: Profile, subject: Uint8Array): void {
  if (!profile.ca) return;
  const certificate = "certificate" in step ? step.certificate : step.certificates;
  const key = "key" in step ? step.key : null;
  const twin = subjects.get(toHex(subject));
  const renews = "renews" in step && step.renews !== undefined && twin?.key === key;
  judgement.judge("SUBJECT-UNIQUE", step.path, twin === undefined || renews, `${certificate} has the subject of ${twin?.certificate ?? ""}: ${printName(subject)}`, "two CAs of one name cannot be told apart by their issuer field; to renew one with its key, say renews");
  subjects.set(toHex(subject), { certificate, key });
}

/** Issuer, path length, periods [PATH-LENGTH, VALIDITY-WITHIN-ISSUER, ROOT-VALIDITY, FOUNDRIES-FACTORY]. */
export function judgeIssuer({ judgement }: Resolving, step: IssuingStep, profile: Profile, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  judgePeriod(judgement, step.path, template.valid, issuer);
  if (step.kind === "issue-root" || issuer === null) return;
  const path = [...step.path, "issuer"];
  judgement.judge("PATH-LENGTH", path, issuer.template.ca, `${step.issuer} is no CA`);
  const below = issuer.pathLength ?? Number.POSITIVE_INFINITY;
  if (profile.ca) judgement.judge("PATH-LENGTH", path, below > (pathLengthOf(template) ?? 0), `the pathLenConstraint of ${step.issuer} allows no such CA below it`);
  if (profile.name.startsWith("foundries/")) judgement.judge("FOUNDRIES-FACTORY", path, issuer.factory !== null, `${step.profile} wants a Foundries root as its issuer, found ${issuer.template.profile}`);
}

export function pathLengthOf(template: CertificateTemplate): number | null {
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
export function lintTrial({ judgement }: Resolving, step: IssuingStep, template: CertificateTemplate, issuer: ResolvedCertificate | null): void {
  const fixed = "for" in template.valid ? { from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" } : template.valid;
  const identifier = keyIdentifier(STAND_IN_SPKI);
  const tbs = buildTbsCertificate({
    serial: STAND_IN_SERIAL, issuer: fromHex(issuer?.template.subject ?? template.subject), subject: fromHex(template.subject),
    notBefore: fixed.from, notAfter: fixed.until, spki: STAND_IN_SPKI, mechanism: MECHANISM_OF[issuer?.algorithm ?? "ecdsa-p256"],
    extensions: fillExtensions(template.extensions, { subjectKeyIdentifier: identifier, authorityKeyIdentifier: identifier }),
  });
  judgement.take(["CA-BASIC-CONSTRAINTS", "KEY-IDENTIFIERS"], lintTbs(tbs, step.path));
}
