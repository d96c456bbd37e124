/** Acts outside the tool, as a plan has them. */
import type { StepOf as ScriptStep } from "../script/step-schema.ts";

/** An act with values of which both entries stand in the record, or with files of evidence. */
export interface PlannedAct {
  readonly by: string;
  readonly say: string;
  readonly typed: readonly string[];
  /** Values that two people enter, each for himself. */
  readonly doubleEntry: readonly string[];
  /** Paths in the record, `evidence/NAME`. */
  readonly files: readonly string[];
  /** Keys of whose backup by their token's vendor the files are the evidence; absent where it is no backup. */
  readonly backupOf?: readonly string[];
}

/** An act that asks for nothing new is what it always was: version 1. */
export function resolveAct({ by, say, type: typed = [], "double-entry": doubleEntry = [], files = [], "backup-of": backupOf }: ScriptStep<"act">, number: number) {
  if (doubleEntry.length === 0 && files.length === 0) return { number, rule: "act@1" as const, by, say, typed };
  return { number, rule: "act@2" as const, by, say, typed, doubleEntry, files, ...(backupOf === undefined ? {} : { backupOf }) };
}
