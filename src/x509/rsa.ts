import { Fields, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";

const SIZES = [2048, 3072, 4096];

/** Why an RSA public key is refused: the kind, in one word, and a sentence for people. */
export interface RsaProblem {
  readonly kind: "size" | "modulus" | "exponent" | "small-factor" | "roca" | "fermat";
  readonly text: string;
}

/**
 * Why an RSAPublicKey (RFC 8017 A.1.1) is not accepted, and the size of its modulus in bits. Accepted are moduli of
 * exactly 2048, 3072 or 4096 bits, odd, with an odd exponent from 65537 to 2^256 − 1 (FIPS 186-5 5.4), without small
 * factors, close primes or the structure of CVE-2017-15361 (BR 6.1.1.3).
 * @throws Fault form-der when it is no RSAPublicKey
 */
export function rsaProblem(der: Uint8Array): { bits: number; problem: RsaProblem | null } {
  const fields = new Fields(readDer(der), "RSAPublicKey");
  const n = numberOf(unsignedOctets(fields.take(TAG.integer, "modulus"), "modulus"));
  const e = numberOf(unsignedOctets(fields.take(TAG.integer, "publicExponent"), "publicExponent"));
  fields.end();
  const bits = n === 0n ? 0 : n.toString(2).length;
  return { bits, problem: problemOf(n, e, bits) };
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${toHex(octets)}`);
}

function problemOf(n: bigint, e: bigint, bits: number): RsaProblem | null {
  if (!SIZES.includes(bits)) return { kind: "size", text: `expected a modulus of ${SIZES.join(", ")} bits` };
  if (n % 2n === 0n) return { kind: "modulus", text: "the modulus is even" };
  if (e < 65537n || e >= 2n ** 256n || e % 2n === 0n) return { kind: "exponent", text: "expected an odd public exponent from 65537 to 2^256 - 1" };
  if (SMALL_PRIMES.some((prime) => n % BigInt(prime) === 0n)) return { kind: "small-factor", text: "the modulus has a small factor" };
  if (hasRocaStructure(n)) return { kind: "roca", text: "the modulus has the structure of CVE-2017-15361 (ROCA)" };
  return hasClosePrimes(n) ? { kind: "fermat", text: "the primes of the modulus are too close (Fermat)" } : null;
}

const SMALL_PRIMES = primesBelow(752);

function primesBelow(bound: number): number[] {
  const primes: number[] = [];
  for (let n = 2; n < bound; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/**
 * Keys of CVE-2017-15361 are powers of 65537 modulo every one of the first primes. A random modulus is so modulo all the
 * primes to 167 once in about 2^27.
 */
function hasRocaStructure(n: bigint): boolean {
  return ROCA.every(({ prime, powers }) => powers.has(Number(n % BigInt(prime))));
}

const ROCA = SMALL_PRIMES.filter((prime) => prime > 2 && prime <= 167).map((prime) => ({ prime, powers: powersOf65537(prime) }));

function powersOf65537(prime: number): Set<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power);
  return powers;
}

/** A hundred rounds of Fermat's factorisation, as BR 6.1.1.3 (5) asks. */
function hasClosePrimes(n: bigint): boolean {
  for (let round = 0n, a = rootAbove(n); round < 100n; round++, a++) {
    const square = a * a - n;
    if (MAYBE_SQUARE.has(Number(square & 63n)) && rootAbove(square) ** 2n === square) return true;
  }
  return false;
}

/** What squares are modulo 64: spares most of the roots. */
const MAYBE_SQUARE = new Set(Array.from({ length: 64 }, (_, i) => (i * i) % 64));

/** The least integer whose square is not below `n` (Newton's iteration). */
function rootAbove(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (let next = (root + n / root) >> 1n; next < root; next = (root + n / root) >> 1n) root = next;
  return root * root < n ? root + 1n : root;
}
