/** Where things are at each step, in boxes to be ticked: the same on the screen and on paper. Pure. */
import type { Plan, PlannedStep } from "../plan/plan.ts";
import { isPutAwayLate, walkPlaces, type Move, type Thing } from "../script/places-walk.ts";

/** Before a place that somebody looks at and ticks. */
export const BOX = "[ ]";

/**
 * The lines of each step, by its number; none where the script does not say where things are. That nothing contradicts was judged
 * with the script: here the acts alone are followed.
 * @param tokensOf the tokens that a step may use
 */
export function placeLines(plan: Plan, tokensOf: (step: PlannedStep) => readonly string[]): ReadonlyMap<number, readonly string[]> {
  const things = plan.places ?? [];
  const walked = walkPlaces(things, plan.steps.map(moveOf));
  return new Map(plan.steps.map((step, i) => {
    const standing = walked[i] ?? { before: new Map(), after: new Map() };
    // what is not plugged in is not used: a plan does not say which token holds the key of a CA of the register
    const uses = tokensOf(step).filter((token) => standing.before.get(token) === "plugged");
    return [step.number, linesOf(things, uses, standing, step.rule)];
  }));
}

function moveOf(step: PlannedStep): Move {
  const isAct = step.rule === "act@1" || step.rule === "act@2";
  return { number: step.number, expects: [], becomes: (isAct ? step.state?.becomes : undefined) ?? [], uses: [], isLast: false };
}

interface Standing {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** At the beginning, in an act and at the end everything; in between what is used. */
function linesOf(things: readonly Thing[], uses: readonly string[], standing: Standing, rule: string): string[] {
  const isWhole = rule === "close@1" || rule === "roll-call@1" || rule.startsWith("act@");
  const shown = isWhole ? things : things.filter(({ thing }) => isPutAwayLate(things, uses, thing));
  return shown.map((one) => lineOf(one, standing, isGoingAway(rule, things, uses, one)));
}

/** Whether a thing is put away when a step is done: for the night, or for good. */
function isGoingAway(rule: string, things: readonly Thing[], uses: readonly string[], { thing }: Thing): boolean {
  return (rule === "close@1" || rule === "adjourn@1") && (isPutAwayLate(things, uses, thing) || things.some((one) => isPutAwayLate(things, uses, one.thing) && one.ends === `in ${thing}`));
}

function lineOf({ thing, ends }: Thing, { before, after }: Standing, goes: boolean): string {
  const [was = "", is = ""] = [before.get(thing), after.get(thing)];
  const then = goes && ends !== is ? ends : is;
  return then === was ? `${BOX} ${thing}: ${was}` : `${BOX} ${thing}: ${was}, afterwards ${BOX} ${then}`;
}
