/** What `token list`, `token inspect` and `token probe` find, as they write it. The words of a token, nothing is judged here. */
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { Word } from "./profile.ts";

/** A token as it stands in its slot: CK_TOKEN_INFO. */
export interface SeenToken {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly label: string;
  readonly firmware: string;
  /** Names of CKF_, without it, that are set. */
  readonly flags: readonly string[];
  /** Octets of a PIN, least and most. */
  readonly pin: readonly [number, number];
  readonly mechanisms: readonly string[];
  /** Names of the token profiles of this manufacturer and model. */
  readonly profiles: readonly string[];
}

/** The module behind the tokens: its file and CK_INFO. */
export interface SeenModule {
  readonly path: string;
  /** Of the file, hex. */
  readonly sha256: string;
  readonly manufacturer: string;
  readonly description: string;
  readonly version: string;
  readonly cryptoki: string;
}

export interface SeenObject {
  readonly class: string;
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What became of something that was tried: `yes`, or the word with which the token refused. */
export type Tried = string;

/** A pair of one algorithm: whether it was made, how it read back, and what it signed. */
export interface PairTrial {
  readonly algorithm: KeyAlgorithm;
  /** `yes`, `not offered`, or a CKR. */
  readonly made: Tried;
  /** Attributes with which the template of a ceremony is refused, by half; empty where all of it is taken. */
  readonly refused: { readonly privateKey: readonly string[]; readonly publicKey: readonly string[] };
  readonly privateKey: Readonly<Record<string, Word>>;
  readonly publicKey: Readonly<Record<string, Word>>;
  readonly keyGenMechanism: string;
  /** SubjectPublicKeyInfo, DER, hex; empty where none could be read. */
  readonly spki: string;
  /** By mechanism: `yes` once the signature verified in software. */
  readonly signs: Readonly<Partial<Record<Mechanism, Tried>>>;
}

export interface Probe {
  readonly format: "anchorite-token-probe/1";
  /** UTC. */
  readonly at: string;
  readonly module: SeenModule;
  readonly token: SeenToken;
  /** Objects that were there before, and that are there now. */
  readonly objects: { readonly before: number; readonly after: number };
  /** Under which everything of this probe was made: its CKA_LABEL, and the CKA_IDs, hex. */
  readonly scratch: { readonly label: string; readonly ids: readonly string[]; readonly destroyed: Tried; readonly left: readonly string[] };
  readonly pairs: readonly PairTrial[];
  /** Longest CKA_ID and CKA_LABEL, octets, that read back as written, of those that were tried; null: none was. */
  readonly longest: { readonly id: number | null; readonly label: number | null };
  /** Of two pairs with one CKA_ID. */
  readonly sameId: string;
  /** A key with CKA_ALWAYS_AUTHENTICATE. */
  readonly alwaysAuthenticate: string;
  /** By mechanism: a key that may be extracted, wrapped; and one that may not. */
  readonly wraps: readonly { readonly mechanism: string; readonly extractable: Tried; readonly neverExtractable: Tried }[];
  /** Whether it keeps a data object, as the last head of a ceremony is. */
  readonly dataObject: Tried;
  readonly generator: string;
  /** What was not tried, and why. */
  readonly untried: readonly string[];
}
