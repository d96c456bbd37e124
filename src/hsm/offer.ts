/** Whether a token offers what is wanted of it, by its own CK_MECHANISM_INFO. */
import { Fault } from "../fault.ts";
import { mechanismName } from "./mechanism.ts";
import type { MechanismInfo, TokenSlot } from "./slot.ts";

/** Flags of CK_MECHANISM_INFO (CKF_). */
const USES = { sign: 0x800, "generate keys": 0x8000, "generate key pairs": 0x10000, wrap: 0x20000, unwrap: 0x40000 } as const;

const CHOOSE = ["choose an algorithm that the token supports, or another token"];

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
export function demandSize(token: string, info: MechanismInfo, bits: number): void {
  if (bits >= info.minKeySize && bits <= info.maxKeySize) return;
  throw new Fault("hsm-mechanism", `expected a token that makes keys of ${bits} bits, token ${token} makes ${info.minKeySize} to ${info.maxKeySize}`, CHOOSE);
}
