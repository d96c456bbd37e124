import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const CORPORA = process.env["ANCHORITE_CORPORA"] ?? resolve(process.cwd(), "../shared/corpora");

/** For the options of `test`: a reason to skip when the corpus is not there. */
export function needsCorpus(name: string): { skip: string | false } {
  return { skip: existsSync(join(CORPORA, name)) ? false : `corpora missing: ${name}` };
}

export function corpusFile(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(CORPORA, ...path)));
}

export function corpusFiles(folder: string): string[] {
  return readdirSync(join(CORPORA, folder)).sort();
}
