/** The last screen of a run: what was made, what went wrong, what to do next. Pure. */
import type { Plan } from "../plan/plan.ts";
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
