/** The moments of a ceremony at which a process may end, and what must be true of a run that goes on from one of them. */
import assert from "node:assert/strict";
import type { Ending } from "../../src/ceremony/feed.ts";
import { folderFiles } from "../../src/room/folder.ts";
import type { Entry } from "../../src/transcript/chain.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { readAll } from "../transcript/facts.ts";
import { assertAccounted, registerOf } from "./account.ts";
import type { SimulatedDisk } from "./disk.ts";
import { MemoryRecord } from "./record.ts";
import { RECORD, Sweep, type Remains } from "./sweep.ts";
import type { Swept } from "./swept.ts";

export interface Moment {
  readonly what: string;
  /** `before a sync`: as much as ever is not on the medium yet. */
  readonly kind: "changed" | "before a sync" | "at an effect";
  readonly remains: Remains;
}

/** A run that nothing disturbs, and everything that would have been left at each of its moments. */
export interface Undisturbed {
  readonly swept: Swept;
  readonly sweep: Sweep;
  readonly moments: readonly Moment[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Operations after which the disk holds something else than before. */
const CHANGING: ReadonlySet<string> = new Set(["open", "write", "cut", "makeFolder", "link", "unlink"]);

export async function undisturbed(swept: Swept): Promise<Undisturbed> {
  const sweep = new Sweep(swept.source, swept.begin());
  const moments: Moment[] = [];
  const note = (kind: Moment["kind"], what: string): void => void moments.push({ kind, what, remains: sweep.remains() });
  sweep.disk.watch = {
    before: ({ index, name, path }) => (name.startsWith("sync") ? note("before a sync", `${index} before ${name} ${path}`) : undefined),
    after: ({ index, name, path }) => (CHANGING.has(name) ? note("changed", `${index} after ${name} ${path}`) : undefined),
  };
  sweep.atEffect = ({ kind, step }, when) => note("at an effect", `${when} ${kind} of step ${step}`);
  const ending = await sweep.run();
  assert.deepEqual([ending.outcome, ending.exceptions], ["done", []]);
  sweep.disk.watch = {};
  return { swept, sweep, moments, files: filesOf(sweep.disk) };
}

/** Every file of the record but the transcript, which says when what was resumed, and what is made over it. */
function filesOf(disk: SimulatedDisk): Map<string, Uint8Array> {
  const files = folderFiles(RECORD, disk);
  return new Map(files.list().map((path) => [path, files.read(path) ?? new Uint8Array()]));
}

/** The record that a disk holds, as accounts are made of it. */
export function recordOn(disk: SimulatedDisk): MemoryRecord {
  const record = new MemoryRecord();
  for (const [path, octets] of filesOf(disk)) {
    if (path === LAYOUT.transcript) record.transcript = octets;
    else record.files.set(path, octets);
  }
  return record;
}

/** The whole entries on a disk, and their octets. */
export function entriesOn(disk: SimulatedDisk): { readonly entries: readonly Entry[]; readonly octets: Uint8Array } {
  const octets = disk.look(RECORD) === null ? new Uint8Array() : (filesOf(disk).get(LAYOUT.transcript) ?? new Uint8Array());
  const { entries, rest } = readAll(octets);
  return { entries, octets: octets.subarray(0, rest.offset) };
}

/** Whether the last fact is an effect that has no answer. */
export function hasOpenEffect(entries: readonly Entry[]): boolean {
  const last = entries.map(({ body }) => body).findLast(({ kind }) => kind === "request" || kind === "observation");
  return last?.kind === "request" && isEffect(last.request.kind);
}

export interface GoneOn {
  readonly what: string;
  readonly sweep: Sweep;
  readonly ending: Ending;
  /** What was on the disk when the last process began. */
  readonly before: ReturnType<typeof entriesOn>;
}

/** How often an effect was answered `unknown`. */
function unknownsIn(entries: readonly Entry[]): number {
  return entries.filter(({ body }) => body.kind === "observation" && body.observation.outcome === "unknown").length;
}

/**
 * The same artifacts, octet for octet, where no effect was open; else an exception that says so. Every whole entry stays, every
 * signature is kept or possibly issued, none was made twice for one request, and nothing half written is left.
 * @param openEffects how many processes began with an effect without an answer; one that was not fsynced may be lost, and was never put
 */
export function assertWhole({ sweep: clean, files: usual }: Undisturbed, { what, sweep, ending, before }: GoneOn, openEffects: number): void {
  assert.equal(ending.outcome, "done", `${what}: ${ending.exceptions.join("; ")}`);
  const unknowns = unknownsIn(entriesOn(sweep.disk).entries);
  assert.ok(unknowns <= openEffects && unknowns >= unknownsIn(before.entries) + (hasOpenEffect(before.entries) ? 1 : 0), `${what}: ${unknowns} unknown`);
  assert.equal(ending.exceptions.length > 0, unknowns > 0, `${what}: ${ending.exceptions.join("; ")}`);
  const files = filesOf(sweep.disk);
  assert.deepEqual(Buffer.compare(files.get(LAYOUT.transcript)?.subarray(0, before.octets.length) ?? new Uint8Array(), before.octets), 0, `${what}: every entry that was whole stays as it is`);
  assert.deepEqual([...files.keys()].filter((path) => path.endsWith(".part~") || (path.endsWith(LAYOUT.transcript) && path !== LAYOUT.transcript)), [], what);
  assert.deepEqual(namesOf(files), namesOf(usual), what);
  assertAccounted({ record: recordOn(sweep.disk), tokens: sweep.tokens });
  assertOncePerRequest(sweep, what);
  assertEffectsAsked(sweep, what);
  if (unknowns > 0) return;
  for (const path of namesOf(usual)) assert.equal(Buffer.compare(files.get(path) ?? new Uint8Array(), usual.get(path) ?? new Uint8Array()), 0, `${what}: ${path}`);
  assert.deepEqual([...sweep.tokens.values()].map(({ signedBy }) => signedBy), [...clean.tokens.values()].map(({ signedBy }) => signedBy), what);
}

/** Files that do not depend on how often a run was gone on with. */
function namesOf(files: ReadonlyMap<string, Uint8Array>): string[] {
  const aboutTheRun = new Set<string>([LAYOUT.transcript, LAYOUT.manifest, LAYOUT.seal, LAYOUT.tokenSignature]);
  return [...files.keys()].filter((path) => !aboutTheRun.has(path) && !path.startsWith(`${LAYOUT.torn}/`) && !path.includes("possibly-issued/"));
}

/** Signatures at the tokens, by CKA_ID and what was signed, against the requests on record. */
function assertOncePerRequest(sweep: Sweep, what: string): void {
  const asked = new Map<string, number>();
  for (const { body } of entriesOn(sweep.disk).entries) {
    if (body.kind !== "request" || body.request.kind !== "sign") continue;
    const { key, items } = body.request as unknown as { key: { id: string }; items: readonly { tbs: { sha256: string } }[] };
    for (const { tbs } of items) asked.set(`${key.id} ${tbs.sha256}`, (asked.get(`${key.id} ${tbs.sha256}`) ?? 0) + 1);
  }
  for (const one of [...sweep.tokens.values()].flatMap(({ signedBy }) => signedBy)) {
    const left = (asked.get(one) ?? 0) - 1;
    assert.ok(left >= 0, `${what}: a second signature for one request, ${one}`);
    asked.set(one, left);
  }
}

/** No effect was put to a token more often than a request on record asks for it: no key is made, restored or wrapped twice, no PIN set that nobody knows of. */
function assertEffectsAsked(sweep: Sweep, what: string): void {
  const asked = entriesOn(sweep.disk).entries.flatMap(({ body }) => (body.kind === "request" && isEffect(body.request.kind) ? [body.request.kind] : []));
  const made = [...sweep.tokens.values()].flatMap(({ effects }) => effects);
  for (const kind of new Set(made)) assert.ok(count(made, kind) <= count(asked, kind), `${what}: ${kind} was put to a token ${count(made, kind)} times, and is on record ${count(asked, kind)} times`);
}

const count = (kinds: readonly string[], kind: string): number => kinds.filter((one) => one === kind).length;

/** How many possibly issued objects the register has. */
export function possiblyIssuedOn(disk: SimulatedDisk): number {
  return registerOf({ record: recordOn(disk), tokens: new Map() }).possiblyIssued.length;
}
