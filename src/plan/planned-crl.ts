/** What a plan says of a revocation list. */
import type { CrlReason } from "../x509/crl-reason.ts";
import type { IssuingDistributionPoint } from "../x509/issuing-distribution-point.ts";
import type { PlannedValidity } from "./plan.ts";

/** A certificate that a CRL is to revoke, and every later one of its issuer. */
export interface PlannedRevocation {
  /** Hex; null for a certificate of this ceremony, which has no serial yet. */
  readonly serial: string | null;
  /** Null for a serial that was possibly issued. */
  readonly certificate: string | null;
  readonly reason: CrlReason;
  /** revocationDate; null: thisUpdate. */
  readonly date: string | null;
}

/** Several CRLs in one step: the next begins `every` later, and each is valid `overlap` longer than that. */
export interface PlannedSuccession {
  readonly count: number;
  readonly every: string;
  readonly overlap: string;
  /** Who keeps them, and releases each at its time. */
  readonly by: string;
}

export interface PlannedCrl {
  readonly crl: string;
  readonly issuer: string;
  /** Null where there are several. */
  readonly valid: PlannedValidity | null;
  readonly successive: PlannedSuccession | null;
  readonly revoke: readonly PlannedRevocation[];
  readonly release: readonly { readonly serial: string | null; readonly certificate: string }[];
  /** The number that the script asks for, or a higher one; null for the next. */
  readonly least: number | null;
  /** What becomes of a hold that is released: it leaves the list, or stands in this one list with reason 8, as a platform may want it. */
  readonly released: "left out" | "removeFromCRL";
  readonly point: IssuingDistributionPoint | null;
}
