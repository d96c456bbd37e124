/** Whether a key whose backup its token's vendor makes was shown to have one before it signs. Pure. */
import type { Finding } from "../fault.ts";

/** What a step of a plan says of keys, certificates and evidence; other members do not matter here. */
interface KeyStep {
  readonly number: number;
  readonly rule: string;
  readonly key?: string;
  readonly backup?: string;
  readonly certificate?: string;
  readonly issuer?: string;
  readonly ca?: boolean | { readonly certificate: string };
  readonly backupOf?: readonly string[];
}

/** Steps that name a key and have it sign nothing. */
const SILENT = /^(generate-key-pair|adopt|back-up-key|restore-key|destroy-key|accept-certificate)@/;
const MAKING = /^(generate-key-pair|adopt)@/;

/**
 * Each key of this ceremony with `backup: vendor` wants an act with files that names it, before anything is signed with it: a
 * backup that failed then costs a key, and not a CA [BACKUP-EVIDENCE].
 */
export function judgeVendorBackups(steps: readonly KeyStep[]): Finding[] {
  const keyOf = new Map(steps.flatMap(({ key, certificate, ca }) => (key === undefined ? [] : [[certificate ?? (typeof ca === "object" ? ca.certificate : ""), key] as const])));
  return steps.filter(({ rule, backup }) => MAKING.test(rule) && backup === "vendor").flatMap(({ number, key = "" }): Finding[] => {
    const shown = steps.find((step) => step.backupOf?.includes(key) === true);
    const signs = steps.find((step) => step.number > number && ((step.key === key && !SILENT.test(step.rule)) || (step.issuer !== undefined && keyOf.get(step.issuer) === key)));
    const place = ["steps", number - 1];
    if (shown === undefined) return [found(place, `expected an act with files that is the backup of ${key}, found none`, key)];
    if (signs === undefined || shown.number < signs.number) return [];
    return [found(place, `expected the backup of ${key} in step ${shown.number} to be shown before ${key} signs, found that it signs in step ${signs.number}`, key)];
  });
}

function found(path: readonly (string | number)[], message: string, key: string): Finding {
  return { control: "BACKUP-EVIDENCE", path, message, hint: `add act: { by: …, say: …, files: [evidence/…], backup-of: [${key}] } right after the step that makes it` };
}
