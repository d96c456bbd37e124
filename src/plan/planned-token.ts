/** A token of a plan: what it holds, what it may be, and how it may differ at the end. */
import type { NamedProfile } from "../tokens/profile.ts";

export interface PlannedToken {
  readonly token: string;
  readonly holds: readonly string[];
  /** Accepted models; empty accepts any, which production refuses. */
  readonly accept: readonly AcceptedToken[];
  /** What the script says it is, and which words of it are taken though they differ; absent where it says nothing. */
  readonly profile?: NamedProfile;
  readonly delta: TokenDelta;
}

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

export interface AcceptedToken {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  /** SHA-256 of the PKCS#11 module, hex. */
  readonly module: string;
  /** Where the module is a proxy: its name. */
  readonly proxy?: string;
}
