/** The parts of a bundle for Foundries.io. Which of them an operation wants is judged when its platform looks at it. */
import type { Part } from "../parts.ts";
import { OPERATION_WORD } from "./operation.ts";

export const FOUNDRIES_PARTS = {
  operation: { kind: "word", wanted: false, many: false, form: OPERATION_WORD },
  root: { kind: "certificate", wanted: true, many: false },
  above: { kind: "certificate", wanted: false, many: true },
  chain: { kind: "file", wanted: false, many: true },
  tls: { kind: "certificate", wanted: false, many: false },
  "device-cas": { kind: "certificate", wanted: false, many: true },
  est: { kind: "certificate", wanted: false, many: false },
  crl: { kind: "crl", wanted: false, many: false },
  devices: { kind: "certificate", wanted: false, many: true },
  current: { kind: "file", wanted: false, many: false },
  user: { kind: "word", wanted: false, many: false, form: { pattern: /^[0-9A-Za-z][0-9A-Za-z-]{0,59}$/, what: "the id of a user of the platform, without fio-" } },
} as const satisfies Readonly<Record<string, Part>>;

export type FoundriesPart = keyof typeof FOUNDRIES_PARTS;
