/** Acts outside the tool, as a plan has them. */
import type { Whereabouts } from "../script/places-walk.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";

/** Where things have to be before an act, and where it leaves them. Nothing is asked about it: people tick it. */
export interface PlannedState {
  readonly expects: readonly Whereabouts[];
  /** In the order in which it is done. */
  readonly becomes: readonly Whereabouts[];
}

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
  /** Absent where the script says nothing. */
  readonly state?: PlannedState;
}

/** An act that asks for nothing new is what it always was: version 1. */
export function resolveAct({ by, say, type: typed = [], "double-entry": doubleEntry = [], files = [], "backup-of": backupOf, state }: ScriptStep<"act">, number: number) {
  const where = state === undefined ? {} : { state: { expects: listed(state.expects), becomes: listed(state.becomes) } };
  if (doubleEntry.length === 0 && files.length === 0) return { number, rule: "act@1" as const, by, say, typed, ...where };
  return { number, rule: "act@2" as const, by, say, typed, doubleEntry, files, ...(backupOf === undefined ? {} : { backupOf }), ...where };
}

/** A list keeps the order of the script; canonical JSON would sort a map. */
function listed(states: Readonly<Record<string, string>> = {}): Whereabouts[] {
  return Object.entries(states).map(([thing, state]) => ({ thing, state }));
}
