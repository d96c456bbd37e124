/**
 * gzip (RFC 1952) without compression: stored blocks of DEFLATE (RFC 1951 3.2.4). Any compressor would make other octets of the same
 * data from one version to the next; these are the same for ever.
 */
import { concatAll } from "./text.ts";

const BLOCK = 65_535;
/** Magic, DEFLATE, no flags, no time, no extra flags, unknown operating system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** One gzip member that holds these octets; 5 octets for each 65,535 and 23 more. */
export function writeGzip(bytes: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(bytes.length / BLOCK));
  const blocks = Array.from({ length: count }, (_, i) => [storedHeader(bytes.subarray(i * BLOCK, (i + 1) * BLOCK).length, i === count - 1), bytes.subarray(i * BLOCK, (i + 1) * BLOCK)]);
  return concatAll([HEADER, ...blocks.flat(), littleEndian(crc32(bytes), 4), littleEndian(bytes.length % 2 ** 32, 4)]);
}

/** BFINAL, BTYPE 00, LEN and its complement. */
function storedHeader(length: number, isLast: boolean): Uint8Array {
  return concatAll([Uint8Array.of(isLast ? 1 : 0), littleEndian(length, 2), littleEndian(BLOCK - length, 2)]);
}

function littleEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) & 255);
}

const TABLE = Array.from({ length: 256 }, (_, octet) => {
  let remainder = octet;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder & 1) === 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/** CRC-32 as gzip has it (RFC 1952 8). */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const octet of bytes) remainder = (TABLE[(remainder ^ octet) & 255] ?? 0) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
