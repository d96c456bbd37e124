/** A record held in memory: judged as `replay` judges a folder, changed as a forger would change it. */
import { readFileSync } from "node:fs";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { replayRecord, type RecordFiles, type Replayed } from "../../src/ceremony/replay.ts";
import { judgeSealed, manifestOf } from "../../src/ceremony/sealed.ts";
import { verdictOf, type Verdict } from "../../src/ceremony/verdict.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { folderFiles } from "../../src/room/folder.ts";
import { EMPTY_CHAIN, encodeEntry, readChain } from "../../src/transcript/chain.ts";
import type { Body, Fact, Stamp } from "../../src/transcript/entry.ts";
import { readRoster, type RosterEntry } from "../../src/transcript/roster.ts";
import type { Claim } from "../../src/x509/algorithm.ts";
import type { Ceremony } from "./ceremony.ts";

/** The files of a record by path. */
export type Files = Map<string, Uint8Array>;

export function loadRecord(folder: string): Files {
  const disk = folderFiles(folder);
  return new Map(disk.list().map((path) => [path, disk.read(path) ?? new Uint8Array()]));
}

/** Files as replay reads them; `onRead` sees each path that is read. */
export function asRecord(files: Files, strangers: readonly string[] = [], onRead: (path: string) => void = () => undefined): RecordFiles {
  const paths = [...files.keys()].sort();
  return {
    list: () => paths,
    strangers: () => strangers,
    read: (path) => {
      onRead(path);
      return files.get(path) ?? null;
    },
  };
}

export function rosterOf(ceremony: Ceremony): RosterEntry[] {
  return readRoster(new Uint8Array(readFileSync(ceremony.path("roster"))));
}

export interface Brought {
  readonly roster: readonly RosterEntry[] | null;
  readonly strangers?: readonly string[];
}

/** Replays all entries and checks their claims. */
export function replayed(record: RecordFiles, holds: (claim: Claim) => boolean = claimHolds): { replayed: Replayed; failed: string[] } {
  const failed: string[] = [];
  const replaying = replayRecord(record);
  for (;;) {
    const next = replaying.next();
    if (next.done === true) return { replayed: next.value, failed };
    if (!holds(next.value)) failed.push(next.value.where);
  }
}

/** The verdict on files, as `replay` gives it. */
export function judge(files: Files, { roster, strangers }: Brought): Verdict {
  const record = asRecord(files, strangers);
  return sealVerdict(record, replayed(record), roster, claimHolds);
}

/** The verdict when the entries have been replayed already. */
export function sealVerdict(record: RecordFiles, before: ReturnType<typeof replayed>, roster: readonly RosterEntry[] | null, holds: (claim: Claim) => boolean): Verdict {
  const sealed = judgeSealed(record, before.replayed, roster);
  const failed = [...before.failed, ...sealed.claims.filter((claim) => !holds(claim)).map(({ where }) => where)];
  return verdictOf(before.replayed, sealed, failed, { roster: roster !== null, digest: null });
}

export function text(files: Files, path: string): string {
  return fromUtf8(files.get(path) ?? new Uint8Array());
}

export function setText(files: Files, path: string, value: string): void {
  files.set(path, toUtf8(value));
}

/** Replaces what must be there. */
export function editText(files: Files, path: string, from: string | RegExp, to: string): void {
  const before = text(files, path);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has no ${String(from)}`);
  setText(files, path, after);
}

/** Changes the bodies of the transcript and chains them anew, as one who knows the format would. */
export function rechain(files: Files, change: (bodies: Body[]) => Body[]): void {
  const bodies = [...readChain(files.get("transcript.jsonl") ?? new Uint8Array())].map(({ body }) => body);
  let end = EMPTY_CHAIN;
  const parts = change(structuredClone(bodies)).map(({ salt, at, mono, boot, ...fact }) => {
    const entry = encodeEntry(end, fact as Fact, { salt, at, mono, boot } satisfies Stamp);
    end = entry.end;
    return entry.bytes;
  });
  files.set("transcript.jsonl", new Uint8Array(Buffer.concat(parts)));
}

/** Makes SHA256SUMS and seal.txt over what the files are now; the signatures stay as they were. */
export function remakeSeal(files: Files): void {
  files.set("SHA256SUMS", manifestOf(asRecord(files)));
  const last = [...readChain(files.get("transcript.jsonl") ?? new Uint8Array())].at(-1);
  const seal = text(files, "seal.txt")
    .replace(/^entries: .*$/m, `entries: ${(last?.seq ?? 0) + 1}`)
    .replace(/^head: .*$/m, `head: ${last?.head ?? ""}`)
    .replace(/^manifest: .*$/m, `manifest: ${sha256Hex(files.get("SHA256SUMS") ?? new Uint8Array())}`);
  setText(files, "seal.txt", seal);
}
