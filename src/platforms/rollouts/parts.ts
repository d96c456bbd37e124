/** The parts of a bundle and of a signed report for Bosch IoT Rollouts. */
import { any, maybe, maybeWord, one, some, type PartTable } from "../part.ts";
import { FINGERPRINT } from "./fingerprints.ts";

const HOST = maybeWord({ pattern: /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, what: "the name of a host, in lower-case letters" });
const RETIRED = maybeWord({ pattern: FINGERPRINT, what: "a SHA-256 fingerprint of 95 characters, upper-case hex with colons" });

export const ROLLOUTS_PARTS = {
  anchor: one("certificate"), chain: some("certificate"), gateways: any("certificate"), current: maybe("file"), retire: RETIRED, host: HOST,
} as const satisfies PartTable;

export const ROLLOUTS_REPORT_PARTS = { file: one("file"), signer: one("certificate"), chain: some("certificate"), host: HOST } as const satisfies PartTable;
