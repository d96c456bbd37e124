/** Resolving a CRL: what it revokes and releases, how long it is valid, what it is about [CRL-REVOCATIONS, CRL-REASON, CRL-PERIOD, CRL-SCOPE, CRL-POLICY]. */
import type { RevocationFields, StepOf as ScriptStep } from "../script/step-schema.ts";
import { lintControls } from "../x509/lint.ts";
import { standInSpki } from "../x509/stand-in-key.ts";
import type { Revocation } from "../x509/crl.ts";
import { CLAIMED_REASON_CODES, type CrlReason } from "../x509/crl-reason.ts";
import { judgeScope } from "./crl-scope.ts";
import { sameCa, standing } from "./crl-standing.ts";
import { endsOf, judgePeriod } from "./period.ts";
import type { PlannedStep } from "./plan.ts";
import type { PlannedCrl, PlannedRevocation } from "./planned-crl.ts";
import type { ResolvedCertificate, ResolvedRevocation, Resolving } from "./resolving.ts";
import { issuerParts, standInSerial, trialCertificateList } from "./trial.ts";
import { periodEnd, successivePeriod } from "./validity.ts";

type CrlStep = ScriptStep<"issue-crl">;

/** BR 7.2: nextUpdate of a CRL about CA certificates is at most twelve months after thisUpdate. */
const WEBPKI_PERIOD = "P12M";
const ANY_INSTANT = "2026-01-01T00:00:00Z";

/** The planned step; null when a finding says why there is none. */
export function resolveCrl(resolving: Resolving, step: CrlStep, number: number): PlannedStep | null {
  const issuer = resolving.certificates.get(step.issuer);
  if (issuer === undefined) return null;
  judgeIssuer(resolving, step, issuer);
  judgePeriods(resolving, step, issuer);
  judgeNumber(resolving, step);
  const revoke = (step.revoke ?? []).flatMap((one, i) => revocationOf(resolving, step, one, i));
  const release = (step.release ?? []).flatMap((one, i) => releaseOf(resolving, step, one, i));
  judgeScope(resolving, step);
  const point = step.scope === undefined && step["crl-at"] === undefined ? null : { caOnly: step.scope === "ca-certificates", at: step["crl-at"] ?? [] };
  lintTrialList(resolving, step, issuer, { point, revoked: trialRevocations(resolving, step, issuer, { revoke, release }) });
  return {
    number, rule: "issue-crl@1", crl: step.crl, issuer: step.issuer, least: step.number ?? null, valid: step.valid ?? null, successive: step.successive ?? null, revoke, release,
    released: issuer.factory === null ? "left out" : "removeFromCRL",
    point,
  };
}

function lintTrialList({ judgement, trials }: Resolving, step: CrlStep, issuer: ResolvedCertificate, listed: { readonly point: PlannedCrl["point"]; readonly revoked: readonly Revocation[] }): void {
  const parts = { ...issuerParts(trials.certificates.get(step.issuer), standInSpki(issuer.algorithm ?? "ecdsa-p256")), issuerSubject: issuer.template.subject, mechanism: issuer.mechanism ?? ("ecdsa-sha256" as const), ...listed };
  const { der, findings } = trialCertificateList(step.path, step.valid ?? { for: successivePeriod(step.successive ?? { count: 1, every: "P1D", overlap: "P1D" }) }, parts);
  judgement.take(lintControls("crl"), findings);
  trials.crls.set(step.crl, der);
}

/** A day before anything was revoked: a stand-in for the dates of earlier revocations, which a trial list does not know to be before its own. */
const BEFORE = "2000-01-01T00:00:00Z";
const REMOVE_FROM_CRL = 8;

/** A certificate of this ceremony has a name and no serial number yet. */
interface Named {
  readonly serial: string | null;
  readonly certificate: string | null;
}

/** What the list will say, as far as it is known: serial numbers of this ceremony are those of the trial certificates. */
function trialRevocations(resolving: Resolving, step: CrlStep, issuer: ResolvedCertificate, { revoke, release }: Pick<PlannedCrl, "revoke" | "release">): Revocation[] {
  const now = (endsOf(step.valid ?? { for: "P1D" }) ?? { from: ANY_INSTANT }).from;
  const serialOf = ({ serial, certificate }: Named): string => serial ?? standInSerial(certificate ?? "");
  const fresh = new Set(revoke.map(serialOf));
  const entry = (one: Named & { readonly reason: keyof typeof CLAIMED_REASON_CODES }, date: string): Revocation => ({ serial: serialOf(one), date, reason: CLAIMED_REASON_CODES[one.reason] });
  return [
    ...standing(resolving, step.issuer).filter((one) => !fresh.has(serialOf(one))).map((one) => entry(one, BEFORE)),
    ...revoke.map((one) => entry(one, now)),
    ...(issuer.factory === null ? [] : release.map((one) => ({ serial: serialOf(one), date: now, reason: REMOVE_FROM_CRL }))),
  ];
}

function judgeIssuer({ judgement, register, script }: Resolving, step: CrlStep, { template }: ResolvedCertificate): void {
  const path = [...step.path, "issuer"];
  const signs = template.extensions.some((extension) => extension.name === "keyUsage" && extension.text.includes("cRLSign"));
  judgement.judge("PROFILE-FITS", path, template.ca && signs, `expected a CA with cRLSign as the issuer of a CRL, found ${step.issuer} (${template.profile})`);
  const made = script.steps.find((one) => (one.kind === "issue-root" || one.kind === "issue-certificate" || one.kind === "adopt") && one.certificate === step.issuer);
  const policy = made !== undefined && "crl" in made ? made.crl : register?.certificates.find(({ name }) => name === step.issuer)?.crl;
  judgement.judge("CRL-POLICY", path, policy !== "none", `${step.issuer} says crl: none, and a CRL of it would be looked for by nobody`, "change the CA's crl, or leave this step out");
}

function judgePeriods({ judgement, script }: Resolving, step: CrlStep, issuer: ResolvedCertificate): void {
  if (step.valid !== undefined) judgePeriod(judgement, step.path, step.valid, issuer);
  const { successive } = step;
  if (successive !== undefined) {
    judgement.judge("CRL-PERIOD", [...step.path, "successive", "by"], Object.hasOwn(script.people, successive.by), `expected a person of the script to keep the lists, found ${successive.by}`);
    judgePeriod(judgement, step.path, { for: successivePeriod(successive) }, "from" in issuer.template.valid ? { ...issuer, isRegistered: true } : issuer);
  }
  if (!issuer.template.profile.startsWith("webpki/")) return;
  const end = step.valid === undefined || "for" in step.valid ? periodEnd(ANY_INSTANT, step.valid?.for ?? successivePeriod({ every: successive?.every ?? "P1D", overlap: successive?.overlap ?? "P1D", count: 1 })) : step.valid.until;
  const limit = periodEnd(step.valid === undefined || "for" in step.valid ? ANY_INSTANT : step.valid.from, WEBPKI_PERIOD);
  judgement.judge("CRL-PERIOD", [...step.path, step.valid === undefined ? "successive" : "valid"], end <= limit, `expected nextUpdate at most twelve months after thisUpdate, until ${limit}; found ${end}`);
}

/** A CA has one series of lists, whichever of its certificates they are issued by. */
function judgeNumber(resolving: Resolving, step: CrlStep): void {
  const { judgement, crlNumbers } = resolving;
  const last = Math.max(0, ...[...sameCa(resolving, step.issuer)].map((name) => crlNumbers.get(name) ?? 0));
  if (step.number !== undefined) judgement.judge("CRL-NUMBER-RISES", [...step.path, "number"], step.number > last, `expected a CRL number above ${last}, that of the CRL before, found ${step.number}`);
  crlNumbers.set(step.issuer, Math.max(step.number ?? 0, last + 1) + (step.successive?.count ?? 1) - 1);
}

interface Known {
  readonly serial: string | null;
  readonly certificate: string | null;
  readonly ca: boolean;
}

/** What a script means by a name or a serial; null, and a finding, when this CA is not known to have signed such a thing. */
function knownOf(resolving: Resolving, step: CrlStep, named: { certificate?: string; serial?: string }, path: readonly (string | number)[]): Known | null {
  const { register, judgement, script, certificates } = resolving;
  const names = sameCa(resolving, step.issuer);
  const earlier = register?.certificates.find((one) => names.has(one.issuer) && one.issuer !== one.name && (one.name === named.certificate || one.serial === named.serial));
  if (earlier !== undefined) return { serial: earlier.serial, certificate: earlier.name, ca: earlier.ca };
  const made = named.certificate === undefined ? undefined : script.steps.find((one) => "certificate" in one && one.certificate === named.certificate);
  const isOurs = made !== undefined && "issuer" in made && names.has(made.issuer);
  if (isOurs && named.certificate !== undefined) return { serial: null, certificate: named.certificate, ca: certificates.get(named.certificate)?.template.ca === true };
  const possibly = register?.possiblyIssued.find((one) => one.kind === "certificate" && names.has(one.issuer) && one.burned === named.serial);
  if (possibly !== undefined) return { serial: possibly.burned, certificate: null, ca: false };
  const claimed = claimedOf(resolving, names, named);
  if (claimed !== null) return claimed;
  judgement.judge("CRL-REVOCATIONS", path, false, `expected a certificate that ${step.issuer} issued, found ${named.certificate ?? named.serial ?? ""}`, "a CRL revokes what its own CA signed; a serial is one that the register has");
  return null;
}

/** Of a CA that was adopted nobody knows all that it issued: it may revoke any serial. */
function claimedOf({ claimed, register }: Resolving, names: ReadonlySet<string>, { certificate, serial }: { certificate?: string; serial?: string }): Known | null {
  const issued = [...names].flatMap((name) => claimed.get(name) ?? []).find((one) => one.certificate === certificate || one.serial === serial);
  if (issued !== undefined) return issued;
  const isAdopted = [...names].some((name) => claimed.has(name) || register?.certificates.some((one) => one.name === name && one.claimed === true) === true);
  return isAdopted && serial !== undefined ? { serial, certificate: null, ca: false } : null;
}

function revocationOf(resolving: Resolving, step: CrlStep, one: RevocationFields, i: number): PlannedRevocation[] {
  const path = [...step.path, "revoke", i];
  const { judgement } = resolving;
  const known = knownOf(resolving, step, { ...(one.certificate === undefined ? {} : { certificate: one.certificate }), ...(one.serial === undefined ? {} : { serial: one.serial }) }, path);
  if (known === null) return [];
  const before = takeOut(resolving, step, known);
  const may = before === undefined || (before.reason === "certificateHold" && one.reason !== "certificateHold");
  judgement.judge("CRL-REVOCATIONS", path, may, `${known.certificate ?? known.serial ?? ""} is revoked already, as ${before?.reason ?? ""}`, "each revocation stays in every later CRL by itself");
  judgement.judge("CRL-REASON", [...path, "reason"], reasonsOf(resolving, step, known).includes(one.reason), `expected ${reasonsOf(resolving, step, known).join(", ")}, found ${one.reason}`);
  const early = one.date === undefined || step.valid === undefined || !("from" in step.valid) || one.date <= step.valid.from;
  judgement.judge("CRL-REVOCATIONS", [...path, "date"], early, `expected a date not after thisUpdate, found ${one.date ?? ""}`);
  const planned = { serial: known.serial, certificate: known.certificate, reason: one.reason, date: one.date ?? null };
  resolving.revocations.push({ issuer: step.issuer, ...planned });
  return [planned];
}

/** Takes a standing revocation out, and gives it. */
function takeOut(resolving: Resolving, step: CrlStep, known: Known): ResolvedRevocation | undefined {
  const before = standing(resolving, step.issuer).find((one) => one.certificate === known.certificate && (known.certificate !== null || one.serial === known.serial));
  if (before !== undefined) resolving.revocations.splice(resolving.revocations.indexOf(before), 1);
  return before;
}

const USUAL: readonly CrlReason[] = ["keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", "privilegeWithdrawn"];

/** A CA can be compromised as a CA; the web PKI knows no hold (BR 7.2.2). */
function reasonsOf({ certificates }: Resolving, step: CrlStep, { ca }: Known): readonly CrlReason[] {
  const isWeb = certificates.get(step.issuer)?.template.profile.startsWith("webpki/") === true;
  return [...USUAL, ...(isWeb ? [] : ["certificateHold" as const]), ...(ca ? ["cACompromise" as const] : [])];
}

function releaseOf(resolving: Resolving, step: CrlStep, certificate: string, i: number): PlannedCrl["release"][number][] {
  const path = [...step.path, "release", i];
  const known = knownOf(resolving, step, { certificate }, path);
  if (known === null) return [];
  const before = takeOut(resolving, step, known);
  const isHold = before?.reason === "certificateHold";
  resolving.judgement.judge("CRL-REVOCATIONS", path, isHold, `expected a certificate on hold, found ${certificate}, which is ${before === undefined ? "not revoked" : `revoked as ${before.reason}`}`, "only certificateHold can be released; no other revocation is ever taken back");
  return isHold ? [{ serial: known.serial, certificate }] : [];
}

/** A CA that says `periodic` has its first list before anybody looks for it [CRL-POLICY]. */
export function judgeFirstLists({ script, judgement }: Resolving): void {
  for (const step of script.steps) {
    if ((step.kind !== "issue-root" && step.kind !== "issue-certificate") || step.crl !== "periodic") continue;
    const listed = script.steps.some((one) => one.kind === "issue-crl" && one.issuer === step.certificate);
    judgement.judge("CRL-POLICY", [...step.path, "crl"], listed, `${step.certificate} says crl: periodic, and no step issues its first CRL`, `add issue-crl: { crl: ${step.certificate}-crl, issuer: ${step.certificate}, … }`);
  }
}
