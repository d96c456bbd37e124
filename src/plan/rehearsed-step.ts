/** A step as it is rehearsed: the same, with the names, certificates and lives that stand in. Pure. */
import { canonicalText } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { standInBackupPath, type StandIns } from "../transcript/rehearsal.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { printName } from "../x509/name-reading.ts";
import type { PlannedClaimed } from "./adopted.ts";
import type { PlannedDestruction, PlannedRestoration } from "./backed-up.ts";
import type { CertificateTemplate, PlannedStep, PlannedValidity } from "./plan.ts";
import type { PlannedCrl } from "./planned-crl.ts";
import type { Substitution } from "./rehearsal-plan.ts";
import { plannedInput } from "./resolving.ts";
import type { Names } from "./stand-in-names.ts";

/** How long a CA lives whose name cannot say REHEARSAL, and what is below it. */
const DAYS: PlannedValidity = { for: "P7D" };

export interface Changes {
  readonly names: Names;
  /** Certificates that live for days only, by name. */
  readonly short: ReadonlySet<string>;
  /** What stands in for existing certificates, DER, by name. */
  readonly certificates: ReadonlyMap<string, Uint8Array>;
  readonly standIns: StandIns;
}

/** @throws Fault script-refused for what cannot be rehearsed in this version */
export function rehearsedStep(step: PlannedStep, changes: Changes): PlannedStep {
  if (step.rule === "sign-requests@1") return { ...step, template: rehearsedTemplate(step.template, null, step.issuer, changes) };
  if ("template" in step) return { ...step, template: rehearsedTemplate(step.template, step.certificate, "issuer" in step ? step.issuer : null, changes) };
  switch (step.rule) {
    case "create-request@1": return { ...step, ...renamed(step, changes) };
    case "roll-call@2": throw new Fault("script-refused", "a rehearsal of a scheduled script is not in this version: nobody is there in either", ["hold its first run on tokens for that, under an approval with --count 1"]);
    case "restore-key@1": return { ...step, ...practiceOf(step, changes) };
    case "destroy-key@1": return { ...step, ...destroyedStandIn(step, changes) };
    case "issue-crl@1": return { ...step, ...rehearsedList(step, changes) };
    case "adopt@1": return { ...step, ca: rehearsedClaim(step.ca, changes), issued: step.issued.map((one) => rehearsedClaim(one, changes)) };
    case "accept-certificate@1": {
      const [own = "", ...above] = step.certificates;
      const der = changes.certificates.get(step.certificate) ?? fromHex(own);
      return { ...step, certificates: [toHex(der), ...above], subjectText: printName(readCertificate(der).subject) };
    }
    default: return step;
  }
}

/** The practice backup opens to the stand-in of the key; who brings shares, and how many, is as planned. */
function practiceOf({ key, from }: PlannedRestoration, { standIns }: Changes): Pick<PlannedRestoration, "file" | "blob" | "mechanism" | "checkValue" | "spki"> {
  const practice = standIns.backups?.[from];
  const spki = standIns.keys[key];
  if (practice === undefined || spki === undefined) throw new Fault("form-json", `expected what stands in for the backup ${from} of ${key} among the stand-ins, found none`);
  return { ...practice, file: plannedInput(standInBackupPath(from), fromHex(practice.blob)), spki };
}

/** Where the key is on none of the tokens that are here, nothing of it stands in, and nothing is destroyed. */
function destroyedStandIn({ key, spki, places }: PlannedDestruction, { standIns: { keys, tokens } }: Changes): Pick<PlannedDestruction, "spki" | "places"> {
  const other = keys[key];
  return { spki: other === undefined ? spki : sha256Hex(fromHex(other)), places: places.map((place) => ({ ...place, serial: tokens[place.token] ?? place.serial })) };
}

function renamed({ subject, subjectText }: { readonly subject: string; readonly subjectText: string }, { names }: Changes): { subject: string; subjectText: string } {
  const other = names.get(subject);
  return other === undefined ? { subject, subjectText } : { subject: other, subjectText: printName(fromHex(other)) };
}

/** What lives below something short cannot have dates of its own; a period ends with its issuer by itself. */
function rehearsedTemplate(template: CertificateTemplate, name: string | null, issuer: string | null, changes: Changes): CertificateTemplate {
  const isBelow = issuer !== null && changes.short.has(issuer);
  const isFixed = template.ca && name !== null && changes.short.has(name);
  return { ...template, ...renamed(template, changes), valid: isFixed || (isBelow && "from" in template.valid) ? DAYS : template.valid };
}

function rehearsedList({ crl, issuer, valid, successive }: PlannedCrl, { short }: Changes): Pick<PlannedCrl, "valid"> {
  if (!short.has(issuer)) return { valid };
  if (successive !== null) throw new Fault("script-refused", `a rehearsal of lists for the times to come (${crl}) of a CA whose name its platform fixes is not in this version: in a rehearsal that CA lives for seven days`, ["rehearse the script without that step"]);
  return { valid: valid !== null && "from" in valid ? DAYS : valid };
}

function rehearsedClaim(claimed: PlannedClaimed, { certificates }: Changes): PlannedClaimed {
  const der = certificates.get(claimed.certificate);
  if (der === undefined) return claimed;
  const { subject, notAfter } = readCertificate(der);
  return { ...claimed, der: toHex(der), subjectText: printName(subject), notAfter };
}

/** The lives that are shorter than planned; names and certificates are said once, for all steps. */
export function stepSubstitutions(planned: readonly PlannedStep[], rehearsed: readonly PlannedStep[]): Substitution[] {
  return planned.flatMap((step, i): Substitution[] => {
    const [was, is] = [lifeOf(step), lifeOf(rehearsed[i] ?? step)];
    if (was === null || is === null || canonicalText(was.valid) === canonicalText(is.valid)) return [];
    return [{ what: "validity", name: was.name, was: was.valid, is: is.valid }];
  });
}

function lifeOf(step: PlannedStep): { readonly name: string; readonly valid: PlannedValidity } | null {
  if (step.rule === "sign-requests@1") return { name: step.certificates, valid: step.template.valid };
  if ("template" in step) return { name: step.certificate, valid: step.template.valid };
  return step.rule === "issue-crl@1" && step.valid !== null ? { name: step.crl, valid: step.valid } : null;
}
