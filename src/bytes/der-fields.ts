import { Fault } from "../fault.ts";
import type { DerNode } from "./der-node.ts";
import { TAG } from "./der-primitive.ts";

/** The components of a SEQUENCE, taken in order. What is not taken is refused by `end`. */
export class Fields {
  readonly #nodes: readonly DerNode[];
  readonly #what: string;
  #next = 0;

  /**
   * @param node a constructed node
   * @param what its name in the standard, for faults
   * @param tag what the node itself must be
   * @throws Fault form-der when the node has another tag
   */
  constructor(node: DerNode, what: string, tag: number = TAG.sequence) {
    if (node.tag !== tag) throw new Fault("form-der", `${what}: expected tag ${hexTag(tag)}, found ${hexTag(node.tag)}`);
    this.#nodes = node.children;
    this.#what = what;
  }

  /** @throws Fault form-der when the next component is missing or has another tag */
  take(tag: number, name: string): DerNode {
    const node = this.takeAny(name);
    if (node.tag !== tag) throw this.#wrong(`expected ${name} (tag ${hexTag(tag)}), found tag ${hexTag(node.tag)}`);
    return node;
  }

  /** @throws Fault form-der when there is no further component */
  takeAny(name: string): DerNode {
    const node = this.next();
    if (node === undefined) throw this.#wrong(`expected ${name}, found the end`);
    return node;
  }

  /** The next component when it has this tag. */
  takeIf(tag: number): DerNode | undefined {
    const node = this.#nodes[this.#next];
    if (node?.tag !== tag) return undefined;
    this.#next++;
    return node;
  }

  /** The next component, whatever it is, when there is one. */
  next(): DerNode | undefined {
    return this.#nodes[this.#next++];
  }

  /** @throws Fault form-der when components are left */
  end(): void {
    const node = this.#nodes[this.#next];
    if (node !== undefined) throw this.#wrong(`expected the end, found tag ${hexTag(node.tag)}`);
  }

  #wrong(problem: string): Fault {
    return new Fault("form-der", `${this.#what}: ${problem}`);
  }
}

/** The dotted form of an OBJECT IDENTIFIER that `readDer` has passed. Arcs are counted without bound. */
export function oidOf(node: DerNode): string {
  return isShort(node.contents) ? dotted(node.contents) : dottedLong(node);
}

/** Whether each arc has at most 7 octets: 49 bits, which a number counts exactly. */
function isShort(contents: Uint8Array): boolean {
  let length = 0;
  for (const octet of contents) {
    if (++length > 7) return false;
    if (octet < 0x80) length = 0;
  }
  return true;
}

function dotted(contents: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of contents) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...others] = arcs;
  const root = first < 80 ? Math.floor(first / 40) : 2;
  return [root, first - 40 * root, ...others].join(".");
}

function dottedLong(node: DerNode): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of node.contents) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...others] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - 40n * root, ...others].join(".");
}

/**
 * A small INTEGER.
 * @throws Fault form-der when it is negative or has more than six octets
 */
export function integerOf(node: DerNode, name: string): number {
  const octets = unsignedOctets(node, name);
  if (octets.length > 6) throw new Fault("form-der", `${name}: expected an INTEGER of at most 6 octets, found ${octets.length}`);
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/**
 * The magnitude of an INTEGER, big-endian, without a leading zero octet (zero is one zero octet).
 * @throws Fault form-der when it is negative
 */
export function unsignedOctets(node: DerNode, name: string): Uint8Array {
  const { contents } = node;
  if ((contents[0] ?? 0) >= 0x80) throw new Fault("form-der", `${name}: expected an INTEGER that is not negative`);
  return contents[0] === 0 && contents.length > 1 ? contents.subarray(1) : contents;
}

export function booleanOf(node: DerNode): boolean {
  return node.contents[0] === 0xff;
}

/**
 * The octets of a BIT STRING that holds octets.
 * @throws Fault form-der when it has unused bits
 */
export function bitStringOctets(node: DerNode, name: string): Uint8Array {
  if (node.contents[0] !== 0) throw new Fault("form-der", `${name}: expected a BIT STRING without unused bits`);
  return node.contents.subarray(1);
}

function hexTag(tag: number): string {
  return tag.toString(16).padStart(2, "0");
}
