/** What lies in folders, in an order that depends on names alone. */
import { join, relative, sep } from "node:path";
import { Fault } from "../fault.ts";
import { errorWord, HOST_DISK, type Disk, type Listed } from "./disk.ts";

/** What lies below a folder, as paths with `/`, sorted by octets; `strangers` are neither files nor folders (links, devices). */
export function walkFolder(folder: string, disk = HOST_DISK): { files: string[]; strangers: string[] } {
  const files: string[] = [];
  const strangers: string[] = [];
  const walk = (at: string): void => {
    for (const { name, kind } of listed(at, disk)) {
      const path = join(at, name);
      if (kind === "folder") walk(path);
      else (kind === "file" ? files : strangers).push(relative(folder, path).split(sep).join("/"));
    }
  };
  walk(folder);
  return { files: files.sort(), strangers: strangers.sort() };
}

function listed(folder: string, disk: Disk): readonly Listed[] {
  try {
    return disk.list(folder);
  } catch (cause) {
    throw new Fault("usage-file", `cannot list ${folder} (${errorWord(cause)})`, ["check the path and the medium"], { cause });
  }
}

/** The names of the folders directly in a folder, sorted by octets; links are none. @throws Fault usage-file */
export function subfolders(folder: string, disk: Disk = HOST_DISK): string[] {
  return listed(folder, disk).filter(({ kind }) => kind === "folder").map(({ name }) => name).sort();
}

/**
 * Every file below a folder that holds nothing else.
 * @throws Fault record-corrupt for a link or a device
 */
export function listFiles(folder: string, disk = HOST_DISK): string[] {
  const { files, strangers } = walkFolder(folder, disk);
  if (strangers[0] !== undefined) throw new Fault("record-corrupt", `expected files and folders only, found something else: ${strangers[0]} in ${folder}`);
  return files;
}
