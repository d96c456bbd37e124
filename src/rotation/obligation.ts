/** What has to be done by when, by whom it is seen to be done, and where that stands at an instant. */

export const OBLIGATION_KINDS = ["succeed", "distribute", "switch", "stop", "crl", "publish", "custody", "disclose", "parked", "age", "retain"] as const;
export type ObligationKind = (typeof OBLIGATION_KINDS)[number];

export interface Obligation {
  /** Stable for as long as it exists: its kind, a stroke, and the name of what it is about. */
  readonly id: string;
  readonly kind: ObligationKind;
  /** The certificate, CRL or token that it is about. */
  readonly of: string;
  /** The certificate or CRL that takes its place, where there is one. */
  readonly next: string | null;
  /** When it may be done at the earliest, UTC. */
  readonly from: string;
  /** When it has to be done, UTC. */
  readonly by: string;
  /** A note from before that is about another time that it had to be done; absent where one note is enough for ever. */
  readonly since?: string;
}

export type Closing = { readonly how: "observed"; readonly where: string } | { readonly how: "note"; readonly by: string; readonly at: string };
export type Standing = "later" | "due" | "overdue" | "closed";

export interface JudgedObligation extends Obligation {
  readonly standing: Standing;
  readonly closed: Closing | null;
}

/** Where an obligation stands. @param at UTC @param closed what shows that it is done; null for nothing */
export function judged(obligation: Obligation, at: string, closed: Closing | null): JudgedObligation {
  return { ...obligation, closed, standing: closed !== null ? "closed" : at > obligation.by ? "overdue" : at < obligation.from ? "later" : "due" };
}
