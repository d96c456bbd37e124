/** Step `generate-key-pair`: make a key, read back every attribute, and account for what a crash or a token left behind. */
import { Content } from "../../bytes/content.ts";
import { fromHex } from "../../bytes/hex.ts";
import { Fault } from "../../fault.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { TokenObject } from "../../transcript/observation.ts";
import type { KeyAlgorithm } from "../../x509/algorithm.ts";
import { readSpki } from "../../x509/spki.ts";
import { except, judge, named, stopFor, type Course } from "../course.ts";
import { deriveKeyId, drawOnce } from "../draw.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask, type TokenRef } from "../request.ts";

type KeyStep = StepOf<"generate-key-pair@1">;

/** Both halves of a key pair as they read back, and the public key, DER hex. */
interface Pair {
  readonly spki: string;
  readonly privateKey: TokenObject;
  readonly publicKey: TokenObject;
}

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
    const adoptable = pair !== null && attributeDifferences(step, place, pair).length === 0;
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

function wholePair(objects: readonly TokenObject[]): Pair | null {
  const privateKeys = objects.filter((object) => object.class === "private key");
  const publicKeys = objects.filter((object) => object.class === "public key");
  const [privateKey, publicKey] = [privateKeys[0], publicKeys[0]];
  if (objects.length !== 2 || privateKey === undefined || publicKey === undefined || publicKey.spki === "") return null;
  return { spki: publicKey.spki, privateKey, publicKey };
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
  const key = { planned: step, serial: place.serial ?? "", id: place.id, label: place.label, spki, state: "parked" as "in use" | "parked", proved: false };
  course.keys.set(step.key, key);
  course.strayIds.delete(place.id);
  const differences = attributeDifferences(step, place, pair);
  for (const control of ["KEY-NEVER-EXTRACTABLE", "KEY-LOCAL", "KEY-ATTRIBUTES"] as const) {
    const found = differences.filter((difference) => difference.control === control).map((difference) => difference.found);
    judge(course, control, step.number, found.length === 0, `key ${step.key}: ${found.join("; ")}; the key is parked`);
  }
  key.state = "in use";
}

type KeyControl = "KEY-NEVER-EXTRACTABLE" | "KEY-LOCAL" | "KEY-ATTRIBUTES";

interface Difference {
  readonly control: KeyControl;
  readonly found: string;
}

const CONTROL_OF: Readonly<Record<string, KeyControl>> = {
  SENSITIVE: "KEY-NEVER-EXTRACTABLE", ALWAYS_SENSITIVE: "KEY-NEVER-EXTRACTABLE",
  EXTRACTABLE: "KEY-NEVER-EXTRACTABLE", NEVER_EXTRACTABLE: "KEY-NEVER-EXTRACTABLE",
  LOCAL: "KEY-LOCAL",
};

function attributeDifferences(step: KeyStep, place: Place, pair: Pair): Difference[] {
  const expectedPrivate = { ...step.privateTemplate, ...step.readBack };
  return [
    ...halfDifferences("private key", expectedPrivate, place, pair.privateKey),
    ...halfDifferences("public key", step.publicTemplate, place, pair.publicKey),
    ...originDifferences(step, pair),
  ];
}

function halfDifferences(half: TokenObject["class"], expected: Readonly<Record<string, boolean>>, place: Place, object: TokenObject): Difference[] {
  const differences: Difference[] = Object.entries(expected)
    .filter(([name, value]) => object.attributes[name] !== value)
    .map(([name, value]) => ({ control: CONTROL_OF[name] ?? "KEY-ATTRIBUTES", found: `${half}: expected ${name} ${value}, the token says ${object.attributes[name] ?? "not reported"}` }));
  const named = object.class === half && object.id === place.id && object.label === place.label;
  if (!named) differences.push({ control: "KEY-ATTRIBUTES", found: `expected the ${half} ${place.id} ${place.label}, found the ${object.class} ${object.id} ${object.label}` });
  return differences;
}

function originDifferences(step: KeyStep, pair: Pair): Difference[] {
  const differences: Difference[] = [];
  if (pair.privateKey.keyGenMechanism !== step.keyGenMechanism) {
    differences.push({ control: "KEY-LOCAL", found: `expected ${step.keyGenMechanism}, the token says ${pair.privateKey.keyGenMechanism}` });
  }
  const algorithm = algorithmOf(pair.spki);
  if (algorithm !== step.algorithm || pair.publicKey.spki !== pair.spki) {
    differences.push({ control: "KEY-ATTRIBUTES", found: `expected a valid public key of ${step.algorithm}, found ${algorithm ?? "none"}` });
  }
  return differences;
}

/** Null for what is no SubjectPublicKeyInfo: a token's word is judged, it never ends the run. */
function algorithmOf(spki: string): KeyAlgorithm | null {
  try {
    return readSpki(fromHex(spki)).algorithm;
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
