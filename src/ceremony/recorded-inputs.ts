/** The inputs of a record, as its plan is made from them again. */
import { Fault } from "../fault.ts";
import { readRequestList } from "../plan/request-list.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { InputSource } from "./planned.ts";

/** The files of a record, however they are stored. Paths are relative to its folder, with `/`. */
export interface RecordFiles {
  /** Every file, sorted by octets. */
  list(): readonly string[];
  /** The octets of a file; null when it is not there. */
  read(path: string): Uint8Array | null;
  /** What lies in the folder and is neither file nor folder: links, devices. */
  strangers(): readonly string[];
}

/**
 * A request that the record's list refuses for its own signature is taken at that word: nobody can claim that a signature does
 * not hold, and what is refused is not signed. All that it accepts are claims.
 */
export function recordedInputs(files: RecordFiles): InputSource {
  const below = (folder: string) => `${LAYOUT.inputs}/${folder}/`;
  return {
    read: (path) => files.read(`${LAYOUT.inputs}/${path}`) ?? { unreadable: "it is not in the record" },
    list: (folder) => {
      const names = files.list().filter((path) => path.startsWith(below(folder))).map((path) => path.slice(below(folder).length));
      return names.length === 0 ? { unreadable: "it is not in the record" } : names;
    },
    refuted: (list) => {
      const bytes = files.read(`${LAYOUT.inputs}/${list}`);
      return new Set(bytes === null ? [] : refutedIn(bytes));
    },
  };
}

/** None of a file that is no list: then the plan is another one, and its digest says so. */
function refutedIn(list: Uint8Array): string[] {
  try {
    return [...readRequestList(list)].filter(({ codes }) => codes.includes("request-signature")).map(({ file }) => file);
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

/** The approvals of a record, by their names in its folder. */
export function approvalFiles(files: RecordFiles): Map<string, Uint8Array> {
  const paths = files.list().filter((path) => path.startsWith(`${LAYOUT.approvals}/`));
  return new Map(paths.map((path) => [path.slice(LAYOUT.approvals.length + 1), files.read(path) ?? new Uint8Array()]));
}
