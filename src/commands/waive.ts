/** `waive SCRIPT CONTROL`: a person's signature over a waiver that the script asks for. */
import { dirname, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8 } from "../bytes/text.ts";
import type { PlannedScript } from "../ceremony/planned.ts";
import { printable } from "../console/escape.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { waivableControls, WAIVER_NAMESPACE } from "../plan/waivers.ts";
import { waiverText, waiverSignaturePath, waiverTextPath } from "../transcript/waiver.ts";
import { keepFile, kindAt } from "../room/files.ts";
import { signWithSsh } from "../room/processes.ts";
import { readPublicKeyLine, type SshPublicKey } from "../transcript/sshkey.ts";
import { result, talk, talkFindings } from "./output.ts";
import { readScript } from "./reading.ts";
import { requireSignature } from "./signature.ts";

export interface WaiveOptions {
  readonly as: string;
  readonly key: string;
}

/** Shows what is signed, writes its text beside the script, and has ssh-keygen sign it. Nothing is overwritten. */
export async function waive(scriptPath: string, control: string, options: WaiveOptions): Promise<ExitCode> {
  const planned = await readScript(scriptPath);
  if (planned.script === null) {
    talkFindings(planned.findings);
    return EXIT.refused;
  }
  const text = textOf(planned, control, options.as);
  const key = keyOf(planned, options.as);
  const folder = dirname(scriptPath);
  const [textPath, path] = [join(folder, waiverTextPath(control)), join(folder, waiverSignaturePath(control, options.as))];
  if (kindAt(path) !== "nothing") throw new Fault("seal-exists", `${options.as} has signed this waiver already: ${path}`, ["if the script has changed since, move the files of the old waiver away first"]);
  for (const line of fromUtf8(text).trimEnd().split("\n")) talk(printable(line));
  const armour = await signWithSsh(options.key, WAIVER_NAMESPACE, text);
  requireSignature(armour, { id: options.as, key, namespace: WAIVER_NAMESPACE }, text);
  keepFile(textPath, text);
  keepFile(path, armour);
  result(`${path}: signed by ${options.as} as ${WAIVER_NAMESPACE}`);
  return EXIT.done;
}

function textOf({ script, scriptBytes }: PlannedScript, control: string, id: string): Uint8Array {
  const waiver = script?.waivers !== undefined && Object.hasOwn(script.waivers, control) ? script.waivers[control] : undefined;
  if (waiver === undefined) throw new Fault("usage-arguments", `the script asks for no waiver of ${control}`, [`it asks for: ${Object.keys(script?.waivers ?? {}).join(", ") || "none"}`, `controls that can be waived: ${waivableControls().join(", ")}`]);
  if (!waiver.by.includes(id)) throw new Fault("seal-signer", `${id} is not among those who waive ${control}`, [`people: ${waiver.by.join(", ")}`]);
  return waiverText(sha256Hex(scriptBytes), control, waiver);
}

function keyOf({ script, inputs }: PlannedScript, id: string): SshPublicKey {
  const line = inputs.get(script?.people[id]?.key ?? "");
  if (!(line instanceof Uint8Array)) throw new Fault("seal-signer", `the public key of ${id} cannot be read`, ["give the .pub file that the script names"]);
  return readPublicKeyLine(fromUtf8(line).trimEnd());
}
