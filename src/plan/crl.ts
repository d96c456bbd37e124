/** Resolving a CRL: what it revokes and releases, and the number that it must have [CRL-REVOCATIONS, CRL-NUMBER-RISES]. */
import type { RevocationFields, StepOf as ScriptStep } from "../script/step-schema.ts";
import { lintControls } from "../x509/lint.ts";
import { standInSpki } from "../x509/stand-in-key.ts";
import { judgePeriod } from "./period.ts";
import type { PlannedRevocation, PlannedStep } from "./plan.ts";
import type { ResolvedCertificate, Resolving } from "./resolving.ts";
import { trialCertificateList } from "./trial.ts";

type CrlStep = ScriptStep<"issue-crl">;

/** The planned step; null when nothing is known of its issuer. */
export function resolveCrl(resolving: Resolving, step: CrlStep, number: number): PlannedStep | null {
  const issuer = resolving.certificates.get(step.issuer);
  if (issuer === undefined) return null;
  const { judgement } = resolving;
  judgePeriod(judgement, step.path, step.valid, issuer.template.valid);
  const signs = issuer.template.extensions.some((extension) => extension.name === "keyUsage" && extension.text.includes("cRLSign"));
  judgement.judge("PROFILE-FITS", [...step.path, "issuer"], issuer.template.ca && signs, `expected a CA with cRLSign as the issuer of a CRL, found ${step.issuer} (${issuer.template.profile})`);
  const parts = { issuerSpki: standInSpki(issuer.algorithm ?? "ecdsa-p256"), issuerSubject: issuer.template.subject, mechanism: issuer.mechanism ?? ("ecdsa-sha256" as const) };
  judgement.take(lintControls("crl"), trialCertificateList(step.path, step.valid, parts));
  judgeNumber(resolving, step, issuer);
  const revoke = (step.revoke ?? []).map((one, i) => revocationOf(resolving, step, one, i));
  for (const [i, certificate] of (step.release ?? []).entries()) judgeRelease(resolving, step, certificate, i);
  return { number, rule: "issue-crl@1", crl: step.crl, issuer: step.issuer, least: step.number ?? null, revoke, release: step.release ?? [], valid: step.valid };
}

/** CRLs of one key are one line, under whichever of its certificates they are issued. */
function lineOf(name: string, { key }: ResolvedCertificate): string {
  return key ?? name;
}

function judgeNumber({ judgement, crlNumbers }: Resolving, step: CrlStep, issuer: ResolvedCertificate): void {
  const line = lineOf(step.issuer, issuer);
  const last = crlNumbers.get(line) ?? 0;
  if (step.number !== undefined) judgement.judge("CRL-NUMBER-RISES", [...step.path, "number"], step.number > last, `expected a CRL number above ${last}, that of the CRL before, found ${step.number}`);
  crlNumbers.set(line, Math.max(step.number ?? 0, last + 1));
}

function revocationOf(resolving: Resolving, step: CrlStep, { certificate, reason, date }: RevocationFields, at: number): PlannedRevocation {
  const { judgement, revoked } = resolving;
  const path = [...step.path, "revoke", at];
  judgement.judge("CRL-REVOCATIONS", [...path, "certificate"], isOfLine(resolving, step.issuer, certificate), `expected a certificate that ${step.issuer} issued, found ${certificate}`);
  const before = revoked.get(certificate);
  judgement.judge("CRL-REVOCATIONS", [...path, "certificate"], before === undefined || before === "certificateHold", `${certificate} is revoked already, as ${before ?? ""}`, "each revocation stays in every later CRL by itself");
  const early = date === undefined || !("from" in step.valid) || date <= step.valid.from;
  judgement.judge("CRL-REVOCATIONS", [...path, "date"], early, `expected a date not after thisUpdate, found ${date ?? ""}`);
  revoked.set(certificate, reason);
  return { certificate, reason, date: date ?? null };
}

function judgeRelease({ judgement, revoked }: Resolving, step: CrlStep, certificate: string, at: number): void {
  const before = revoked.get(certificate);
  judgement.judge("CRL-REVOCATIONS", [...step.path, "release", at], before === "certificateHold", `expected a certificate on hold, found ${certificate}, which is ${before === undefined ? "not revoked" : `revoked as ${before}`}`, "only certificateHold can be released");
  revoked.delete(certificate);
}

/** Whether a certificate was issued under the key of a CA. */
function isOfLine({ script, certificates }: Resolving, issuer: string, certificate: string): boolean {
  const step = script.steps.find((one) => "certificate" in one && one.certificate === certificate);
  const its = step !== undefined && "issuer" in step ? certificates.get(step.issuer) : undefined;
  const own = certificates.get(issuer);
  return its !== undefined && own !== undefined && step !== undefined && "issuer" in step && lineOf(step.issuer, its) === lineOf(issuer, own);
}
