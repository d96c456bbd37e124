/** Sealed records on the disk, for the verbs that work on them: made in memory, so that no token is needed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RecordFiles } from "../../src/ceremony/recorded-inputs.ts";
import { allowedSignersOf } from "../../src/ceremony/sealed.ts";
import { freshPath } from "../end-to-end/ceremony.ts";
import type { HeldRecord } from "../scripted/life.ts";

/** Writes a record below a folder and gives its path. */
export function write(files: RecordFiles, folder = freshPath("record")): string {
  for (const path of files.list()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), files.read(path) ?? new Uint8Array());
  }
  return folder;
}

/** The file with the signers of a record, from outside. */
export function rosterFile({ world }: HeldRecord): string {
  const path = freshPath("roster");
  writeFileSync(path, allowedSignersOf(world.source.plan));
  return path;
}
