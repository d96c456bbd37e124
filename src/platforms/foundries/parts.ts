/** The parts of a bundle for Foundries.io. Which of them an operation wants is judged when its platform looks at it. */
import { any, maybe, maybeWord, one, type PartTable } from "../part.ts";
import { OPERATION_WORD } from "./operation.ts";

const USER = { pattern: /^[0-9A-Za-z][0-9A-Za-z-]{0,59}$/, what: "the id of a user of the platform, without fio-" };

export const FOUNDRIES_PARTS = {
  operation: maybeWord(OPERATION_WORD), root: one("certificate"), above: any("certificate"), chain: any("file"), tls: maybe("certificate"),
  "device-cas": any("certificate"), est: maybe("certificate"), crl: maybe("crl"), devices: any("certificate"), current: maybe("file"), user: maybeWord(USER),
} as const satisfies PartTable;

export type FoundriesPart = keyof typeof FOUNDRIES_PARTS;
