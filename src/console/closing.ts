/** The last screen of a run: what was made, what went wrong, what to do next. Pure. */
import type { Plan } from "../plan/plan.ts";
import type { HoldPoint } from "../transcript/hold-point.ts";
import { digestLines } from "./pages.ts";
import { printable } from "./escape.ts";

/** @param head of the closed transcript, hex @param record its folder */
export function closingLines(record: string, head: string, ending: { readonly outcome: "done" | "stopped"; readonly exceptions: readonly string[] }, plan: Plan): string[] {
  return [
    `The ceremony ${ending.outcome === "done" ? "is done" : "was STOPPED; its keys are parked"}. Record: ${printable(record)}`,
    ...ending.exceptions.map((exception) => `exception: ${printable(exception)}`),
    ...digestLines("the transcript's last link line (the head)", head),
    "Write the head's words on paper. Then each person signs:",
    ...plan.people.map(({ id }) => `  anchorite seal ${printable(record)} --as ${id} --key FILE`),
    `and anybody checks: anchorite replay ${printable(record)} --roster FILE`,
  ];
}

/** The last screen of a run that adjourns. @param record its folder */
export function adjournedLines(record: string, point: HoldPoint, plan: Plan): string[] {
  const { count, role } = plan.quorum.seal[0] ?? { count: 0, role: "any" };
  const quorum = [`${count} of ${role}`, ...plan.quorum.seal.slice(1).map((seat) => `${seat.count} of ${seat.role}`)].join(", ");
  return [
    `The ceremony is ADJOURNED at hold-point ${point.point}, in step ${point.step}. It is not done. Record: ${printable(record)}`,
    ...digestLines("the transcript up to here (the head)", point.head),
    "Write the head's words on paper: they are asked for when the ceremony goes on. The tokens are logged out; put them back.",
    `Before it goes on, hold-point ${point.point} is signed by ${quorum}:`,
    ...plan.people.map(({ id }) => `  anchorite seal ${printable(record)} --as ${id} --key FILE`),
    "Then the same run command goes on.",
  ];
}
