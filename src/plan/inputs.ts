/** The files that a script names, and where it names them. */
import type { ScriptPath } from "../fault.ts";
import { givenNames } from "../platforms/parts.ts";
import type { Script } from "../script/schema.ts";
import type { Step, StepOf } from "../script/step-schema.ts";
import { packsOf } from "../transcript/named-packs.ts";
import { waiverPaths } from "../transcript/waiver.ts";
import { packPaths } from "./pack-files.ts";

/** A file that a script names. */
export interface NamedInput {
  /** Relative to the script's folder. */
  readonly file: string;
  readonly path: ScriptPath;
}

/** Every place where a script names a file, in the order of the script. */
export function namedInputs({ people, waivers = {}, register, "weak-keys": weak = [], steps }: Script): NamedInput[] {
  const waived = Object.entries(waivers).flatMap(([control, { by }]) => waiverPaths(control, by).map((file) => ({ file, path: ["waivers", control] })));
  const pack = packsOf(register).flatMap(({ pack: folder, path }) => packPaths(folder).map((file) => ({ file, path: [...path, "pack"] })));
  const lists = weak.map((file, i) => ({ file, path: ["weak-keys", i] }));
  return [...waived, ...pack, ...lists, ...Object.entries(people).map(([id, { key }]) => ({ file: key, path: ["people", id, "key"] })), ...steps.flatMap(inputsOfStep)];
}

function inputsOfStep(step: Step): NamedInput[] {
  switch (step.kind) {
    case "sign-request":
      return [{ file: step.request.file, path: [...step.path, "request"] }];
    case "cross-certify":
      return "file" in step.existing ? [{ file: step.existing.file, path: [...step.path, "existing"] }] : [];
    case "restore-key":
      return [{ file: step.blob, path: [...step.path, "blob"] }];
    case "adopt":
      return [{ file: step.file, path: [...step.path, "file"] }, ...(step.issued ?? []).map(({ file }, i) => ({ file, path: [...step.path, "issued", i, "file"] })), ...(step["last-crl"] === undefined ? [] : [{ file: step["last-crl"], path: [...step.path, "last-crl"] }])];
    case "accept-certificate":
      return [{ file: step.file, path: [...step.path, "file"] }, ...step.chain.map((file, i) => ({ file, path: [...step.path, "chain", i] }))];
    case "export-bundle":
    case "sign-artifact":
      return givenNames(step, "file").map(({ name, place }) => ({ file: name, path: [...step.path, ...place] }));
    default:
      return [];
  }
}

/** Every file that a script names, relative to its folder; sorted by code unit, each once. */
export function inputPaths(script: Script): string[] {
  return [...new Set(namedInputs(script).map(({ file }) => file))].sort();
}

/** Octets that a file may have which a step takes as it is: packages and apps are larger than requests. */
export const LARGEST_MATERIAL = 512 * 1024 * 1024;

/** Files that steps take as they are, into bundles and artifacts. */
export function materialPaths({ steps }: Script): string[] {
  return steps.flatMap((step) => (step.kind === "export-bundle" || step.kind === "sign-artifact" ? inputsOfStep(step).map(({ file }) => file) : []));
}

/** A step over a folder, with its number. */
export function folderSteps({ steps }: Script): { readonly step: StepOf<"sign-requests">; readonly number: number }[] {
  return steps.flatMap((step, i) => (step.kind === "sign-requests" ? [{ step, number: i + 1 }] : []));
}
