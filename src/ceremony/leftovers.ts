/** What lies on a token and is accounted for by nothing: what a crash left of a key pair, or what somebody put there. */
import type { TokenObject } from "../transcript/observation.ts";
import type { HeldObject } from "../transcript/register.ts";
import type { BoundToken, Course, CourseKey } from "./course.ts";
import { heldObjects, heldText } from "./earlier.ts";

/** What a token must hold: what it held when it was first looked at, and both halves of each key of this ceremony. */
export function accountedFor(course: Course, token: string, bound: BoundToken): HeldObject[] {
  const ours = [...course.keys.values()].filter((key) => key.planned.token === token && !key.isEarlier);
  return [...heldObjects(bound.before), ...ours.flatMap(heldPair)];
}

/** Both halves: another public key planted under its id is seen. */
function heldPair({ id, label, spki }: CourseKey): HeldObject[] {
  return [{ class: "private key", id, label, spki: "" }, { class: "public key", id, label, spki: spki.sha256 }];
}

/** CKA_ID and CKA_LABEL that a key pair was asked for with. */
export interface AskedFor {
  readonly id: string;
  readonly label: string;
}

/**
 * The objects that a generation of unknown outcome may have left: nothing accounts for them, and they carry its id, its label, or
 * neither id nor label, as what SoftHSM leaves half made. What else is new on the token is not its work, and is left to the inventory.
 */
export function leftoversOf(accounted: readonly HeldObject[], asked: AskedFor, objects: readonly TokenObject[]): TokenObject[] {
  const known = accounted.map(heldText);
  return objects.filter((object) => {
    const at = known.indexOf(heldObjects([object]).map(heldText)[0] ?? "");
    if (at >= 0) known.splice(at, 1);
    return at < 0 && (object.id === asked.id || object.label === asked.label || isNameless(object));
  });
}

/** An object that nobody can call by a name. Data and certificates go by a label alone; a key has a CKA_ID. */
function isNameless({ class: kind, id, label }: TokenObject): boolean {
  return id === "" && (label === "" || kind.endsWith(" key"));
}

/**
 * What on a token is not whole, in words [TOKEN-WHOLE]: half a key pair, or an object without a name.
 * @param strays CKA_IDs of what a register says was left on purpose
 */
export function halvesOn(objects: readonly TokenObject[], strays: readonly string[]): string[] {
  const judged = objects.filter(({ id }) => !strays.includes(id));
  const carries = (kind: TokenObject["class"], id: string): boolean => judged.some((object) => object.class === kind && object.id === id);
  return judged.flatMap((object) => {
    const name = `${object.class} ${object.id || "without a CKA_ID"} ${object.label || "without a label"}`;
    if (isNameless(object)) return [`${name}, as a crash leaves it`];
    if (object.class === "private key" && !carries("public key", object.id)) return [`${name}, whose public key is not there`];
    return object.class === "public key" && !carries("private key", object.id) ? [`${name}, whose private key is not there`] : [];
  });
}
