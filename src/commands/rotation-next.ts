/** `rotation next`: the script of the next ceremony and what lies beside it, in a new folder. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { toUtf8 } from "../bytes/text.ts";
import { agendaText, fetchText } from "../console/next-pages.ts";
import { findingLines } from "../console/pages.ts";
import { EXIT, Fault, type ExitCode, type Finding } from "../fault.ts";
import { packApprovals, packPaths, packSignatures } from "../plan/pack-files.ts";
import { keepFiles, kindAt, readRegular } from "../room/files.ts";
import { listFolder, readInput } from "../room/folder.ts";
import type { Draft } from "../rotation/next-draft.ts";
import { nextCeremony, type Next } from "../rotation/next.ts";
import { nextScript, stepsOf } from "../rotation/next-script.ts";
import { EMERGENCY_REASONS, type Emergency } from "../rotation/next-revocation.ts";
import type { JudgedObligation } from "../rotation/obligation.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readHeldCeremony } from "../transcript/held-ceremony.ts";
import { LARGEST_REGISTER } from "../transcript/register.ts";
import { result, talk } from "./output.ts";
import { askedOf, type RotationOptions } from "./rotation.ts";

export interface NextOptions extends RotationOptions {
  readonly output: string;
  /** The serial number of a certificate, hex. */
  readonly revoke?: string;
  readonly reason?: string;
}

/** A pack, where it lies and where it will lie beside the script. */
interface Carried {
  readonly folder: string;
  readonly pack: string;
  readonly seal: string;
}

/** Writes the next ceremony into a new folder; nothing where nothing is due or anything is wrong. @throws Fault usage-arguments, usage-file, record-exists */
export async function rotationNext(packs: readonly string[], options: NextOptions): Promise<ExitCode> {
  const emergency = emergencyOf(options);
  if (kindAt(options.output) !== "nothing") throw new Fault("record-exists", `expected a new folder, found something at ${options.output}`, ["nothing is written over: name another folder"]);
  const asked = await askedOf(packs, options);
  if ("refused" in asked) return asked.refused;
  const { register, obligations, at } = asked.status;
  const held = readHeldCeremony(readRegular(join(packs[0] ?? "", LAYOUT.plan), LARGEST_REGISTER));
  const next = nextCeremony(register, held, { at, revoke: emergency, closed: new Set(obligations.filter(({ standing }) => standing === "closed").map(({ id }) => id)) });
  if (!("draft" in next)) return refuse(next.findings);
  const { draft } = next;
  for (const { id, why } of draft.leftOut) talk(`not in the script: ${id}: ${why}`);
  if (draft.certificates.length + draft.lists.length === 0) {
    result(draft.leftOut.length === 0 ? `nothing is due on ${at.slice(0, 10)}; nothing was written` : "what is due no script can do; nothing was written");
    return EXIT.done;
  }
  await keep(packs, options.output, next, obligations);
  return EXIT.done;
}

function refuse(findings: readonly Finding[]): ExitCode {
  talk(...findingLines(findings), `anchorite: refused: ${findings.length} finding${findings.length === 1 ? "" : "s"}; nothing was written`);
  return EXIT.refused;
}

/** @throws Fault usage-arguments */
function emergencyOf({ revoke, reason }: NextOptions): Emergency | null {
  if (revoke === undefined && reason === undefined) return null;
  const serial = revoke?.toLowerCase().replaceAll(":", "") ?? "";
  if (!/^([0-9a-f]{2}){1,20}$/.test(serial)) throw new Fault("usage-arguments", `expected --revoke with a serial number in hex, found ${JSON.stringify(revoke ?? "none")}`, ["rotation status --json has the serial number of each certificate"]);
  const known = EMERGENCY_REASONS.find((name) => name === reason);
  if (known === undefined) throw new Fault("usage-arguments", `expected --reason ${EMERGENCY_REASONS.join(", ")}, found ${JSON.stringify(reason ?? "none")}`, ["the reasons are those of RFC 5280 5.3.1"]);
  return { serial, reason: known };
}

async function keep(packs: readonly string[], output: string, next: Extract<Next, { draft: Draft }>, obligations: readonly JudgedObligation[]): Promise<void> {
  const { draft, due, by } = next;
  const carried = packs.map((folder, i): Carried => ({ folder, pack: i === 0 ? "previous" : `joined-${i}`, seal: sha256Hex(readRegular(join(folder, LAYOUT.seal))) }));
  const besides = obligations.filter((one) => (one.standing === "due" || one.standing === "overdue") && !due.some(({ id }) => id === one.id) && !(one.kind === "custody" && draft.used.has(one.of)) && !draft.leftOut.some(({ id }) => id === one.id));
  const steps = stepsOf(draft);
  const texts = new Map([
    ["script.yaml", nextScript(draft, carried.map(({ pack, seal }) => ({ pack, seal })), by)], ["agenda.txt", agendaText({ draft, steps, due, besides, by })], ["fetch.txt", fetchText({ draft, by })],
    ...draft.held.people.map(({ id, key }) => [`people/${id}.pub`, `${key}\n`] as const), ...draft.files,
  ]);
  const files = [...texts].map(([path, text]) => ({ path: join(output, path), bytes: toUtf8(text) }));
  await keepFiles([...files, ...carried.flatMap((one) => packFiles(one, output))]);
  result(`${join(output, "script.yaml")}: ${steps.length} steps, to be held ${by === null ? "at once" : `by ${by.slice(0, 10)}`}`, `${join(output, "agenda.txt")}: why, who, and what comes after`, `${join(output, "fetch.txt")}: ${draft.wanted.length === 0 ? "nothing has to be fetched" : `${draft.wanted.length} to be fetched`}`);
  talk(`next: ${draft.wanted.length === 0 ? "" : "fetch what is listed, then "}anchorite check ${join(output, "script.yaml")}`);
}

/** The files of a pack as they are to lie beside the script. @throws Fault usage-file */
function packFiles({ folder, pack }: Carried, output: string): { path: string; bytes: Uint8Array }[] {
  const [names, approvals] = [listFolder(folder, LAYOUT.signatures), listFolder(folder, LAYOUT.approvals)];
  const signatures = [...("unreadable" in names ? [] : packSignatures(pack, names)), ...("unreadable" in approvals ? [] : packApprovals(pack, approvals))];
  return [...packPaths(pack), ...signatures].map((path) => {
    const bytes = readInput(folder, path.slice(pack.length + 1), LARGEST_REGISTER);
    if (!(bytes instanceof Uint8Array)) throw new Fault("usage-file", `cannot read ${path} of the register: ${bytes.unreadable}`, ["give the folder of a sealed record"]);
    return { path: join(output, path), bytes };
  });
}
