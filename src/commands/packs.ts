/** Register packs that a command is given by their folders, without a script: read, judged, their signatures checked. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import type { Finding } from "../fault.ts";
import { Judgement } from "../plan/judgement.ts";
import { packApprovals, packPaths, packSignatures } from "../plan/pack-files.ts";
import { judgePack } from "../plan/register-pack.ts";
import type { Input } from "../plan/resolving.ts";
import { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { listFolder, readInput } from "../room/folder.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { LARGEST_REGISTER, readRegister, type Register } from "../transcript/register.ts";
import type { RosterEntry } from "../transcript/roster.ts";

/** A register that all of its packs make; or the findings for which there is none. */
export type ReadPacks = { readonly register: Register; readonly findings: readonly Finding[] } | { readonly register: null; readonly findings: readonly Finding[] };

/**
 * @param folders records or register packs, one for each line
 * @param roster from outside; null when none was given: then the people of the packs' own plans count
 * @throws Fault usage-file when a pack has no seal or no register
 */
export async function readPacks(folders: readonly string[], roster: readonly RosterEntry[] | null): Promise<ReadPacks> {
  const named = folders.map((folder, i) => ({ pack: `pack-${i + 1}`, folder, seal: sha256Hex(readRegular(join(folder, LAYOUT.seal))) }));
  const inputs = new Map(named.flatMap(({ pack, folder }) => filesOf(pack, folder)));
  const [first, ...joins] = named.map(({ pack, seal }) => ({ pack, seal }));
  if (first === undefined) return { register: null, findings: [] };
  const { assurance } = readRegister(readRegular(join(folders[0] ?? "", LAYOUT.artifacts, "register.json"), LARGEST_REGISTER));
  const judgement = new Judgement();
  const judged = judgePack({ script: { assurance, register: { ...first, ...(joins.length === 0 ? {} : { joins }) } }, inputs, roster }, judgement);
  const checking = new Checking<Finding>(judged.claims.length);
  for (const { claim, otherwise } of judged.claims) await checking.take(claim, otherwise);
  const findings = [...judgement.findings, ...(await checking.failed())];
  return judged.register === null || findings.length > 0 ? { register: null, findings } : { register: judged.register, findings };
}

function filesOf(pack: string, folder: string): [string, Input][] {
  const names = listFolder(folder, LAYOUT.signatures);
  const approvals = listFolder(folder, LAYOUT.approvals);
  const paths = [...packPaths(pack), ...("unreadable" in names ? [] : packSignatures(pack, names)), ...("unreadable" in approvals ? [] : packApprovals(pack, approvals))];
  return paths.map((path) => [path, readInput(folder, path.slice(pack.length + 1), LARGEST_REGISTER)]);
}
