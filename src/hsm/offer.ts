/** Whether a token offers what is wanted of it, by its own CK_MECHANISM_INFO. */
import { Fault } from "../fault.ts";
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import { generationOf, mechanismName, signatureMechanism } from "./mechanism.ts";
import type { MechanismInfo, TokenSlot } from "./slot.ts";

/** Flags of CK_MECHANISM_INFO (CKF_). */
const USES = { sign: 0x800, "generate keys": 0x8000, "generate key pairs": 0x10000, wrap: 0x20000, unwrap: 0x40000 } as const;

const CHOOSE = ["choose an algorithm that the token supports, or another token"];

/** A key pair that a ceremony will ask of a token. */
export interface KeyWish {
  /** The script's name of the key. */
  readonly key: string;
  /** The script's name of the token. */
  readonly token: string;
  readonly algorithm: KeyAlgorithm;
  readonly signature: Mechanism;
  /** `wrap` for one that is to be wrapped. */
  readonly backup?: string;
}

/** Why a token cannot make a key pair or sign with it, one reason a line; empty when nothing speaks against it. @throws CkrError */
export function shortcomingsFor(slot: TokenSlot, wish: KeyWish): string[] {
  const { mechanism, bits } = generationOf(wish.algorithm);
  const attempts = [
    () => demandAlgorithm(wish.token, demandMechanism(wish.token, slot, mechanism, "generate key pairs"), wish.algorithm, bits),
    () => demandMechanism(wish.token, slot, signatureMechanism(wish.signature), "sign"),
  ];
  return attempts.flatMap((attempt) => reasonOf(wish, attempt));
}

/** What speaks against a wish, as the fault that an attempt ends in says it. @throws what is no Fault */
export function reasonOf({ key, algorithm }: KeyWish, attempt: () => void): string[] {
  try {
    attempt();
    return [];
  } catch (thrown) {
    if (thrown instanceof Fault) return [`key ${key} (${algorithm}): ${thrown.message}`];
    throw thrown;
  }
}

/** Tokens count the size of Edwards curves in ways of their own. @throws Fault hsm-mechanism */
export function demandAlgorithm(token: string, info: MechanismInfo, algorithm: KeyAlgorithm, bits: number): void {
  if (algorithm !== "ed25519") demandSize(token, info, bits);
}

/**
 * What the token says of a mechanism.
 * @throws Fault hsm-mechanism when it does not have it, or not for this use; CkrError
 */
export function demandMechanism(token: string, slot: TokenSlot, mechanism: number, use: keyof typeof USES): MechanismInfo {
  const info = slot.mechanism(mechanism);
  if (info !== null && (info.flags & USES[use]) !== 0) return info;
  throw new Fault("hsm-mechanism", `token ${token} does not ${use} by ${mechanismName(mechanism)}`, CHOOSE);
}

/** Whether a token has a mechanism for a use. @throws CkrError */
export function offers(slot: TokenSlot, mechanism: number, use: keyof typeof USES): boolean {
  return ((slot.mechanism(mechanism)?.flags ?? 0) & USES[use]) !== 0;
}

/** @throws Fault hsm-mechanism when the token does not make keys of this size */
function demandSize(token: string, info: MechanismInfo, bits: number): void {
  if (bits >= info.minKeySize && bits <= info.maxKeySize) return;
  throw new Fault("hsm-mechanism", `expected a token that makes keys of ${bits} bits, token ${token} makes ${info.minKeySize} to ${info.maxKeySize}`, CHOOSE);
}
