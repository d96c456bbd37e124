/** `disclose RECORD`: a public copy, with bodies and files withheld, that verifies to the same head. */
import { join } from "node:path";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { keepFiles, kindAt } from "../room/files.ts";
import type { Level } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { levelOfFile, refusalToWithhold, withheldFile, withholdBodies } from "../transcript/withheld.ts";
import { result, talk } from "./output.ts";
import { replayFolder } from "./replay.ts";

export interface DiscloseOptions {
  readonly output: string;
  /** Levels to be withheld; left out, both that may be. */
  readonly level?: readonly string[];
  /** Files to be withheld besides. */
  readonly file?: readonly string[];
  /** Files to be shown though their level is withheld. */
  readonly show?: readonly string[];
}

/** Writes the copy into a new folder, reads it back as replay does, and says what it withholds. */
export async function disclose(folder: string, options: DiscloseOptions): Promise<ExitCode> {
  const levels = levelsOf(options);
  if (kindAt(options.output) !== "nothing") throw new Fault("record-exists", `expected no such folder yet, found ${options.output}`, ["name a new folder; nothing was written"]);
  const { files, verdict } = await replayFolder(folder, null, null);
  if (verdict.wrong.length > 0 || verdict.withheld > 0) throw new Fault("record-corrupt", `expected a whole record that is authentic, found: ${verdict.wrong[0] ?? "a public copy"}`, ["replay it first"]);
  const withheld = filesToWithhold(files, levels, options);
  const copies = files.list().map((path) => ({ path: join(options.output, path), bytes: bytesOf(files, path, levels, withheld) }));
  await keepFiles(copies);
  const copy = await replayFolder(options.output, null, null);
  if (copy.verdict.head !== verdict.head || copy.verdict.wrong.length > 0) throw new Fault("record-corrupt", `the copy does not verify to the same head: ${copy.verdict.wrong[0] ?? copy.verdict.head}`);
  for (const path of withheld) talk(`withheld: ${path}`);
  result(`${options.output}: ${copy.verdict.rebuilt.why}`, `head ${copy.verdict.head}, as in the record`);
  return EXIT.done;
}

const MAY_BE_WITHHELD: readonly string[] = ["people", "station"];

function levelsOf({ level = MAY_BE_WITHHELD }: DiscloseOptions): ReadonlySet<Level> {
  const other = level.find((word) => !MAY_BE_WITHHELD.includes(word));
  if (other !== undefined) throw new Fault("usage-arguments", `expected the levels people and station, found ${other}`, ["what is public is never withheld"]);
  return new Set(level as readonly Level[]);
}

/** @throws Fault record-withholding with every refusal */
function filesToWithhold(files: RecordFiles, levels: ReadonlySet<Level>, { file = [], show = [] }: DiscloseOptions): ReadonlySet<string> {
  const present = new Set(files.list());
  const unknown = [...file, ...show].find((path) => !present.has(path));
  if (unknown !== undefined) throw new Fault("usage-arguments", `expected a file of the record, found ${unknown}`, ["name it by its path in the record, such as station.yaml"]);
  const byLevel = files.list().filter((path) => levels.has(levelOfFile(path) as Level) && !show.includes(path));
  const wanted = new Set([...byLevel, ...file]);
  const refusals = [...wanted].flatMap((path) => refusalToWithhold(path, files.read(path) ?? new Uint8Array()) ?? []);
  if (refusals.length > 0) throw new Fault("record-withholding", refusals.join("; "), ["a station file may have a field salt, other files a line # salt: …, before the ceremony", "to leave such a file in the copy: --show PATH"]);
  return wanted;
}

function bytesOf(files: RecordFiles, path: string, levels: ReadonlySet<Level>, withheld: ReadonlySet<string>): Uint8Array {
  const bytes = files.read(path) ?? new Uint8Array();
  if (withheld.has(path)) return withheldFile();
  return path === LAYOUT.transcript ? withholdBodies(bytes, levels) : bytes;
}
