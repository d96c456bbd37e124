/**
 * The chain: two lines an entry. The body line is the fact in RFC 8785 octets; the link line binds it to the entry before.
 * Digests are SHA-256 over a line without its LF, no prefix. The head is the digest of the last link line.
 */
import * as z from "zod";
import { canonicalBytes, parseCanonical } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { concat } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { bodySchema, levelOf, type Body, type Fact, type Stamp } from "./entry.ts";
import { digestSchema } from "./observation.ts";

/** `prev` of entry 0. */
export const GENESIS = "0".repeat(64);

const LF = 0x0a;
const MAX_LINE = 16 * 1024 * 1024;

const linkSchema = z.strictObject({
  body: digestSchema,
  level: z.enum(["public", "people", "station"]),
  prev: digestSchema,
  seq: z.int().min(0),
});

/** Where a chain stands: how many entries, and the head (hex). */
export interface ChainEnd {
  readonly entries: number;
  readonly head: string;
}

export const EMPTY_CHAIN: ChainEnd = { entries: 0, head: GENESIS };

/** An entry as read: its number, its body, and the head of the chain that ends with it. */
export interface Entry {
  readonly seq: number;
  readonly body: Body;
  readonly head: string;
}

/**
 * The octets of the next entry (body line, LF, link line, LF) and the chain that ends with it.
 * @param end the chain so far
 */
export function encodeEntry(end: ChainEnd, fact: Fact, stamp: Stamp): { bytes: Uint8Array; end: ChainEnd } {
  const body = canonicalBytes({ ...fact, ...stamp });
  const link = canonicalBytes({ body: sha256Hex(body), level: levelOf(fact), prev: end.head, seq: end.entries });
  const lf = Uint8Array.of(LF);
  return { bytes: concat(body, lf, link, lf), end: { entries: end.entries + 1, head: sha256Hex(link) } };
}

/** A disk that lost its power may have given a file its length and not yet its octets: it reads NUL there, which no line holds. */
function hasHole(entry: Uint8Array): boolean {
  return entry.includes(0);
}

/** What is left after the last whole link line: nothing, or a torn entry. */
export interface Rest {
  readonly end: ChainEnd;
  /** Octet offset after the last whole entry. */
  readonly offset: number;
  readonly torn: Uint8Array;
}

/**
 * Reads a transcript strictly, entry by entry: UTF-8, canonical form, schema, digest, level, link, order of kinds.
 * @returns the end of the chain and the octets of a torn last entry, if there is one
 * @throws Fault form-entry naming the entry
 */
export function* readChain(bytes: Uint8Array): Generator<Entry, Rest> {
  let end = EMPTY_CHAIN;
  let offset = 0;
  let order = START;
  for (;;) {
    const bodyEnd = bytes.indexOf(LF, offset);
    const linkEnd = bodyEnd < 0 ? -1 : bytes.indexOf(LF, bodyEnd + 1);
    if (linkEnd < 0 || (linkEnd === bytes.length - 1 && hasHole(bytes.subarray(offset)))) return { end, offset, torn: bytes.subarray(offset) };
    const body = bytes.subarray(offset, bodyEnd);
    const entry = readEntry(body, readLink(body, bytes.subarray(bodyEnd + 1, linkEnd), end), end);
    order = nextOrder(order, entry);
    yield entry;
    end = { entries: end.entries + 1, head: entry.head };
    offset = linkEnd + 1;
  }
}

/** A link line as read, and the head that it makes, hex. */
export interface Link extends z.infer<typeof linkSchema> {
  readonly head: string;
}

/** @throws Fault form-entry for a link line that does not go on from `end`, or a body line that is too long to be looked at */
export function readLink(bodyLine: Uint8Array, linkLine: Uint8Array, end: ChainEnd): Link {
  const at = `entry ${end.entries}`;
  if (bodyLine.length > MAX_LINE) throw new Fault("form-entry", `${at}: expected a body line of at most ${MAX_LINE} octets, found ${bodyLine.length}`);
  const link = parseLine(linkSchema, linkLine, `${at}, link line`);
  if (link.seq !== end.entries) throw new Fault("form-entry", `${at}: expected seq ${end.entries}, found ${link.seq}`);
  if (link.prev !== end.head) throw new Fault("form-entry", `${at}: expected prev ${end.head}, found ${link.prev}`);
  return { ...link, head: sha256Hex(linkLine) };
}

/** @throws Fault form-entry for a body line that is not the one of its link */
export function readEntry(bodyLine: Uint8Array, link: Link, end: ChainEnd): Entry {
  const at = `entry ${end.entries}`;
  const digest = sha256Hex(bodyLine);
  if (link.body !== digest) throw new Fault("form-entry", `${at}: the body line has the digest ${digest}, the link line says ${link.body}`);
  const body = parseLine(bodySchema, bodyLine, `${at}, body line`);
  const level = levelOf(body as Fact);
  if (link.level !== level) throw new Fault("form-entry", `${at}: expected level ${level}, found ${link.level}`);
  return { seq: end.entries, body, head: link.head };
}

function parseLine<S extends z.ZodType>(schema: S, line: Uint8Array, where: string): z.infer<S> {
  let value: unknown;
  try {
    value = parseCanonical(line);
  } catch (cause) {
    throw new Fault("form-entry", `${where}: ${cause instanceof Fault ? cause.message : "unreadable"}`, [], { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault("form-entry", `${where}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit the schema"}`);
}

/** What a process writes first that goes on with a record. */
function goesOn(body: Body): boolean {
  return body.kind === "event" && (body.event.name === "torn-entry" || body.event.name === "resumed");
}

/** Which kinds may come next: a header first and only first, an observation only for the one open request, nothing after close. */
export interface Order {
  readonly open: string | null;
  readonly closed: boolean;
  readonly started: boolean;
  readonly mono: number;
  /** Null after a body that is withheld: in it a process may have gone on. */
  readonly boot: string | null;
}

export const START: Order = { open: null, closed: false, started: false, mono: 0, boot: "" };

/** What may follow a body that is withheld. @throws Fault form-entry where no entry may stand, or none that may be withheld */
export function orderPast(order: Order, seq: number): Order {
  if (order.closed) throw new Fault("form-entry", `entry ${seq}: expected nothing after the close, found an entry`);
  if (!order.started) throw new Fault("form-entry", `entry ${seq}: expected one header, as entry 0`);
  return { ...order, boot: null };
}

export function nextOrder(order: Order, entry: Entry): Order {
  const { body, seq } = entry;
  const refuse = (what: string) => new Fault("form-entry", `entry ${seq}: ${what}`);
  if (order.closed) throw refuse("expected nothing after the close, found an entry");
  if (body.kind === "header" ? order.started : !order.started) throw refuse("expected one header, as entry 0");
  if (body.boot === order.boot && body.mono < order.mono) throw refuse("the monotonic clock went back within one boot");
  if (order.boot !== null && body.boot !== order.boot && order.started && !goesOn(body)) throw refuse("another boot of the host, and no process that went on");
  const next = { ...order, started: true, mono: body.mono, boot: body.boot };
  if (body.kind === "request") {
    if (order.open !== null) throw refuse(`a request while ${order.open} is open`);
    return { ...next, open: body.request.kind };
  }
  if (body.kind !== "observation") return next;
  if (order.open !== body.observation.kind) throw refuse(`an observation of ${body.observation.kind} while ${order.open ?? "nothing"} is open`);
  return { ...next, open: null, closed: body.observation.kind === "close" };
}
