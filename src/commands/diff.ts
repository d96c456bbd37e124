/** `diff A B`: a rehearsal beside the real run, or any two records. Judges neither: that is for replay. */
import { differenceOf, isSame, type Difference, type RecordDifference } from "../ceremony/difference.ts";
import { printable } from "../console/escape.ts";
import { EXIT, type ExitCode } from "../fault.ts";
import { folderFiles } from "../room/folder.ts";
import { result } from "./output.ts";

export interface DiffOptions {
  readonly json?: boolean;
}

/** Exit 0 when they differ in nothing but chance and time; 3, as for findings, when they differ. */
export function diff(one: string, other: string, { json }: DiffOptions): ExitCode {
  const difference = differenceOf(folderFiles(one), folderFiles(other));
  const same = isSame(difference);
  if (json === true) result(JSON.stringify({ same, ...difference }));
  else result(...linesOf(difference), same ? "THE SAME, but for chance and time" : "DIFFERENT");
  return same ? EXIT.done : EXIT.refused;
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
