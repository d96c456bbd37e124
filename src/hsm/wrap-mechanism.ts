/** How a token wraps a key: by RFC 5649 where it can, else by RFC 3394. */
import { Fault } from "../fault.ts";
import type { WrapMechanism } from "../transcript/observation.ts";
import { CKM } from "./mechanism.ts";
import { offers, reasonOf, type KeyWish } from "./offer.ts";
import type { TokenSlot } from "./slot.ts";

/** The most exact first. */
const WRAP_MECHANISMS = ["CKM_AES_KEY_WRAP_KWP", "CKM_AES_KEY_WRAP_PAD", "CKM_AES_KEY_WRAP"] as const satisfies readonly WrapMechanism[];
const NUMBER: Readonly<Record<WrapMechanism, number>> = { CKM_AES_KEY_WRAP_KWP: CKM.AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD: CKM.AES_KEY_WRAP_PAD, CKM_AES_KEY_WRAP: CKM.AES_KEY_WRAP };

/** A mechanism by name and number. */
export interface WrapCall {
  readonly name: WrapMechanism;
  readonly number: number;
}

/** The first mechanism that the token wraps by. @throws Fault hsm-mechanism when there is none, or no AES key is made there; CkrError */
export function wrapMechanismOf(token: string, slot: TokenSlot): WrapCall {
  const name = WRAP_MECHANISMS.find((one) => offers(slot, NUMBER[one], "wrap"));
  if (name !== undefined && offers(slot, CKM.AES_KEY_GEN, "generate keys")) return { name, number: NUMBER[name] };
  throw new Fault("hsm-mechanism", `token ${token} does not wrap keys by AES (${WRAP_MECHANISMS.join(", ")})`, ["choose another backup: vendor or none; or a token that wraps keys"]);
}

/** Why a token cannot wrap a key that is made to be wrapped; empty where none is. @throws CkrError */
export function wrapShortcomings(slot: TokenSlot, wish: KeyWish): string[] {
  return wish.backup === "wrap" ? reasonOf(wish, () => void wrapMechanismOf(wish.token, slot)) : [];
}

/** The number by which the token unwraps what another one wrapped: RFC 5649 has two. @throws Fault hsm-mechanism; CkrError */
export function unwrapMechanismOf(token: string, slot: TokenSlot, wrapped: WrapMechanism): number {
  const fitting: readonly WrapMechanism[] = wrapped === "CKM_AES_KEY_WRAP" ? [wrapped] : [wrapped, "CKM_AES_KEY_WRAP_KWP", "CKM_AES_KEY_WRAP_PAD"];
  const name = fitting.find((one) => offers(slot, NUMBER[one], "unwrap"));
  if (name !== undefined) return NUMBER[name];
  throw new Fault("hsm-mechanism", `token ${token} does not unwrap keys by ${wrapped}`, ["restore on a token that does"]);
}
