/** What the keeper of the dates reads. Pure. */
import { daysBetween } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";
import type { CertificateLife } from "../rotation/life.ts";
import type { ListLife } from "../rotation/lists.ts";
import type { KeyStanding } from "../rotation/keys.ts";
import type { JudgedObligation } from "../rotation/obligation.ts";
import type { FieldState } from "../rotation/observed.ts";
import { printable } from "./escape.ts";
import { labelled, wrap } from "./pages.ts";

/** Everything that `rotation status` knows. */
export interface RotationStatus {
  readonly register: Register;
  readonly at: string;
  readonly lives: readonly CertificateLife[];
  readonly lists: readonly ListLife[];
  readonly keys: readonly KeyStanding[];
  readonly obligations: readonly JudgedObligation[];
  /** Null where nothing was fetched from the field. */
  readonly field: FieldState | null;
  readonly remarks: readonly string[];
}

/** What an obligation asks for, as one sentence. */
export function obligationSentence({ kind, of, next }: Pick<JudgedObligation, "kind" | "of" | "next">): string {
  switch (kind) {
    case "succeed": return `hold the ceremony that makes the successor of ${of}`;
    case "distribute": return `bring ${next ?? "its successor"} to everybody who has to trust it, in the place of ${of}`;
    case "switch": return `use ${next ?? "its successor"} in the place of ${of}`;
    case "stop": return `issue nothing with ${of} any more`;
    case "crl": return `hold the ceremony that makes the next CRL of ${of}`;
    case "publish": return `publish the CRL ${of}`;
    case "custody": return `look at the token ${of} and its seals`;
    case "disclose": return `tell the root programs of ${of}`;
    case "parked": return `name the parked key ${of} to auditors and root programs, by the SHA-256 of its public key`;
    case "age": return `end the use of the root key ${of}, which is fifteen years old then`;
    case "retain": return `decide whether the records of ${of} may go; until then they are kept`;
  }
}

/** The table: what is to be done first, then what there is. 80 columns, words and no colours. */
export function statusLines(status: RotationStatus): string[] {
  const { register, at, lives, lists, keys, field, remarks } = status;
  return [
    `${register.ceremony}, attested ${day(register.attested ?? "")}; asked about ${day(at)}`,
    "",
    ...obligationLines(status.obligations, at),
    "",
    ...(lives.length === 0 ? ["no certificates"] : ["certificates", ...lives.flatMap(lifeLines)]),
    ...(lists.length === 0 ? [] : ["", "revocation lists", ...lists.flatMap(listLines)]),
    "", "keys", ...keys.flatMap(keyLines),
    ...(field === null ? [] : ["", ...fieldLines(field)]),
    ...(remarks.length === 0 ? [] : ["", ...remarks.flatMap((remark) => labelled("remark", printable(remark), 8))]),
    "",
    summary(status),
  ];
}

function day(instant: string): string {
  return instant.slice(0, 10) || "by nobody";
}

function obligationLines(obligations: readonly JudgedObligation[], at: string): string[] {
  const open = obligations.filter(({ standing }) => standing !== "closed");
  const closed = obligations.filter(({ standing }) => standing === "closed");
  return [
    open.length === 0 ? "nothing is to be done" : "to be done",
    ...open.flatMap((one) => [...labelled(`  ${one.standing.toUpperCase().padEnd(7)} ${day(one.by)}`, obligationSentence(one), 21), ...labelled("", `${one.id}${one.standing === "later" ? `, from ${day(one.from)}` : ""}${one.standing === "overdue" ? `, ${daysBetween(one.by, at)} days late` : ""}`, 21)]),
    ...closed.flatMap(({ id, closed: how }) => labelled("  done", `${id} ${how === null ? "" : how.how === "observed" ? `(seen in ${printable(how.where)})` : `(noted by ${how.by}, ${day(how.at)})`}`, 21)),
  ];
}

function lifeLines({ name, role, state, notBefore, notAfter, ceremonyBy, distributeBundleBy, switchIssuingOn, stopIssuingOn, successor }: CertificateLife): string[] {
  const dates = [["ceremony by", ceremonyBy], ["bundle by", distributeBundleBy], ["switch on", switchIssuingOn], ["stop on", stopIssuingOn]].flatMap(([what, instant]) => (instant == null ? [] : [`${what ?? ""} ${day(instant)}`]));
  return [
    ...labelled(`  ${state.toUpperCase()}`, `${name}, ${role}, ${day(notBefore)} to ${day(notAfter)}${successor === null ? "" : `, followed by ${successor}`}`, 12),
    ...(dates.length === 0 ? [] : wrap(dates.join("; "), " ".repeat(12))),
  ];
}

function listLines({ issuer, current, last, upcoming, ceremonyBy, isOver, isFinal }: ListLife): string[] {
  const state = isOver ? "ENDED" : current === null ? "LAPSED" : "IN FORCE";
  const said = current === null ? `last was ${last.name}, number ${last.number}, until ${day(last.nextUpdate)}` : `${current.name}, number ${current.number}, until ${day(current.nextUpdate)}`;
  return labelled(`  ${state}`, `${issuer}: ${said}${upcoming.length === 0 ? "" : `; ${upcoming.length} to be released`}; ${isFinal ? "it lasts as long as the CA" : `next ceremony by ${day(ceremonyBy)}`}`, 12);
}

function keyLines({ key, token, state, spki, since, retainUntil }: KeyStanding): string[] {
  const age = since === null ? "" : `, since ${day(since)}`;
  return [...labelled(`  ${state.toUpperCase()}`, `${key} on ${token}${age}${retainUntil === null ? "" : `; keep its records until ${day(retainUntil)}`}`, 12), ...(state === "parked" ? wrap(`SPKI SHA-256 ${spki}`, " ".repeat(12)) : [])];
}

function fieldLines({ objects, empty, missing }: FieldState): string[] {
  return [
    "in the field",
    ...objects.flatMap(({ verdict, path, kind, name, why, sha256 }) => labelled(`  ${verdict.toUpperCase()}`, `${printable(path)}: ${kind} ${name ?? sha256.slice(0, 16)}, ${why}`, 12)),
    ...missing.flatMap(({ kind, name }) => labelled("  MISSING", `${kind} ${name} was in no file`, 12)),
    ...empty.flatMap((path) => labelled("  NOTHING", `${printable(path)}: no certificate, list, key or fingerprint`, 12)),
  ];
}

/** The last line: a count of what waits. */
export function summary({ obligations, field }: Pick<RotationStatus, "obligations" | "field">): string {
  const count = (standing: JudgedObligation["standing"]): number => obligations.filter((one) => one.standing === standing).length;
  const stale = field === null ? "the field was not looked at" : `${field.objects.filter(({ verdict }) => verdict === "stale").length} stale, ${field.missing.length} missing and ${field.objects.filter(({ verdict }) => verdict === "unknown").length} unknown in the field`;
  return `${count("overdue")} OVERDUE, ${count("due")} DUE, ${count("later")} later; ${stale}`;
}
