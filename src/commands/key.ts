/** `key ID`: an SSH key for a person, made by ssh-keygen, which asks for the passphrase itself. */
import { terminalReady } from "../console/prompts.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { makeSshKey } from "../room/processes.ts";
import { NAMESPACES } from "../transcript/sshsig.ts";
import { result, talk } from "./output.ts";

export interface KeyOptions {
  readonly output?: string;
  readonly hardware?: boolean;
}

const KEY_LIMIT = 16 * 1024;

/** @throws Fault usage-no-terminal, usage-file when something lies there, seal-signature when ssh-keygen made none */
export async function key(id: string, { output = `${id}_key`, hardware = false }: KeyOptions): Promise<ExitCode> {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(id)) throw new Fault("usage-arguments", `expected a person's id of lower-case letters, digits and hyphens, found ${id}`, ["the id by which the script names the person"]);
  for (const file of [output, `${output}.pub`]) if (kindAt(file) !== "nothing") throw new Fault("usage-file", `${file} is there already, and nothing is overwritten`, ["name another file with -o"]);
  if (!terminalReady()) throw new Fault("usage-no-terminal", "a key is made at a terminal, where its passphrase is typed", ["run it at a terminal"]);
  talk(hardware ? "ssh-keygen makes a key in the security key: have its PIN ready, and touch it when it blinks" : "ssh-keygen asks for a passphrase: type one, since the file alone must not be enough");
  await makeSshKey(output, id, hardware);
  const line = fromUtf8(readRegular(`${output}.pub`, KEY_LIMIT)).trim();
  result(`${output}: the private half stays with ${id}`, `${output}.pub: goes beside the script as people/${id}.pub`, `roster: ${id} namespaces="${NAMESPACES.join(",")}" ${line}`);
  talk("the auditor's roster has that line, received from the person and not from the record; strike the namespaces that are not theirs");
  return EXIT.done;
}
