/** The template of a scheduled run: its plan with what may vary from run to run taken out [STANDING-TEMPLATE]. Pure. */
import { canonicalBytes } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import type { Plan, PlannedStep } from "./plan.ts";

/** Where the number of the run stood, and that of the run before. Names of a plan have no such characters. */
const RUN = "<run>";
const BEFORE = "<before>";

/**
 * SHA-256, hex, of the RFC 8785 form of a plan without its script, its ceremony id, its run, its register and the files of that, in
 * which names that end in the number of the run end in a word. What was judged when it was made is left out: nothing is signed by it.
 */
export function templateOf(plan: Plan): string {
  const { script: _script, ceremony: _ceremony, scheduled, register, controls: _controls, inputs, steps, ...same } = plan;
  const isOfPack = (path: string): boolean => register !== null && path.startsWith(`${register.pack}/`);
  return sha256Hex(canonicalBytes({ ...same, inputs: inputs.filter(({ path }) => !isOfPack(path)), steps: renamed(steps, scheduled?.run ?? 0) }));
}

/** Names that the steps make, wherever they stand, and the names of what is renewed. */
function renamed(steps: readonly PlannedStep[], run: number): unknown {
  const names = new Map<string, string>();
  for (const step of steps) {
    for (const name of madeBy(step)) enter(names, name, run, RUN);
    if ("renews" in step && step.renews !== null) enter(names, step.renews, run - 1, BEFORE);
  }
  return replaced(steps, names);
}

function enter(names: Map<string, string>, name: string, number: number, word: string): void {
  const end = `-${number}`;
  if (name.endsWith(end)) names.set(name, `${name.slice(0, -end.length)}-${word}`);
}

function madeBy(step: PlannedStep): string[] {
  switch (step.rule) {
    case "issue-crl@1": return [step.crl];
    case "issue-certificate@1": case "sign-request@1": return [step.certificate];
    case "create-request@1": return [step.request];
    case "sign-artifact@1": return [step.artifact];
    default: return [];
  }
}

function replaced(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, names)]));
}
