/** The list of steps: each a map with one name, its kind. */
import type { Finding, ScriptPath } from "../fault.ts";
import type { Locate } from "./place.ts";
import { isStepKind, STEP_KINDS, STEP_SCHEMAS, type Step, type StepKind } from "./step-schema.ts";
import { didYouMean, shown } from "./wording.ts";
import { formFindingAt, readBySchema } from "./zod-findings.ts";

export interface ReadSteps {
  /** Those that could be read. `path[1]` is the index in the written list. */
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  /** Every text in the others, in lower case as names are: one of these may be what a name elsewhere means, so nothing is said of it. */
  readonly suspects: ReadonlySet<string>;
}

/** Reads every step by the schema of its kind. */
export function readSteps(items: readonly unknown[], locate: Locate): ReadSteps {
  const steps: Step[] = [];
  const findings: Finding[] = [];
  const suspects = new Set<string>();
  for (const [index, item] of items.entries()) {
    const read = readStep(item, ["steps", index], locate);
    if (read.step !== null) steps.push(read.step);
    else collectTexts(item, suspects);
    findings.push(...read.findings);
  }
  return { steps, findings, suspects };
}

interface ReadStep {
  readonly step: Step | null;
  readonly findings: readonly Finding[];
}

function readStep(item: unknown, path: ScriptPath, locate: Locate): ReadStep {
  const refuse = (at: ScriptPath, of: "value" | "key", message: string, hint?: string): ReadStep => ({
    step: null,
    findings: [formFindingAt(at, of, locate, message, hint)],
  });
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    return refuse(path, "value", `expected a step kind and its fields, found ${shown(item)}`, "a step without fields is written roll-call: {}");
  }
  const [first, second] = Object.entries(item);
  if (first === undefined) return refuse(path, "value", "expected a step kind, found an empty map");
  const [kind, fields] = first;
  if (!isStepKind(kind)) return refuse([...path, kind], "key", ...unknownKind(kind));
  if (second !== undefined) {
    const hint = isStepKind(second[0]) ? "give it a dash of its own" : `indent the fields of ${kind} below it`;
    return refuse([...path, second[0]], "key", `expected one step kind, found ${kind} and ${shown(second[0])}`, hint);
  }
  return readFields(kind, fields, [...path, kind], locate);
}

function readFields(kind: StepKind, fields: unknown, path: ScriptPath, locate: Locate): ReadStep {
  const { data, findings } = readBySchema(STEP_SCHEMAS[kind], fields, path, locate);
  // the schema is that of the kind, which the type checker cannot follow through the table
  return { step: data === null ? null : ({ kind, path, ...data } as Step), findings };
}

function unknownKind(kind: string): [message: string, hint?: string] {
  return [`unknown step kind ${shown(kind)}`, didYouMean(kind, STEP_KINDS) ?? `the step kinds are ${STEP_KINDS.join(", ")}`];
}

function collectTexts(value: unknown, into: Set<string>): void {
  if (typeof value === "string") into.add(value.toLowerCase());
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) collectTexts(inner, into);
}
