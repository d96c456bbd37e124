/** What is left of a script when every step that something speaks against is taken out, and every step that leans on one of those. */
import { namesFindings } from "./names.ts";
import type { Draft } from "./doubt.ts";
import type { Step } from "./step-schema.ts";

/**
 * The steps that can be judged further though others cannot: officers see all mistakes at once. No step among them names
 * anything that is not made by another.
 */
export function soundSteps(draft: Draft): readonly Step[] {
  const broken = new Set(namesFindings({ ...draft, suspects: new Set() }).flatMap(({ path }) => (path[0] === "steps" ? [path[1]] : [])));
  const sound = draft.steps.filter(({ path }) => !broken.has(path[1]));
  return sound.length === draft.steps.length ? sound : soundSteps({ ...draft, steps: sound });
}
