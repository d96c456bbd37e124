/** Whether a profile takes what a step gives it, and whether that can be encoded. */
import { orReason, type ScriptPath } from "../fault.ts";
import type { SubtreeFields } from "../script/profile-fields.ts";
import type { Step } from "../script/step-schema.ts";
import { addressRange } from "../x509/constraint-extension.ts";
import { judgeName } from "../x509/name.ts";
import type { Judgement } from "./judgement.ts";
import { attributesOf, type ParameterFields } from "./parameters.ts";
import type { PlannedValidity } from "./plan.ts";
import type { ParameterName, Profile, ProfileParameters } from "./profile.ts";

const PARAMETER_NAMES = Object.keys({
  subject: 0, factory: 0, "path-length": 0, usage: 0, policies: 0, constraints: 0, "authority-info": 0, "crl-at": 0, order: 0,
} satisfies Record<ParameterName, 0>) as readonly ParameterName[];

/** Every parameter is wanted, allowed or refused by the profile [PROFILE-FITS]; those that are given are in form [SUBJECT-FORM]. Returns whether they can be encoded. */
export function judgeParameters(judgement: Judgement, step: Step & ParameterFields, profile: Profile, label: string): boolean {
  for (const name of PARAMETER_NAMES) {
    const given = name in step;
    const wanted = profile.wants.includes(name) || (name === "subject" && step.kind === "issue-certificate" && profile.fits.includes("sign-request"));
    const right = given ? wanted || profile.allows.includes(name) : !wanted;
    judgement.judge("PROFILE-FITS", [...step.path, ...(given ? [name] : [])], right, wanted ? `${label} wants the field ${name}` : `${label} takes no field ${name}: it decides that itself`);
  }
  const { constraints, policies = [] } = step;
  const oids = policies.map(({ oid }) => oid);
  judgement.judge("PROFILE-FITS", [...step.path, "policies"], new Set(oids).size === oids.length, `expected each policy once, found ${oids.join(", ")}`);
  const sides = (["permitted", "excluded"] as const).map((side) => judgeSubtrees(judgement, [...step.path, "constraints", side], constraints?.[side]));
  return sides.every((inForm) => inForm);
}

function judgeSubtrees(judgement: Judgement, path: ScriptPath, side: SubtreeFields | undefined): boolean {
  const ranges = (side?.ip ?? []).map((range, i) => {
    const found = orReason(() => addressRange(range));
    return judgement.judge("PROFILE-FITS", [...path, "ip", i], typeof found !== "string", typeof found === "string" ? found : "");
  });
  const names = (side?.directory ?? []).map((name, i) => {
    const findings = judgeName(attributesOf(name), [...path, "directory", i]);
    judgement.take(["SUBJECT-FORM"], findings);
    return findings.length === 0;
  });
  return [...ranges, ...names].every((inForm) => inForm);
}

/** The rules of the profile's trust domain that apply at the certificate's notBefore; where that is not known yet, all of them. */
export function judgeRules(judgement: Judgement, path: ScriptPath, profile: Profile, parameters: ProfileParameters, valid: PlannedValidity): void {
  const day = "from" in valid ? valid.from.slice(0, 10) : "9999-12-31";
  for (const { control, from, judge } of profile.rules) {
    if (day < from) continue;
    const found = judge(parameters, valid);
    judgement.judge(control, path, found === null, found ?? "", `the rule applies to certificates from ${from} on`);
  }
}
