/** The expected delta: how the objects on a token may differ from what they were, by the plan, and by nothing else [TOKEN-INVENTORY]. */
import { canonicalText } from "../bytes/canonical.ts";
import type { TokenObject } from "../transcript/observation.ts";
import { judge, type BoundToken, type Course } from "./course.ts";
import { heldObjects, heldText } from "./earlier.ts";
import { orStop } from "./people.ts";
import { ask, type Ask } from "./request.ts";

/** Looks at a token again and holds every object, with every attribute, against what it held before and what the plan lets appear. */
export function* judgeInventory(course: Course, step: number, token: string, bound: BoundToken): Ask<void> {
  const { objects } = orStop(course, step, yield* ask({ kind: "inspect-token", step, token, serial: bound.serial }));
  bound.after = objects;
  const differences = objectDifferences([...bound.before.filter((one) => !hasVanished(course, token, one)), ...appearedSoFar(course, token)], objects.filter((object) => !course.strayIds.has(object.id)));
  judge(course, "TOKEN-INVENTORY", step, differences.length === 0, `token ${token}: ${differences.join("; ")}`);
}

/** What the plan lets appear on a token and has been made, as it read back when it was made. A ceremony that stops has not made all of it. */
function appearedSoFar({ plan, keys }: Course, token: string): TokenObject[] {
  const { appear } = plan.tokens.find((planned) => planned.token === token)?.delta ?? { appear: [] };
  return appear.flatMap(({ key, class: kind }) => (keys.get(key)?.planned.token === token ? (keys.get(key)?.objects ?? []) : []).filter((object) => object.class === kind));
}

/** What the plan lets vanish from a token, and a step has destroyed. */
function hasVanished({ plan, destructions }: Course, token: string, { id, label }: TokenObject): boolean {
  const places = plan.steps.flatMap((step) => (step.rule === "destroy-key@1" && destructions.some(({ key, from }) => key === step.key && from.has(token)) ? step.places : []));
  return places.some((place) => place.token === token && place.id === id && place.label === label);
}

/** What is missing, too much or changed, in words; empty when the objects are the same, in whatever order. */
export function objectDifferences(expected: readonly TokenObject[], found: readonly TokenObject[]): string[] {
  const [wanted, there] = [surplus(expected, found), surplus(found, expected)];
  const changed = wanted.flatMap((was) => {
    const at = there.findIndex((is) => nameOf(is) === nameOf(was));
    const [is] = at < 0 ? [] : there.splice(at, 1);
    return is === undefined ? [] : [{ was, is }];
  });
  const missing = wanted.filter((was) => !changed.some((one) => one.was === was));
  return [
    ...missing.map((one) => `missing ${nameOf(one)}`),
    ...there.map((one) => `not accounted for: ${nameOf(one)}`),
    ...changed.map(({ was, is }) => `changed ${nameOf(was)}: ${changes(was, is).join(", ")}`),
  ];
}

/** What is in `all` more often than in `those`. */
function surplus(all: readonly TokenObject[], those: readonly TokenObject[]): TokenObject[] {
  const left = those.map((one) => canonicalText(one));
  return all.filter((one) => {
    const at = left.indexOf(canonicalText(one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Class, CKA_ID, label and public key: by these an object is the same one. */
function nameOf(object: TokenObject): string {
  return heldObjects([object]).map(heldText).join("");
}

function changes(was: TokenObject, is: TokenObject): string[] {
  const words = (object: TokenObject): Record<string, unknown> => ({ "key type": object.keyType, "key generation mechanism": object.keyGenMechanism, ...object.attributes });
  const [before, after] = [words(was), words(is)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name])
    .map((name) => `${name} was ${String(before[name] ?? "not read")}, is ${String(after[name] ?? "not read")}`);
}
