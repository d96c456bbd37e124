/** A folder for throw-away tokens: below the system's folder for temporary files, nobody else's, and gone at the end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Another one each time. @returns its path, absolute */
export function makeThrowAwayFolder(): string {
  return mkdtempSync(join(tmpdir(), "anchorite-rehearsal-"));
}

/** Writes a file that nobody else may read. */
export function writeThrowAway(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  return path;
}

/** Removes the folder with all that is in it. Nothing in it was worth anything. */
export function removeThrowAway(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
