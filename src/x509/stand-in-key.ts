/**
 * Public keys that nobody has the private half of, one an algorithm: they stand in for keys that do not exist yet when a certificate is
 * linted before a token is touched. Nothing signed is ever issued over one.
 */
import { hkdfSha256 } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { concat, toUtf8 } from "../bytes/text.ts";
import type { KeyAlgorithm } from "./algorithm.ts";
import { curveOf, type Curve } from "./curve.ts";
import { ecSpki, ed25519Spki, readSpki, rsaSpki } from "./spki.ts";

/** When what does not exist yet begins, where a period counts from an instant that nobody has attested. */
export const STAND_IN_INSTANT = "2026-01-01T00:00:00Z";

const EXPONENT = Uint8Array.of(1, 0, 1);

const made = new Map<KeyAlgorithm, Uint8Array>();

/** SubjectPublicKeyInfo, DER; the same in every process. */
export function standInSpki(algorithm: KeyAlgorithm): Uint8Array {
  const spki = made.get(algorithm) ?? make(algorithm);
  made.set(algorithm, spki);
  return spki;
}

function make(algorithm: KeyAlgorithm): Uint8Array {
  if (algorithm === "ed25519") return ed25519Spki(octets("stand-in ed25519", 32));
  if (algorithm.startsWith("rsa-")) return rsaSpki(modulus(Number(algorithm.slice(4)) / 8), EXPONENT);
  return ecSpki(algorithm, point(curveOf(algorithm)));
}

function octets(label: string, length: number): Uint8Array {
  return hkdfSha256(toUtf8("anchorite"), new Uint8Array(), toUtf8(label), length);
}

/** A number that nothing in this program can tell from a modulus. */
function modulus(length: number): Uint8Array {
  for (let attempt = 0; ; attempt++) {
    const candidate = octets(`stand-in rsa ${length} ${attempt}`, length);
    candidate[0] = (candidate[0] ?? 0) | 0x80;
    candidate[length - 1] = (candidate[length - 1] ?? 0) | 1;
    if (readSpki(rsaSpki(candidate, EXPONENT)).algorithm !== null) return candidate;
  }
}

/** A point of the curve: the least abscissa that has one. The primes are 3 modulo 4, so a root is a power. */
function point({ p, b, size }: Curve): Uint8Array {
  for (let x = 1n; ; x++) {
    const square = (((x * x * x - 3n * x + b) % p) + p) % p;
    const y = power(square, (p + 1n) / 4n, p);
    if ((y * y) % p === square) return concat(Uint8Array.of(0x04), coordinate(x, size), coordinate(y, size));
  }
}

function power(base: bigint, exponent: bigint, modulo: bigint): bigint {
  let result = 1n;
  for (let factor = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % modulo;
    factor = (factor * factor) % modulo;
  }
  return result;
}

function coordinate(value: bigint, size: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * size, "0"));
}
