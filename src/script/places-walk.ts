/**
 * Where things are, followed from step to step [PROCEDURE-STATE]: a card cannot be read that is in its bag, and nothing is used that
 * is locked away. A walk over what a script declares; nobody looks at the room.
 */
import type { ThingKind } from "./places-schema.ts";

/** Something that is somewhere. */
export interface Thing {
  readonly thing: string;
  readonly is: ThingKind;
  readonly begins: string;
  /** Where it is when everybody has gone home. */
  readonly ends: string;
  /** Of a token: the card without which nobody can log in; empty for none. */
  readonly card: string;
}

/** A thing and where it is, or how. */
export interface Whereabouts {
  readonly thing: string;
  readonly state: string;
}

/** What a step has to do with things. */
export interface Move {
  /** As people count. */
  readonly number: number;
  readonly expects: readonly Whereabouts[];
  /** In the order in which it is done. */
  readonly becomes: readonly Whereabouts[];
  /** Tokens that it logs in to or looks at. */
  readonly uses: readonly string[];
  /** Whether it is the last: what it does not use is where it ends. */
  readonly isLast: boolean;
}

/** Something that cannot be as it is written. */
export interface Contradiction {
  readonly thing: string;
  readonly at: "expects" | "becomes" | "uses" | "ends";
  readonly message: string;
  readonly hint: string;
}

/** Where a thing is, and since which step; 0: from the beginning. */
interface Known {
  readonly state: string;
  readonly since: number;
}

export interface Walked {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly contradictions: readonly Contradiction[];
}

/** Places that hold one thing. */
const SINGLE = /^in (reader|drive)( 2)?$/;
/** A card that can be read. */
export const IN_READER = /^in reader( 2)?$/;

/** The walk, a result for each move. What contradicts is said once: from there on it counts as written. */
export function walkPlaces(things: readonly Thing[], moves: readonly Move[]): Walked[] {
  const now = new Map(things.map(({ thing, begins }) => [thing, { state: begins, since: 0 } as Known]));
  return moves.map((move) => {
    const before = statesOf(now);
    const contradictions = [...expected(move, now), ...used(things, move, now), ...moved(things, move, now), ...(move.isLast ? left(things, move, now) : [])];
    return { before, after: statesOf(now), contradictions };
  });
}

function statesOf(now: ReadonlyMap<string, Known>): Map<string, string> {
  return new Map([...now].map(([thing, { state }]) => [thing, state]));
}

function sinceText({ state, since }: Known): string {
  return `${state} ${since === 0 ? "since the beginning" : `since step ${since}`}`;
}

/** What a step says it finds. */
function expected({ number, expects }: Move, now: Map<string, Known>): Contradiction[] {
  return expects.flatMap(({ thing, state }) => {
    const is = now.get(thing);
    if (is === undefined || is.state === state) return [];
    now.set(thing, { state, since: number });
    return [{ thing, at: "expects" as const, message: `expected ${thing} ${state}, found it ${sinceText(is)}`, hint: `let an act before it say becomes: { ${thing}: ${state} }` }];
  });
}

/** A token that is used is plugged in, and its card is in a reader. */
function used(things: readonly Thing[], { number, uses }: Move, now: Map<string, Known>): Contradiction[] {
  return things.flatMap(({ thing, card }) => (uses.includes(thing) ? [...wanted({ number, thing, state: "plugged" }, now, (state) => state === "plugged"), ...(card === "" ? [] : wanted({ number, thing: card, state: "in reader" }, now, (state) => IN_READER.test(state)))] : []));
}

function wanted({ number, thing, state }: Whereabouts & { readonly number: number }, now: Map<string, Known>, isFit: (state: string) => boolean): Contradiction[] {
  const is = now.get(thing);
  if (is === undefined || isFit(is.state)) return [];
  now.set(thing, { state, since: number });
  return [{ thing, at: "uses", message: `expected ${thing} ${state} for this step, found it ${sinceText(is)}`, hint: `put an act before it with state: { becomes: { ${thing}: ${state} } }` }];
}

/** What a step changes, one after the other. */
function moved(things: readonly Thing[], { number, becomes }: Move, now: Map<string, Known>): Contradiction[] {
  return becomes.flatMap(({ thing, state }) => {
    const is = now.get(thing);
    if (is === undefined) return [];
    const speaks = [...unchanged(thing, state, is), ...shutIn(things, { thing, from: is.state, to: state }, now), ...occupied(thing, state, now)];
    now.set(thing, { state, since: number });
    return speaks;
  });
}

function unchanged(thing: string, state: string, is: Known): Contradiction[] {
  return is.state === state ? [{ thing, at: "becomes", message: `expected ${thing} to change, found it ${sinceText(is)} already`, hint: "say it under expects, or leave it out" }] : [];
}

/** Nothing goes into a safe, or out of it, that is shut. */
function shutIn(things: readonly Thing[], { thing, from, to }: { readonly thing: string; readonly from: string; readonly to: string }, now: ReadonlyMap<string, Known>): Contradiction[] {
  return things.flatMap(({ thing: safe, is }): Contradiction[] => {
    const known = now.get(safe);
    if (is !== "safe" || known?.state !== "shut" || (from !== `in ${safe}` && to !== `in ${safe}`)) return [];
    return [{ thing, at: "becomes", message: `expected ${safe} open to move ${thing}, found it ${sinceText(known)}`, hint: `write ${safe}: open before it` }];
  });
}

function occupied(thing: string, state: string, now: ReadonlyMap<string, Known>): Contradiction[] {
  const other = SINGLE.test(state) ? [...now].find(([name, known]) => name !== thing && known.state === state) : undefined;
  if (other === undefined) return [];
  return [{ thing, at: "becomes", message: `expected nothing ${state}, found ${other[0]} there, ${sinceText(other[1])}`, hint: `take ${other[0]} out first; where there are two, the second is ${state} 2` }];
}

/** At the end everything is where it is to stay, but what the last step uses: that is put away when it is done. */
function left(things: readonly Thing[], { uses }: Move, now: ReadonlyMap<string, Known>): Contradiction[] {
  const late = things.filter(({ thing }) => isPutAwayLate(things, uses, thing));
  const safes = new Set(late.map(({ ends }) => ends));
  return things.flatMap(({ thing, ends }) => {
    const is = now.get(thing);
    if (is === undefined || is.state === ends || late.some((one) => one.thing === thing) || safes.has(`in ${thing}`)) return [];
    return [{ thing, at: "ends" as const, message: `expected ${thing} ${ends} at the end, found it ${sinceText(is)}`, hint: `put an act before close with state: { becomes: { ${thing}: ${ends} } }` }];
  });
}

/** Whether a thing is put away only after the last step: a token that it looks at, and its card. */
export function isPutAwayLate(things: readonly Thing[], uses: readonly string[], thing: string): boolean {
  return things.some((one) => uses.includes(one.thing) && (one.thing === thing || one.card === thing));
}
