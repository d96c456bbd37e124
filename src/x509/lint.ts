/**
 * Lints: named rules over the exact octets that are to be signed, judged before the plan is made (on a trial TBS) and again right
 * before the token is asked. The rules are data: each has its clause, the date of the clause, and the control in whose name it refuses.
 */
import type { ControlId } from "../controls.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import { readDer, type DerNode } from "../bytes/der.ts";
import { AUTHORITY_RULES } from "./lint/authority.ts";
import { beginningOf, FIELD_RULES } from "./lint/certificate-fields.ts";
import { LIST_RULES, takeListApart } from "./lint/certificate-list.ts";
import { EXTENSION_RULES } from "./lint/extensions.ts";
import { takeApart } from "./lint/linted-certificate.ts";
import { NAME_RULES } from "./lint/names.ts";
import { POLICY_RULES } from "./lint/policies.ts";
import { applies, type LintRule } from "./lint/rule.ts";
import { USAGE_RULES } from "./lint/usage.ts";

export const CERTIFICATE_LINTS = [...FIELD_RULES, ...EXTENSION_RULES, ...AUTHORITY_RULES, ...USAGE_RULES, ...NAME_RULES, ...POLICY_RULES];
export const LIST_LINTS = LIST_RULES;

/** What is linted. */
export type Linted = "certificate" | "crl";

const CONTROLS_OF: Readonly<Record<Linted, readonly ControlId[]>> = {
  certificate: [...new Set(CERTIFICATE_LINTS.map(({ control }) => control))],
  crl: [...new Set(LIST_LINTS.map(({ control }) => control))],
};

/** The controls in whose name the lints of a certificate or CRL refuse, each once. */
export function lintControls(linted: Linted): readonly ControlId[] {
  return CONTROLS_OF[linted];
}

/**
 * Judges a TBSCertificate, DER. All findings; nothing is thrown.
 * @param path the step or certificate of the script
 */
export function lintTbs(tbs: Uint8Array, path: ScriptPath): Finding[] {
  return lint(tbs, path, "CERTIFICATE-FORM", takeApart, (certificate) => rulesFrom(beginningOf(certificate)));
}

/** The rules of the last beginning: the certificates of a batch have one. */
let lately: { readonly beginning: string | null; readonly rules: typeof CERTIFICATE_LINTS } | null = null;

function rulesFrom(beginning: string | null): typeof CERTIFICATE_LINTS {
  if (lately?.beginning !== beginning) lately = { beginning, rules: CERTIFICATE_LINTS.filter((rule) => applies(rule, beginning)) };
  return lately.rules;
}

/** Judges a TBSCertList, DER. All findings; nothing is thrown. */
export function lintTbsCertList(tbs: Uint8Array, path: ScriptPath): Finding[] {
  return lint(tbs, path, "CRL-FORM", takeListApart, () => LIST_LINTS);
}

function lint<T>(tbs: Uint8Array, path: ScriptPath, form: ControlId, takeApart: (node: DerNode) => T, rulesFor: (subject: T) => readonly LintRule<T>[]): Finding[] {
  const findings: Finding[] = [];
  const report = (control: ControlId, problems: readonly string[], clause: string): void => void findings.push(...problems.map((problem) => ({ control, path, message: `${problem} (${clause})` })));
  attempt(() => {
    const subject = takeApart(readDer(tbs));
    for (const { control, clause, judge } of rulesFor(subject)) attempt(() => report(control, judge(subject), clause), (problem) => report(control, [problem], clause));
  }, (problem) => report(form, [problem], "RFC 5280"));
  return findings;
}

/** What a rule cannot read is a problem of the thing, not of the rule. */
function attempt(judge: () => void, orReport: (problem: string) => void): void {
  try {
    judge();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    orReport(thrown.message);
  }
}
