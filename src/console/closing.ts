/** The last screen of a run: what went otherwise, what was made and where it is, who signs, what to do next. Pure. */
import type { Plan } from "../plan/plan.ts";
import { fromHex } from "../bytes/hex.ts";
import type { HoldPoint } from "../transcript/hold-point.ts";
import type { Register } from "../transcript/register.ts";
import { printable } from "./escape.ts";
import { assuranceWord, digestLines, labelled, wrap } from "./pages.ts";
import type { Said } from "./people.ts";
import { toWords } from "./words.ts";

/** What people said that went otherwise than the script says. */
export type Deviation = Extract<Said, { readonly name: "deviation" }>;

/** Above this a summary counts. */
const MOST_LISTED = 12;

export interface Closing {
  /** The record's folder, as it was given. */
  readonly record: string;
  /** Of the closed transcript, hex. */
  readonly head: string;
  readonly outcome: "done" | "stopped";
  readonly exceptions: readonly string[];
  readonly deviations: readonly Deviation[];
  readonly plan: Plan;
  /** What the ceremony left, and what there was before; null where there is none. */
  readonly register: Register;
  readonly before: Register | null;
}

/** The summary, ending in the words that go on paper. */
export function closingLines(closing: Closing): string[] {
  const { record, head, outcome, plan, register } = closing;
  const folder = printable(record);
  if (plan.scheduled !== undefined) return aloneLines(closing, plan.scheduled.run);
  return [
    `The ceremony ${outcome === "done" ? "is DONE" : `was STOPPED; ${register.keys.some(({ state }) => state === "parked") ? "its keys are parked" : "no key is parked"}`}. ${assuranceWord({ assurance: plan.assurance, isRehearsal: plan.rehearsal !== undefined })}. Record: ${folder}`,
    ...exceptionLines(closing),
    ...listed("MADE", madeLines(closing), `below ${folder}/artifacts`),
    ...countersignedLines(register),
    `SIGN, each with a key of their own; the seal wants ${seats(plan)}:`,
    ...sealers(folder, plan),
    "THEN",
    ...[
      `anchorite seal ${folder}`, "  says who is still missing.",
      `anchorite copy ${folder} MEDIUM...`, "  puts the record on several media, every octet read back.",
      `anchorite replay ${folder} --roster FILE`, "  is how anybody checks it, on another machine.",
    ].map((line) => `  ${line}`),
    ...homeLines(plan),
    "  Tokens, cards and media go back into their bags; write the numbers of the bags on paper. Then switch this host off.",
    "Write the words of the head on paper:",
    ...digestLines("the transcript's last link line (the head)", head),
  ].flatMap((line) => (line.length > 80 && !line.includes("anchorite ") ? wrap(line.trimStart(), line.startsWith("  ") ? "  " : "") : [line]));
}

/** The runs at which nobody was, and over which whoever signs this seal signs. */
function countersignedLines({ run, standing = [] }: Register): string[] {
  const runs = standing.filter(({ countersigned }) => countersigned === run);
  return runs.length === 0 ? [] : [`COUNTERSIGNED by this seal: the scheduled runs ${runs.map(({ number }) => number).join(", ")} since the last ceremony with people. Look at their records first: anchorite history`];
}

/** Nobody is there to sign, to copy or to write words on paper. */
function aloneLines(closing: Closing, run: number): string[] {
  const { record, head, outcome } = closing;
  return [
    `Scheduled run ${run} ${outcome === "done" ? "is DONE" : "was STOPPED"}. Record: ${printable(record)}`,
    ...exceptionLines(closing),
    ...listed("MADE", madeLines(closing), `below ${printable(record)}/artifacts`),
    "SEALED by the transcript key alone, under its standing approval. The next ceremony with people that goes on from it countersigns it.",
    `HEAD ${head}`,
  ];
}

/** Where everything has to be when people go home, as the script says. */
function homeLines({ places = [] }: Plan): string[] {
  return places.length === 0 ? [] : [`  WHERE THINGS GO: ${places.map(({ thing, ends }) => `${thing} ${ends}`).join("; ")}.`];
}

function exceptionLines({ deviations, exceptions }: Closing): string[] {
  if (deviations.length + exceptions.length === 0) return ["DEVIATIONS none, EXCEPTIONS none"];
  return [
    ...(deviations.length === 0 ? [] : [`DEVIATIONS ${deviations.length}`]),
    ...deviations.flatMap(({ step, expected, happened, decided, by }, i) => [
      `  ${i + 1}. step ${step}, decided by ${by}`, ...labelled("     expected", expected, 15), ...labelled("     happened", happened, 15), ...labelled("     decided", decided, 15),
    ]),
    ...(exceptions.length === 0 ? [] : [`EXCEPTIONS ${exceptions.length}`]),
    ...exceptions.flatMap((exception) => wrap(exception, "  ")),
  ];
}

function madeLines({ plan, register, before }: Closing): string[] {
  const known = new Set([...(before?.certificates ?? []), ...(before?.crls ?? []), ...(before?.requests ?? [])].map(({ name }) => name));
  const fresh = <T extends { readonly name: string }>(items: readonly T[]) => items.filter(({ name }) => !known.has(name));
  const ours = plan.tokens.flatMap(({ delta }) => delta.appear.map(({ key }) => key));
  return [
    ...register.keys.filter(({ key }) => ours.includes(key)).map(({ key, token, serial, state, restored }) => `key ${key} on token ${token}, serial ${serial}${restored?.run === register.run ? `, RESTORED from ${restored.backup}` : ""}${state === "parked" ? ", PARKED" : ""}`),
    ...register.keys.filter(({ destroyed }) => destroyed?.run === register.run).map(({ key }) => `key ${key}: DESTROYED`),
    ...(register.backups ?? []).filter(({ run }) => run === register.run).map(({ path, key, threshold, shares, sha256 }) => `${path}: key ${key}, wrapped; any ${threshold} of ${shares.length} shares open it: ${ends(sha256)}`),
    ...some(fresh(register.certificates), ({ name, sha256, notAfter }) => `certificates/${name}.pem, until ${notAfter.slice(0, 10)}: ${ends(sha256)}`),
    ...fresh(register.requests).map(({ name, sha256 }) => `requests/${name}.csr: ${ends(sha256)}`),
    ...some(fresh(register.crls), ({ name, nextUpdate, sha256 }) => `crls/${name}.crl, next by ${nextUpdate.slice(0, 10)}: ${ends(sha256)}`),
    ...[...register.bundles, ...register.artifacts].filter(({ run }) => run === register.run).flatMap((one) => some(one.files, ({ path, sha256 }) => `${path}: ${ends(sha256)}`)),
    ...register.possiblyIssued.filter(({ run }) => run === register.run).map(({ name }) => `POSSIBLY ISSUED: ${name}; see register.json`),
  ];
}

function some<T>(items: readonly T[], text: (item: T) => string): string[] {
  const more = items.length - MOST_LISTED;
  return [...items.slice(0, MOST_LISTED).map(text), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** The first two and the last two words of a digest, hex. */
function ends(sha256: string): string {
  const words = toWords(fromHex(sha256));
  return `${words.slice(0, 2).join(" ")} ... ${words.slice(-2).join(" ")}`;
}

function listed(heading: string, lines: readonly string[], where: string): string[] {
  return lines.length === 0 ? [`${heading} nothing`] : [`${heading}, ${where}`, ...lines.flatMap((line) => wrap(line, "  "))];
}

function seats({ quorum }: Plan): string {
  return quorum.seal.map(({ count, role }) => `${count} of ${role}`).join(", ");
}

function sealers(folder: string, { people }: Plan): string[] {
  return people.map(({ id }) => `  anchorite seal ${folder} --as ${id} --key FILE`);
}

/** The last screen of a run that adjourns. @param record its folder */
export function adjournedLines(record: string, point: HoldPoint, plan: Plan): string[] {
  return [
    `The ceremony is ADJOURNED at hold-point ${point.point}, in step ${point.step}. It is not done. Record: ${printable(record)}`,
    ...digestLines("the transcript up to here (the head)", point.head),
    "Write the head's words on paper: they are asked for when the ceremony goes on. The tokens are logged out; put them back.",
    `Before it goes on, hold-point ${point.point} is signed by ${seats(plan)}:`,
    ...sealers(printable(record), plan),
    "Then the same run command goes on.",
  ];
}
