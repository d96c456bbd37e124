/** The record of an earlier ceremony that an imported script goes on from: read where it lies, and copied beside the script. */
import { join, resolve } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import type { EarlierSource } from "../ceremony/imported.ts";
import { Fault } from "../fault.ts";
import { packApprovals, packPaths, packSignatures, registerPath } from "../plan/pack-files.ts";
import { readRegular } from "../room/files.ts";
import { listFolder, readInput } from "../room/folder.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { LARGEST_REGISTER, readRegister } from "../transcript/register.ts";

/** Where it lies beside the script. */
const PACK = "previous";

/** Reads a register pack, or a whole record; its signatures are checked by whoever uses the script. @throws Fault usage-file, form-json, form-register */
export function readPack(folder: string): EarlierSource {
  const inFolder = (path: string): string => path.slice(PACK.length + 1);
  const register = readRegister(readRegular(join(folder, inFolder(registerPath(PACK))), LARGEST_REGISTER));
  const seal = sha256Hex(readRegular(join(folder, LAYOUT.seal)));
  return {
    pack: PACK, seal, register,
    source: {
      read: (path, most) => (path.startsWith(`${PACK}/`) ? readInput(folder, inFolder(path), most) : { unreadable: "it is not there yet" }),
      list: (path) => (path.startsWith(`${PACK}/`) ? listFolder(folder, inFolder(path)) : []),
    },
  };
}

/** The files of a pack as they are to lie beside the script; none where it lies there already. @throws Fault usage-file */
export function packFiles(folder: string, output: string, { source }: EarlierSource): { path: string; bytes: Uint8Array }[] {
  if (resolve(folder) === resolve(output, PACK)) return [];
  const names = source.list(`${PACK}/${LAYOUT.signatures}`);
  const approvals = source.list(`${PACK}/${LAYOUT.approvals}`);
  const paths = [...packPaths(PACK), ...("unreadable" in names ? [] : packSignatures(PACK, names)), ...("unreadable" in approvals ? [] : packApprovals(PACK, approvals))];
  return paths.map((path) => {
    const bytes = source.read(path, LARGEST_REGISTER);
    if (!(bytes instanceof Uint8Array)) throw new Fault("usage-file", `cannot read ${path} of the register: ${bytes.unreadable}`, ["give the folder of a sealed record"]);
    return { path: join(output, path), bytes };
  });
}
