/** Register packs, as the plan names them. */
import type { PlannedInput } from "./plan.ts";

/** The register of a ceremony before, by which this one goes on. */
export interface PlannedPack {
  /** The folder of the pack, relative to the script's. */
  readonly pack: string;
  /** SHA-256 of its seal.txt, hex, as the script pins it. */
  readonly seal: string;
  /** Run, number of entries and head of that ceremony, as its seal.txt says them. */
  readonly run: string;
  readonly entries: number;
  readonly head: string;
  /** register.json. */
  readonly file: PlannedInput;
}

/** With those of other lines that meet here: a cross-certification has two predecessors. */
export interface PlannedRegister extends PlannedPack {
  readonly joins: readonly PlannedPack[];
}
