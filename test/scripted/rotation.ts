/** A CA with a rotation policy, held in the scripted room: its first ceremony, and one in which the intermediate is followed. */
import { fromUtf8 } from "../../src/bytes/text.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { sealedFiles, type HeldRecord } from "./life.ts";
import { held, SIGNING_FILES } from "./pack.ts";
import { HEAD, type Octets } from "./scripts.ts";

/** Root 20 years, intermediates 10 of which they issue 5, leaves 2, lists 1. */
export const POLICY = `rotation:
  root: { lifetime: P20Y, successor-before: P10Y }
  subordinate: { lifetime: P10Y, issues-for: P5Y, overlap: P1Y }
  leaf: { lifetime: P5Y, renew-before: P1Y }
  crl: { validity: P1Y, renew-before: P45D }
  ceremony-window: P60D
  freeze: P90D
  remind: [P180D, P30D]
  custody: P1Y
`;

export const FIRST = `${HEAD}${POLICY}tokens:
  vault: { holds: [root, issuing, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y }, crl: periodic }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Issuing }, path-length: 0, valid: { for: P10Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P19Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: issuing-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - close: { transcript-key: transcript }
`;

/** Three years and some months later, in the window of its ceremony: another key, another intermediate, another list. */
const SECOND = (lines: string): string => `${HEAD}${lines}rotation:
  successors: { issuing-ca-2: issuing-ca }
tokens:
  vault: { holds: [root, issuing-2, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - generate-key-pair: { key: issuing-2, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate: { certificate: issuing-ca-2, key: issuing-2, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Issuing 2 }, path-length: 0, valid: { for: P10Y } }
  - issue-crl: { crl: root-crl-2, issuer: root-ca, valid: { for: P1Y } }
  - close: { transcript-key: transcript }
`;

const YEAR = 365.25 * 86_400_000;
/** Both ceremonies begin on the first of November. */
export const BEGIN = Date.parse("2026-11-01T12:00:00Z");

export async function first(script = FIRST, more: Octets = {}): Promise<HeldRecord> {
  const { world, pack } = await held(script, { ...SIGNING_FILES, ...more }, null, undefined, BEGIN);
  return { name: "2026", world, pack, files: sealedFiles(world, pack) };
}

/** @param years after the first */
export async function second(before: HeldRecord, years = 3.7): Promise<HeldRecord> {
  const { world, pack } = await held(SECOND(before.pack.lines), { ...SIGNING_FILES, ...before.pack.files }, before.world, "00000000000000aa", BEGIN + years * YEAR);
  return { name: "2030", world, pack, files: sealedFiles(world, pack) };
}

export function registerIn({ files }: HeldRecord): Register {
  return readRegister(files.read("artifacts/register.json") ?? new Uint8Array());
}

/** A kept file as text. */
export function textIn({ files }: HeldRecord, path: string): string {
  return fromUtf8(files.read(path) ?? new Uint8Array());
}
