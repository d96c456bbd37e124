/** What did not go as planned: facts for the record, and a sentence for people, which the record never holds. */
import type { ControlId } from "../controls.ts";

/** What only people can decide about. */
export type DecisionAbout = "unknown-token" | "unknown-key-pair" | "unknown-signature" | "refused" | "half-key-pair" | "unknown-head" | "unknown-backup" | "unknown-destruction" | "unknown-pin" | "unmatched-words";

/** An exception as the close request and the register hold it: rewording a sentence must not break an old record. */
export type ExceptionFact = { readonly step: number } & (
  /** An observation failed this control. */
  | { readonly kind: "control"; readonly control: ControlId }
  /** A person ended the ceremony; why stands in that observation. */
  | { readonly kind: "stopped"; readonly by: string }
  /** People decided what only people can. */
  | { readonly kind: "decided"; readonly about: DecisionAbout; readonly name: string; readonly choice: string; readonly by: string }
  /** Each of these people agreed that a key pair of unknown origin is used: the SHA-256 of its SubjectPublicKeyInfo, hex. */
  | { readonly kind: "adopted"; readonly name: string; readonly spki: string; readonly by: readonly string[] }
  /** Only people could decide, and nobody was there. */
  | { readonly kind: "undecided"; readonly about: DecisionAbout; readonly name: string }
  /** A token's answer to an effect failed its check. */
  | { readonly kind: "wrong"; readonly name: string }
  /** An effect about this name was refused or has an unknown outcome, and what was to be undone may still be there. */
  | { readonly kind: "not-undone"; readonly name: string }
  /** People or disk gave less than was asked for. */
  | { readonly kind: "short-answer"; readonly of: "read-back" | "act" | "attach" | "keep-artifacts" | "roll-call" }
);

export interface Exception {
  readonly fact: ExceptionFact;
  /** Lower case, with the step and what was found. */
  readonly text: string;
}
