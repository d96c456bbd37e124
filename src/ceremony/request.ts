/**
 * The vocabulary: what a ceremony may ask of its room. A request carries facts, never sentences; the record holds it as
 * canonical JSON, in which `Content` is a length and a digest. The kinds are a public, versioned format.
 */
import type { Content } from "../bytes/content.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { AnswerTo, Observation, TokenObject, WrapMechanism } from "../transcript/observation.ts";
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { DecisionAbout, ExceptionFact } from "./exception.ts";

/** A token by the script's name, and by the serial that an earlier observation bound to the name; null before that. */
export interface TokenRef {
  readonly token: string;
  readonly serial: string | null;
}

/** The attributes of a key template that the ceremony sets explicitly; names are those of PKCS#11 without `CKA_`. */
export type TemplateAttributes = Readonly<Record<string, boolean>>;

export type Request =
  /** Who is here? `people` are those of the script. */
  | { readonly kind: "roll-call"; readonly step: number; readonly people: readonly string[] }
  /** The latest attested instant; people are asked when nobody has attested in this process and boot. */
  | { readonly kind: "time"; readonly step: number }
  /** Who is here at this moment, from roll call and attendance. */
  | { readonly kind: "present"; readonly step: number }
  /** `by` reads the SHA-256 of `name` and types some of its words back. */
  | { readonly kind: "read-back"; readonly step: number; readonly by: string; readonly subject: "plan" | "certificate" | "crl" | "artifact" | "key"; readonly name: string; readonly sha256: string }
  /** A person types the word of the act before something irreversible. */
  | { readonly kind: "confirm"; readonly step: number; readonly verb: "initialize" | "generate" | "adopt" | "sign" | "destroy" | "back-up" | "restore" | "change" | "unlock"; readonly of: readonly string[] }
  /** People do something outside the tool; `typed` names the values that are typed twice. */
  | { readonly kind: "act"; readonly step: number; readonly by: string; readonly typed: readonly string[] }
  /** Two people who are here enter these values, each for himself, of what was done last. */
  | { readonly kind: "double-entry"; readonly step: number; readonly typed: readonly string[] }
  /** A person names a file for each of these paths of the record; the room copies it there, exclusively. */
  | { readonly kind: "attach"; readonly step: number; readonly by: string; readonly files: readonly string[] }
  /** What was typed back was not what is shown: people say what was expected, what happened, what they decided, and choose. */
  | { readonly kind: "deviation"; readonly step: number; readonly about: DecisionAbout; readonly name: string; readonly choices: readonly string[] }
  /** Something happened that only people can decide. */
  | { readonly kind: "decide"; readonly step: number; readonly about: DecisionAbout; readonly name: string; readonly facts: readonly DecisionFact[]; readonly choices: readonly string[] }
  /** Public randomness: host and token `length` octets; dice `length` digits 1–6, as ASCII octets. */
  | { readonly kind: "draw"; readonly step: number; readonly source: "host" | "dice"; readonly length: number }
  | ({ readonly kind: "draw"; readonly step: number; readonly source: "token"; readonly length: number } & TokenRef)
  /** Identity and the full object inventory, logged in. `serial` null: the token that the station names, which binds it. */
  | ({ readonly kind: "inspect-token"; readonly step: number } & TokenRef)
  /** Tokens of the module of `token` that carry this label. */
  | { readonly kind: "find-token"; readonly step: number; readonly token: string; readonly label: string }
  /** Objects that carry the id or the label. `expect: none`: the room refuses to go on when there is one. */
  | ({ readonly kind: "find-objects"; readonly step: number; readonly id: string; readonly label: string; readonly expect: "none" | "any" } & TokenRef)
  /** Write these files, exclusively; equal bytes that are already there are kept. Paths are relative to `artifacts/`. */
  | { readonly kind: "keep-artifacts"; readonly step: number; readonly files: readonly ArtifactFile[] }
  /** People go home: the entries up to this one are a hold-point, from 1. It is answered by whoever goes on, with the signatures over its text. */
  | { readonly kind: "adjourn"; readonly step: number; readonly point: number }
  /** The end. Nothing is appended after the answer. */
  | { readonly kind: "close"; readonly step: number; readonly outcome: "done" | "stopped"; readonly transcriptKey: (SigningKey & { readonly certificate: string }) | null; readonly controls: readonly ControlTally[]; readonly exceptions: readonly ExceptionFact[] }
  /**
   * Effect. Initialise the module's one uninitialised slot, set the user PIN. `label` is also how it is found after an unknown.
   * `replaces`: the label of an attempt that may have left a token half made; that one is made anew, if it is there and can be.
   */
  | { readonly kind: "initialize-token"; readonly step: number; readonly token: string; readonly label: string; readonly replaces: string | null }
  /** Effect. `signature`: what the key will sign with, which the token must offer. */
  | ({ readonly kind: "generate-key-pair"; readonly step: number; readonly label: string; readonly id: string; readonly algorithm: KeyAlgorithm; readonly signature: Mechanism; readonly privateTemplate: TemplateAttributes; readonly publicTemplate: TemplateAttributes } & TokenRef)
  /** Effect. One signature an item, in order. The host hashes, except for Ed25519. */
  | { readonly kind: "sign"; readonly step: number; readonly key: SigningKey; readonly purpose: "certificate" | "request" | "crl" | "artifact"; readonly items: readonly { readonly tbs: Content }[] }
  /**
   * Effect. Wrap the key under an AES-256 key that the token makes, and give shares of that to custodians: each sees one alone, and
   * types it again. Nothing of it stays on the token. What wraps and what is shared is never recorded.
   */
  | ({ readonly kind: "wrap-key"; readonly step: number; readonly backup: string; readonly key: string; readonly id: string; readonly spki: Content; readonly threshold: number; readonly shares: readonly ShareHolder[] } & TokenRef)
  /**
   * Effect. Unwrap a key, and make its public half beside it. Before it, custodians type their shares; what they come to has the
   * check value.
   */
  | ({ readonly kind: "unwrap-key"; readonly step: number; readonly backup: string; readonly label: string; readonly id: string; readonly algorithm: KeyAlgorithm; readonly signature: Mechanism; readonly mechanism: WrapMechanism; readonly blob: Content; readonly spki: Content; readonly checkValue: string; readonly threshold: number; readonly shares: readonly ShareHolder[]; readonly privateTemplate: TemplateAttributes; readonly publicTemplate: TemplateAttributes } & TokenRef)
  /** Effect. Give the token another PIN of this role: by its holder, who gives the PIN that there is, or by the SO (the user PIN). `serial` null: the token that the station names. */
  | ({ readonly kind: "set-pin"; readonly step: number; readonly role: "user" | "so"; readonly by: "holder" | "so" } & TokenRef)
  /** Effect. Destroy every object with this CKA_ID and this label; both empty: those that have neither. */
  | ({ readonly kind: "destroy-objects"; readonly step: number; readonly id: string; readonly label: string } & TokenRef);

/** Who has which share of a wrapping secret. Never the share. */
export interface ShareHolder {
  readonly by: string;
  /** From 1. */
  readonly number: number;
}

/** A key by its CKA_ID and its SubjectPublicKeyInfo, on a token by its serial. */
export interface SigningKey extends TokenRef {
  /** CKA_ID, hex. */
  readonly id: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Content;
  readonly mechanism: Mechanism;
}

/** Something that helps people to decide: a return value, a token by its serial, an object by its label. */
export interface DecisionFact {
  readonly what: "CKR" | "ceremony" | "run" | "no head of ours" | "token with a user PIN" | "token without a user PIN" | TokenObject["class"];
  readonly value: string;
}

/** How often a control that judges observations held and failed in this ceremony. */
export interface ControlTally {
  readonly control: ControlId;
  readonly held: number;
  readonly failed: number;
}

/** A file to keep, with its path below `artifacts/`. */
export interface ArtifactFile {
  readonly path: string;
  readonly content: Content;
}

export type RequestKind = Request["kind"];
export type RequestOf<K extends RequestKind> = Extract<Request, { kind: K }>;

/** A part of a ceremony: yields requests, is sent observations, returns a T. */
export type Ask<T> = Generator<Request, T, Observation>;

/**
 * Puts one request and returns its answer. Always behind `yield*`: without it nothing is asked.
 * @throws Fault bug-answer when the shell sends an observation of another kind
 */
export function* ask<R extends Request>(request: R): Ask<AnswerTo<R["kind"]>> {
  const observation = yield request;
  if (observation.kind !== request.kind) {
    throw new Fault("bug-answer", `expected an observation of kind ${request.kind}, was sent ${observation.kind}`);
  }
  return observation as AnswerTo<R["kind"]>;
}
