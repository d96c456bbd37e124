/** The verdict of a replay, for people. Pure. */
import type { StandingSeal, Verdict } from "../ceremony/verdict.ts";
import type { Addendum } from "../transcript/addenda.ts";
import { EXIT } from "../fault.ts";
import { printable } from "./escape.ts";

/** The lines of a verdict: its three parts first, then what speaks against it, then every check that was not made. */
export function verdictLines(verdict: Verdict): string[] {
  return [
    `record    ${verdict.ceremony || "(unreadable)"}  ${assuranceText(verdict)}, run ${verdict.run || "(unreadable)"}`,
    `rebuilt   ${verdict.rebuilt.state}${verdict.rebuilt.why === "" ? `: ${verdict.artifacts} artifacts byte for byte, ${verdict.entries} entries` : `: ${printable(verdict.rebuilt.why)}`}`,
    ...(verdict.approved === null || verdict.standing !== undefined ? [] : [`approved  by ${verdict.approved.map(({ name, id, role }) => `${printable(name)} (${id}, ${role})`).join("; ") || "nobody"}`]),
    `signed    ${signedText(verdict)}`,
    `pinned    ${verdict.pinned.length === 0 ? "to nothing: the signers are the record's own claim" : `to ${verdict.pinned.join(" and ")}`}`,
    `checked   ${verdict.claims.held} signatures verified${verdict.claims.failed === 0 ? "" : `, ${verdict.claims.failed} did NOT verify`}; ${controlsText(verdict)}`,
    `head      ${verdict.head}`,
    ...verdict.wrong.map((line) => `WRONG     ${printable(line)}`),
    ...verdict.signed.missing.map((line) => `missing   ${printable(line)}`),
    ...verdict.exceptions.map((line) => `exception ${printable(line)}`),
    ...verdict.remarks.map((line) => `remark    ${printable(line)}`),
    ...verdict.addenda.map(addendumLine),
    ...verdict.notChecked.map((line) => `not checked: ${line}`),
    headline(verdict),
  ];
}

/** Apart from the sealed record, and said so. */
function addendumLine(one: Addendum): string {
  const place = `addendum  ${printable(one.folder)}, not sealed:`;
  if (one.kind === "wrong") return `${place} COUNTS FOR NOTHING: ${printable(one.why)}`;
  if (one.kind === "timestamp") return `${place} the seal existed at ${one.at}, says ${printable(one.tsa)}; its CA is ${one.ca}`;
  return `${place} ${one.file}, added by ${one.by} (${one.fingerprint}, ${one.signer}) at ${one.at} by their clock${one.note === "none" ? "" : `: ${printable(one.note)}`}`;
}

function assuranceText({ assurance, rehearsal }: Verdict): string {
  if (rehearsal !== undefined) return `REHEARSAL of plan ${rehearsal}, of which nothing counts`;
  return assurance === "production" ? "production" : assurance === "software-keys" ? "SOFTWARE KEYS" : assurance === "test" ? "TEST" : "(unreadable)";
}

/** Who sealed a run at which nobody was, and by whose leave. */
export function aloneText({ by, run, count, from, until }: StandingSeal): string {
  const people = by.map(({ name, id }) => `${printable(name)} (${id})`).join(", ") || "nobody";
  return `the transcript key alone, under the standing approval of ${people}, run ${run} of at most ${count}, ${from} until ${until}`;
}

function signedText({ signed, standing }: Verdict): string {
  if (standing !== undefined && signed.token === "signed" && signed.by.length === 0) return `by ${aloneText(standing)}`;
  const people = signed.by.map(({ name, id, role }) => `${printable(name)} (${id}, ${role})`);
  const token = signed.token === "signed" ? ["the transcript key on the token"] : [];
  const all = [...people, ...token];
  return all.length === 0 ? "by nobody" : `by ${all.join("; ")}`;
}

function controlsText({ controls }: Verdict): string {
  const held = controls.reduce((sum, control) => sum + control.held, 0);
  const failed = controls.filter((control) => control.failed > 0).map((control) => control.control);
  return `${held} observation controls held${failed.length === 0 ? "" : `, failed: ${failed.join(", ")}`}`;
}

export function headline(verdict: Verdict): string {
  const rebuilt = verdict.rebuilt.state.toUpperCase();
  switch (verdict.exit) {
    case EXIT.done: return `${rebuilt}, authentic, pinned`;
    case EXIT.unpinned: return `${rebuilt} and authentic, but pinned to nothing: give --roster, --words or --head`;
    case EXIT.notAuthentic: return "NOT AUTHENTIC";
    default: return verdict.rebuilt.state === "withheld" ? `AUTHENTIC, ${verdict.withheld} withheld${verdict.pinned.length === 0 ? ", pinned to nothing" : ""}: a public copy, from which nothing is rebuilt` : verdict.rebuilt.why === "" ? "INCOMPLETE: not sealed as its plan asks" : rebuilt;
  }
}
