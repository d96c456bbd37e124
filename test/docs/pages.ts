/** The pages of the documentation as tests read them: their text, their fenced blocks, and the program they speak of. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkout, MAIN } from "../tools.ts";

/** Every page, relative to the checkout. */
export function pages(): string[] {
  const docs = readdirSync(join(checkout, "docs"), { recursive: true }).map((path) => join("docs", String(path)));
  return ["README.md", "CHANGELOG.md", ...docs.filter((path) => path.endsWith(".md")).sort()];
}

export function page(path: string): string {
  return readFileSync(join(checkout, path), "utf8");
}

/** A fenced block: what stands behind the opening fence, and the lines between the fences, each ended by LF. */
export interface Block {
  readonly info: string;
  readonly text: string;
}

export function blocks(text: string): Block[] {
  return [...text.matchAll(/^```([^\n`]*)\n((?:(?!```)[^\n]*\n)*)```$/gm)].map(([, info = "", body = ""]) => ({ info, text: body }));
}

/** The text from a heading to the next one of the same or a higher rank. */
export function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const rank = lines[start]?.indexOf(" ") ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= rank);
  return rest.slice(0, end < 0 ? rest.length : end).join("\n");
}

/** The line of a table whose first cell is this name in backquotes; empty when there is none. */
export function row(text: string, name: string): string {
  return text.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
}

/** Runs the built command; returns its exit code and what it said. */
export function anchorite(args: readonly string[], cwd: string): { exit: number | null; stdout: string; stderr: string } {
  const ended = spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: "utf8" });
  return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

/** A new SSH key below `folder`, without a passphrase. */
export function makeKey(folder: string, id: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", `${id}@example.test`, "-f", join(folder, id)]);
}

/** Writes files below a folder, and the folders on the way. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
