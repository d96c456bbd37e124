/** The steps of a script as it wrote them: what the next ceremony has to know to make the same again. */
import { partsOf } from "../platforms/parts.ts";
import type { ConstraintFields } from "../script/profile-fields.ts";
import type { Script } from "../script/schema.ts";
import type { Step, StepOf } from "../script/step-schema.ts";
import type { RotationMade, WrittenStep } from "../transcript/rotation-made.ts";

/** Everything of a script that is made again one day. */
export function madeBy({ steps, tokens, "weak-keys": weakKeys = [] }: Script): RotationMade {
  const named = (nameOf: (step: Step) => string | null): Record<string, WrittenStep> => Object.fromEntries(steps.flatMap((step) => {
    const name = nameOf(step);
    return name === null ? [] : [[name, writtenStep(step)] as const];
  }));
  return {
    certificates: named((step) => (isCertificate(step) ? step.certificate : null)),
    crls: named((step) => (step.kind === "issue-crl" ? step.crl : null)),
    bundles: named((step) => (step.kind === "export-bundle" ? (step.bundle ?? step.platform) : null)),
    requests: named((step) => (step.kind === "create-request" ? step.request : null)),
    tokens: Object.fromEntries(Object.entries(tokens).map(([token, { holds: _holds, ...said }]) => [token, jsonOf(said)])),
    witnesses: [...new Set(steps.flatMap((step) => (step.kind === "acknowledge" ? step.by : [])))], weakKeys: [...weakKeys],
  };
}

type CertificateStep = StepOf<"issue-root" | "issue-certificate" | "sign-request" | "cross-certify" | "accept-certificate">;

function isCertificate(step: Step): step is CertificateStep {
  return step.kind === "issue-root" || step.kind === "issue-certificate" || step.kind === "sign-request" || step.kind === "cross-certify" || step.kind === "accept-certificate";
}

/** A step as it stands in the script: reading has taken some fields apart. */
export function writtenStep(step: Step): WrittenStep {
  const { kind, path: _path, ...fields } = step;
  if (step.kind === "sign-request") return { step: kind, fields: jsonOf({ ...fields, request: step.request.field === null ? step.request.file : step.request }) };
  if (step.kind === "cross-certify") return { step: kind, fields: jsonOf({ ...fields, existing: "file" in step.existing ? step.existing.file : step.existing.certificate }) };
  if (step.kind === "export-bundle") return { step: kind, fields: jsonOf(bundleFields(step)) };
  return { step: kind, fields: jsonOf(fields) };
}

/** Parts of one are no lists. */
function bundleFields({ bundle, platform, parts }: StepOf<"export-bundle">): object {
  const given = partsOf({ platform }).flatMap(([name, { many }]) => {
    const values = parts[name];
    return values === undefined ? [] : [[name, many ? values : values[0]] as const];
  });
  return { ...(bundle === undefined ? {} : { bundle }), platform, ...Object.fromEntries(given) };
}

/** Fields of a script are JSON: texts, whole numbers, lists, maps. In the one form of plans maps have no order, so that names, which have one, become lists of pairs. */
function jsonOf(fields: object): WrittenStep["fields"] {
  return Object.fromEntries(Object.entries(fields).map(([name, value]: [string, unknown]) => [name, name === "subject" ? Object.entries(value as object) : name === "constraints" ? constraintsOf(value as ConstraintFields) : value])) as WrittenStep["fields"];
}

function constraintsOf(sides: ConstraintFields): object {
  const side = (given: ConstraintFields["permitted"]): object => ({ ...given, ...(given?.directory === undefined ? {} : { directory: given.directory.map((name) => Object.entries(name)) }) });
  return Object.fromEntries(Object.entries(sides).map(([name, given]) => [name, side(given)]));
}
