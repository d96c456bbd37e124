/** Where a key of the register is after a ceremony that restored or destroyed it. */
import type { KeyCopy, RegisteredKey } from "../transcript/register.ts";
import type { Course, Destruction, Restoration } from "./course.ts";

/** The key with its places as they are now; the key as it is where nothing moved it. */
export function movedKey(course: Course, key: RegisteredKey): RegisteredKey {
  const restored = course.restorations.filter((one) => one.key.planned.key === key.key).reduce((one, restoration) => restoredKey(course, one, restoration), key);
  return course.destructions.filter((one) => one.key === key.key).reduce((one, destruction) => destroyedKey(course, one, destruction), restored);
}

/** The key's own place is the new one once it has proved itself there; until then the new one is a place that nobody uses. */
function restoredKey(course: Course, key: RegisteredKey, { key: made, backup, said }: Restoration): RegisteredKey {
  const { serial, id, label, planned: { token, backup: survives } } = made;
  const restored = { run: course.run, backup, said };
  const { copies = [], restored: before, ...own } = key;
  if (!made.proved) return { ...key, copies: [...copies, { token, serial, id, label, state: "parked", restored }] };
  const old = placeOf(key, "there");
  return { ...own, token, serial, id, label, backup: survives, restored, copies: [...copies, before === undefined ? old : { ...old, restored: before }] };
}

function placeOf({ token, serial, id, label }: RegisteredKey, state: KeyCopy["state"]): KeyCopy {
  return { token, serial, id, label, state };
}

/** Destroyed when all of it is; a key of which something is left is parked, and its own place is one that is left. */
function destroyedKey(course: Course, key: RegisteredKey, { from, gone, remains, isDone }: Destruction): RegisteredKey {
  const stateOf = (token: string, state: KeyCopy["state"]): KeyCopy["state"] => (from.has(token) ? "destroyed" : gone.includes(token) ? "gone" : state);
  const copies = key.copies?.map((copy) => (copy.state === "there" || copy.state === "parked" ? { ...copy, state: stateOf(copy.token, copy.state) } : copy));
  const after: RegisteredKey = { ...key, ...(copies === undefined ? {} : { copies }) };
  if (isDone) return { ...after, state: "destroyed", destroyed: { run: course.run, gone: [...gone], remains: [...remains] } };
  return { ...withLivingPlace(after, stateOf(key.token, "there")), state: "parked" };
}

/** Where the key's own place is empty and a copy is left, they change places. */
function withLivingPlace(key: RegisteredKey, own: KeyCopy["state"]): RegisteredKey {
  const living = key.copies?.find(({ state }) => state === "there");
  if (own === "there" || living === undefined) return key;
  const { restored: before, copies = [], ...rest } = key;
  const { token, serial, id, label, restored } = living;
  const old: KeyCopy = { ...placeOf(key, own), ...(before === undefined ? {} : { restored: before }) };
  return { ...rest, token, serial, id, label, ...(restored === undefined ? {} : { restored }), copies: [...copies.filter((copy) => copy !== living), old] };
}
