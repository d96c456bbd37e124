/** Which files a record may hold: those that entry 0 and the entries name, and nothing that could pass for one of them. */
import { sha256Hex } from "../bytes/digest.ts";
import type { Header, Event } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { changedEvidence, type Evidence } from "./evidence.ts";
import type { RecordFiles } from "./recorded-inputs.ts";

/** What the entries say of files. */
export interface NamedFiles {
  /** Paths below `artifacts/` that the ceremony had kept; null while it has not ended. */
  readonly kept: ReadonlySet<string> | null;
  /** What lies below `evidence/`. */
  readonly evidence: Evidence;
  readonly torn: readonly Extract<Event, { name: "torn-entry" }>[];
  /** Paths below `inputs/` from which the plan was made; null when none could be made. */
  readonly inputs: ReadonlySet<string> | null;
}

const PLACES: readonly string[] = Object.values(LAYOUT);
const isFile = (place: string): boolean => place.includes(".") || place === LAYOUT.manifest;
const FILES = new Set(PLACES.filter(isFile));
const FOLDERS = new Set(PLACES.filter((place) => !isFile(place)).map((place) => place.split("/")[0] ?? ""));

/** Every file that nothing accounts for, and every torn entry that is not the one of its event [RECORD-FOLDER, RECORD-BOUND, RECORD-ARTIFACTS]. */
export function strayFiles(files: RecordFiles, header: Header | null, named: NamedFiles): Objection[] {
  const inputs = new Set([...(header?.inputs ?? []).map(({ path }) => path), ...(named.inputs ?? [])]);
  const torn = new Set(named.torn.map(({ path }) => path));
  const strays = files.list().flatMap((path): Objection[] => {
    const [folder = "", ...below] = path.split("/");
    const rest = below.join("/");
    if (rest === "" ? !FILES.has(path) : !FOLDERS.has(folder)) return [objection("RECORD-FOLDER", `${path} is no file of a record`)];
    if (folder === LAYOUT.artifacts && named.kept !== null && !named.kept.has(path)) return [objection("RECORD-ARTIFACTS", `${path} was not made by this ceremony`)];
    if (folder === LAYOUT.inputs && named.inputs !== null && !inputs.has(rest)) return [objection("RECORD-BOUND", `${path} is no input of this ceremony`)];
    if (folder === LAYOUT.evidence && !named.evidence.asked.has(path)) return [objection("RECORD-BOUND", `${path} is named by no entry`)];
    return folder === LAYOUT.torn && !torn.has(path) ? [objection("RECORD-BOUND", `${path} is named by no entry`)] : [];
  });
  return [...strays, ...changedEvidence(files, named.evidence), ...named.torn.flatMap((event) => changedTorn(files, event))];
}

function changedTorn(files: RecordFiles, { path, length, sha256 }: NamedFiles["torn"][number]): Objection[] {
  const bytes = files.read(path);
  const isIt = new RegExp(`^${LAYOUT.torn}/[0-9]+-${sha256.slice(0, 16)}$`).test(path) && bytes !== null && bytes.length === length && sha256Hex(bytes) === sha256;
  return isIt ? [] : [objection("RECORD-BOUND", `${path} is not the torn entry of its event`)];
}
