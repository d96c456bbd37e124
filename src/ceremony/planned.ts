/** From files to a plan: the one way in, for a script in a folder and for a record. */
import type { Finding } from "../fault.ts";
import { folderSteps, inputPaths, LARGEST_MATERIAL, materialPaths } from "../plan/inputs.ts";
import { makePlan, type PlanMade } from "../plan/make.ts";
import { packApprovals, packSignatures, registerPath } from "../plan/pack-files.ts";
import { registersIn } from "../plan/register-pack.ts";
import { listPath } from "../plan/request-list.ts";
import type { FolderInput, Folders, Input } from "../plan/resolving.ts";
import { fileName } from "../script/field.ts";
import { parseScript } from "../script/parse.ts";
import { inReadingOrder, type Locate } from "../script/place.ts";
import type { Script } from "../script/schema.ts";
import type { StepOf } from "../script/step-schema.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { packsOf } from "../transcript/named-packs.ts";
import { LARGEST_REGISTER } from "../transcript/register.ts";
import { LARGEST_WEAK_LIST } from "../x509/weak-list.ts";

/** A script with its plan, or the findings for which there is none, each with file, line and column. */
export interface PlannedScript {
  readonly script: Script | null;
  readonly scriptBytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly made: PlanMade | null;
  readonly findings: readonly Finding[];
  /** Adds file, line and column to findings of this script. */
  locate(findings: readonly Finding[]): Finding[];
}

/** Where the files lie that a script names. */
export interface InputSource {
  /** A file, by its path relative to the script's folder. @param most octets, where a register may have more than other files */
  read(path: string, most?: number): Input;
  /** The names of the files directly in a folder, sorted; or why there are none. */
  list(folder: string): readonly string[] | { readonly unreadable: string };
  /** The requests of a folder that are not signed by their own key, by the path of the list that a step makes of it. */
  refuted(list: string): ReadonlySet<string>;
}

/**
 * Parses a script and makes its plan.
 * @param file its name, for findings
 */
export function planScript(scriptBytes: Uint8Array, file: string, reader: InputSource): PlannedScript {
  const source = readingOnce(reader);
  const { script, sound, findings, locate: place } = parseScript(scriptBytes, file, (packs) => registersIn(packs.map((pack) => source.read(registerPath(pack), LARGEST_REGISTER))));
  const locate = (found: readonly Finding[]) => located(found, file, place);
  const judged = script ?? sound;
  if (judged === null) return { script, scriptBytes, inputs: new Map(), made: null, findings, locate };
  const named = new Map([...inputPaths(judged), ...signaturesOf(judged, source)].map((path) => [path, source.read(path, mostOf(judged, path))]));
  const folders = foldersOf(judged, source);
  const made = makePlan({ script: judged, scriptBytes, inputs: named, folders, isWhole: script !== null });
  const inputs = new Map([...named, ...filesIn(judged, folders), ...made.given.lists]);
  return { script, scriptBytes, inputs, made, findings: inReadingOrder([...findings, ...locate(made.findings)]), locate };
}

/** How many octets a file may have, where that is more than usual. */
function mostOf(script: Script, path: string): number | undefined {
  if (script["weak-keys"]?.includes(path) === true) return LARGEST_WEAK_LIST;
  if (path.endsWith("/SHA256SUMS")) return LARGEST_REGISTER;
  return materialPaths(script).includes(path) ? LARGEST_MATERIAL : undefined;
}

/** What was read once is what is judged and what is kept. */
function readingOnce(source: InputSource): InputSource {
  const known = new Map<string, Input>();
  const read = (path: string, most?: number): Input => {
    const input = known.get(path) ?? source.read(path, most);
    known.set(path, input);
    return input;
  };
  return { ...source, read };
}

/** The signatures of the register packs; that there are enough of them is judged with each pack. */
function signaturesOf({ register }: Script, source: InputSource): string[] {
  return packsOf(register).flatMap(({ pack }) => {
    const names = source.list(`${pack}/${LAYOUT.signatures}`);
    const approvals = source.list(`${pack}/${LAYOUT.approvals}`);
    return [...("unreadable" in names ? [] : packSignatures(pack, names)), ...("unreadable" in approvals ? [] : packApprovals(pack, approvals))];
  });
}

function foldersOf(script: Script, source: InputSource): Folders {
  const steps = folderSteps(script).map(({ step, number }) => ({ step, list: listPath(number) }));
  return {
    files: new Map(steps.map(({ step, list }) => [list, folderOf(step, source)])),
    refuted: new Map(steps.map(({ list }) => [list, source.refuted(list)])),
  };
}

function folderOf({ requests, files }: StepOf<"sign-requests">, source: InputSource): FolderInput {
  const names = files === "all" ? source.list(requests) : [...files].sort();
  if ("unreadable" in names) return names;
  const odd = names.find((name) => !fileName.safeParse(name).success);
  if (odd !== undefined) return { unreadable: `expected file names of letters, digits, dots and hyphens, found ${JSON.stringify(odd)}` };
  return new Map(names.map((name) => [name, source.read(`${requests}/${name}`)]));
}

function filesIn(script: Script, { files }: Folders): [string, Input][] {
  return folderSteps(script).flatMap(({ step, number }) => {
    const folder = files.get(listPath(number));
    return folder === undefined || "unreadable" in folder ? [] : [...folder].map(([name, input]): [string, Input] => [`${step.requests}/${name}`, input]);
  });
}

function located(findings: readonly Finding[], file: string, locate: Locate): Finding[] {
  return findings.map((finding) => ({ ...finding, file, ...locate(finding.path) }));
}
