/** Resolving a cross-certificate: subject, key and key identifier of a CA that exists, under another issuer. */
import { fromHex } from "../bytes/hex.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { judgeIssuer, judgeSubjectUnique, lintTrial, pathLengthOf, profileOf } from "./certificates.ts";
import { isOneOrganisation, widerThan } from "./cross-bounds.ts";
import { existingOf, type ExistingCa } from "./existing.ts";
import { boundsOf } from "./name-bounds.ts";
import type { CertificateTemplate, PlannedStep } from "./plan.ts";
import { judgeRules } from "./parameter-judging.ts";
import { parametersOf } from "./parameters.ts";
import type { Profile } from "./profile.ts";
import type { ResolvedCertificate, Resolving } from "./resolving.ts";

type CrossStep = ScriptStep<"cross-certify">;

/** The planned step; null when a finding says why there is none. */
export function resolveCross(resolving: Resolving, step: CrossStep, number: number): PlannedStep | null {
  const profile = profileOf(resolving, step);
  const existing = existingOf(resolving, step);
  if (profile === null || existing === null) return null;
  const issuer = resolving.certificates.get(step.issuer) ?? null;
  const template = templateOf(resolving, step, profile, existing);
  judgeCross(resolving, step, profile, { template, existing, issuer });
  const { key, algorithm, copiedIdentifier, planned } = existing;
  resolving.certificates.set(step.certificate, {
    template, bounds: boundsOf(template.extensions, issuer), isRegistered: false, key, algorithm: key === null ? null : algorithm, mechanism: key === null ? null : (resolving.mechanisms.get(key) ?? null), spki: planned.spki, copiedIdentifier, pathLength: pathLengthOf(template), factory: null,
  });
  return { number, rule: "cross-certify@1", certificate: step.certificate, issuer: step.issuer, existing: planned, template };
}

function templateOf(resolving: Resolving, step: CrossStep, profile: Profile, existing: ExistingCa): CertificateTemplate {
  const parameters = parametersOf(resolving.ceremony, step, { existing: existing.extensions });
  judgeRules(resolving.judgement, step.path, profile, parameters, step.valid);
  const extensions = profile.extensions({ ...parameters, pathLength: step["path-length"] ?? existing.pathLength });
  const { subject, subjectText } = existing;
  return { profile: profile.name, ca: profile.ca, subject, subjectText, valid: step.valid, extensions: extensions.map((one) => withIdentifier(one, existing)) };
}

/** The subjectKeyIdentifier is copied: another one would part the certificates that name it from their issuer. */
function withIdentifier(extension: PlannedExtension, { copiedIdentifier }: ExistingCa): PlannedExtension {
  if (copiedIdentifier === null || !("rule" in extension) || extension.rule !== "subject-key-identifier") return extension;
  const { oid, name, critical } = extension;
  return { oid, name, critical, text: `copied: ${copiedIdentifier.slice(4)}`, value: copiedIdentifier };
}

interface Cross {
  readonly template: CertificateTemplate;
  readonly existing: ExistingCa;
  readonly issuer: ResolvedCertificate | null;
}

function judgeCross(resolving: Resolving, step: CrossStep, profile: Profile, { template, existing, issuer }: Cross): void {
  const { judgement } = resolving;
  const allowed = existing.algorithm !== null && profile.algorithms.includes(existing.algorithm);
  judgement.judge("ALGORITHM-ALLOWED", [...step.path, "existing"], allowed, `${step.profile} allows ${profile.algorithms.join(", ")}; the existing key is ${existing.algorithm ?? "another"}`);
  // a CA of an earlier step has this very subject, and so has a CA that certifies its next key: it is meant
  if (!("certificate" in existing.planned) && template.subject !== issuer?.template.subject) judgeSubjectUnique(resolving, step, profile, fromHex(template.subject));
  judgeIssuer(resolving, step, profile, template, issuer);
  lintTrial(resolving, step, template, issuer, existing.planned.spki === null ? null : fromHex(existing.planned.spki));
  const wider = widerThan(template.extensions, existing.extensions);
  judgement.judge("CROSS-BOUNDS", step.path, wider.length === 0, wider.join("; "), "give a path-length that is no larger, or a profile that copies the bounds");
  const early = existing.notBefore !== null && "from" in template.valid && template.valid.from < existing.notBefore;
  judgement.judge("CROSS-BOUNDS", [...step.path, "valid"], !early, `expected notBefore not before ${existing.notBefore ?? ""}, that of the existing certificate`);
  if (issuer !== null) judgeOrganisation(resolving, step, template, issuer);
}

/** From this notBefore on BR 2.0 asks for purposes in the cross-certificate of another organisation's CA. */
const RESTRICTED_FROM = "2023-09-15";

/** Another organisation's CA is outside the issuer's hands: that is said, or it is a mistake; in the web PKI its purposes are said as well. */
function judgeOrganisation({ judgement }: Resolving, step: CrossStep, template: CertificateTemplate, issuer: ResolvedCertificate): void {
  const path = [...step.path, "existing"];
  const same = isOneOrganisation(fromHex(issuer.template.subject), fromHex(template.subject));
  judgement.judge("CROSS-ORGANISATION", path, same || step.organisation !== undefined, `expected the organisation of ${step.issuer} in ${template.subjectText}`, "if another organisation is meant, say organisation: other; if both are of one house, organisation: affiliated");
  const isEarly = "from" in template.valid && template.valid.from < RESTRICTED_FROM;
  const isBounded = template.extensions.some(({ oid }) => oid === EXTENSION.extKeyUsage);
  const may = same || step.organisation !== "other" || !template.profile.startsWith("webpki/") || isEarly || isBounded;
  judgement.judge("CROSS-ORGANISATION", path, may, `expected usage in the cross-certificate of another organisation's CA, found none in that of ${template.subjectText}`, `the rule applies to certificates from ${RESTRICTED_FROM} on`);
}
