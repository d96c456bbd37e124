/** What a plan holds of keys that are wrapped, restored and destroyed. */
import type { ShareHolder } from "../ceremony/request.ts";
import type { WrapMechanism } from "../transcript/observation.ts";
import type { PlannedInput, PlannedKey } from "./plan.ts";

/** A key that is wrapped, and who is given a share of what opens it. */
export interface PlannedBackup {
  readonly backup: string;
  readonly key: string;
  /** How many shares give the secret. */
  readonly threshold: number;
  readonly shares: readonly ShareHolder[];
}

/** A key that is made anew on another token from its backup. What must read back of it is in the templates and `readBack`. */
export interface PlannedRestoration extends Omit<PlannedKey, "backup" | "keyGenMechanism"> {
  readonly backup: "none" | "wrap";
  /** The name of the backup in the register. */
  readonly from: string;
  readonly file: PlannedInput;
  /** Its octets, hex. */
  readonly blob: string;
  readonly mechanism: WrapMechanism;
  readonly checkValue: string;
  readonly threshold: number;
  readonly shares: readonly ShareHolder[];
  /** SubjectPublicKeyInfo, DER, hex. */
  readonly spki: string;
}

/** Where a key is. */
export interface PlannedPlace {
  readonly token: string;
  readonly serial: string;
  /** CKA_ID, hex. */
  readonly id: string;
  readonly label: string;
}

/** A key that is destroyed wherever it is. */
export interface PlannedDestruction {
  readonly key: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly spki: string;
  readonly places: readonly PlannedPlace[];
  /** Tokens that nobody will reach again, as the script says. */
  readonly gone: readonly string[];
  /** Backups by which it could be restored. */
  readonly remains: readonly string[];
}

/** A step about the life of a key beyond its token. */
export type PlannedSurvival =
  | ({ readonly rule: "back-up-key@1" } & PlannedBackup)
  | ({ readonly rule: "restore-key@1" } & PlannedRestoration)
  | ({ readonly rule: "destroy-key@1" } & PlannedDestruction);
