/** The parts of a bundle for Cisco IOx. */
import { any, maybe, some, word, type PartTable } from "../part.ts";
import { INFO, PACKAGE_FILE, VERSION } from "./forms.ts";

export const IOX_PARTS = {
  chain: some("certificate"), apps: any("certificate"), crls: any("crl"), info: word(INFO), version: word(VERSION),
  previous: maybe("file"), package: { ...any("file"), form: PACKAGE_FILE },
} as const satisfies PartTable;
