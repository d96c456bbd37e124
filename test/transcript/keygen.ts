/** Throw-away SSH keys and signatures by ssh-keygen, the judge of the tests in this folder. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SSH_SKIP = spawnSync("ssh-keygen", ["-Y", "sign"]).error === undefined ? false : "tool missing: ssh-keygen";

export class KeyFolder {
  readonly path = mkdtempSync(join(tmpdir(), "keys-"));

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, octets: Uint8Array | string): string {
    writeFileSync(this.file(name), octets);
    return this.file(name);
  }

  /** Makes a key; `type` is what follows `-t`. Returns the line of its `.pub` file. */
  make(name: string, type: string): string {
    execFileSync("ssh-keygen", ["-q", ...`-t ${type}`.split(" "), "-N", "", "-C", `${name}@example`, "-f", this.file(name)]);
    return readFileSync(this.file(`${name}.pub`), "utf8");
  }

  sign(name: string, namespace: string, message: Uint8Array, ...options: string[]): Uint8Array {
    return execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", this.file(name), "-n", namespace, ...options], { input: message });
  }

  /** Whether ssh-keygen accepts the signature of `principal` under an allowed_signers file. */
  verifies(allowed: Uint8Array, principal: string, namespace: string, armour: Uint8Array, message: Uint8Array, ...options: string[]): boolean {
    const [roster, signature] = [this.write("allowed_signers", allowed), this.write("checked.sig", armour)];
    return spawnSync("ssh-keygen", ["-Y", "verify", "-f", roster, "-I", principal, "-n", namespace, "-s", signature, ...options], { input: message }).status === 0;
  }

  fingerprint(name: string): string {
    return execFileSync("ssh-keygen", ["-l", "-f", this.file(`${name}.pub`)], { encoding: "utf8" }).split(" ")[1] ?? "";
  }
}
