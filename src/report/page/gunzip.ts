/** Stands in for `bytes/gunzip.ts` in the page: decompression (RFC 1951, RFC 1952) that answers at once, which browsers do not offer. */
import { crc32 } from "../../bytes/gzip.ts";
import { Fault } from "../../fault.ts";
import { inflate } from "./inflate.ts";

/** Flags of a member's head: a CRC of the head, extra octets, a name, a comment. */
const FLAG = { headCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const TRAILER = 8;

/**
 * What was compressed by gzip; members one after the other are one text.
 * @param most octets that may come out
 * @throws Fault form-gzip for anything else, a wrong sum, or more than that
 */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return members(bytes, most);
  } catch (cause) {
    throw new Fault("form-gzip", `expected a gzip file of at most ${most} octets, found something else`, [], { cause });
  }
}

function members(bytes: Uint8Array, most: number): Uint8Array {
  const whole: Uint8Array[] = [];
  let left = most;
  for (let at = 0; at < bytes.length;) {
    const { out, end } = inflate(bytes, afterHead(bytes, at), left);
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER);
    if (trailer.getUint32(0, true) !== crc32(out) || trailer.getUint32(4, true) !== out.length % 2 ** 32) throw new RangeError("wrong sum");
    whole.push(out);
    left -= out.length;
    at = end + TRAILER;
  }
  if (whole.length === 0) throw new RangeError("no member");
  return joined(whole);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Where the compressed octets of the member begin whose head is at `at`. */
function afterHead(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3] ?? FLAG.reserved;
  if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8 || (flags & FLAG.reserved) !== 0) throw new RangeError("no head");
  let next = at + 10;
  if ((flags & FLAG.extra) !== 0) next += 2 + (bytes[next] ?? 0) + 256 * (bytes[next + 1] ?? 0);
  for (const text of [FLAG.name, FLAG.comment]) if ((flags & text) !== 0) next = bytes.indexOf(0, next) + 1 || bytes.length;
  return (flags & FLAG.headCrc) !== 0 ? next + 2 : next;
}
