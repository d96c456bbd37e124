/** Resolving a CRL: what it revokes and releases, how long it is valid, what it is about [CRL-REVOCATIONS, CRL-REASON, CRL-PERIOD, CRL-SCOPE, CRL-POLICY]. */
import { REASONS, type ReasonWord } from "../x509/revocation-reason.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import type { RegisteredRevocation } from "../transcript/register.ts";
import { judgePeriod } from "./period.ts";
import type { PlannedRevocation, PlannedStep } from "./plan.ts";
import type { ResolvedCertificate, Resolving } from "./resolving.ts";
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
  const revoke = (step.revoke ?? []).flatMap((one, i) => revocationOf(resolving, step, one, i));
  const release = (step.release ?? []).flatMap((one, i) => releaseOf(resolving, step, one, i));
  const twice = [...revoke, ...release].find(({ serial }, i, all) => all.findIndex((other) => other.serial === serial) !== i);
  resolving.judgement.judge("CRL-REVOCATIONS", step.path, twice === undefined, `expected each certificate once, found ${twice?.serial ?? ""} twice`);
  judgeScope(resolving, step, revoke);
  note(resolving, step, revoke, release);
  return {
    number, rule: "issue-crl@1", crl: step.crl, issuer: step.issuer, valid: step.valid ?? null, successive: step.successive ?? null, revoke, release,
    released: issuer.template.profile.startsWith("foundries/") ? "removeFromCRL" : "left out",
    point: step.scope === undefined && step["crl-at"] === undefined ? null : { caOnly: step.scope === "ca-certificates", at: step["crl-at"] ?? [] },
  };
}

function judgeIssuer({ judgement, register, script }: Resolving, step: CrlStep, { template }: ResolvedCertificate): void {
  const path = [...step.path, "issuer"];
  const signs = template.extensions.some((extension) => extension.name === "keyUsage" && extension.text.includes("cRLSign"));
  judgement.judge("PROFILE-FITS", path, template.ca && signs, `expected a CA with cRLSign as the issuer of a CRL, found ${step.issuer} (${template.profile})`);
  const made = script.steps.find((one) => (one.kind === "issue-root" || one.kind === "issue-certificate") && one.certificate === step.issuer);
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

/** What this CA has revoked and not released, up to here. */
function standing(resolving: Resolving, issuer: string): RegisteredRevocation[] {
  const names = sameCa(resolving, issuer);
  return resolving.revocations.filter((one) => names.has(one.issuer) && one.released === null);
}

/** Certificates of one CA: one subject, one key. A renewed CA goes on with the lists of the old one. */
function sameCa({ certificates }: Pick<Resolving, "certificates">, issuer: string): ReadonlySet<string> {
  const own = certificates.get(issuer);
  const same = [...certificates].filter(([, { template, key }]) => own !== undefined && template.subject === own.template.subject && key === own.key);
  return new Set(same.map(([name]) => name));
}

interface Known {
  readonly serial: string;
  readonly certificate: string | null;
  readonly ca: boolean;
}

/** What a script means by a name or a serial; null, and a finding, when this CA is not known to have signed such a thing. */
function knownOf(resolving: Resolving, step: CrlStep, named: { certificate?: string; serial?: string }, path: readonly (string | number)[]): Known | null {
  const { register, judgement } = resolving;
  const names = sameCa(resolving, step.issuer);
  const certificate = register?.certificates.find((one) => names.has(one.issuer) && (one.name === named.certificate || one.serial === named.serial));
  if (certificate !== undefined) return { serial: certificate.serial, certificate: certificate.name, ca: certificate.ca };
  const possibly = register?.possiblyIssued.find((one) => one.kind === "certificate" && names.has(one.issuer) && one.burned === named.serial);
  if (possibly !== undefined) return { serial: possibly.burned, certificate: null, ca: false };
  const what = named.certificate ?? named.serial ?? "";
  judgement.judge("CRL-REVOCATIONS", path, false, `expected a certificate or a possibly issued serial that the register has of ${step.issuer}, found ${what}`, "a CRL revokes what its own CA signed in an earlier ceremony");
  return null;
}

function revocationOf(resolving: Resolving, step: CrlStep, one: { certificate?: string; serial?: string; reason: ReasonWord; date?: string }, i: number): PlannedRevocation[] {
  const path = [...step.path, "revoke", i];
  const { judgement } = resolving;
  const known = knownOf(resolving, step, one, path);
  if (known === null) return [];
  const before = standing(resolving, step.issuer).find(({ serial }) => serial === known.serial);
  const may = before === undefined || (before.reason === REASONS.certificateHold && one.reason !== "certificateHold");
  judgement.judge("CRL-REVOCATIONS", path, may, `${known.certificate ?? known.serial} is revoked already${before?.date === "" ? "" : `, since ${before?.date ?? ""}`}`, "a revocation stands in every CRL that follows by itself");
  judgement.judge("CRL-REASON", [...path, "reason"], reasonsOf(resolving, step, known).includes(one.reason), `expected ${reasonsOf(resolving, step, known).join(", ")}, found ${one.reason}`);
  return [{ serial: known.serial, certificate: known.certificate, reason: REASONS[one.reason], date: one.date ?? null }];
}

const USUAL: readonly ReasonWord[] = ["keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", "privilegeWithdrawn"];

/** A CA can be compromised as a CA; the web PKI knows no hold (BR 7.2.2). */
function reasonsOf({ certificates }: Resolving, step: CrlStep, { ca }: Known): readonly ReasonWord[] {
  const isWeb = certificates.get(step.issuer)?.template.profile.startsWith("webpki/") === true;
  return [...USUAL, ...(isWeb ? [] : ["certificateHold" as const]), ...(ca ? ["cACompromise" as const] : [])];
}

function releaseOf(resolving: Resolving, step: CrlStep, one: { certificate?: string; serial?: string }, i: number): { serial: string; certificate: string | null }[] {
  const path = [...step.path, "release", i];
  const known = knownOf(resolving, step, one, path);
  if (known === null) return [];
  const before = standing(resolving, step.issuer).find(({ serial }) => serial === known.serial);
  const isHold = before?.reason === REASONS.certificateHold;
  resolving.judgement.judge("CRL-REVOCATIONS", path, isHold, `expected a certificate on hold, found ${known.certificate ?? known.serial}, which is ${before === undefined ? "not revoked" : `revoked for good (reason ${before.reason})`}`, "only a hold can be released; no other revocation is ever taken back");
  return isHold ? [{ serial: known.serial, certificate: known.certificate }] : [];
}

/** For the CRLs of later steps. */
function note({ revocations }: Resolving, { issuer }: CrlStep, revoke: readonly PlannedRevocation[], release: readonly { serial: string }[]): void {
  const gone = new Set([...revoke, ...release].map(({ serial }) => serial));
  const left = revocations.filter(({ serial }) => !gone.has(serial));
  revocations.splice(0, revocations.length, ...left, ...revoke.map(({ serial, certificate, reason, date }) => ({ issuer, serial, certificate, reason, date: date ?? "", released: null })));
}

/** A list about CA certificates only must not lose what else is revoked. */
function judgeScope(resolving: Resolving, step: CrlStep, revoke: readonly PlannedRevocation[]): void {
  if (step.scope === undefined) return;
  const cas = new Set((resolving.register?.certificates ?? []).flatMap(({ ca, name }) => (ca ? [name] : [])));
  const others = [...standing(resolving, step.issuer), ...revoke].filter(({ certificate }) => certificate === null || !cas.has(certificate));
  resolving.judgement.judge("CRL-SCOPE", [...step.path, "scope"], others.length === 0, `a list of CA certificates only would leave out ${others.map(({ certificate, serial }) => certificate ?? serial).join(", ")}`, "leave scope out");
}

/** A CA that says `periodic` has its first list before anybody looks for it [CRL-POLICY]. */
export function judgeFirstLists({ script, judgement }: Resolving): void {
  for (const step of script.steps) {
    if ((step.kind !== "issue-root" && step.kind !== "issue-certificate") || step.crl !== "periodic") continue;
    const listed = script.steps.some((one) => one.kind === "issue-crl" && one.issuer === step.certificate);
    judgement.judge("CRL-POLICY", [...step.path, "crl"], listed, `${step.certificate} says crl: periodic, and no step issues its first CRL`, `add issue-crl: { crl: ${step.certificate}-crl, issuer: ${step.certificate}, … }`);
  }
}
