/** `seal RECORD`: a person's signature over seal.txt, or, without a person, who is missing. */
import { join } from "node:path";
import { replayRecord, type Replayed } from "../ceremony/replay.ts";
import { judgeSealed } from "../ceremony/sealed.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { Checking } from "../room/checking.ts";
import { keepFile, kindAt } from "../room/files.ts";
import { folderFiles } from "../room/folder.ts";
import { signWithSsh } from "../room/processes.ts";
import { hasSealFile, readSealFile } from "../room/sealing.ts";
import { sealersOf } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import type { HoldPoint } from "../transcript/hold-point.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { namespaceOf, type Sealer } from "../transcript/quorum.ts";
import { result, talk } from "./output.ts";
import { holdToSign, showHold, signHold } from "./seal-hold.ts";
import { requireSignature } from "./signature.ts";

export interface SealOptions {
  readonly as?: string;
  readonly key?: string;
  /** Without a person: who has signed and who is missing, for a program. */
  readonly json?: boolean;
}

/** Signs as a person of the plan, or says who has signed and who is missing. */
export async function seal(folder: string, options: SealOptions): Promise<ExitCode> {
  const hold = hasSealFile(folder) ? null : await holdOf(folder);
  const bytes = hold === null ? readSealFile(folder) : null;
  if (options.as === undefined) {
    if (options.key !== undefined) throw new Fault("usage-arguments", "--key wants --as: whose key is it?");
    return hold === null ? showMissing(folder, options.json === true) : showHold(folder, hold.plan, hold.point);
  }
  if (options.key === undefined) throw new Fault("usage-arguments", `--as ${options.as} wants --key`, ["the private key file, or the public one when an agent or a hardware key holds the private half"]);
  if (hold !== null) {
    await signHold(folder, hold.point, sealerNamed(hold.plan, options.as), options.key);
    return showHold(folder, hold.plan, hold.point);
  }
  if (bytes === null) throw new Fault("bug-unreachable", "neither a seal nor a hold-point");
  const person = sealerNamed(await planOf(folder), options.as);
  const path = join(folder, LAYOUT.signatures, `${person.id}.sig`);
  if (kindAt(path) !== "nothing") throw new Fault("seal-exists", `${person.id} has signed this seal already: ${path}`);
  const armour = await signWithSsh(options.key, namespaceOf(person.role), bytes);
  requireSignature(armour, { id: person.id, key: person.key, namespace: namespaceOf(person.role) }, bytes);
  keepFile(path, armour);
  result(`${path}: signed by ${person.name} (${person.role}) as ${namespaceOf(person.role)}`);
  return showMissing(folder, false);
}

/** The hold-point that waits for signatures. @throws Fault seal-not-ready when what is there does not replay up to it */
async function holdOf(folder: string): Promise<{ plan: Plan; point: HoldPoint } | null> {
  const replayed = await judgedRecord(folder);
  const point = holdToSign(folder, replayed);
  if (point === null || replayed.plan === null) return null;
  if (replayed.wrong.length > 0) throw new Fault("seal-not-ready", `this record does not replay: ${replayed.wrong.join("; ")}`, ["nobody should sign what does not replay"]);
  return { plan: replayed.plan, point };
}

async function planOf(folder: string): Promise<Plan> {
  const { plan, rebuilt, wrong } = await judgedRecord(folder);
  if (plan === null || wrong.length > 0 || rebuilt.why !== "") throw new Fault("seal-not-ready", `this record does not replay: ${[...wrong, rebuilt.why].filter((why) => why !== "").join("; ")}`, ["nobody should sign what does not replay"]);
  return plan;
}

/** Replays; a signature that does not verify counts among what is wrong. */
async function judgedRecord(folder: string): Promise<Replayed> {
  const replaying = replayRecord(folderFiles(folder));
  const checking = new Checking<Objection>();
  for (;;) {
    const next = replaying.next();
    if (next.done === true) return { ...next.value, wrong: [...next.value.wrong, ...(await checking.failed())] };
    await checking.take(next.value, objection("RECORD-SIGNATURES", `${next.value.where}: the signature does not verify`));
  }
}

function sealerNamed(plan: Plan, id: string): Sealer {
  const person = sealersOf(plan).find((one) => one.id === id);
  if (person === undefined) throw new Fault("seal-signer", `${id} is not a person of this plan`, [`people: ${plan.people.map((one) => one.id).join(", ")}`]);
  return person;
}

async function showMissing(folder: string, json: boolean): Promise<ExitCode> {
  const replayed = await judgedRecord(folder);
  const sealed = judgeSealed(folderFiles(folder), replayed, null);
  if (json) {
    result(JSON.stringify({ signed: sealed.people?.signedBy ?? [], missing: sealed.missing, wrong: sealed.wrong }));
    return sealed.wrong.length > 0 ? EXIT.refused : EXIT.done;
  }
  for (const signer of sealed.people?.signedBy ?? []) talk(`signed: ${signer.name} (${signer.id}, ${signer.role})`);
  for (const wrong of sealed.wrong) talk(`WRONG: ${wrong}`);
  if (sealed.missing.length === 0) talk("the seal quorum is met");
  for (const missing of sealed.missing) talk(`missing: ${missing}`);
  return sealed.wrong.length > 0 ? EXIT.refused : EXIT.done;
}
