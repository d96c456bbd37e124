/** Step `generate-key-pair`: make a key, read back every attribute, and account for what a crash or a token left behind. */
import { Content } from "../../bytes/content.ts";
import { fromHex } from "../../bytes/hex.ts";
import type { StepOf } from "../../plan/plan.ts";
import { judge, named, stopFor, type Course } from "../course.ts";
import { acceptedWords } from "../accepted-words.ts";
import { keyControls, keyDifferences, type Pair } from "../key-attributes.ts";
import { deriveKeyId, drawOnce } from "../draw.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask } from "../request.ts";
import { recover, type Place } from "./recovery.ts";

type KeyStep = StepOf<"generate-key-pair@1">;

export function* generateKeyPair(course: Course, step: KeyStep): Ask<void> {
  const ref = { token: step.token, serial: named(course.tokens, step.token, "token").serial };
  judgeWrappable(course, step);
  const draw = yield* drawOnce(course, step.number, ref);
  yield* confirmAct(course, step.number, "generate", [step.key]);
  for (let attempt = 0; ; attempt++) {
    const id = deriveKeyId(draw, course.planDigest, step.key, { step: step.number, item: 0, attempt });
    const place = { ...ref, id, label: keyLabel(step.key, course.run, attempt) };
    const pair = yield* generateOnce(course, step, place);
    if (pair !== "again") return acceptKey(course, step, place, pair);
  }
}

/** What is known of tokens: nothing is made that could never be wrapped [KEY-WRAPPABLE]. What is not known, the token says itself. */
function judgeWrappable(course: Course, { number, key, token, algorithm, backup }: KeyStep): void {
  if (backup !== "wrap") return;
  const { manufacturer, model } = named(course.tokens, token, "token").identity;
  const never = algorithm === "ed25519" && /softhsm/i.test(`${manufacturer} ${model}`);
  judge(course, "KEY-WRAPPABLE", number, !never, `expected a key that ${manufacturer} wraps, found ${algorithm} for ${key}; take an ECDSA or RSA key, or another backup`);
}

/** Another one for each attempt, as the id, so that what an attempt left is not taken for what the next one makes. */
export function keyLabel(key: string, run: string, attempt: number): string {
  return attempt === 0 ? `${key}-${run}` : `${key}-${run}-${attempt}`;
}

function* generateOnce(course: Course, step: KeyStep, place: Place): Ask<Pair | "again"> {
  const { objects } = orStop(course, step.number, yield* ask({ kind: "find-objects", step: step.number, expect: "none", ...place }));
  judge(course, "KEY-ID-FRESH", step.number, objects.length === 0, `an object on token ${step.token} carries the id or the label already`);
  yield* checkPresence(course, step.number);
  course.effects++;
  const { algorithm, signature, privateTemplate, publicTemplate } = step;
  const answer = orStop(course, step.number, yield* ask({ kind: "generate-key-pair", step: step.number, ...place, algorithm, signature, privateTemplate, publicTemplate }));
  if (answer.outcome === "done") return answer;
  if (answer.outcome === "unknown") return yield* recover(course, step, place, (found) => keyDifferences(step, place, found, acceptedWords(course.plan, step)).length === 0);
  if (answer.outcome === "wrong") {
    course.strayIds.add(place.id);
    return stopFor(course, { kind: "wrong", step: step.number, name: step.key }, `key ${step.key}: ${answer.why}; objects with the id ${place.id} are not to be used`);
  }
  yield* decide(course, { step: step.number, about: "refused", name: step.key, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
  return "again";
}

/** The token's word about a key, held against the plan; a wrong word parks the key and stops the ceremony. */
function acceptKey(course: Course, step: KeyStep, place: Place, pair: Pair): void {
  const spki = new Content(fromHex(pair.spki));
  const key = { planned: step, serial: place.serial ?? "", id: place.id, label: place.label, spki, objects: [pair.privateKey, pair.publicKey], state: "parked" as "in use" | "parked", proved: false, isEarlier: false };
  course.keys.set(step.key, key);
  course.strayIds.delete(place.id);
  const differences = keyDifferences(step, place, pair, acceptedWords(course.plan, step));
  for (const control of keyControls(step.backup)) {
    const found = differences.filter((difference) => difference.control === control).map((difference) => difference.found);
    judge(course, control, step.number, found.length === 0, `key ${step.key}: ${found.join("; ")}; the key is parked`);
  }
  key.state = "in use";
}
