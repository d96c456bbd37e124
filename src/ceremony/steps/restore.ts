/** Step `restore-key`: a key of the register is made anew on another token from its backup, with the shares of enough custodians. */
import { Content } from "../../bytes/content.ts";
import { fromHex } from "../../bytes/hex.ts";
import type { StepOf } from "../../plan/plan.ts";
import { judge, named, stopFor, type Course, type CourseKey } from "../course.ts";
import { deriveKeyId, drawOnce } from "../draw.ts";
import { restoredDifferences, saidOf, type Pair } from "../key-attributes.ts";
import { checkPresence, confirmAct, decide, orStop } from "../people.ts";
import { ask, type Ask, type RequestOf, type ShareHolder } from "../request.ts";
import { keyLabel } from "./keys.ts";
import { recover, type Place } from "./recovery.ts";

type RestoreStep = StepOf<"restore-key@1">;

export function* restoreKey(course: Course, step: RestoreStep): Ask<void> {
  const ref = { token: step.token, serial: named(course.tokens, step.token, "token").serial };
  const draw = yield* drawOnce(course, step.number, ref);
  yield* confirmAct(course, step.number, "restore", [step.key, step.token]);
  for (let attempt = 0; ; attempt++) {
    const id = deriveKeyId(draw, course.planDigest, step.key, { step: step.number, item: 0, attempt });
    const place = { ...ref, id, label: keyLabel(step.key, course.run, attempt) };
    const pair = yield* restoreOnce(course, step, place);
    if (pair !== "again") return accept(course, step, place, pair);
  }
}

function* restoreOnce(course: Course, step: RestoreStep, place: Place): Ask<Pair | "again"> {
  const { number, key } = step;
  const { objects } = orStop(course, number, yield* ask({ kind: "find-objects", step: number, expect: "none", ...place }));
  judge(course, "KEY-ID-FRESH", number, objects.length === 0, `an object on token ${step.token} carries the id or the label already`);
  yield* checkPresence(course, number);
  const request = unwrapping(step, place, holdersHere(course, step));
  course.effects++;
  const answer = orStop(course, number, yield* ask(request));
  if (answer.outcome === "done") return answer;
  if (answer.outcome === "unknown") return yield* recover(course, step, place, (found) => restoredDifferences(step, place, found).length === 0);
  if (answer.outcome === "wrong") {
    course.strayIds.add(place.id);
    return stopFor(course, { kind: "wrong", step: number, name: key }, `key ${key}: ${answer.why}; objects with the id ${place.id} are not to be used`);
  }
  yield* decide(course, { step: number, about: "refused", name: key, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
  return "again";
}

/** As many of those who hold shares as are needed: the first ones of the script who are here. */
function holdersHere(course: Course, { number, from, threshold, shares }: RestoreStep): ShareHolder[] {
  const here = shares.filter(({ by }) => course.present.includes(by)).slice(0, threshold);
  judge(course, "CUSTODIANS-PRESENT", number, here.length === threshold, `expected ${threshold} custodians of ${from} to be present, found ${here.map(({ by }) => by).join(", ") || "none"}`);
  return here;
}

function unwrapping(step: RestoreStep, place: Place, shares: readonly ShareHolder[]): RequestOf<"unwrap-key"> {
  const { number, from: backup, algorithm, signature, mechanism, checkValue, threshold, privateTemplate, publicTemplate } = step;
  return { kind: "unwrap-key", step: number, backup, ...place, algorithm, signature, mechanism, blob: new Content(fromHex(step.blob)), spki: new Content(fromHex(step.spki)), checkValue, threshold, shares, privateTemplate, publicTemplate };
}

/** Accepted for what its register says of it, and for nothing that the token says of where it was made [RESTORED-KEY]. */
function accept(course: Course, step: RestoreStep, place: Place, pair: Pair): void {
  const { key: name, token, algorithm, signature, backup, privateTemplate, publicTemplate, readBack } = step;
  const planned = { key: name, token, algorithm, signature, backup, privateTemplate, publicTemplate, readBack, keyGenMechanism: pair.privateKey.keyGenMechanism };
  const key: CourseKey = { planned, serial: place.serial ?? "", id: place.id, label: place.label, spki: new Content(fromHex(step.spki)), objects: [pair.privateKey, pair.publicKey], state: "parked", proved: false, isEarlier: false };
  course.keys.set(name, key);
  course.strayIds.delete(place.id);
  course.signed.add(name);
  course.restorations.push({ key, backup: step.from, said: saidOf(pair) });
  const differences = restoredDifferences(step, place, pair);
  judge(course, "RESTORED-KEY", step.number, differences.length === 0, `key ${name}: ${differences.join("; ")}; what was made on ${token} is parked`);
  key.state = "in use";
}
