/** What lies beside the script of the next ceremony: why it is held, and what has to be fetched for it. Pure. */
import type { Draft } from "../rotation/next-draft.ts";
import type { NextStep } from "../rotation/next-draft.ts";
import type { JudgedObligation } from "../rotation/obligation.ts";
import { printable } from "./escape.ts";
import { obligationSentence } from "./rotation-pages.ts";
import { labelled, wrap } from "./pages.ts";

/** What the agenda is made from. */
export interface Agenda {
  readonly draft: Draft;
  readonly steps: readonly NextStep[];
  readonly due: readonly JudgedObligation[];
  /** Obligations that no step of the script meets. */
  readonly besides: readonly JudgedObligation[];
  /** The last day for the ceremony; null: at once. */
  readonly by: string | null;
}

/** agenda.txt, UTF-8, 80 columns. */
export function agendaText(agenda: Agenda): string {
  const { draft, due, by } = agenda;
  return text([
    `Agenda: the ceremony after ${draft.register.ceremony}`, `written for ${day(draft.at)}; to be held ${by === null ? "at once" : `by ${day(by)}`}`, "",
    "WHY", ...reasons(agenda), "",
    "WHO HAS TO BE THERE", ...whoLines(draft), "",
    "WHAT TO BRING", ...bringLines(draft), "",
    "WHAT HAPPENS", ...agenda.steps.filter(({ why }) => why !== "").flatMap(({ kind, fields, why }) => entry(`${kind} ${subjectOf(fields)}`.trim(), printable(why))), "",
    "AFTERWARDS", ...afterLines(agenda), "",
    ...(draft.leftOut.length === 0 ? [] : ["NOT IN THIS SCRIPT", ...draft.leftOut.flatMap(({ id, why }) => entry(id, why)), ""]),
    ...(agenda.besides.length === 0 ? [] : ["DUE BESIDES", ...agenda.besides.flatMap((one) => entry(`${one.standing.toUpperCase()} ${day(one.by)} ${one.id}`, obligationSentence(one))), ...wrap(due.length === 0 ? "An emergency does not wait for these: write their ceremony afterwards with rotation next, from the register that this one leaves." : "No step of this script is about these.", "  "), ""]),
    ...wrap("Not carried over: materials with their serial numbers, places, acts, waivers and artifacts to be signed. Add them to the script where this ceremony has them; check says when a waiver is needed.", ""),
  ]);
}

/** fetch.txt, UTF-8, 80 columns. @param by the last day for the ceremony */
export function fetchText({ draft, by }: Pick<Agenda, "draft" | "by">): string {
  const until = by === null ? "at once" : `in time for the ceremony by ${day(by)}`;
  const asks = draft.held.people.find(({ role }) => role === "administrator")?.name ?? "whoever keeps the dates";
  const wanted = draft.wanted.flatMap(({ file, what, from, look }, i) => [...entry(`${i + 1}. ${file}`, what), ...entry("", `${asks} asks ${from}, ${until}; it is looked at with`), `      ${look}`, ""]);
  return text(["What has to be fetched", "", ...(wanted.length === 0 ? ["Nothing: everything is here.", ""] : wanted), ...wrap("Paths are relative to the folder of script.yaml. When all of it is there, anchorite check script.yaml has no finding.", "")]);
}

function reasons({ draft, due }: Agenda): string[] {
  const revoked = draft.revoked;
  return [
    ...[...due].sort((a, b) => (a.by < b.by ? -1 : 1)).flatMap((one) => entry(`${one.standing === "later" ? "BEFORE THE NEXT CEREMONY" : one.standing.toUpperCase()} ${day(one.by)} ${one.id}`, obligationSentence(one))),
    ...(revoked === null ? [] : [...entry(`REVOKE ${revoked}`, `${revoked} is revoked by its CA in a new list`), ...belowLines(draft, revoked)]),
  ];
}

/** What a revocation takes with it. */
function belowLines({ register: { certificates } }: Draft, revoked: string): string[] {
  const own = certificates.find(({ name }) => name === revoked);
  const twins = certificates.filter(({ name, spki }) => name !== revoked && spki === own?.spki);
  const names = new Set([revoked, ...twins.map(({ name }) => name)]);
  const below = certificates.filter(({ issuer, name }) => names.has(issuer) && !names.has(name));
  return [
    ...twins.flatMap(({ name, serial }) => entry(`${name} (${serial})`, "is over the same key and is NOT revoked by this script: revoke it too where the key is lost")),
    ...(own?.ca === true ? entry("below it", below.length === 0 ? "nothing in the register" : `${below.length} certificate${below.length === 1 ? "" : "s"} of the register, which nobody believes any more once the list is there and which this script does not make anew`) : []),
    ...below.flatMap(({ name, serial, subject, notAfter }) => entry(`  ${name}`, printable(`${subject}, serial ${serial}, until ${day(notAfter)}`))),
  ];
}

function whoLines({ held: { people, quorum } }: Draft): string[] {
  const seats = (thresholds: typeof quorum.seal): string => thresholds.map(({ count, role }) => `${count} of ${role}`).join(", ");
  return [
    ...people.flatMap(({ name, role }) => wrap(printable(`${name}, ${role}`), "  ")),
    ...wrap(`seal: ${seats(quorum.seal)}; effects: ${quorum.effects.length === 0 ? "two people" : seats(quorum.effects)}; approval before the day: ${quorum.approval.length === 0 ? "none" : seats(quorum.approval)}`, "  "),
  ];
}

function bringLines({ used, register, wanted }: Draft): string[] {
  const tokens = [...used.keys()].flatMap((token) => wrap(`the token ${token}, serial ${register.tokens.find((one) => one.token === token)?.serial ?? "unknown"}, and its PIN: the station binds it by that serial`, "  "));
  return [...tokens, ...wrap("the digest of the last seal, as it was written down", "  "), ...(wanted.length === 0 ? [] : wrap(`what fetch.txt lists: ${wanted.length}`, "  "))];
}

function afterLines({ draft, steps }: Agenda): string[] {
  const successions = [...draft.successions.values()].flatMap(({ old, name }) => {
    const isRevoked = old.name === draft.revoked;
    const dates = [[old.role === "leaf" ? "give it to whoever has its key" : "bring it to everybody who has to trust it", old.distributeBundleBy], [`use it in the place of ${old.name}`, old.switchIssuingOn], ...(old.role === "root" || old.role === "subordinate" ? [[`issue nothing with ${old.name} any more`, old.stopIssuingOn] as const] : [])] as const;
    return isRevoked ? entry(name, `bring it to everybody, and use it in the place of ${old.name}, at once`) : [`  ${name}`, ...dates.flatMap(([what, instant]) => (instant === null ? [] : labelled(`    by ${day(instant)}`, `${what}${instant < draft.at ? ": at once, for that day is past" : ""}`, 18)))];
  });
  const lists = steps.filter(({ kind }) => kind === "issue-crl").flatMap(({ fields }) => entry(String(fields.crl), "publish it within seven days where it is fetched from"));
  return [...successions, ...lists, ...wrap("Seal the record, keep its register pack, and look with rotation status: what this ceremony was for is closed.", "  ")];
}

function subjectOf({ certificate, crl, bundle, request, key, token }: NextStep["fields"]): string {
  const name = certificate ?? crl ?? bundle ?? request ?? key ?? token;
  return typeof name === "string" ? name : "";
}

function entry(head: string, said: string): string[] {
  return [...(head === "" ? [] : [`  ${head}`]), ...wrap(said, "      ")];
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n").trimEnd()}\n`;
}
