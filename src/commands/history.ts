/** `history DIR…`: many records as one life. */
import { join } from "node:path";
import { chapterOf, type Chapter } from "../ceremony/chapter.ts";
import { lifeOf } from "../ceremony/history.ts";
import { historyLines, historyValue } from "../console/history-pages.ts";
import { Fault, type ExitCode } from "../fault.ts";
import { kindAt } from "../room/files.ts";
import { subfolders } from "../room/listing.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { result, talk } from "./output.ts";
import { pinnedDigest, replayFolder, rosterIn, type ReplayOptions } from "./replay.ts";

/**
 * Replays each record by itself, then judges what they say of each other; returns 0, 6, 7 or 9.
 * @param folders records, or folders of records
 */
export async function history(folders: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  const digest = pinnedDigest(options);
  const roster = rosterIn(options.roster);
  const chapters: Chapter[] = [];
  for (const folder of folders.flatMap(recordsIn)) {
    const { files, replayed, sealed, verdict } = await replayFolder(folder, roster, null);
    chapters.push(chapterOf(folder, files, replayed, sealed, verdict));
    talk(`replayed ${folder}: ${verdict.rebuilt.state}`);
  }
  const life = lifeOf(chapters, digest);
  if (options.json === true) result(JSON.stringify(historyValue(life)));
  else result(...historyLines(life));
  return life.exit;
}

/** A record, or the records directly in a folder. @throws Fault record-missing */
function recordsIn(folder: string): string[] {
  const isRecord = (path: string) => kindAt(join(path, LAYOUT.transcript)) === "file";
  if (isRecord(folder)) return [folder];
  const found = kindAt(folder) === "folder" ? subfolders(folder).map((name) => join(folder, name)).filter(isRecord) : [];
  if (found.length === 0) throw new Fault("record-missing", `expected a record, or a folder of records, found none at ${folder}`, ["give folders that hold transcript.jsonl"]);
  return found;
}
