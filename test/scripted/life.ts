/** Lives of CAs: ceremonies that go on from each other, year after year, as sealed records in memory. */
import { chapterOf, type Chapter } from "../../src/ceremony/chapter.ts";
import type { RecordFiles } from "../../src/ceremony/replay.ts";
import { allowedSignersOf, judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { readRoster, type RosterEntry } from "../../src/transcript/roster.ts";
import { held, SIGNING_FILES, type Pack } from "./pack.ts";
import { HEAD } from "./scripts.ts";
import { NOON, replay, type World } from "./world.ts";

/** A ceremony that was held, and its record with its seal. */
export interface HeldRecord {
  readonly name: string;
  readonly world: World;
  readonly pack: Pack;
  readonly files: RecordFiles;
}

/** A record with everything that `run` and `seal` make of it. */
export function sealedFiles(world: World, pack: Pack): RecordFiles {
  const seals = Object.entries(pack.files).filter(([path]) => /^previous\/(seal\.txt|SHA256SUMS|signatures\/)/.test(path));
  const bytesOf = (file: string | Uint8Array) => (typeof file === "string" ? new TextEncoder().encode(file) : file);
  const all = new Map([...seals.map(([path, file]) => [path.slice("previous/".length), bytesOf(file)] as const), [LAYOUT.allowedSigners, allowedSignersOf(world.source.plan)]]);
  const own = world.record.asFiles();
  return { list: () => [...own.list(), ...all.keys()].sort(), read: (path) => all.get(path) ?? own.read(path), strangers: () => [] };
}

const FIRST_YEAR = `${HEAD}tokens:
  vault: { holds: [root, issuing, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y }, crl: periodic }
  - issue-certificate: { certificate: issuing-0, key: issuing, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Issuing }, path-length: 0, valid: { for: P3Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - issue-crl: { crl: crl-0, issuer: root-ca, valid: { for: P1Y } }
  - close: { transcript-key: transcript }
`;

/** A year later: the intermediate anew, the one before it revoked, and a list. */
export function yearScript(year: number, { lines }: Pack): string {
  return `${HEAD}${lines}tokens:
  vault: { holds: [root, issuing, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-certificate: { certificate: issuing-${year}, key: issuing, issuer: root-ca, renews: issuing-${year - 1}, profile: private/subordinate, subject: { CN: Example Issuing }, path-length: 0, valid: { for: P3Y } }
  - issue-crl: { crl: crl-${year}, issuer: root-ca, valid: { for: P1Y }, revoke: [{ certificate: issuing-${year - 1}, reason: superseded }] }
  - close: { transcript-key: transcript }
`;
}

export const runOf = (year: number): string => year.toString(16).padStart(16, "0");
const YEAR = 365.25 * 86_400_000;

/** One ceremony a year, each going on from the one before. */
export async function years(count: number): Promise<HeldRecord[]> {
  const records: HeldRecord[] = [];
  for (let year = 0; year <= count; year++) {
    const before = records.at(-1);
    records.push(await yearOf(year, before));
  }
  return records;
}

/** The ceremony of one year. @param run its run id, where it is not the usual one */
export async function yearOf(year: number, before: HeldRecord | undefined, run = runOf(year)): Promise<HeldRecord> {
  const script = before === undefined ? FIRST_YEAR : yearScript(year, before.pack);
  const { world, pack } = await held(script, before === undefined ? SIGNING_FILES : { ...SIGNING_FILES, ...before.pack.files }, before?.world ?? null, run, NOON + Math.round(year * YEAR));
  return { name: `${2026 + year}`, world, pack, files: sealedFiles(world, pack) };
}

/** The signers of these records, as somebody outside knows them. */
export function rosterOf({ world }: HeldRecord): RosterEntry[] {
  return readRoster(allowedSignersOf(world.source.plan));
}

/** A record replayed, as `history` takes it. */
export function chapter(name: string, files: RecordFiles, roster: readonly RosterEntry[] | null = null): Chapter {
  const { replayed, failed } = replay(files);
  const sealed = judgeSealed(files, replayed, roster);
  const wrong = [...failed, ...sealed.claims.filter((claim) => !claimHolds(claim)).map(({ where }) => where)];
  return chapterOf(name, files, replayed, sealed, verdictOf(replayed, sealed, wrong, { roster: roster !== null, digest: null }));
}
