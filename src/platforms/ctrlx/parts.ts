/** The parts of a bundle and of an app for ctrlX. */
import { any, maybe, maybeWord, one, some, type PartTable } from "../part.ts";

export const CTRLX_PARTS = { certificate: one("certificate"), previous: maybe("certificate"), interfaces: any("file") } as const satisfies PartTable;

const FIRST_WORD = { pattern: /^first-word$/, what: "first-word, as the vendor's script cuts names, or no such field" };

export const CTRLX_APP_PARTS = { file: some("file"), signer: one("certificate"), privileges: maybe("file"), names: maybeWord(FIRST_WORD) } as const satisfies PartTable;
