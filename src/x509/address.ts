/** IP addresses as octets and as text (RFC 791, RFC 4291, RFC 5952). */
import { toHex } from "../bytes/hex.ts";

/** The octets of an address written as text; null for a text that is none. IPv4 without leading zeros, IPv6 in any of its spellings without a dotted part. */
export function octetsOfAddress(text: string): Uint8Array | null {
  return octetsOfV4(text) ?? octetsOfV6(text);
}

function octetsOfV4(address: string): Uint8Array | null {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return null;
  return Uint8Array.from(parts.map(Number));
}

function octetsOfV6(address: string): Uint8Array | null {
  const halves = address.split("::");
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const left = 8 - head.length - tail.length;
  const isWhole = halves.length === 1 ? left === 0 : halves.length === 2 && left > 0;
  const groups = [...head, ...Array.from({ length: Math.max(0, left) }, () => "0"), ...tail];
  if (!isWhole || !groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

/** The one spelling of an address of 4 or 16 octets: dotted, or as RFC 5952 4 says. */
export function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  const groups = (toHex(octets).match(/.{1,4}/g) ?? []).map((group) => group.replace(/^0+(?=.)/, ""));
  const runs = groups.map((_, at) => lengthOfZeros(groups, at));
  const longest = Math.max(...runs);
  if (longest < 2) return groups.join(":");
  const at = runs.indexOf(longest);
  return `${groups.slice(0, at).join(":")}::${groups.slice(at + longest).join(":")}`;
}

function lengthOfZeros(groups: readonly string[], at: number): number {
  const end = groups.findIndex((group, i) => i >= at && group !== "0");
  return (end === -1 ? groups.length : end) - at;
}
