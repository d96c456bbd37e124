/** The people of a script: that they exist, are enough for the quorums, and that those who acknowledge are independent. */
import type { Threshold } from "../transcript/quorum.ts";
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { stepNumber, type Made } from "./made.ts";
import type { Person } from "./schema.ts";
import type { StepOf } from "./step-schema.ts";
import { didYouMean } from "./wording.ts";

/** Dual control: before each effect at least so many are present [PRESENT-QUORUM]. */
const FEWEST_PEOPLE = 2;

/** [PEOPLE-DISTINCT] and [QUORUM-POSSIBLE]. */
export function peopleDoubts({ people, quorum }: Draft): Doubt[] {
  if (people === null) return [];
  const doubts = sharedKeyDoubts(people);
  const everybody = Object.values(people);
  if (everybody.length < FEWEST_PEOPLE) {
    doubts.push(doubt("QUORUM-POSSIBLE", ["people"], "", `expected at least ${FEWEST_PEOPLE} people, found ${everybody.length}`));
  }
  for (const [name, thresholds] of Object.entries(quorum ?? {})) {
    doubts.push(...quorumDoubts(name, thresholds, everybody));
  }
  return doubts;
}

function sharedKeyDoubts(people: Readonly<Record<string, Person>>): Doubt[] {
  const ownerOf = new Map<string, string>();
  const doubts: Doubt[] = [];
  for (const [id, { key }] of Object.entries(people)) {
    const owner = ownerOf.get(key);
    if (owner === undefined) ownerOf.set(key, id);
    else doubts.push(doubt("PEOPLE-DISTINCT", ["people", id, "key"], "", `expected a key of ${id}'s own, found that of ${owner}`));
  }
  return doubts;
}

/** Each person has one role and fills one seat, so counting is enough. */
function quorumDoubts(name: string, thresholds: readonly Threshold[], people: readonly Person[]): Doubt[] {
  const doubts: Doubt[] = [];
  const asked = new Map<string, number>();
  for (const [index, { count, role }] of thresholds.entries()) {
    asked.set(role, (asked.get(role) ?? 0) + count);
    const has = role === "any" ? people.length : people.filter((person) => person.role === role).length;
    if ((asked.get(role) ?? 0) > has) {
      doubts.push(doubt("QUORUM-POSSIBLE", ["quorum", name, index], "", `expected at most the people of the script, found ${asked.get(role) ?? 0} of ${role} where there are ${has}`));
    }
  }
  const seats = thresholds.reduce((sum, { count }) => sum + count, 0);
  if (doubts.length === 0 && seats > people.length) {
    doubts.push(doubt("QUORUM-POSSIBLE", ["quorum", name], "", `expected at most ${people.length} seats, one for each person of the script, found ${seats}`));
  }
  return doubts;
}

/** [SCRIPT-NAMES] about what an act asks for: each value is asked for once, and each file has a path of its own in the record. */
export function actDoubts(step: StepOf<"act">, made: Made): Doubt[] {
  const typed = new Set(step.type ?? []);
  const values = (step["double-entry"] ?? []).flatMap((name, index) => typed.has(name) ? [doubt("SCRIPT-NAMES", [...step.path, "double-entry", index], "", `expected a value that type does not ask for, found ${name}`)] : []);
  const files = (step.files ?? []).flatMap((path, index) => {
    const before = made.evidence.get(path);
    return before === undefined ? [] : [doubt("SCRIPT-NAMES", [...step.path, "files", index], "", `expected a new path, found ${path}, which step ${stepNumber(before)} attaches`)];
  });
  return [...values, ...files, ...backedUpDoubts(step, made)];
}

/** [SCRIPT-NAMES] about the keys whose backup by a vendor an act is: each is there, and its backup is that of its vendor. */
function backedUpDoubts(step: StepOf<"act">, { keys }: Made): Doubt[] {
  return (step["backup-of"] ?? []).flatMap((key, index) => {
    const path = [...step.path, "backup-of", index];
    const maker = keys.get(key);
    if (maker === undefined) return [doubt("SCRIPT-NAMES", path, key, `expected the name of an earlier key, found ${key}`, didYouMean(key, keys.keys()))];
    return maker.backup === "vendor" ? [] : [doubt("SCRIPT-NAMES", path, key, `expected a key with backup: vendor, found ${key}, with backup: ${maker.backup}`, maker.backup === "wrap" ? "it is backed up by back-up-key" : "write backup: vendor where the key is made")];
  });
}

/** [SCRIPT-NAMES] about who acts, acknowledges or reads back; [WITNESS-INDEPENDENT] about the latter two. */
export function personDoubts(step: StepOf<"act" | "acknowledge" | "sign-artifact">, { people }: Draft): Doubt[] {
  if (people === null) return [];
  const named = step.kind === "act" ? [{ id: step.by, path: [...step.path, "by"] }] : step.by.map((id, index) => ({ id, path: [...step.path, "by", index] }));
  return named.flatMap(({ id, path }) => {
    const person = Object.hasOwn(people, id) ? people[id] : undefined;
    if (person === undefined) return [doubt("SCRIPT-NAMES", path, "", `expected a person of the script, found ${id}`, didYouMean(id, Object.keys(people)))];
    if (step.kind === "act" || person.role === "witness" || person.role === "auditor") return [];
    return [doubt("WITNESS-INDEPENDENT", path, "", `expected a witness or an auditor, found ${id}, who is ${person.role}`)];
  });
}
