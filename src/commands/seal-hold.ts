/** `seal RECORD` where a ceremony is adjourned: the signature is over its hold-point. */
import { join } from "node:path";
import { judgeHold } from "../ceremony/recorded-holds.ts";
import type { Replayed } from "../ceremony/replay.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { hasHoldText } from "../room/hold-point.ts";
import { folderFiles } from "../room/folder.ts";
import { keepFile, kindAt } from "../room/files.ts";
import { signWithSsh } from "../room/processes.ts";
import type { Plan } from "../plan/plan.ts";
import { holdSignaturePath, writeHoldPoint, type HoldPoint } from "../transcript/hold-point.ts";
import { namespaceOf, type Sealer } from "../transcript/quorum.ts";
import { result, talk } from "./output.ts";
import { requireSignature } from "./signature.ts";

/** The hold-point that waits for signatures; null when the record stands at none. */
export function holdToSign(folder: string, { holds, rebuilt }: Replayed): HoldPoint | null {
  const last = holds.at(-1);
  if (rebuilt.state !== "incomplete" || last === undefined || last.answer !== null) return null;
  return hasHoldText(folder, last.point) ? last.point : null;
}

/** Has ssh-keygen sign the text of the hold-point. Nothing is overwritten. @throws Fault seal-exists, seal-signer, seal-signature */
export async function signHold(folder: string, point: HoldPoint, person: Sealer, key: string): Promise<void> {
  const path = join(folder, holdSignaturePath(point.point, person.id));
  if (kindAt(path) !== "nothing") throw new Fault("seal-exists", `${person.id} has signed this hold-point already: ${path}`);
  const [text, namespace] = [writeHoldPoint(point), namespaceOf(person.role)];
  const armour = await signWithSsh(key, namespace, text);
  requireSignature(armour, { id: person.id, key: person.key, namespace }, text);
  keepFile(path, armour);
  result(`${path}: signed by ${person.name} (${person.role}) as ${namespace}`);
}

/** Says who has signed the hold-point, and who is missing. */
export function showHold(folder: string, plan: Plan, point: HoldPoint): ExitCode {
  const { signedBy, wrong, missing } = judgeHold(folderFiles(folder), plan, { point, at: "" }, null);
  talk(`the ceremony is adjourned at hold-point ${point.point}`);
  for (const { name, id, role } of signedBy) talk(`signed: ${name} (${id}, ${role})`);
  for (const one of wrong) talk(`WRONG: ${one}`);
  for (const one of missing) talk(`missing: ${one}`);
  if (missing.length === 0 && wrong.length === 0) talk("the quorum is met: the ceremony can go on");
  return wrong.length > 0 ? EXIT.refused : EXIT.done;
}
