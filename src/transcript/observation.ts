/**
 * What the room may answer: the closed vocabulary of observations, as the record holds them. This schema is the only
 * definition; the types follow from it. Every observation has a `kind`, that of the request it answers, and an `outcome`.
 */
import * as z from "zod";

const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const personId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
/** A file of the folder `evidence`, by its path in the record. */
const evidencePath = z.string().regex(/^evidence\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
/** UTC, whole seconds: 2026-11-20T10:00:00Z. */
export const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

/** How a token words a boolean attribute; a token may also not say. */
export const attributeWord = z.union([z.boolean(), z.literal("not reported")]);
export type AttributeWord = z.infer<typeof attributeWord>;

/** An object on a token, with every attribute that could be read. Attribute names are those of PKCS#11 without `CKA_`. */
export const tokenObject = z.strictObject({
  class: z.enum(["private key", "public key", "secret key", "certificate", "data", "other"]),
  label: z.string(),
  /** CKA_ID, hex. */
  id: hex,
  keyType: z.enum(["EC", "RSA", "EC_EDWARDS", "AES", "other", "none"]),
  /** Only for public keys that could be read: SubjectPublicKeyInfo, DER, hex; empty otherwise. */
  spki: hex,
  /** CKA_KEY_GEN_MECHANISM by name (`CKM_EC_KEY_PAIR_GEN`), or `not reported`. */
  keyGenMechanism: z.string(),
  attributes: z.record(z.string(), attributeWord),
});
export type TokenObject = z.infer<typeof tokenObject>;

/** How a key was wrapped: by RFC 5649 under its own number or the one before it, or by RFC 3394. */
const wrapMechanism = z.enum(["CKM_AES_KEY_WRAP_KWP", "CKM_AES_KEY_WRAP_PAD", "CKM_AES_KEY_WRAP"]);
export type WrapMechanism = z.infer<typeof wrapMechanism>;

/** A custodian and the number of a share. */
const shareHolder = z.strictObject({ by: personId, number: z.int().min(1).max(10) });

/** CK_TOKEN_INFO, trailing blanks removed. */
export const tokenIdentity = z.strictObject({
  serial: z.string(),
  label: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  firmware: z.string(),
  initialized: z.boolean(),
  userPinInitialized: z.boolean(),
  userPinCountLow: z.boolean(),
  userPinFinalTry: z.boolean(),
  userPinLocked: z.boolean(),
});
export type TokenIdentity = z.infer<typeof tokenIdentity>;

/**
 * A person ended the ceremony at this prompt, or, for a request to a token, when the token could not be reached: nothing was put
 * to it. The core leads to inventory, register and close.
 */
/** What a person says, in their words. */
const said = z.string().min(1).max(2000);

const stopped = z.strictObject({ by: personId, reason: z.string().max(2000) });

const answered = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), outcome: z.literal("answered"), ...shape });
const stop = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), outcome: z.literal("stopped"), ...stopped.shape });

/** An effect was put to the token and done. */
const done = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), outcome: z.literal("done"), ...shape });
/** The token refused with a CKR word that proves that nothing happened. */
const refused = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), outcome: z.literal("refused"), ckr: z.string().regex(/^CKR_[A-Z0-9_:]+$/) });
/** The token answered, and the answer failed its check in software. */
const wrong = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), outcome: z.literal("wrong"), why: z.string().max(2000), ...shape });
/** Nobody knows whether it happened: the run died in between, or the token failed with a word that proves nothing. */
const unknown = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), outcome: z.literal("unknown"), ckr: z.string() });

export const observationSchema = z.union([
  // asked of people
  answered("roll-call", { present: z.array(personId) }), stop("roll-call"),
  answered("time", { instant, attestedBy: z.array(personId) }), stop("time"),
  answered("present", { present: z.array(personId) }), stop("present"),
  answered("read-back", { by: personId, positions: z.array(z.int().min(1).max(32)), tries: z.int().min(1) }), stop("read-back"),
  z.strictObject({ kind: z.literal("read-back"), outcome: z.literal("unmatched"), by: personId, positions: z.array(z.int().min(1).max(32)), tries: z.int().min(1) }),
  answered("deviation", { expected: said, happened: said, decided: said, choice: z.string(), by: personId }), stop("deviation"),
  answered("confirm", { by: personId }), stop("confirm"),
  answered("act", { by: personId, typed: z.record(z.string(), z.string().max(200)) }), stop("act"),
  answered("double-entry", { entries: z.array(z.strictObject({ by: personId, typed: z.record(z.string(), z.string().max(200)) })) }), stop("double-entry"),
  answered("attach", { by: personId, files: z.array(z.strictObject({ path: evidencePath, length: z.int().min(0), sha256: digest })) }), stop("attach"),
  answered("decide", { choice: z.string(), by: personId }), stop("decide"),
  // asked of host, token and disk; free
  answered("draw", { bytes: hex }), stop("draw"),
  answered("inspect-token", { identity: tokenIdentity, objects: z.array(tokenObject), heads: z.array(hex) }), stop("inspect-token"),
  answered("find-token", { matches: z.array(tokenIdentity) }), stop("find-token"),
  answered("find-objects", { objects: z.array(tokenObject) }), stop("find-objects"),
  answered("keep-artifacts", { kept: z.int().min(0) }),
  answered("adjourn", { sha256: digest, signatures: z.array(z.strictObject({ by: personId, sha256: digest })) }),
  answered("close", {}),
  // effects
  done("initialize-token", { identity: tokenIdentity }),
  refused("initialize-token"), wrong("initialize-token", {}), unknown("initialize-token"), stop("initialize-token"),
  done("generate-key-pair", { spki: hex, privateKey: tokenObject, publicKey: tokenObject }),
  refused("generate-key-pair"), wrong("generate-key-pair", {}), unknown("generate-key-pair"), stop("generate-key-pair"),
  done("sign", { signatures: z.array(hex).min(1) }),
  refused("sign"), wrong("sign", { signatures: z.array(hex) }), unknown("sign"), stop("sign"),
  done("wrap-key", { blob: hex, mechanism: wrapMechanism, checkValue: hex, shares: z.array(shareHolder), subsets: z.int().min(1) }),
  refused("wrap-key"), wrong("wrap-key", {}), unknown("wrap-key"), stop("wrap-key"),
  done("unwrap-key", { spki: hex, privateKey: tokenObject, publicKey: tokenObject }),
  refused("unwrap-key"), wrong("unwrap-key", {}), unknown("unwrap-key"), stop("unwrap-key"),
  done("destroy-objects", { destroyed: z.int().min(0) }),
  refused("destroy-objects"), wrong("destroy-objects", {}), unknown("destroy-objects"), stop("destroy-objects"),
  done("set-pin", { identity: tokenIdentity }),
  refused("set-pin"), wrong("set-pin", {}), unknown("set-pin"), stop("set-pin"),
]);
export type Observation = z.infer<typeof observationSchema>;
export type ObservationKind = Observation["kind"];

/** What may answer a request of this kind. */
export type AnswerTo<K extends ObservationKind> = Extract<Observation, { kind: K }>;

/** What a token, not a person, may answer a request of this kind. */
export type TokenAnswerTo<K extends ObservationKind> = Exclude<AnswerTo<K>, { outcome: "stopped" }>;

/** Request kinds by which something happens on a token. Everything else is free: it may be put again. */
export const EFFECTS = ["initialize-token", "generate-key-pair", "sign", "wrap-key", "unwrap-key", "destroy-objects", "set-pin"] as const;
export type EffectKind = (typeof EFFECTS)[number];

/** Whether a request of this kind is an effect. */
export function isEffect(kind: string): kind is EffectKind {
  return (EFFECTS as readonly string[]).includes(kind);
}

export { wrapMechanism as wrapMechanismSchema, digest as digestSchema, hex as hexSchema, personId as personIdSchema };
