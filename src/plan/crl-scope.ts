/** What a CRL is about: it leaves out no revocation, and relying parties use it for the certificates that it is about [CRL-SCOPE]. */
import { fromHex } from "../bytes/hex.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { OID_CRL_DISTRIBUTION_POINTS, readCrlAddresses } from "../x509/pointer-extension.ts";
import { sameCa, standing } from "./crl-standing.ts";
import type { ResolvedCertificate, Resolving } from "./resolving.ts";

type CrlStep = ScriptStep<"issue-crl">;

/** A certificate that the CA issued, and the addresses of its cRLDistributionPoints. */
interface Pointed {
  readonly name: string;
  readonly ca: boolean;
  readonly isTranscript: boolean;
  readonly at: readonly string[];
}

/** @param resolving with the revocations of this list, and of those before */
export function judgeScope(resolving: Resolving, step: CrlStep): void {
  const { judgement, certificates } = resolving;
  const isCa = (name: string | null) => name !== null && certificates.get(name)?.template.ca === true;
  const others = step.scope === undefined ? [] : standing(resolving, step.issuer).filter(({ certificate }) => !isCa(certificate));
  judgement.judge("CRL-SCOPE", [...step.path, "scope"], others.length === 0, `a list of CA certificates only would leave out ${others.map(({ certificate, serial }) => certificate ?? serial ?? "").join(", ")}`, "leave scope out");
  judgeAddresses(resolving, step);
}

/** A list that names its address is used for certificates that name the same one, and for no others (RFC 5280 6.3.3 (b) (2)). */
function judgeAddresses(resolving: Resolving, step: CrlStep): void {
  const { "crl-at": at } = step;
  if (at === undefined) return;
  const revoked = standing(resolving, step.issuer).map(({ certificate }) => certificate);
  const missed = issuedBy(resolving, step.issuer).filter(({ name, ca, isTranscript, at: own }) =>
    (step.scope === undefined || ca) && (!isTranscript || revoked.includes(name)) && !own.some((address) => at.includes(address)));
  resolving.judgement.judge("CRL-SCOPE", [...step.path, "crl-at"], missed.length === 0, `a list with the address ${at.join(", ")} is not used for certificates without it: ${missed.map(({ name }) => name).join(", ")}`, "leave crl-at out here, or give these certificates the same crl-at");
}

function issuedBy(resolving: Resolving, issuer: string): Pointed[] {
  const { script, register, certificates } = resolving;
  const names = sameCa(resolving, issuer);
  const made = script.steps.flatMap((step): Pointed[] => {
    if (!("issuer" in step) || step.kind === "issue-crl" || !names.has(step.issuer)) return [];
    const name = step.kind === "sign-requests" ? step.certificates : step.certificate;
    return [{ name, ca: certificates.get(name)?.template.ca === true, isTranscript: isTranscript(step.profile), at: step["crl-at"] ?? [] }];
  });
  const earlier = (register?.certificates ?? []).flatMap((one): Pointed[] => {
    const known = certificates.get(one.name);
    return known === undefined || one.name === one.issuer || !names.has(one.issuer) ? [] : [{ name: one.name, ca: one.ca, isTranscript: isTranscript(one.profile), at: addressesOf(known) }];
  });
  return [...earlier, ...made];
}

function isTranscript(profile: string): boolean {
  return profile.split("@")[0] === "private/transcript";
}

function addressesOf({ template }: ResolvedCertificate): readonly string[] {
  const points = template.extensions.find(({ oid }) => oid === OID_CRL_DISTRIBUTION_POINTS);
  return points !== undefined && "value" in points ? readCrlAddresses(fromHex(points.value)) : [];
}
