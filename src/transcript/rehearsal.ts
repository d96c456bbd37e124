/**
 * The stand-ins of a rehearsal: what its throw-away tokens are and hold in the place of what exists. It lies among the inputs of the
 * record, at a place that no script can name, and makes of the plan of the script the plan of its rehearsal.
 */
import * as z from "zod";
import { canonicalBytes, parseCanonical } from "../bytes/canonical.ts";
import { Fault } from "../fault.ts";
import { hexSchema, instant, wrapMechanismSchema } from "./observation.ts";

export const REHEARSAL_FORMAT = "anchorite-rehearsal/1";

/** Where the statement lies below the inputs. */
export const REHEARSAL_PATH = "lists/rehearsal.json";

/** Where the register lies that stands in for that of each pack, below the inputs. */
export function standInRegisterPath(pack: number): string {
  return `lists/stand-in-register-${pack}.json`;
}

/** Where the practice backup lies that stands in for one from which a key is restored, below the inputs. */
export function standInBackupPath(backup: string): string {
  return `lists/stand-in-backup-${backup}.wrapped`;
}

/** What stands in for a backup: the stand-in of its key, wrapped (hex), and the check value of the practice shares. */
const practiceBackup = z.strictObject({ blob: hexSchema.min(2), mechanism: wrapMechanismSchema, checkValue: hexSchema });

const standInsSchema = z.strictObject({
  format: z.literal(REHEARSAL_FORMAT),
  /** Who answers: `stand-ins`, of whom nobody can sign, or people at prompts. */
  people: z.enum(["stand-ins", "people"]),
  /** The serial of each throw-away token, by its name; empty where the ceremony initialises it. */
  tokens: z.record(z.string(), z.string()),
  /** SubjectPublicKeyInfo of the key that stands in for each key that exists, DER, hex. */
  keys: z.record(z.string(), hexSchema.min(2)),
  /** By its name, what stands in for each backup from which a key is restored; absent where none is. */
  backups: z.record(z.string(), practiceBackup).exactOptional(),
  /** By the name of a certificate that exists: the signature of a stand-in over what stands in for it, hex; ECDSA as r ‖ s. */
  signatures: z.record(z.string(), hexSchema),
  /** When what stands in for a certificate ends whose subject a platform fixes, so that REHEARSAL cannot stand in it. */
  until: instant,
});
export type StandIns = z.infer<typeof standInsSchema>;

export function writeStandIns(standIns: StandIns): Uint8Array {
  return canonicalBytes(standIns);
}

/** @throws Fault form-json for another spelling or form */
export function readStandIns(bytes: Uint8Array): StandIns {
  const { data, error } = standInsSchema.safeParse(parseCanonical(bytes));
  if (data !== undefined) return data;
  const issue = error.issues[0];
  throw new Fault("form-json", `expected the stand-ins of a rehearsal, found at ${issue?.path.join(".") || "their top"}: ${issue?.message ?? "something else"}`);
}
