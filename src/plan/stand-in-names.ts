/** REHEARSAL before the common names of CAs, and a short life where a platform fixes the name. */
import { fromHex, toHex } from "../bytes/hex.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { prefixedName } from "../x509/rewritten.ts";
import type { ExistingCertificate } from "./existing-things.ts";
import type { Plan, PlannedStep } from "./plan.ts";

const PREFIX = "REHEARSAL ";
/** Profiles whose platform fixes the names of CAs. */
const FIXED = /^foundries\//;

/** By a name, DER hex, the name that stands in for it. */
export type Names = ReadonlyMap<string, string>;

/** The names that are said otherwise in a rehearsal: those of CAs whose keys are ours, and of our requests for a CA of somebody else. */
export function standInNames({ steps }: Plan, existing: readonly ExistingCertificate[]): Names {
  const names = new Map<string, string>();
  const enter = (subject: string, profile: string): void => {
    const other = FIXED.test(profile) ? null : prefixedName(fromHex(subject), PREFIX);
    if (other !== null) names.set(subject, toHex(other));
  };
  for (const { ca, key, der, profile } of existing) if (ca && key !== null) enter(toHex(readCertificate(fromHex(der)).subject), profile);
  for (const step of steps) {
    if (step.rule === "create-request@1") enter(step.subject, "");
    if ((step.rule === "issue-root@1" || step.rule === "issue-certificate@1") && step.template.ca) enter(step.template.subject, step.template.profile);
  }
  return names;
}

/** The CAs that live for days only, by the names of their certificates: those whose name cannot say REHEARSAL, and all below them. */
export function shortLived({ steps }: Plan, existing: readonly ExistingCertificate[], names: Names): ReadonlySet<string> {
  const short = new Set(existing.filter((one) => isShort(one, names)).map(({ name }) => name));
  for (const step of steps) {
    const isFixed = "template" in step && step.template.ca && !names.has(step.template.subject);
    const name = nameOf(step);
    if (name !== null && (isFixed || ("issuer" in step && short.has(step.issuer)))) short.add(name);
  }
  return short;
}

function nameOf(step: PlannedStep): string | null {
  return "template" in step && "certificate" in step ? step.certificate : null;
}

/** Whether an existing CA of ours has a name that cannot say REHEARSAL. */
export function isShort({ ca, key, der }: ExistingCertificate, names: Names): boolean {
  return ca && key !== null && !names.has(toHex(readCertificate(fromHex(der)).subject));
}
