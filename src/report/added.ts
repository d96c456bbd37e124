/** What was added to the record after its seal, as its own statements say: by whom, when, about what. Whether that is so is checked elsewhere. */
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { Fault } from "../fault.ts";
import { TIMESTAMP } from "../transcript/addenda.ts";
import { readStatement, STATEMENT, type Statement } from "../transcript/addendum.ts";
import { LAYOUT } from "../transcript/layout.ts";

export interface ShownAddendum {
  /** Of its cell. */
  readonly id: string;
  /** `addenda/0001-alice`. */
  readonly folder: string;
  readonly kind: "file" | "timestamp" | "unreadable";
  /** Null where there is none that can be read, and of a timestamp. */
  readonly statement: Statement | null;
}

/** Of each folder below `addenda/`, in their order. */
export function addedTo(files: RecordFiles): ShownAddendum[] {
  const paths = files.list().filter((path) => path.startsWith(`${LAYOUT.addenda}/`));
  const folders = [...new Set(paths.map((path) => path.split("/").slice(0, 2).join("/")))].sort();
  return folders.map((folder) => {
    const id = `addendum-${folder}`;
    if (paths.includes(`${folder}/${TIMESTAMP.response}`)) return { id, folder, kind: "timestamp", statement: null };
    const statement = statementIn(files.read(`${folder}/${STATEMENT}`));
    return { id, folder, kind: statement === null ? "unreadable" : "file", statement };
  });
}

function statementIn(bytes: Uint8Array | null): Statement | null {
  if (bytes === null) return null;
  try {
    return readStatement(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
