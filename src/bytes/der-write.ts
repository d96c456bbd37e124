import { Fault } from "../fault.ts";
import { TAG } from "./der-primitive.ts";
import { concat } from "./text.ts";

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
