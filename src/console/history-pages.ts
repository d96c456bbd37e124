/** A history for people, and as a value for programs. Pure. */
import type { KeyLife, Life } from "../ceremony/history.ts";
import type { Told } from "../ceremony/told.ts";
import type { LineageFault } from "../plan/lineage.ts";
import { EXIT } from "../fault.ts";
import { printable } from "./escape.ts";
import { aloneText } from "./verdict-pages.ts";

/** The lines of a history: each ceremony in its order, then each key, then what speaks against it. */
export function historyLines(life: Life): string[] {
  return [
    ...life.told.flatMap(chapterLines),
    ...life.keys.map(keyLine),
    ...life.remarks.map((line) => `remark    ${printable(line)}`),
    ...life.wrong.map((one) => `WRONG     ${faultText(one)}`),
    ...life.missing.map((one) => `missing   ${faultText(one)}`),
    ...(life.unpinned.length === 0 ? [] : [`unpinned  ${life.unpinned.join(", ")}: the signers are the records' own claim`]),
    headline(life),
  ];
}

function faultText({ control, message }: LineageFault): string {
  return `${printable(message)} [${control}]`;
}

function chapterLines(one: Told): string[] {
  const { number, chapter, after, countersigns, countersignedBy: _by, ...added } = one;
  const { verdict, closedAt, seal, folder } = chapter;
  const signers = [...verdict.signed.by.map(({ name, id }) => `${printable(name)} (${id})`), ...(verdict.signed.token === "signed" ? ["the transcript key on the token"] : [])];
  return [
    `${number}. ${verdict.ceremony || "(unreadable)"}, ${closedAt.slice(0, 10) || "(no date)"}, run ${verdict.run || "(unreadable)"}${verdict.rehearsal !== undefined ? ", REHEARSAL" : verdict.assurance === "production" ? "" : `, ${verdict.assurance}`}`,
    `   from      ${printable(folder)}${after.length === 0 ? "" : `, goes on from ${after.join(" and ")}`}`,
    `   rebuilt   ${verdict.rebuilt.state}${verdict.rebuilt.why === "" ? "" : `: ${printable(verdict.rebuilt.why)}`}`,
    `   signed    ${verdict.standing !== undefined && verdict.signed.token === "signed" ? `by ${aloneText(verdict.standing)}` : signers.length === 0 ? "by nobody" : `by ${signers.join("; ")}`}`,
    ...countersignedLines(one),
    `   head      ${verdict.head}`,
    `   seal      ${seal || "none"}`,
    ...addedLines(added),
    ...verdict.wrong.map((line) => `   WRONG     ${printable(line)}`),
    ...verdict.signed.missing.map((line) => `   missing   ${printable(line)}`),
    ...verdict.exceptions.map((line) => `   exception ${printable(line)}`),
    "",
  ];
}

/** People who go on from scheduled runs seal over their heads: their seal names the seal before, and that the one before it. */
function countersignedLines({ chapter, countersigns, countersignedBy }: Told): string[] {
  return [
    ...(countersigns.length === 0 ? [] : [`   counters. the scheduled runs ${countersigns.join(", ")}, over whose seals these people sealed`]),
    ...(chapter.verdict.standing === undefined ? [] : [countersignedBy === null ? "   counters. by nobody yet: no ceremony with people goes on from it" : `   counters. by the people of ${countersignedBy}, who sealed over it`]),
  ];
}

function addedLines(added: Omit<Told, "number" | "chapter" | "after" | "countersigns" | "countersignedBy">): string[] {
  return [
    ...added.keys.map(({ key, token, algorithm }) => `   key       ${key} on ${token}, ${algorithm}`),
    ...added.certificates.map(({ name, subject, serial, issuer, notAfter }) => `   issued    ${name}: ${printable(subject)}, serial ${serial}, until ${notAfter}${issuer === name ? ", a root" : issuer === "" ? ", by another CA" : `, by ${issuer}`}`),
    ...added.crls.map(({ name, issuer, number, thisUpdate, nextUpdate }) => `   CRL       ${name}: number ${number} of ${issuer}, ${thisUpdate} to ${nextUpdate}`),
    ...added.revocations.map(({ issuer, serial, certificate, date, reason }) => `   revoked   ${certificate ?? "no certificate on record"}, serial ${serial} of ${issuer}, ${reason}, ${date}`),
    ...listLine("released", added.released), ...listLine("parked", added.parked), ...listLine("POSSIBLY", added.possiblyIssued.map((name) => `${name} may have been issued`)),
    ...listLine("bundles", added.bundles), ...listLine("artifacts", added.artifacts),
  ];
}

function listLine(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`   ${what.padEnd(9)} ${names.map((name) => printable(name)).join(", ")}`];
}

function keyLine({ key, token, state, spki, line }: KeyLife): string {
  return `key       ${key} on ${token}, ${state}, SPKI SHA-256 ${spki}: made or signed in ${line.map(({ run, chapter }) => (chapter === null ? `run ${run}, which is not here` : String(chapter))).join(", ")}`;
}

function headline({ told, exit }: Life): string {
  const records = `${told.length} record${told.length === 1 ? "" : "s"}`;
  switch (exit) {
    case EXIT.done: return `ONE LIFE in ${records}: rebuilt, authentic, linked, pinned`;
    case EXIT.unpinned: return `ONE LIFE in ${records}: rebuilt, authentic and linked, but not all of it pinned: give --roster, or --words or --head of the last`;
    case EXIT.notAuthentic: return "NOT ONE AUTHENTIC LIFE";
    default: return "INCOMPLETE";
  }
}

/** The same for programs; a chapter has the whole verdict of its replay. */
export function historyValue({ told, ...life }: Life): object {
  return { chapters: told.map(({ chapter: { folder, seal, previous, closedAt, verdict }, ...one }) => ({ folder, seal, previous, closedAt, ...one, verdict })), ...life };
}
