/** A record held in memory, and the signatures that a forger gets from ssh-keygen. */
import { spawnSync } from "node:child_process";
import type { Ceremony } from "./ceremony.ts";
import type { Files } from "./record-files.ts";

export * from "./record-files.ts";

/** An SSH signature by ssh-keygen, under any namespace, with any key. */
export function sshSign(keyFile: string, namespace: string, message: Uint8Array): Uint8Array {
  const ended = spawnSync("ssh-keygen", ["-Y", "sign", "-n", namespace, "-f", keyFile], { input: message });
  if (ended.status !== 0) throw new Error(`ssh-keygen: ${String(ended.stderr)}`);
  return new Uint8Array(ended.stdout);
}

/** Alice and Dan sign the seal as it is now, with their own keys: they are in it together. */
export function resign(files: Files, ceremony: Ceremony): void {
  for (const [id, meaning] of [["alice", "approved"], ["dan", "witnessed"]] as const) {
    files.set(`signatures/${id}.sig`, sshSign(ceremony.path("people", id), `anchorite-seal-${meaning}`, files.get("seal.txt") ?? new Uint8Array()));
  }
}
