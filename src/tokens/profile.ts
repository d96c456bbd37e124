/**
 * What is known of a model of tokens, as data: what it does not report or says in words of its own, what it makes, its limits, and
 * where each fact is from. A profile excuses an attribute by name and for a reason; it can excuse nothing that is not in it.
 */
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";

/** What a token may say of an attribute. */
export type Word = boolean | "not reported";

/** A word that differs from what was asked for and is taken all the same, and why. */
export interface AcceptedWord {
  readonly half: "private key" | "public key";
  /** As PKCS#11 spells it, without `CKA_`. */
  readonly attribute: string;
  readonly says: Word;
  /** Only for keys of this family; left out, for all. */
  readonly family?: "ecdsa" | "rsa" | "ed25519";
  readonly why: string;
}

/** A model by what CK_TOKEN_INFO says, padding removed. */
export interface Model {
  readonly manufacturer: string;
  /** The whole model, or its beginning where it ends in `*`. */
  readonly model: string;
}

/** A fact and where it is from: `tried`, or a page of the vendor. */
export interface Fact {
  readonly text: string;
  readonly source: string;
}

export interface TokenProfile {
  /** As a script names it. */
  readonly name: string;
  /** Raised when what it accepts changes; a plan names both: `nss-softokn@1`. */
  readonly version: number;
  readonly title: string;
  readonly models: readonly Model[];
  readonly keysIn: "software" | "hardware";
  /** What it was tried with; null: never, and all that is said is from its vendor's pages. */
  readonly tried: string | null;
  readonly words: readonly AcceptedWord[];
  /** Keys that it makes and signs with; null: not known well enough to refuse another. */
  readonly algorithms: readonly KeyAlgorithm[] | null;
  /** Signatures that it does not make though it has the keys. */
  readonly unsigned: readonly Mechanism[];
  /** Whether a key with CKA_ALWAYS_AUTHENTICATE signs without its PIN all the same; absent where it does not, or nobody knows. */
  readonly ignoresAlwaysAuthenticate?: true;
  /** Whether it wraps no key as a backup by wrapping wants it; absent where it does, or nobody knows. */
  readonly wrapsNoKeys?: true;
  readonly limits: {
    /** Octets of a CKA_ID and of a CKA_LABEL; null: not known. */
    readonly id: number | null;
    readonly label: number | null;
    /** Octets of a user PIN, least and most; null: not known. */
    readonly pin: readonly [number, number] | null;
    /** What becomes of the first of two key pairs with one CKA_ID. */
    readonly sameId: "both stay" | "the second replaces the first" | "the second is refused" | "not known";
  };
  /** How wrong PINs end. */
  readonly pinLock: string;
  /** How a key can outlive the device. */
  readonly backup: string;
  /** What has to be done before a ceremony. */
  readonly setUp: readonly string[];
  readonly facts: readonly Fact[];
}

/** The part of a profile that decides: what a plan holds of it. */
export interface NamedProfile {
  /** Name and version: `nss-softokn@1`. */
  readonly name: string;
  readonly models: readonly Model[];
  readonly words: readonly AcceptedWord[];
}

/** What a plan holds of a profile. */
export function named({ name, version, models, words }: TokenProfile): NamedProfile {
  return { name: `${name}@${version}`, models, words };
}

/** Whether a token that says this of itself is of one of the models. */
export function isOfModel(models: readonly Model[], token: { readonly manufacturer: string; readonly model: string }): boolean {
  return models.some(({ manufacturer, model }) => manufacturer === token.manufacturer && (model.endsWith("*") ? token.model.startsWith(model.slice(0, -1)) : model === token.model));
}

/** What is said of a device that nobody here has tried: it excuses nothing, refuses nothing, and knows no limit. */
export const UNTRIED_DEVICE = {
  keysIn: "hardware", tried: null, words: [], algorithms: null, unsigned: [],
  limits: { id: null, label: null, pin: null, sameId: "not known" }, pinLock: "not known",
} as const satisfies Partial<TokenProfile>;
