/** What a test may find on this machine or not, and the reasons by which the test run counts what was skipped. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of the checkout: the first one above this file, or else the working directory, that holds `softhsm/`. */
export const checkout = ((): string => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "softhsm", "system.mjs"))) return folder;
  }
  return process.cwd();
})();

/** The command line: the program that is shipped, where `npm test` runs the tests; else the built code beside the built tests. */
export const MAIN = process.env["ANCHORITE_PROGRAM"] ?? fileURLToPath(new URL("../src/main.js", import.meta.url));

/** A module of `softhsm/`, which is plain JavaScript and not part of the build; the caller says what it exports. */
export async function softhsmScript(file: string): Promise<unknown> {
  return import(pathToFileURL(join(checkout, "softhsm", file)).href);
}

interface System {
  findProgram(program: string): string | undefined;
  findModule(): string | undefined;
}

const system = (await softhsmScript("system.mjs")) as System;

/** Options for a test that needs a program on PATH: `test(name, needTool("faketime"), …)`. */
export function needTool(program: string): { skip?: string } {
  return system.findProgram(program) === undefined ? { skip: `tool missing: ${program}` } : {};
}

/**
 * A folder of test data that is not part of this repository: below ANCHORITE_CORPORA, else below `shared/corpora` beside the checkout.
 * @returns where it was looked for, and when it is not there the reason to skip: `test(name, corpora("csr"), …)`
 */
export function corpora(folder: string): { readonly path: string; readonly skip?: string } {
  const path = join(process.env["ANCHORITE_CORPORA"] ?? join(dirname(checkout), "shared", "corpora"), folder);
  return existsSync(path) ? { path } : { path, skip: `corpora missing: ${folder}` };
}

/** The path of SoftHSM's PKCS#11 module, which the set-up of `npm test` has seen to. */
export function softhsmModule(): string {
  const module = system.findModule();
  if (module === undefined) throw new Error("SoftHSM's module is not on this machine: `npm test` installs it");
  return module;
}
