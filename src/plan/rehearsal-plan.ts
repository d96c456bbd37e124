/** What few plans say: that of a rehearsal, and one whose ceremony is on video. Types only. */
import type { Thing } from "../script/places-walk.ts";
import type { Assurance, PlannedValidity } from "./plan.ts";

/**
 * One thing in which the plan of a rehearsal differs from the plan that is rehearsed. The list is closed: a rehearsal differs in
 * nothing else.
 */
export type Substitution =
  /** Nothing that is made in a rehearsal is worth more than a test. */
  | { readonly what: "assurance"; readonly was: Assurance; readonly is: "test" }
  /** Nobody approves a rehearsal, and stand-ins cannot sign its seal. */
  | { readonly what: "quorum"; readonly of: "approval" | "seal" }
  /** A throw-away token, of whatever model. `serial`: empty where the ceremony initialises it. */
  | { readonly what: "token"; readonly token: string; readonly serial: string }
  /** A throw-away key in the place of one that exists; SHA-256 of the SubjectPublicKeyInfo, hex. */
  | { readonly what: "key"; readonly key: string; readonly was: string; readonly is: string }
  /** A practice backup, in the place of one from which a key is restored: the throw-away key, wrapped; SHA-256 of what was wrapped, hex. */
  | { readonly what: "backup"; readonly backup: string; readonly was: string; readonly is: string }
  /** The certificate of a key that exists, with the key, the names and the end that stand in; SHA-256 of the DER, hex. */
  | { readonly what: "certificate"; readonly certificate: string; readonly was: string; readonly is: string }
  /** The register of a pack, with the stand-ins in it; SHA-256 of register.json, hex. */
  | { readonly what: "register"; readonly pack: string; readonly was: string; readonly is: string }
  /** REHEARSAL before a common name. DER, hex; and the new one for people. */
  | { readonly what: "name"; readonly was: string; readonly is: string; readonly text: string }
  /** A shorter life, where a name is fixed. */
  | { readonly what: "validity"; readonly name: string; readonly was: PlannedValidity; readonly is: PlannedValidity };

export interface PlannedRehearsal {
  /** Of the plan that is rehearsed: SHA-256 of its plan.json, hex, and its ceremony id. */
  readonly plan: string;
  readonly ceremony: string;
  /** Who answers. */
  readonly people: "stand-ins" | "people";
  readonly substitutions: readonly Substitution[];
}

/** A thing, and the number of the bag that it comes in; empty for none. */
export type PlannedThing = Thing & { readonly bag: string };

/** Members that are absent where they say nothing. */
export interface SeldomPlanned {
  readonly rehearsal?: PlannedRehearsal;
  /** Nobody is there: the number of this run under its standing approval. */
  readonly scheduled?: { readonly run: number };
  /** Who keeps the video, and adds its files to the record afterwards. */
  readonly video?: string;
  /** Where things are at the beginning and at the end. */
  readonly places?: readonly PlannedThing[];
}
