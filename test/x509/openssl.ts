import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For the options of `test`. */
export const needsOpenssl = { skip: spawnSync("openssl", ["version"]).status === 0 ? false : "tool missing: openssl" } as const;

/** Runs openssl in a folder with these files: whether it exited with 0, stdout, and stdout and stderr together. */
export function openssl(args: string[], files: Record<string, string | Uint8Array> = {}): { ok: boolean; stdout: string; text: string } {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-x509-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    return { ok: status === 0, stdout, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
