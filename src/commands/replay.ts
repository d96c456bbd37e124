/** `replay RECORD`: no token, no questions, and no program but this one. */
import { replayRecord, type RecordFiles, type Replayed } from "../ceremony/replay.ts";
import { addendaOf, judgeSealed, type Sealed } from "../ceremony/sealed.ts";
import { verdictOf, type Verdict } from "../ceremony/verdict.ts";
import { toHex } from "../bytes/hex.ts";
import { verdictLines } from "../console/verdict-pages.ts";
import { fromWords } from "../console/words.ts";
import { Fault, type ExitCode } from "../fault.ts";
import { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { folderFiles } from "../room/folder.ts";
import type { Addendum, JudgedAddendum } from "../transcript/addenda.ts";
import { readRoster, type RosterEntry } from "../transcript/roster.ts";
import { result } from "./output.ts";

export interface ReplayOptions {
  readonly roster?: string;
  /** All 32 words of the head or of the SHA-256 of seal.txt. */
  readonly words?: string;
  /** The same as hex. */
  readonly head?: string;
  /** The certificate of the CA that is trusted for timestamps, PEM. */
  readonly tsa?: string;
  readonly json?: boolean;
}

/** Prints the verdict; returns its exit code (0, 6, 7 or 9). */
export async function replay(folder: string, options: ReplayOptions): Promise<ExitCode> {
  const { verdict } = await replayFolder(folder, rosterIn(options.roster), pinnedDigest(options), options.tsa === undefined ? null : readRegular(options.tsa));
  if (options.json === true) result(JSON.stringify(verdict));
  else result(...verdictLines(verdict));
  return verdict.exit;
}

/** A record as it was replayed, with all that its verdict came from. */
export interface ReplayedFolder {
  readonly files: RecordFiles;
  readonly replayed: Replayed;
  readonly sealed: Sealed;
  readonly verdict: Verdict;
}

/**
 * Replays a folder, every claim checked.
 * @param digest head or SHA-256 of seal.txt from outside, hex; null where none was given
 * @param tsa the certificate of the CA that is trusted for timestamps, PEM
 */
export async function replayFolder(folder: string, roster: readonly RosterEntry[] | null, digest: string | null, tsa: Uint8Array | null = null): Promise<ReplayedFolder> {
  const files = folderFiles(folder);
  const checking = new Checking<string>();
  const replaying = replayRecord(files);
  let next = replaying.next();
  for (; next.done !== true; next = replaying.next()) await checking.take(next.value, next.value.where);
  const sealed = judgeSealed(files, next.value, roster);
  for (const claim of sealed.claims) await checking.take(claim, claim.where);
  const verdict = verdictOf(next.value, sealed, await checking.failed(), { roster: roster !== null, digest }, await checkedAddenda(addendaOf(files, next.value, { roster, tsa })));
  return { files, replayed: next.value, sealed, verdict };
}

/** Addenda with their claims checked: one whose signature does not hold is wrong, and nothing else is. */
export async function checkedAddenda(judged: readonly JudgedAddendum[]): Promise<Addendum[]> {
  const checking = new Checking<string>();
  for (const { addendum, claims } of judged) for (const claim of claims) await checking.take(claim, addendum.folder);
  const failed = new Set(await checking.failed());
  return judged.map(({ addendum }) => (failed.has(addendum.folder) ? { kind: "wrong", folder: addendum.folder, why: "a signature in it does not verify" } : addendum));
}

/** A roster from a file. @throws Fault usage-file, form-roster */
export function rosterIn(file: string | undefined): readonly RosterEntry[] | null {
  return file === undefined ? null : readRoster(readRegular(file));
}

/** The digest that the auditor brought. Fewer than 32 words pin nothing, and are refused. */
export function pinnedDigest({ words, head }: Pick<ReplayOptions, "words" | "head">): string | null {
  if (words !== undefined && head !== undefined) throw new Fault("usage-arguments", "--words and --head cannot be used together");
  if (head !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(head)) throw new Fault("usage-arguments", "expected --head to be 64 hex digits", ["the head, or the SHA-256 of seal.txt"]);
    return head.toLowerCase();
  }
  if (words === undefined) return null;
  const bytes = fromWords(words);
  if (bytes.length !== 32) throw new Fault("usage-arguments", `expected all 32 words of the head or of the SHA-256 of seal.txt, found ${bytes.length}`, ["fewer words pin nothing"]);
  return toHex(bytes);
}
