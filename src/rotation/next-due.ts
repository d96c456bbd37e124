/** What the next ceremony is for: obligations that only a ceremony can meet, and whose time has come. */
import { shifted } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";
import { judged, type JudgedObligation } from "./obligation.ts";
import { obligationsOf } from "./obligations.ts";

/** Successors and lists whose window is open on a day; and those that would be overdue before the next ceremony, where a policy says how often there is one. @param closed what somebody noted as done, or as not wanted any more: ids of obligations */
export function dueInCeremony(register: Register, at: string, closed: ReadonlySet<string> = new Set()): JudgedObligation[] {
  const { ceremonies } = register.rotation ?? {};
  const next = ceremonies === undefined ? at : shifted(at, ceremonies, "after");
  const inCeremony = obligationsOf(register, at).filter(({ kind, id }) => (kind === "succeed" || kind === "crl") && !closed.has(id));
  return inCeremony.filter(({ from, by }) => from <= at || by < next).map((one) => judged(one, at, null));
}

/** The last day for a ceremony that is to meet all of these; null where they are none, or one is late already. */
export function heldBy(due: readonly JudgedObligation[]): string | null {
  return due.some(({ standing }) => standing === "overdue") ? null : (due.map(({ by }) => by).sort()[0] ?? null);
}
