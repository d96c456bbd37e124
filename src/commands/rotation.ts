/** `rotation status|calendar|metrics|note`: what a register leaves to be done, on an online machine, without keys. */
import { join } from "node:path";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { findingLines } from "../console/pages.ts";
import { printable } from "../console/escape.ts";
import { obligationSentence, statusLines, summary, type RotationStatus } from "../console/rotation-pages.ts";
import { EXIT, Fault, type ExitCode, type Finding } from "../fault.ts";
import { hostInstant } from "../room/clock.ts";
import { claimHolds } from "../room/claims.ts";
import { keepFile, kindAt, readRegular, replaceFile } from "../room/files.ts";
import { listFiles } from "../room/listing.ts";
import { signWithSsh } from "../room/processes.ts";
import { calendarText } from "../rotation/calendar.ts";
import { keyStandings } from "../rotation/keys.ts";
import { knownFaults, readKnown, writeKnown } from "../rotation/known.ts";
import { certificateLives } from "../rotation/life.ts";
import { listLives } from "../rotation/lists.ts";
import { metricsText } from "../rotation/metrics.ts";
import { judgeNotes, type JudgedNote, type NoteFile } from "../rotation/notes.ts";
import { judged, type Closing, type Obligation } from "../rotation/obligation.ts";
import { obligationsOf } from "../rotation/obligations.ts";
import { closedBy, observe, type FieldState } from "../rotation/observed.ts";
import type { Register } from "../transcript/register.ts";
import { NOTE_NAMESPACE, writeRotationNote } from "../transcript/rotation-note.ts";
import { readSshSignature } from "../transcript/sshsig.ts";
import { result, talk } from "./output.ts";
import { readPacks } from "./packs.ts";
import { rosterIn } from "./replay.ts";
import { requireSignature } from "./signature.ts";

export interface RotationOptions {
  readonly roster?: string;
  /** An instant or a day, UTC; by default the host's clock. */
  readonly at?: string;
  readonly observed?: string;
  readonly notes?: string;
  /** A file that this program keeps: the newest register that it saw. */
  readonly known?: string;
  readonly json?: boolean;
  readonly exitCode?: boolean;
  readonly output?: string;
}

/** What a verb of rotation works on; or the exit code with which it ends, its findings told. */
type Asked = { readonly status: RotationStatus } | { readonly refused: ExitCode };

/** Prints the table; returns 0 whatever is due, or 10 with `--exit-code` when something is due or overdue. */
export async function rotationStatus(packs: readonly string[], options: RotationOptions): Promise<ExitCode> {
  const asked = await askedOf(packs, options);
  if ("refused" in asked) return asked.refused;
  const { status } = asked;
  if (options.json === true) result(JSON.stringify({ ...status, register: { ceremony: status.register.ceremony, run: status.register.run, attested: status.register.attested, rotation: status.register.rotation ?? null } }));
  else result(...statusLines(status));
  const isDue = status.obligations.some(({ standing }) => standing === "due" || standing === "overdue") || (status.field?.missing.length ?? 0) > 0 || status.field?.objects.some(({ verdict }) => verdict === "stale") === true;
  return options.exitCode === true && isDue ? EXIT.due : EXIT.done;
}

/** Writes the calendar to a new file, or to stdout. */
export async function rotationCalendar(packs: readonly string[], options: RotationOptions): Promise<ExitCode> {
  const asked = await askedOf(packs, options);
  if ("refused" in asked) return asked.refused;
  const { register, obligations } = asked.status;
  const bytes = toUtf8(`${calendarText(register, obligations, obligationSentence)}\r\n`);
  if (options.output === undefined) result(fromUtf8(bytes).trimEnd());
  else keepFile(options.output, bytes);
  talk(summary(asked.status));
  return EXIT.done;
}

/** Writes the metrics in the place of those before, or to stdout. */
export async function rotationMetrics(packs: readonly string[], options: RotationOptions): Promise<ExitCode> {
  const asked = await askedOf(packs, options);
  if ("refused" in asked) return asked.refused;
  const { register, obligations, at } = asked.status;
  const text = metricsText(register, obligations, at);
  if (options.output === undefined) result(text.trimEnd());
  else replaceFile(options.output, toUtf8(text));
  return EXIT.done;
}

export interface NoteOptions extends RotationOptions {
  readonly as: string;
  readonly key: string;
  readonly note?: string;
}

/** Signs a note that an obligation is done, and keeps text and signature in a folder. */
export async function rotationNote(pack: string, obligation: string, options: NoteOptions): Promise<ExitCode> {
  const asked = await askedOf([pack], options);
  if ("refused" in asked) return asked.refused;
  const { register, obligations, at } = asked.status;
  const known = obligations.find(({ id }) => id === obligation);
  if (known === undefined) throw new Fault("usage-arguments", `expected an obligation of this register, found ${JSON.stringify(obligation)}`, [`there are ${obligations.map(({ id }) => id).join(", ") || "none"}`]);
  const text = writeRotationNote({ ceremony: register.ceremony, run: register.run, obligation, by: options.as, at, note: options.note ?? "none" });
  for (const line of fromUtf8(text).trimEnd().split("\n")) talk(printable(line));
  const armour = await signWithSsh(options.key, NOTE_NAMESPACE, text);
  requireSignature(armour, { id: options.as, key: readSshSignature(armour).publicKey, namespace: NOTE_NAMESPACE }, text);
  const name = `${obligation.replaceAll("/", "-")}.${at.replaceAll(/[-:]/g, "")}.${options.as}`;
  const folder = options.output ?? "notes";
  keepFile(join(folder, `${name}.txt`), text);
  keepFile(join(folder, `${name}.sig`), armour);
  result(join(folder, `${name}.txt`));
  return EXIT.done;
}

/** Reads the packs and judges the day; or tells why not. */
export async function askedOf(packs: readonly string[], options: RotationOptions): Promise<Asked> {
  const { register, findings } = await readPacks(packs, rosterIn(options.roster));
  if (register === null) return refuse(findings);
  const at = instantAsked(options.at);
  const before: Finding[] = register.attested !== null && at < register.attested
    ? [{ control: "ROTATION-DATE", path: ["at"], message: `expected a day from the last ceremony on, ${register.attested}, found ${at}`, hint: "ask about today, or give an older register for an older day" }] : [];
  const known = options.known === undefined || kindAt(options.known) === "nothing" ? [] : knownFaults(readKnown(readRegular(options.known)), register);
  if (before.length + known.length > 0) return refuse([...before, ...known]);
  if (options.known !== undefined) replaceFile(options.known, writeKnown(register));
  return { status: statusOf(register, at, options) };
}

function refuse(findings: readonly Finding[]): Asked {
  talk(...findingLines(findings), `anchorite: refused: ${findings.length} finding${findings.length === 1 ? "" : "s"}; nothing was written`);
  return { refused: EXIT.refused };
}

/** @throws Fault usage-arguments */
function instantAsked(text: string | undefined): string {
  if (text === undefined) return hostInstant();
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(instant)) return instant;
  throw new Fault("usage-arguments", `expected --at as 2031-05-01 or 2031-05-01T12:00:00Z, found ${JSON.stringify(text)}`);
}

function statusOf(register: Register, at: string, options: RotationOptions): RotationStatus {
  const field = options.observed === undefined ? null : observe(register, filesIn(options.observed), at);
  const notes = options.notes === undefined ? [] : judgeNotes(notesIn(options.notes), rosterIn(options.roster), register);
  const obligations = obligationsOf(register, at).map((one) => judged(one, at, closingOf(one, field, notes)));
  const refused = notes.flatMap((one) => ("why" in one ? [`${one.path} does not count: ${one.why}`] : claimHolds(one.claim) ? [] : [`${one.path} does not count: its signature does not verify`]));
  const ended = certificateLives(register, at).filter(({ state, successor }) => state === "expired" && successor === null).map(({ name, notAfter }) => `${name} ended ${notAfter} and nothing took its place`);
  const unpinned = options.roster === undefined ? ["the people who sealed the register are its own claim: give --roster"] : [];
  const policy = register.rotation === undefined ? ["no script said anything of rotation: only ends are known"] : [];
  return { register, at, lives: certificateLives(register, at), lists: listLives(register, at), keys: keyStandings(register), obligations, field, remarks: [...policy, ...ended, ...unpinned, ...refused] };
}

function closingOf(one: Obligation, field: FieldState | null, notes: readonly JudgedNote[]): Closing | null {
  const seen = field === null ? null : closedBy(field, one);
  const noted = notes.find((file) => "note" in file && file.note.obligation === one.id && file.note.at >= (one.since ?? "") && claimHolds(file.claim));
  return seen ?? (noted !== undefined && "note" in noted ? { how: "note", by: noted.note.by, at: noted.note.at } : null);
}

function filesIn(folder: string): { path: string; bytes: Uint8Array }[] {
  return listFiles(folder).map((path) => ({ path, bytes: readRegular(join(folder, path)) }));
}

function notesIn(folder: string): NoteFile[] {
  const paths = listFiles(folder);
  return paths.filter((path) => path.endsWith(".txt")).map((path) => {
    const signature = path.replace(/\.txt$/, ".sig");
    return { path, text: readRegular(join(folder, path)), signature: paths.includes(signature) ? readRegular(join(folder, signature)) : null };
  });
}
