import { Fault } from "../fault.ts";
import { TAG } from "./der-primitive.ts";
import { concat, concatAll } from "./text.ts";

/** A TLV with the shortest length. @param tag the identifier octet @param parts contents, one after the other */
export function derTlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat(Uint8Array.of(tag, ...lengthOctets(length)), ...parts);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function derSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return derTlv(TAG.sequence, ...parts);
}

/** SEQUENCE OF, for more elements than a call takes arguments. */
export function derSequenceOf(elements: readonly Uint8Array[]): Uint8Array {
  return derTlv(TAG.sequence, concatAll(elements));
}

/** SET OF, elements in the order given. */
export function derSet(...parts: readonly Uint8Array[]): Uint8Array {
  return derTlv(TAG.set, ...parts);
}

/** An INTEGER that is not negative. @param magnitude big-endian; leading zero octets are dropped, a sign octet is added */
export function derInteger(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const shortest = start === -1 ? Uint8Array.of(0) : magnitude.subarray(start);
  return derTlv(TAG.integer, ...((shortest[0] ?? 0) >= 0x80 ? [Uint8Array.of(0)] : []), shortest);
}

/** An INTEGER from 0 to 127. */
export function derSmallInteger(value: number): Uint8Array {
  return derTlv(TAG.integer, Uint8Array.of(value));
}

/** An ENUMERATED from 0 to 127. */
export function derEnumerated(value: number): Uint8Array {
  return derTlv(TAG.enumerated, Uint8Array.of(value));
}

export function derBoolean(value: boolean): Uint8Array {
  return derTlv(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00));
}

/** A BIT STRING of named bits (X.690 11.2.2): it ends in the last bit that is set. @param bits numbers, the first bit is 0 */
export function derNamedBits(bits: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...bits);
  const octets = new Uint8Array((last >> 3) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return derTlv(TAG.bitString, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), octets);
}

/** A BIT STRING of whole octets. */
export function derBitString(octets: Uint8Array): Uint8Array {
  return derTlv(TAG.bitString, Uint8Array.of(0), octets);
}

export function derOctetString(octets: Uint8Array): Uint8Array {
  return derTlv(TAG.octetString, octets);
}

export function derNull(): Uint8Array {
  return derTlv(TAG.null);
}

/**
 * An OBJECT IDENTIFIER.
 * @param dotted such as `2.5.4.3`
 * @throws Fault form-der when it is no object identifier
 */
export function derOid(dotted: string): Uint8Array {
  if (!/^([01]\.[1-3]?[0-9]|2\.(0|[1-9][0-9]*))(\.(0|[1-9][0-9]*))*$/.test(dotted)) {
    throw new Fault("form-der", `expected an object identifier, found ${JSON.stringify(dotted)}`);
  }
  const [root = 0n, second = 0n, ...others] = dotted.split(".").map(BigInt);
  return derTlv(TAG.oid, ...[root * 40n + second, ...others].map(subidentifier));
}

function subidentifier(arc: bigint): Uint8Array {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from(octets);
}
