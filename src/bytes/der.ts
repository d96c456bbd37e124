import { Fault } from "../fault.ts";
import type { DerNode } from "./der-node.ts";
import { contentsProblem, TAG } from "./der-primitive.ts";

export { bitStringOctets, booleanOf, Fields, integerOf, oidOf, unsignedOctets } from "./der-fields.ts";
export type { DerNode } from "./der-node.ts";
export { TAG } from "./der-primitive.ts";
export * from "./der-write.ts";

interface OpenNode extends DerNode {
  readonly children: DerNode[];
  readonly depth: number;
}

/** What a DER encoding may hold at most; above that it is refused before it is understood. */
export const DER_LIMITS = { octets: 4 * 1024 * 1024, depth: 32, nodes: 250_000 } as const;

const CONSTRUCTED = 0x20;
const CLASS = 0xc0;

/**
 * Reads one DER value (X.690 clause 10): definite minimal lengths, minimal INTEGERs and OIDs, BOOLEAN 00 or FF, no
 * constructed strings, SET OF in order, nothing after the value. Not recursive: a hostile input cannot exhaust the stack.
 * @throws Fault form-der with the offset of the first thing that is wrong
 */
export function readDer(bytes: Uint8Array): DerNode {
  if (bytes.length > DER_LIMITS.octets) throw wrong(0, `expected at most ${DER_LIMITS.octets} octets, found ${bytes.length}`);
  const root = readTlv(bytes, 0, bytes.byteOffset, 1);
  if (root.bytes.length !== bytes.length) {
    throw wrong(root.bytes.length, `expected the end, found ${bytes.length - root.bytes.length} octets after the value`);
  }
  const open: OpenNode[] = [root];
  for (let node = open.pop(), count = 1; node !== undefined; node = open.pop()) {
    count += readChildren(node, bytes.byteOffset, open, DER_LIMITS.nodes - count);
  }
  return root;
}

/** Fills in the children of a node and puts them on the stack. Returns how many there are. */
function readChildren(node: OpenNode, base: number, open: OpenNode[], room: number): number {
  if ((node.tag & CONSTRUCTED) === 0) return 0;
  const offset = node.contents.byteOffset - base;
  if (node.depth === DER_LIMITS.depth && node.contents.length > 0) throw wrong(offset, `expected at most ${DER_LIMITS.depth} levels, found more`);
  for (let at = 0; at < node.contents.length;) {
    if (node.children.length === room) throw wrong(offset + at, `expected at most ${DER_LIMITS.nodes} values, found more`);
    const child = readTlv(node.contents, at, base, node.depth + 1);
    node.children.push(child);
    open.push(child);
    at += child.bytes.length;
  }
  if (node.tag === TAG.set) requireOrder(node, offset);
  return node.children.length;
}

/** X.690 11.6: the elements of a SET OF ascend, compared as octet strings. */
function requireOrder(set: DerNode, offset: number): void {
  for (let i = 1; i < set.children.length; i++) {
    const [before, after] = [set.children[i - 1], set.children[i]];
    if (before && after && compareOctets(before.bytes, after.bytes) > 0) throw wrong(offset, "expected the elements of a SET OF in ascending order");
  }
}

/** Order of octet strings; of two where one begins the other, the shorter is first. */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function readTlv(bytes: Uint8Array, at: number, base: number, depth: number): OpenNode {
  const offset = bytes.byteOffset - base + at;
  const tag = bytes[at];
  if (tag === undefined) throw wrong(offset, "expected a value, found the end");
  requireTag(tag, offset);
  const { length, header } = readLength(bytes, at, offset);
  const end = at + header + length;
  if (end > bytes.length) throw wrong(offset, `expected ${length} octets of contents, found ${bytes.length - at - header}`);
  const contents = bytes.subarray(at + header, end);
  const problem = contentsProblem(tag, contents);
  if (problem !== null) throw wrong(offset, problem);
  return { tag, header, contents, bytes: bytes.subarray(at, end), children: [], depth };
}

/** Identifier octets: one octet, no end-of-contents, SEQUENCE and SET constructed and nothing else of the universal class. */
function requireTag(tag: number, offset: number): void {
  const shown = `tag ${tag.toString(16).padStart(2, "0")}`;
  if ((tag & 0x1f) === 0x1f) throw wrong(offset, `expected a tag number below 31, found ${shown}`);
  if ((tag & CLASS) !== 0) return;
  const number = tag & 0x1f;
  const isStructure = number === (TAG.sequence & 0x1f) || number === (TAG.set & 0x1f);
  if (isStructure !== ((tag & CONSTRUCTED) !== 0)) throw wrong(offset, `expected only SEQUENCE and SET to be constructed, found ${shown}`);
  if (number === 0) throw wrong(offset, "expected a definite length, found end-of-contents octets");
}

/** X.690 8.1.3 and 10.1: definite, in as few octets as possible. */
function readLength(bytes: Uint8Array, at: number, offset: number): { length: number; header: number } {
  const first = bytes[at + 1];
  if (first === undefined) throw wrong(offset, "expected a length, found the end");
  if (first < 0x80) return { length: first, header: 2 };
  const count = first & 0x7f;
  if (count === 0) throw wrong(offset, "expected a definite length, found an indefinite one");
  if (count > 4) throw wrong(offset, `expected at most 4 length octets, found ${count}`);
  if (at + 2 + count > bytes.length) throw wrong(offset, "expected a length, found the end");
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  if (length < 0x80 || length < 256 ** (count - 1)) throw wrong(offset, `expected the shortest form of length ${length}, found ${count} length octets`);
  return { length, header: 2 + count };
}

function wrong(offset: number, problem: string): Fault {
  return new Fault("form-der", `offset ${offset}: ${problem}`);
}
