/** Health of randomness, as far as what is recorded shows it: draws that repeat or stand still, and nonces of ECDSA that come back. */
import { sha256Hex } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import type { Claim, Mechanism } from "../x509/algorithm.ts";

/** Octets of a group that does not come twice: by chance once in some 30 million draws of two sources. */
const GROUP = 4;
/** A constant or a short period shows few different octets; 32 random ones show some 30. */
const FEWEST_OCTETS = 9;
const BITS = 8;

/**
 * Why random octets are not to be used: a wrong length, few different octets, a bit that never moves, a group of octets that
 * comes again, in one source or in two. Null when nothing is found; that proves nothing (SP 800-90B 4.3 asks more of a source itself).
 * @param sources each of a source of its own
 * @param length octets that each was asked for
 */
export function unhealthy(sources: readonly Uint8Array[], length: number): string | null {
  for (const [i, octets] of sources.entries()) {
    const which = `random source ${i + 1}`;
    if (octets.length !== length) return `expected ${length} octets of ${which}, found ${octets.length}`;
    if (new Set(octets).size < FEWEST_OCTETS) return `${which} gave ${new Set(octets).size} different octets of ${length}`;
    const stuck = Array.from({ length: BITS }, (_, bit) => bit).find((bit) => isStuck(octets, bit));
    if (stuck !== undefined) return `${which} gave the same bit ${stuck} in every octet`;
  }
  const groups = sources.flatMap(groupsOf);
  return new Set(groups).size === groups.length ? null : `the random sources gave the same ${GROUP} octets twice`;
}

function isStuck(octets: Uint8Array, bit: number): boolean {
  const ones = octets.filter((octet) => ((octet >> bit) & 1) === 1).length;
  return ones === 0 || ones === octets.length;
}

function groupsOf(octets: Uint8Array): string[] {
  return Array.from({ length: Math.floor(octets.length / GROUP) }, (_, i) => toHex(octets.subarray(i * GROUP, (i + 1) * GROUP)));
}

/** The halves r of ECDSA signatures that were seen, hex without leading zeros, with a digest of what was signed by which key. */
export type Nonces = Map<string, string>;

/**
 * Enters the nonce of a signature. False when another key or other octets had the same: then both private keys can be computed
 * from the signatures (FIPS 186-5 6.3). A key that signs the same octets again by a nonce derived from them (RFC 6979) may repeat it.
 * @param key anything that stands for the key alone
 * @param signature ECDSA as r ‖ s; of other mechanisms nothing is entered
 */
export function isFreshNonce(nonces: Nonces, signed: { readonly mechanism: Mechanism; readonly key: string; readonly message: Uint8Array; readonly signature: Uint8Array }): boolean {
  const { mechanism, key, message, signature } = signed;
  if (!mechanism.startsWith("ecdsa-")) return true;
  const r = toHex(signature.subarray(0, signature.length / 2)).replace(/^(00)+/, "");
  const signs = sha256Hex(toUtf8(`${key} ${sha256Hex(message)}`));
  const before = nonces.get(r) ?? signs;
  nonces.set(r, before);
  return before === signs;
}

/** What speaks against a record in whose signatures a nonce comes back; empty where it does not [RECORD-SIGNATURES]. The nonce is entered. */
export function repeatedNonce(nonces: Nonces, { where, mechanism, spki, message, signature }: Claim): Objection[] {
  if (isFreshNonce(nonces, { mechanism, key: toHex(spki), message, signature })) return [];
  return [objection("RECORD-SIGNATURES", `${where}: the signature has the nonce of another one, from which both private keys can be computed`)];
}
