/** What follows a key generation of unknown outcome: a look at the whole token, and people who decide what becomes of what is there. */
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import type { TokenObject } from "../../transcript/observation.ts";
import { meetsQuorum } from "../../transcript/quorum.ts";
import { except, judge, named, stopFor, type Course } from "../course.ts";
import { wholePair, type Pair } from "../key-attributes.ts";
import { accountedFor, leftoversOf, type AskedFor } from "../leftovers.ts";
import { checkPresence, confirmAct, decideBy, orStop } from "../people.ts";
import { ask, type Ask, type TokenRef } from "../request.ts";
import { readBack } from "./people.ts";

/** The step that was to make the pair, and the key's name. */
interface KeyStep {
  readonly number: number;
  readonly key: string;
}

/** Where a pair was to be made, and under which names. */
export interface Place extends TokenRef, AskedFor {}

/**
 * Nobody knows whether the pair was made. It may be adopted only when its id was absent before (KEY-ID-FRESH has just held), it is
 * all that is there, and every attribute reads back; anything else may be destroyed, or left where it is and never used.
 */
export function* recover(course: Course, step: KeyStep, place: Place, isAsAsked: (pair: Pair) => boolean): Ask<Pair | "again"> {
  const strays = new Set(course.strayIds);
  // where nobody can look any more, a pair may be there
  course.strayIds.add(place.id);
  for (;;) {
    const left = yield* lookForLeftovers(course, step, place, strays);
    const whole = wholePair(left);
    const pair = whole !== null && isAsAsked(whole) ? whole : null;
    course.strayIds = new Set([...strays, ...left.map(({ id }) => id)]);
    yield* checkPresence(course, step.number);
    const { choice, by } = yield* decideBy(course, {
      step: step.number, about: left.length === 1 ? "half-key-pair" : "unknown-key-pair", name: step.key,
      facts: left.map((object) => ({ what: object.class, value: object.label })), choices: choicesFor(left, pair),
    });
    if (choice === "adopt" && pair !== null) return yield* adopt(course, step, { pair, by });
    if (choice !== "destroy") return "again";
    yield* destroyAll(course, step, place, left);
  }
}

function* lookForLeftovers(course: Course, step: KeyStep, place: Place, strays: ReadonlySet<string>): Ask<TokenObject[]> {
  const { token, serial } = place;
  const { objects } = orStop(course, step.number, yield* ask({ kind: "inspect-token", step: step.number, token, serial }));
  return leftoversOf(accountedFor(course, token, named(course.tokens, token, "token")), place, objects).filter(({ id }) => !strays.has(id));
}

function choicesFor(left: readonly TokenObject[], pair: Pair | null): readonly ("adopt" | "again" | "destroy" | "leave")[] {
  if (left.length === 0) return ["again"];
  return pair === null ? ["destroy", "leave"] : ["adopt", "destroy", "leave"];
}

/** Whoever decides is here; in production everybody who is here reads words of the key back, and together they are the quorum [ADOPTION-QUORUM]. */
function* adopt(course: Course, step: KeyStep, { pair, by: decider }: { readonly pair: Pair; readonly by: string }): Ask<Pair> {
  const { plan, present } = course;
  judge(course, "ADOPTION-QUORUM", step.number, present.includes(decider), `expected somebody who is present (${present.join(", ")}) to decide that key ${step.key} is adopted`);
  if (plan.assurance !== "production") return pair;
  const sha256 = sha256Hex(fromHex(pair.spki));
  for (const by of present) yield* readBack(course, step.number, by, { subject: "key", name: step.key, sha256 });
  const people = plan.people.filter(({ id }) => present.includes(id));
  judge(course, "ADOPTION-QUORUM", step.number, people.length >= 2 && meetsQuorum(plan.quorum.effects, people), `those who adopt key ${step.key} (${present.join(", ")}) do not meet the quorum for effects`);
  except(course, { kind: "adopted", step: step.number, name: step.key, spki: sha256, by: present }, `key ${step.key} was adopted by ${present.join(", ")}`);
  return pair;
}

/** One request for each name that the leftovers go by. */
function* destroyAll(course: Course, step: KeyStep, place: Place, left: readonly TokenObject[]): Ask<void> {
  yield* confirmAct(course, step.number, "destroy", [step.key]);
  const names = new Map(left.map(({ id, label }) => [`${id} ${label}`, { id, label }]));
  for (const name of names.values()) yield* destroyNamed(course, step, place, name);
}

function* destroyNamed(course: Course, step: KeyStep, { token, serial }: TokenRef, { id, label }: AskedFor): Ask<void> {
  yield* checkPresence(course, step.number);
  course.effects++;
  const answer = orStop(course, step.number, yield* ask({ kind: "destroy-objects", step: step.number, token, serial, id, label }));
  if (answer.outcome === "wrong") stopFor(course, { kind: "wrong", step: step.number, name: step.key }, `key ${step.key}: ${answer.why}`);
  if (answer.outcome !== "done") except(course, { kind: "not-undone", step: step.number, name: step.key }, `key ${step.key}: destroying it was ${answer.outcome} (${answer.ckr})`);
}
