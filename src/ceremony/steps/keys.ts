/** Step `generate-key-pair`: make a key, read back every attribute, and account for what a crash or a token left behind. */
import { Content } from "../../bytes/content.ts";
import { fromHex } from "../../bytes/hex.ts";
import type { StepOf } from "../../plan/plan.ts";
import { except, judge, named, stopFor, type Course } from "../course.ts";
import { keyDifferences, wholePair, type Pair } from "../key-attributes.ts";
import { deriveKeyId, drawOnce } from "../draw.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask, type TokenRef } from "../request.ts";

type KeyStep = StepOf<"generate-key-pair@1">;

interface Place extends TokenRef {
  readonly id: string;
  readonly label: string;
}

export function* generateKeyPair(course: Course, step: KeyStep): Ask<void> {
  const ref = { token: step.token, serial: named(course.tokens, step.token, "token").serial };
  const draw = yield* drawOnce(course, step.number, ref);
  yield* confirmAct(course, step.number, "generate", [step.key]);
  for (let attempt = 0; ; attempt++) {
    const id = deriveKeyId(draw, course.planDigest, step.key, { step: step.number, item: 0, attempt });
    const place = { ...ref, id, label: `${step.key}-${course.run}` };
    const pair = yield* generateOnce(course, step, place);
    if (pair !== "again") return acceptKey(course, step, place, pair);
  }
}

function* generateOnce(course: Course, step: KeyStep, place: Place): Ask<Pair | "again"> {
  const { objects } = orStop(course, step.number, yield* ask({ kind: "find-objects", step: step.number, expect: "none", ...place }));
  judge(course, "KEY-ID-FRESH", step.number, objects.length === 0, `an object on token ${step.token} carries the id or the label already`);
  yield* checkPresence(course, step.number);
  course.effects++;
  const { algorithm, signature, privateTemplate, publicTemplate } = step;
  const answer = orStop(course, step.number, yield* ask({ kind: "generate-key-pair", step: step.number, ...place, algorithm, signature, privateTemplate, publicTemplate }));
  if (answer.outcome === "done") return answer;
  if (answer.outcome === "unknown") return yield* recover(course, step, place);
  if (answer.outcome === "wrong") {
    course.strayIds.add(place.id);
    return stopFor(course, { kind: "wrong", step: step.number, name: step.key }, `key ${step.key}: ${answer.why}; objects with the id ${place.id} are not to be used`);
  }
  yield* decide(course, { step: step.number, about: "refused", name: step.key, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
  return "again";
}

/**
 * Nobody knows whether the pair was made. It may be adopted only when its id was absent before (KEY-ID-FRESH has just held),
 * exactly one pair has it and every attribute reads back; half pairs may only be destroyed.
 */
function* recover(course: Course, step: KeyStep, place: Place): Ask<Pair | "again"> {
  for (;;) {
    const { objects } = orStop(course, step.number, yield* ask({ kind: "find-objects", step: step.number, expect: "any", ...place }));
    const made = objects.filter((object) => object.id === place.id);
    const pair = wholePair(made);
    const adoptable = pair !== null && keyDifferences(step, place, pair).length === 0;
    const facts = made.map((object) => ({ what: object.class, value: object.label }));
    const choices = made.length === 0 ? (["again"] as const) : adoptable ? (["adopt", "destroy"] as const) : (["destroy"] as const);
    if (made.length > 0) course.strayIds.add(place.id);
    else course.strayIds.delete(place.id);
    const choice = yield* decide(course, { step: step.number, about: made.length === 1 ? "half-key-pair" : "unknown-key-pair", name: step.key, facts, choices });
    if (choice === "again") return "again";
    if (choice === "adopt" && pair !== null) return pair;
    yield* destroyStray(course, step, place);
  }
}

function* destroyStray(course: Course, step: KeyStep, place: Place): Ask<void> {
  yield* confirmAct(course, step.number, "destroy", [step.key]);
  yield* checkPresence(course, step.number);
  course.effects++;
  const { token, serial, id } = place;
  const answer = orStop(course, step.number, yield* ask({ kind: "destroy-objects", step: step.number, token, serial, id }));
  if (answer.outcome === "wrong") stopFor(course, { kind: "wrong", step: step.number, name: step.key }, `key ${step.key}: ${answer.why}`);
  if (answer.outcome === "done") course.strayIds.delete(id);
  else except(course, { kind: "not-undone", step: step.number, name: step.key }, `key ${step.key}: destroying it was ${answer.outcome} (${answer.ckr})`);
}

/** The token's word about a key, held against the plan; a wrong word parks the key and stops the ceremony. */
function acceptKey(course: Course, step: KeyStep, place: Place, pair: Pair): void {
  const spki = new Content(fromHex(pair.spki));
  const key = { planned: step, serial: place.serial ?? "", id: place.id, label: place.label, spki, objects: [pair.privateKey, pair.publicKey], state: "parked" as "in use" | "parked", proved: false, isEarlier: false };
  course.keys.set(step.key, key);
  course.strayIds.delete(place.id);
  const differences = keyDifferences(step, place, pair);
  for (const control of ["KEY-NEVER-EXTRACTABLE", "KEY-LOCAL", "KEY-ATTRIBUTES"] as const) {
    const found = differences.filter((difference) => difference.control === control).map((difference) => difference.found);
    judge(course, control, step.number, found.length === 0, `key ${step.key}: ${found.join("; ")}; the key is parked`);
  }
  key.state = "in use";
}
