/** Roll call comes first, close comes last and once. */
import { doubt, type Doubt, type Draft } from "./doubt.ts";

/** [SCRIPT-NAMES] about the first and the last step. */
export function orderDoubts({ steps, written }: Draft): Doubt[] {
  const at = (index: number) => steps.find(({ path }) => path[1] === index);
  const [first, last] = [at(0), at(written - 1)];
  const doubts: Doubt[] = [];
  if (first !== undefined && first.kind !== "roll-call") {
    doubts.push(doubt("SCRIPT-NAMES", first.path, "", `expected roll-call as the first step, found ${first.kind}`));
  }
  if (last !== undefined && last.kind !== "close") {
    doubts.push(doubt("SCRIPT-NAMES", last.path, "", `expected close as the last step, found ${last.kind}`));
  }
  for (const step of steps) {
    if (step.kind === "close" && step.path[1] !== written - 1) {
      doubts.push(doubt("SCRIPT-NAMES", step.path, "", "expected close only as the last step: nothing is recorded after it"));
    }
  }
  return doubts;
}
