/** `addend RECORD FILE`: later evidence, with a statement signed by who adds it. The sealed record stays as it is. */
import { basename, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { printable } from "../console/escape.ts";
import { sealersOf } from "../plan/approvals.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { hostInstant } from "../room/clock.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { subfolders } from "../room/listing.ts";
import { signWithSsh } from "../room/processes.ts";
import { readSealFile } from "../room/sealing.ts";
import { ADDENDUM_NAMESPACE, isAddendumName, STATEMENT, STATEMENT_SIGNATURE, writeStatement } from "../transcript/addendum.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readSeal } from "../transcript/seal.ts";
import { readSshSignature } from "../transcript/sshsig.ts";
import { result, talk } from "./output.ts";
import { replayFolder } from "./replay.ts";
import { requireSignature } from "./signature.ts";

export interface AddendOptions {
  readonly as: string;
  readonly key: string;
  readonly note?: string;
}

/** Shows the statement, has ssh-keygen sign it, and keeps all three files in a folder of their own. */
export async function addend(record: string, file: string, options: AddendOptions): Promise<ExitCode> {
  const name = basename(file);
  if (!isAddendumName(name)) throw new Fault("usage-arguments", `expected a file name of letters, digits, dots and hyphens, found ${JSON.stringify(name)}`, ["rename the file first"]);
  const bytes = readRegular(file);
  const seal = readSealFile(record);
  const { ceremony, run } = readSeal(seal);
  const { replayed } = await replayFolder(record, null, null);
  const statement = writeStatement({ ceremony, run, seal: sha256Hex(seal), file: name, length: bytes.length, sha256: sha256Hex(bytes), by: options.as, at: hostInstant(), note: options.note ?? "none" });
  for (const line of fromUtf8(statement).trimEnd().split("\n")) talk(printable(line));
  const armour = await signWithSsh(options.key, ADDENDUM_NAMESPACE, statement);
  const person = replayed.plan === null ? undefined : sealersOf(replayed.plan).find(({ id }) => id === options.as);
  requireSignature(armour, { id: options.as, key: person?.key ?? readSshSignature(armour).publicKey, namespace: ADDENDUM_NAMESPACE }, statement);
  const folder = nextAddendum(record, options.as);
  for (const [path, content] of [[name, bytes], [STATEMENT, statement], [STATEMENT_SIGNATURE, armour]] as const) keepFile(join(folder, path), content);
  result(`${folder}: ${name}, added by ${options.as}${person === undefined ? ", who is no person of the plan" : ""}`);
  return EXIT.done;
}

/** A folder that is not there yet: `addenda/0003-alice`. */
export function nextAddendum(record: string, who: string): string {
  const addenda = join(record, LAYOUT.addenda);
  const taken = kindAt(addenda) === "folder" ? subfolders(addenda).flatMap((name) => Number(/^(\d{4})-/.exec(name)?.[1] ?? 0)) : [];
  return join(addenda, `${String(Math.max(0, ...taken) + 1).padStart(4, "0")}-${who}`);
}
