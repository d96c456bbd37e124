/** What a plan lets become of the objects on its tokens. */

/** How the objects on a token may differ at the end from what they were: by this, and by nothing else [TOKEN-INVENTORY]. */
export interface TokenDelta {
  readonly appear: readonly PlannedObject[];
  /** Both halves of a key that a step destroys. */
  readonly vanish: readonly PlannedObject[];
}

/** An object by the key that it belongs to: CKA_ID and label follow from the draw and the run. */
export interface PlannedObject {
  readonly key: string;
  readonly class: "private key" | "public key";
}
