/** `diff A B`: a rehearsal beside what was rehearsed, or any two records. Judges neither: that is for replay. */
import { differenceOf, isSame, type Difference, type RecordDifference } from "../ceremony/difference.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { isRehearsed, rehearsalDifference, rehearsedPlan, type RehearsalDifference } from "../ceremony/rehearsal-difference.ts";
import { printable } from "../console/escape.ts";
import { EXIT, type ExitCode } from "../fault.ts";
import { folderFiles } from "../room/folder.ts";
import { result } from "./output.ts";

export interface DiffOptions {
  readonly json?: boolean;
}

/** Exit 0 when they differ in nothing but chance and time; 3, as for findings, when they differ. */
export function diff(one: string, other: string, { json }: DiffOptions): ExitCode {
  const [a, b] = [folderFiles(one), folderFiles(other)];
  const [rehearsesA, rehearsesB] = [rehearsedPlan(a) !== null, rehearsedPlan(b) !== null];
  if (rehearsesA !== rehearsesB) return diffRehearsal(rehearsesA ? a : b, rehearsesA ? b : a, json === true);
  const difference = differenceOf(a, b);
  const same = isSame(difference);
  if (json === true) result(JSON.stringify({ same, ...difference }));
  else result(...linesOf(difference), same ? "THE SAME, but for chance and time" : "DIFFERENT");
  return same ? EXIT.done : EXIT.refused;
}

/** A rehearsal beside what was rehearsed, whichever was named first. */
function diffRehearsal(rehearsal: RecordFiles, real: RecordFiles, json: boolean): ExitCode {
  const difference = rehearsalDifference(rehearsal, real);
  const same = isRehearsed(difference);
  if (json) result(JSON.stringify({ same, ...difference }));
  else result(...rehearsalLines(difference), same ? "REHEARSED: equal but for what is declared" : "DIFFERENT beyond what is declared");
  return same ? EXIT.done : EXIT.refused;
}

function rehearsalLines({ plan, substitutions, steps, signed, artifacts }: RehearsalDifference): string[] {
  return [
    ...(plan.length === 0 ? [`plan: that of the rehearsal follows from the other by its ${substitutions} substitutions`] : plan.map((one) => line("plan", one))),
    ...signed.map(({ path, declared }) => `signed: ${printable(path)}: equal${declaredText(declared)}`),
    ...steps.map((one) => line("asked", one)), ...artifacts.map((one) => line("artifact", one)),
  ];
}

function declaredText(declared: RehearsalDifference["signed"][number]["declared"]): string {
  const parts = Object.entries(declared).map(([what, count]) => (count === 1 ? what : `${what} (${count})`));
  return parts.length === 0 ? "" : ` but for ${parts.join(", ")}`;
}

function linesOf({ plan, steps, artifacts, remarks }: RecordDifference): string[] {
  return [
    ...plan.map((one) => line("plan", one)),
    ...steps.flatMap(({ step, rule, differences }) => differences.map((one) => line(`step ${step}${rule === "" ? "" : `, ${rule}`}`, one))),
    ...artifacts.map((one) => line("artifact", one)),
    ...remarks.map((remark) => `remark: ${remark}`),
  ];
}

function line(what: string, { where, one, other }: Difference): string {
  return `${what}: ${printable(where)}: ${one === "" ? "(nothing)" : printable(one)} | ${other === "" ? "(nothing)" : printable(other)}`;
}
