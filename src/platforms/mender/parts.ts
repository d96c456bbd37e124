/** The parts of a bundle and of a signed artifact for Mender with SignServer. */
import { any, maybe, maybeWord, one, word, type PartTable } from "../part.ts";

const HOST = { pattern: /^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)$/, what: "a host name or an IP address" };
const SIGNSERVER_NAME = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, what: "a name of letters, digits, dots, hyphens and underscores, at most 63" };

export const MENDER_PARTS = {
  root: one("certificate"), chain: any("certificate"), worker: one("certificate"), "next-worker": maybe("certificate"),
  client: one("certificate"), server: one("certificate"), host: word(HOST), "key-alias": word(SIGNSERVER_NAME),
  "next-key-alias": maybeWord(SIGNSERVER_NAME), "worker-name": maybeWord(SIGNSERVER_NAME), "crypto-token": maybeWord(SIGNSERVER_NAME),
} as const satisfies PartTable;

export const MENDER_ARTIFACT_PARTS = { file: one("file") } as const satisfies PartTable;
