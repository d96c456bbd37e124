import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { KeyAlgorithm } from "./algorithm.ts";

/** A prime curve of NIST SP 800-186 3.2.1: y² = x³ − 3x + b over the field of p elements. */
export interface Curve {
  readonly algorithm: KeyAlgorithm;
  readonly name: string;
  readonly oid: string;
  /** Octets of a coordinate and of each half of a signature. */
  readonly size: number;
  readonly p: bigint;
  readonly b: bigint;
}

const CURVES: readonly Curve[] = [
  {
    algorithm: "ecdsa-p256", name: "P-256", oid: "1.2.840.10045.3.1.7", size: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  {
    algorithm: "ecdsa-p384", name: "P-384", oid: "1.3.132.0.34", size: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  {
    algorithm: "ecdsa-p521", name: "P-521", oid: "1.3.132.0.35", size: 66,
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
];

export function curveNamed(oid: string): Curve | undefined {
  return CURVES.find((curve) => curve.oid === oid);
}

/** @throws Fault bug-unreachable for an algorithm that is not ECDSA */
export function curveOf(algorithm: KeyAlgorithm): Curve {
  const curve = CURVES.find((known) => known.algorithm === algorithm);
  if (curve === undefined) throw new Fault("bug-unreachable", `${algorithm} has no curve`);
  return curve;
}

/**
 * Why an ECPoint is no public key on the curve (SEC 1 2.3.4, SP 800-56A 5.6.2.3.3); null when it is. The cofactor of these
 * curves is 1, so a point on the curve that is not infinity has the right order.
 * @param point 04 ‖ X ‖ Y
 */
export function pointProblem(curve: Curve, point: Uint8Array): string | null {
  if (point.length !== 1 + 2 * curve.size || point[0] !== 0x04) return "the point is not uncompressed or has another length";
  const x = BigInt(`0x${toHex(point.subarray(1, 1 + curve.size))}`);
  const y = BigInt(`0x${toHex(point.subarray(1 + curve.size))}`);
  if (x >= curve.p || y >= curve.p) return "a coordinate is not below the prime";
  const difference = (y * y - (x * x * x - 3n * x + curve.b)) % curve.p;
  return difference === 0n ? null : "the point is not on the curve";
}
