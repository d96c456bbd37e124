/**
 * A vector: a record, whole or as changes to another one, and what a verifier has to say of it. `README.md` beside this file says
 * the format for people who write verifiers; these types are its reading.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { concat, sameBytes, toUtf8 } from "../../src/bytes/text.ts";
import type { Rebuilt } from "../../src/ceremony/replay.ts";
import { addendaOf, judgeSealed, type Sealed } from "../../src/ceremony/sealed.ts";
import { verdictOf, type Verdict } from "../../src/ceremony/verdict.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { Addendum } from "../../src/transcript/addenda.ts";
import type { RecordControl } from "../../src/transcript/objection.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import type { Claim } from "../../src/x509/algorithm.ts";
import { asRecord, loadRecord, replayed, type Files } from "../end-to-end/record-files.ts";
import { checkout } from "../tools.ts";

/** What is brought from outside: a file of `rosters/`, a head or the SHA-256 of a seal. */
export interface Brought {
  readonly roster?: string;
  readonly head?: string;
}

export interface Expectation {
  readonly with: Brought;
  readonly exit: number;
  /** Of a verifier that takes plan.json and the requests as they stand. */
  readonly "exit-without-rebuilding": number;
  /** The control that did not hold, the first where there are several; null when all held. */
  readonly code: RecordControl | null;
  /** Left out where the record is not authentic: its other parts then say nothing. */
  readonly rebuilt?: Rebuilt["state"];
  readonly signed?: readonly string[];
  readonly token?: Sealed["token"];
  /** Of each addendum, by its folder; left out where there is none. None of it changes the exit code. */
  readonly addenda?: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly splice: string; readonly at: number; readonly remove: number; readonly text: string }
  | { readonly splice: string; readonly at: number; readonly remove: number; readonly hex: string }
  | { readonly put: string; readonly text: string }
  | { readonly put: string; readonly hex: string }
  | { readonly remove: string }
  | { readonly link: string; readonly to: string };

export interface Vector {
  readonly about: string;
  /** Ids of the tamper matrix. */
  readonly cases: readonly string[];
  readonly format: string;
  /** The vector whose record is changed; without it the record lies in `record/` beside expect.json. */
  readonly from?: string;
  readonly change?: readonly Change[];
  readonly expect: readonly Expectation[];
}

/** The files of a record, and what in it is a link: its path and where it leads. */
export interface Folder {
  readonly files: Files;
  readonly links: ReadonlyMap<string, string>;
}

export const VECTORS = join(checkout, "test", "vectors");

/** Every vector by its name, sorted. */
export function readVectors(): Map<string, Vector> {
  const folders = readdirSync(VECTORS, { withFileTypes: true }).filter((one) => one.isDirectory() && one.name !== "rosters").map(({ name }) => name).sort();
  return new Map(folders.map((name) => [name, JSON.parse(readFileSync(join(VECTORS, name, "expect.json"), "utf8")) as Vector]));
}

export function rosterText(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(VECTORS, "rosters", name)));
}

/** The record of a vector, its changes made. */
export function folderOf(name: string, { from, change = [] }: Pick<Vector, "from" | "change">): Folder {
  const files = loadRecord(join(VECTORS, from ?? name, "record"));
  const links = new Map<string, string>();
  for (const one of change) {
    if ("link" in one) links.set(one.link, one.to);
    else if ("remove" in one && !("splice" in one)) files.delete(one.remove);
    else if ("put" in one) files.set(one.put, octetsOf(one));
    else files.set(one.splice, spliced(files.get(one.splice) ?? new Uint8Array(), one));
  }
  return { files, links };
}

function octetsOf(said: { readonly text: string } | { readonly hex: string }): Uint8Array {
  return "text" in said ? toUtf8(said.text) : fromHex(said.hex);
}

function spliced(bytes: Uint8Array, one: Extract<Change, { splice: string }>): Uint8Array {
  return concat(bytes.subarray(0, one.at), octetsOf(one), bytes.subarray(one.at + one.remove));
}

const known = new Map<string, boolean>();

/** A claim that was checked before is not checked again: most vectors share their signatures. */
export function holds(claim: Claim): boolean {
  const key = [claim.spki, claim.message, claim.signature].map(toHex).join(" ");
  const answer = known.get(key) ?? claimHolds(claim);
  known.set(key, answer);
  return answer;
}

/** The verdict on a record, as `replay` gives it. */
export function judged({ files, links }: Folder, { roster, head }: Brought, rosterOf: (name: string) => Uint8Array = rosterText): Verdict {
  const record = asRecord(files, [...links.keys()].sort());
  const before = replayed(record, holds);
  const sealed = judgeSealed(record, before.replayed, roster === undefined ? null : readRoster(rosterOf(roster)));
  const failed = [...before.failed, ...sealed.claims.filter((claim) => !holds(claim)).map(({ where }) => where)];
  const lines = roster === undefined ? null : readRoster(rosterOf(roster));
  const addenda = addendaOf(record, before.replayed, { roster: lines, tsa: null }).map(({ addendum, claims }): Addendum => (claims.every(holds) ? addendum : { kind: "wrong", folder: addendum.folder, why: "a signature in it does not verify" }));
  return verdictOf(before.replayed, sealed, failed, { roster: roster !== undefined, digest: head ?? null }, addenda);
}

/** What a verdict says, in the words of an expectation. */
export function said(verdict: Verdict): Omit<Expectation, "with" | "exit-without-rebuilding"> {
  const { exit, codes, rebuilt, signed, addenda } = verdict;
  const parts = { rebuilt: rebuilt.state, signed: signed.by.map(({ id }) => id), token: signed.token, ...(addenda.length === 0 ? {} : { addenda: Object.fromEntries(addenda.map((one) => [one.folder, one.kind === "file" ? one.signer : one.kind])) }) };
  return { exit, code: codes[0] ?? null, ...(exit === 7 ? {} : parts) };
}

/** The changes that make one record of another: a file that is in both is spliced once. */
export function changesBetween(before: Files, after: Folder): Change[] {
  const removed = [...before.keys()].filter((path) => !after.files.has(path)).map((remove): Change => ({ remove }));
  const kept = [...after.files].flatMap(([path, bytes]): Change[] => {
    const old = before.get(path);
    if (old === undefined) return [{ put: path, ...spelled(bytes) } as Change];
    return sameBytes(old, bytes) ? [] : [{ splice: path, ...difference(old, bytes) } as Change];
  });
  return [...removed, ...kept, ...[...after.links].map(([link, to]): Change => ({ link, to }))];
}

function difference(old: Uint8Array, now: Uint8Array): object {
  const shorter = Math.min(old.length, now.length);
  let at = 0;
  while (at < shorter && old[at] === now[at]) at++;
  let tail = 0;
  while (tail < shorter - at && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  return { at, remove: old.length - tail - at, ...spelled(now.subarray(at, now.length - tail)) };
}

/** As text where it is ASCII that a person can read, otherwise as hex. */
function spelled(bytes: Uint8Array): { text: string } | { hex: string } {
  const isPlain = bytes.every((octet) => octet === 0x0a || (octet >= 0x20 && octet < 0x7f));
  return isPlain ? { text: String.fromCharCode(...bytes) } : { hex: toHex(bytes) };
}

/** Writes a record below a folder, its links included. */
export function writeFolder(folder: string, { files, links }: Folder): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  for (const [path, to] of links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(to, join(folder, path));
  }
}
