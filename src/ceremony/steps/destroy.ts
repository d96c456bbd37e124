/** Step `destroy-key`: on every token that holds the key, and searched for afterwards. */
import type { PlannedPlace } from "../../plan/backed-up.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { TokenObject } from "../../transcript/observation.ts";
import { judge, named, stopFor, type Course, type Destruction } from "../course.ts";
import { heldObjects, heldText } from "../earlier.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask } from "../request.ts";

type DestroyStep = StepOf<"destroy-key@1">;

/** What can bring the key back is named before the word is typed, and stands in the register afterwards. */
export function* destroyKey(course: Course, step: DestroyStep): Ask<void> {
  const { number, key, places, gone, remains } = step;
  const destruction: Destruction = { key, from: new Set(), gone, remains, isDone: false };
  yield* confirmAct(course, number, "destroy", places.map(({ token }) => `${key} on ${token}`));
  course.destructions.push(destruction);
  course.signed.add(key);
  course.keys.delete(key);
  for (const place of places) yield* destroyAt(course, step, { place, destruction });
  for (const token of course.tokens.keys()) yield* search(course, step, token);
  destruction.isDone = true;
}

/** Nothing is put to the token again but by people's word. */
function* destroyAt(course: Course, { number, key }: DestroyStep, { place, destruction }: { readonly place: PlannedPlace; readonly destruction: Destruction }): Ask<void> {
  const { token, serial, id, label } = place;
  for (;;) {
    yield* checkPresence(course, number);
    course.effects++;
    const answer = orStop(course, number, yield* ask({ kind: "destroy-objects", step: number, token, serial, id, label }));
    if (answer.outcome === "done") return void destruction.from.add(token);
    if (answer.outcome === "wrong") return stopFor(course, { kind: "wrong", step: number, name: key }, `key ${key} on ${token}: ${answer.why}`);
    const left = (yield* objectsOn(course, number, token)).filter((object) => object.id === id || object.label === label);
    if (left.length === 0) destruction.from.add(token);
    const facts = left.map((object) => ({ what: object.class, value: object.label }));
    yield* decide(course, { step: number, about: answer.outcome === "unknown" ? "unknown-destruction" : "refused", name: key, facts, choices: ["again"] });
  }
}

function* objectsOn(course: Course, step: number, token: string): Ask<readonly TokenObject[]> {
  const { serial } = named(course.tokens, token, "token");
  return orStop(course, step, yield* ask({ kind: "inspect-token", step, token, serial })).objects;
}

/** By CKA_ID, by label and by public key, on every token of the ceremony [KEY-DESTROYED]. */
function* search(course: Course, { number, key, spki, places }: DestroyStep, token: string): Ask<void> {
  const held = heldObjects(yield* objectsOn(course, number, token));
  const left = held.filter((object) => object.spki === spki || places.some(({ id, label }) => object.id === id || object.label === label));
  judge(course, "KEY-DESTROYED", number, left.length === 0, `expected nothing of ${key} on ${token}, found ${left.map(heldText).join("; ")}`);
}
