/** A record's folder as files: for replay, which reads them all, and for scripts, whose inputs lie beside them. */
import { join } from "node:path";
import type { RecordFiles } from "../ceremony/replay.ts";
import { Fault } from "../fault.ts";
import type { Input } from "../plan/resolving.ts";
import { HOST_DISK } from "./disk.ts";
import { kindAt, readRegular } from "./files.ts";
import { walkFolder } from "./listing.ts";

/** Largest file of a record that is read. */
const RECORD_FILE_LIMIT = 1024 * 1024 * 1024;
/** Largest input that a script may name. */
const INPUT_LIMIT = 1024 * 1024;

/** The files of a record below `folder`. @throws Fault record-missing when there is no such folder */
export function folderFiles(folder: string, disk = HOST_DISK): RecordFiles {
  if (kindAt(folder, disk) !== "folder") throw new Fault("record-missing", `expected a record's folder, found ${kindAt(folder, disk)} at ${folder}`, ["give the folder that holds transcript.jsonl"]);
  const { files: paths, strangers } = walkFolder(folder, disk);
  const known = new Set(paths);
  return {
    list: () => paths,
    strangers: () => strangers,
    read: (path) => (known.has(path) ? readRegular(join(folder, path), RECORD_FILE_LIMIT, disk) : null),
  };
}

/** Reads a file that a script names, below its folder; no link on the way [INPUT-PRESENT]. */
export function readInput(folder: string, path: string, most = INPUT_LIMIT): Input {
  const parts = path.split("/");
  for (let i = 1; i < parts.length; i++) {
    const above = join(folder, ...parts.slice(0, i));
    if (kindAt(above) !== "folder") return { unreadable: `expected a folder, found ${kindAt(above)} at ${parts.slice(0, i).join("/")}` };
  }
  return readLooseFile(join(folder, path), most);
}

/** The names of what lies in a folder that a script names, sorted by code unit; no link on the way, no folder in it [INPUT-PRESENT]. */
export function listFolder(folder: string, path: string): readonly string[] | { readonly unreadable: string } {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const kind = kindAt(join(folder, ...parts.slice(0, i)));
    if (kind !== "folder") return { unreadable: `expected a folder, found ${kind} at ${parts.slice(0, i).join("/")}` };
  }
  const { files, strangers } = walkFolder(join(folder, path));
  const odd = strangers[0] ?? files.find((file) => file.includes("/"));
  return odd === undefined ? files : { unreadable: `expected files and nothing else in it, found ${odd}` };
}

/** Reads a file that somebody names: regular, no link. What cannot be read is no fault but an answer. */
export function readLooseFile(path: string, most = INPUT_LIMIT): Input {
  try {
    return readRegular(path, most);
  } catch (thrown) {
    if (thrown instanceof Fault) return { unreadable: thrown.message };
    throw thrown;
  }
}
