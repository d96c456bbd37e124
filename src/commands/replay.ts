/** `replay RECORD`: no token, no questions, and no program but this one. */
import { replayRecord } from "../ceremony/replay.ts";
import { judgeSealed } from "../ceremony/sealed.ts";
import { verdictOf, type Pins, type Verdict } from "../ceremony/verdict.ts";
import { toHex } from "../bytes/hex.ts";
import { verdictLines } from "../console/verdict-pages.ts";
import { fromWords } from "../console/words.ts";
import { Fault, type ExitCode } from "../fault.ts";
import { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { folderFiles } from "../room/folder.ts";
import { readRoster } from "../transcript/roster.ts";
import { result } from "./output.ts";

export interface ReplayOptions {
  readonly roster?: string;
  /** All 32 words of the head or of the SHA-256 of seal.txt. */
  readonly words?: string;
  /** The same as hex. */
  readonly head?: string;
  readonly json?: boolean;
}

/** Prints the verdict; returns its exit code (0, 6, 7 or 9). */
export async function replay(folder: string, options: ReplayOptions): Promise<ExitCode> {
  const verdict = await replayFolder(folder, options);
  if (options.json === true) result(JSON.stringify(verdict));
  else result(...verdictLines(verdict));
  return verdict.exit;
}

async function replayFolder(folder: string, options: ReplayOptions): Promise<Verdict> {
  const digest = pinnedDigest(options);
  const roster = options.roster === undefined ? null : readRoster(readRegular(options.roster));
  const files = folderFiles(folder);
  const checking = new Checking<string>();
  const replaying = replayRecord(files);
  let next = replaying.next();
  for (; next.done !== true; next = replaying.next()) await checking.take(next.value, next.value.where);
  const sealed = judgeSealed(files, next.value, roster);
  for (const claim of sealed.claims) await checking.take(claim, claim.where);
  const pins: Pins = { roster: roster !== null, digest };
  return verdictOf(next.value, sealed, await checking.failed(), pins);
}

/** The digest that the auditor brought. Fewer than 32 words pin nothing, and are refused. */
function pinnedDigest({ words, head }: ReplayOptions): string | null {
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
