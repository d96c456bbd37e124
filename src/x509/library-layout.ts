/**
 * The layout of a DER object as the library of the second reading found it. What a reader of DER makes of an object hangs on its
 * identifier and length octets alone: two objects that have the same ones at the same places have the same values at the same
 * places. So a second object is not taken apart again; the values in which it differs are read, each by itself, by the library.
 */
import { fromBER, type AsnType } from "asn1js";
import { sameBytes } from "../bytes/text.ts";

/** A value of the object: where its identifier, its contents and its end are, in octets from the object's first. */
export interface Placed {
  readonly start: number;
  readonly contents: number;
  readonly end: number;
  /** None of a primitive value. */
  readonly children: readonly Placed[];
  readonly isPrimitive: boolean;
}

/** What this file needs to know of the library's blocks. */
interface Block {
  readonly idBlock: { readonly blockLength: number; readonly isConstructed: boolean };
  readonly lenBlock: { readonly blockLength: number };
  readonly valueBlock: { readonly value?: unknown };
  readonly blockLength: number;
}

/** The values of a DER object by the library's word. Throws for what it cannot read. @param der one value and nothing after it */
export function placesIn(der: Uint8Array): Placed {
  return placed(readAlone(der) as unknown as Block, 0);
}

function placed({ idBlock, lenBlock, valueBlock, blockLength }: Block, start: number): Placed {
  const contents = start + idBlock.blockLength + lenBlock.blockLength;
  const end = start + blockLength;
  if (!idBlock.isConstructed) return { start, contents, end, children: [], isPrimitive: true };
  const children: Placed[] = [];
  for (const block of valueBlock.value as readonly Block[]) children.push(placed(block, children.at(-1)?.end ?? contents));
  if ((children.at(-1)?.end ?? contents) !== end) throw new Error("the parts of a value are not as long as the value");
  return { start, contents, end, children, isPrimitive: false };
}

function readAlone(der: Uint8Array): AsnType {
  const { offset, result } = fromBER(der);
  if (offset !== der.length) throw new Error(`the library reads ${offset} octets of ${der.length}`);
  return result;
}

/** A primitive value as the library writes it after reading it. Throws for what it cannot read. */
export function primitiveAgain(tlv: Uint8Array): Uint8Array {
  return new Uint8Array(writtenAnew(readAlone(tlv)));
}

/** A string is written from its characters, not from the octets that the library keeps beside them. */
function writtenAnew(block: AsnType): ArrayBuffer {
  const value: unknown = "getValue" in block && typeof block.getValue === "function" ? block.getValue() : null;
  if (typeof value !== "string") return block.toBER();
  const Same = block.constructor as new (parameters: { value: string }) => { toBER(): ArrayBuffer };
  return new Same({ value }).toBER();
}

/** An object that the library has read, with the places of its primitive values in order. */
export class Layout {
  readonly #der: Uint8Array;
  readonly #leaves: readonly Placed[];

  /** @param leaves primitive values, ascending, none inside another */
  constructor(der: Uint8Array, leaves: readonly Placed[]) {
    this.#der = der;
    this.#leaves = leaves;
  }

  /** The values in which another object differs; null when an octet differs that is no contents of a primitive value. */
  changedIn(other: Uint8Array): Placed[] | null {
    if (other.length !== this.#der.length) return null;
    const changed: Placed[] = [];
    let at = 0;
    for (const leaf of this.#leaves) {
      if (!this.#isSame(other, at, leaf.contents)) return null;
      if (!this.#isSame(other, leaf.contents, leaf.end)) changed.push(leaf);
      at = leaf.end;
    }
    return this.#isSame(other, at, other.length) ? changed : null;
  }

  #isSame(other: Uint8Array, start: number, end: number): boolean {
    return sameBytes(this.#der.subarray(start, end), other.subarray(start, end));
  }
}

/** The primitive values of a tree, in order. @param within the places inside a primitive value that holds DER itself; null for one that does not */
export function leavesOf(tree: Placed, within: (leaf: Placed) => Placed | null = () => null): Placed[] {
  if (!tree.isPrimitive) return tree.children.flatMap((child) => leavesOf(child, within));
  const inner = within(tree);
  return inner === null ? [tree] : leavesOf(inner);
}

/** A tree of places, moved: what was read from the contents of another value. */
export function movedBy(offset: number, { start, contents, end, children, isPrimitive }: Placed): Placed {
  return { start: start + offset, contents: contents + offset, end: end + offset, children: children.map((child) => movedBy(offset, child)), isPrimitive };
}
