/** A chapter of a CA's life: one record as it was replayed, and the register that it left. Pure. */
import { Fault } from "../fault.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import type { RecordFiles, Replayed } from "./replay.ts";
import type { Sealed } from "./sealed.ts";
import type { Verdict } from "./verdict.ts";

export interface Chapter {
  /** The folder as it was given. */
  readonly folder: string;
  readonly verdict: Verdict;
  /** SHA-256 of seal.txt, hex; empty where there is no seal over the whole record. */
  readonly seal: string;
  /** The seals before, as entry 0 names them, hex. */
  readonly previous: readonly string[];
  /** When the last entry was written. */
  readonly closedAt: string;
  /** Null where there is none that can be read. */
  readonly register: Register | null;
}

/** What a replayed record is in a history. */
export function chapterOf(folder: string, files: RecordFiles, replayed: Replayed, sealed: Sealed, verdict: Verdict): Chapter {
  return { folder, verdict, seal: sealed.sealDigest, previous: replayed.header?.previous ?? [], closedAt: replayed.closedAt, register: registerIn(files) };
}

function registerIn(files: RecordFiles): Register | null {
  const bytes = files.read(`${LAYOUT.artifacts}/register.json`);
  if (bytes === null) return null;
  try {
    return readRegister(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/**
 * Chapters in the order of their lineage: each after those that its seal names before it; where that leaves a choice, by when they
 * were closed, then by run id.
 */
export function inLineage(chapters: readonly Chapter[]): Chapter[] {
  const waiting = [...chapters].sort((a, b) => (a.closedAt + a.verdict.run < b.closedAt + b.verdict.run ? -1 : 1));
  const bySeal = new Map(waiting.filter(({ seal }) => seal !== "").map((chapter) => [chapter.seal, chapter]));
  const placed = new Set<Chapter>();
  for (const chapter of waiting) place(chapter, bySeal, placed);
  return [...placed];
}

/** Without recursion: a line may have any number of ceremonies. */
function place(chapter: Chapter, bySeal: ReadonlyMap<string, Chapter>, placed: Set<Chapter>): void {
  const stack = [chapter];
  const opened = new Set<Chapter>();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const before = opened.has(top) ? [] : top.previous.flatMap((seal) => bySeal.get(seal) ?? []).filter((one) => !placed.has(one) && !opened.has(one));
    opened.add(top);
    if (before.length === 0) placed.add(stack.pop() ?? top);
    else stack.push(...before);
  }
}
