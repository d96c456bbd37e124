/**
 * Public copies: bodies and files withheld, so that head, manifest and seal stay what they are. A body has a salt; a file is
 * withheld only where it has one of its own [WITHHELD-LEVEL, WITHHELD-SALTED].
 */
import { concatAll, fromUtf8, sameBytes, toUtf8 } from "../bytes/text.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import { EMPTY_CHAIN, nextOrder, orderPast, readEntry, readLink, START, type ChainEnd, type Entry } from "./chain.ts";
import type { Level } from "./entry.ts";
import { isManifested, LAYOUT } from "./layout.ts";

/** Stands in the place of a body line, and in the place of a file. */
const WITHHELD = toUtf8('{"withheld":true}');
const LF = 0x0a;

/** The octets that stand in the place of a file. */
export function withheldFile(): Uint8Array {
  return WITHHELD.slice();
}

export function isWithheld(bytes: Uint8Array): boolean {
  return sameBytes(bytes, WITHHELD);
}

/** Whether a transcript is that of a public copy: at least one body is withheld. */
export function hasWithheld(transcript: Uint8Array): boolean {
  for (let at = 0; at < transcript.length; ) {
    const end = transcript.indexOf(LF, at);
    const line = transcript.subarray(at, end < 0 ? transcript.length : end);
    if (isWithheld(line)) return true;
    at += line.length + 1;
  }
  return false;
}

/** An entry of a public copy; null in the place of a body that is withheld. */
export type DisclosedEntry = Entry | { readonly seq: number; readonly body: null; readonly head: string };

const LEVEL: ControlId = "WITHHELD-LEVEL";

/**
 * Reads the transcript of a public copy: every link, every body that is there, and that what is not is of a level that may be withheld.
 * A request and its observation are of one level, so that what is there keeps its order.
 * @throws Fault form-entry, also for a torn rest
 */
export function* readDisclosed(bytes: Uint8Array): Generator<DisclosedEntry, ChainEnd> {
  let end = EMPTY_CHAIN;
  let order = START;
  for (let offset = 0; offset < bytes.length; ) {
    const bodyEnd = bytes.indexOf(LF, offset);
    const linkEnd = bodyEnd < 0 ? -1 : bytes.indexOf(LF, bodyEnd + 1);
    if (linkEnd < 0) throw new Fault("form-entry", `entry ${end.entries}: expected a body line and a link line, found ${bytes.length - offset} octets`);
    const body = bytes.subarray(offset, bodyEnd);
    const link = readLink(body, bytes.subarray(bodyEnd + 1, linkEnd), end);
    if (isWithheld(body)) {
      if (link.level === "public") throw new Fault("form-entry", `entry ${end.entries}: expected a body of level public, which is never withheld, found none [${LEVEL}]`);
      order = orderPast(order, end.entries);
      yield { seq: end.entries, body: null, head: link.head };
    } else {
      const entry = readEntry(body, link, end);
      order = nextOrder(order, entry);
      yield entry;
    }
    end = { entries: end.entries + 1, head: link.head };
    offset = linkEnd + 1;
  }
  return end;
}

/** A transcript without the bodies of some levels. @throws Fault form-entry for a transcript that cannot be read whole */
export function withholdBodies(transcript: Uint8Array, levels: ReadonlySet<Level>): Uint8Array {
  const lines: Uint8Array[] = [];
  let end = EMPTY_CHAIN;
  for (let offset = 0; offset < transcript.length; ) {
    const bodyEnd = transcript.indexOf(LF, offset);
    const linkEnd = transcript.indexOf(LF, bodyEnd + 1);
    if (bodyEnd < 0 || linkEnd < 0) throw new Fault("form-entry", `entry ${end.entries}: expected a whole entry, found a torn one`);
    const link = readLink(transcript.subarray(offset, bodyEnd), transcript.subarray(bodyEnd + 1, linkEnd), end);
    const isKept = link.level === "public" || !levels.has(link.level);
    lines.push(isKept ? transcript.subarray(offset, bodyEnd + 1) : concatAll([WITHHELD, Uint8Array.of(LF)]), transcript.subarray(bodyEnd + 1, linkEnd + 1));
    end = { entries: end.entries + 1, head: link.head };
    offset = linkEnd + 1;
  }
  return concatAll(lines);
}

/** The level of a file: what a person brought, as an input or as evidence, may be withheld by its name. */
export function levelOfFile(path: string): Level | "input" | "not sealed" {
  if (path === LAYOUT.station || path.startsWith(`${LAYOUT.torn}/`)) return "station";
  if (path.startsWith(`${LAYOUT.inputs}/`) || path.startsWith(`${LAYOUT.evidence}/`)) return "input";
  return isManifested(path) || !path.startsWith(`${LAYOUT.addenda}/`) ? "public" : "not sealed";
}

const SALT = /^(#[ ]?)?salt: "?[0-9a-f]{32,}"?$/m;
const SALTED: ControlId = "WITHHELD-SALTED";

/**
 * Why a file of a sealed record is not withheld; null when it may be. Whoever guesses a file confirms it by its digest in the
 * manifest: only 128 random bits in it keep that from being tried.
 */
export function refusalToWithhold(path: string, bytes: Uint8Array): string | null {
  const level = levelOfFile(path);
  if (level === "public") return `${path} is public, and what is public is never withheld [${LEVEL}]`;
  if (level === "not sealed") return `${path} is no part of the sealed record: leave it out of the copy by hand`;
  return isSalted(bytes) ? null : `${path} could be guessed from its digest, which the manifest keeps: it has no line "salt: " with 32 random hex digits [${SALTED}]`;
}

function isSalted(bytes: Uint8Array): boolean {
  try {
    return SALT.test(fromUtf8(bytes));
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}
