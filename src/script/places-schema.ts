/** Where things are: what a script may say of tokens, cards, media and safes, and of what an act changes. */
import * as z from "zod";
import { expecting, line, madeName, oneOf, pattern } from "./field.ts";

export const THING_KINDS = ["token", "card", "medium", "safe"] as const;
export type ThingKind = (typeof THING_KINDS)[number];

/** Where a thing is or how it is; whether it fits the thing, and whom or which safe it names, is judged with the whole script [PROCEDURE-STATE]. */
const state = pattern(/^(open|shut|plugged|on table|in (reader|drive)( 2)?|in [a-z][a-z0-9-]{0,40}|with [a-z][a-z0-9-]{0,30})$/, "a state such as in bag, on table, plugged, in reader, in drive, with alice, in safe, open, shut");

const thing = z.strictObject({
  is: oneOf(THING_KINDS),
  begins: state,
  ends: state,
  /** The number of the bag that it comes in. */
  bag: line(1, 80).exactOptional(),
  /** Of a token: the card without which nobody can log in. */
  card: madeName.exactOptional(),
});

const states = z.record(madeName, state, { error: expecting("a map of things to states, such as { vault: plugged }") });

const filled = (field: string): object => ({ required: [field], properties: { [field]: { minProperties: 1 } } });

/** What an act wants to find, and what it leaves, in the order in which it is done. */
export const actState = z.strictObject({ expects: states.exactOptional(), becomes: states.exactOptional() })
  .refine(({ expects = {}, becomes = {} }) => Object.keys({ ...expects, ...becomes }).length > 0, { error: "expected expects or becomes, found neither" })
  .meta({ anyOf: [filled("expects"), filled("becomes")] });

export const places = z
  .record(madeName, thing, { error: expecting("a map of things by name") })
  .refine((map) => Object.keys(map).length > 0 && Object.keys(map).length <= 40, { error: "expected 1 to 40 things" })
  .meta({ minProperties: 1, maxProperties: 40 });

export type WrittenPlaces = z.infer<typeof places>;
