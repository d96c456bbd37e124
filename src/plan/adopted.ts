/** What a plan holds of a CA that was made elsewhere. */
import type { ClaimedReason, CrlPolicy } from "../transcript/register.ts";
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { PlannedInput } from "./plan.ts";

/** A certificate that is claimed of a CA that was made elsewhere. */
export interface PlannedClaimed {
  readonly certificate: string;
  readonly file: PlannedInput;
  /** Hex. */
  readonly der: string;
  readonly subjectText: string;
  readonly serial: string;
  readonly ca: boolean;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** The last CRL of such a CA; null where it does not say. */
export interface PlannedClaimedList {
  readonly file: PlannedInput;
  readonly number: number | null;
  readonly thisUpdate: string;
  readonly nextUpdate: string | null;
  /** Of the DER, hex. */
  readonly sha256: string;
  readonly revoked: readonly { readonly serial: string; readonly certificate: string | null; readonly date: string; readonly reason: ClaimedReason }[];
}

/** A CA that is taken into a first register: its past is claimed, and nobody here saw it. */
export interface PlannedAdopted {
  readonly key: string;
  readonly token: string;
  /** How the private key is found: CKA_ID, hex, or CKA_LABEL, or both. */
  readonly find: { readonly id: string | null; readonly label: string | null };
  readonly algorithm: KeyAlgorithm;
  readonly signature: Mechanism;
  readonly backup: "none" | "vendor";
  readonly crl: CrlPolicy;
  readonly profile: string;
  readonly ca: PlannedClaimed;
  /** Its own name where it is self-issued; empty for another CA. */
  readonly issuer: string;
  readonly issued: readonly PlannedClaimed[];
  readonly list: PlannedClaimedList | null;
}
