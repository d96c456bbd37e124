/** Logging in. A refused PIN is told, never tried again by itself: on most tokens a few wrong ones lock it for good. */
import type { PinSource, Secret } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { HsmEvents, Role } from "./binding.ts";
import { CkrError } from "./ckr.ts";
import { meaningOf } from "./ckr-meanings.ts";
import type { TokenSession } from "./session.ts";
import type { TokenSlot, TokenState } from "./slot.ts";

/** A token by the script's name and its serial. */
export interface Named {
  readonly name: string;
  readonly serial: string;
}

/**
 * Asks for a PIN, after the token's own warning.
 * @throws Fault hsm-login when the PIN is locked, hsm-pin-source when none of a length that the token accepts is given
 */
export async function askPin(pins: PinSource, name: string, role: Role, state: TokenState): Promise<Secret> {
  const warning = state.warning[role];
  if (warning === "locked") throw new Fault("hsm-login", `the ${role} PIN of token ${name} is locked`, [meaningOf("CKR_PIN_LOCKED").hint]);
  const pin = await pins.pin(name, role, warning === "" ? "" : `token ${name} warns: ${warning}`);
  const { least, most } = state.pinLength;
  const length = pin.spend((text) => Buffer.byteLength(text, "utf8"));
  if (length === 0 || length < least || (most > 0 && length > most)) {
    throw new Fault("hsm-pin-source", `expected a ${role} PIN of ${Math.max(least, 1)} to ${most} octets for token ${name}, was given another length`, ["enter the PIN again; the token has not seen it"]);
  }
  return pin;
}

/**
 * Logs the user in.
 * @throws Fault hsm-login when the token has no user PIN or refuses the one given; CkrError for any other failure
 */
export async function logIn(token: Named, slot: TokenSlot, session: TokenSession, pins: PinSource, events: HsmEvents): Promise<void> {
  const state = slot.state();
  if (!state.identity.userPinInitialized) {
    throw new Fault("hsm-login", `token ${token.name} has no user PIN (CKR_USER_PIN_NOT_INITIALIZED)`, [meaningOf("CKR_USER_PIN_NOT_INITIALIZED").hint]);
  }
  const pin = await askPin(pins, token.name, "user", state);
  try {
    session.login("user", pin);
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    if (error.ckr === "CKR_USER_ALREADY_LOGGED_IN") return;
    if (!isPinRefusal(error.ckr)) throw error;
    await events.loginRefused(token.name, token.serial, error.ckr);
    throw loginFault(token.name, error, slot);
  }
  await events.login(token.name, token.serial, "user");
}

/** Whether the token spoke of the PIN, and not of something else. */
export function isPinRefusal(ckr: string): boolean {
  return ckr.startsWith("CKR_PIN_");
}

function loginFault(name: string, error: CkrError, slot: TokenSlot): Fault {
  const warning = warningAfter(slot);
  const after = warning === "" ? "" : `, ${warning}`;
  return new Fault("hsm-login", `token ${name} refused the PIN (${error.ckr}${after})`, [meaningOf(error.ckr).hint], { cause: error });
}

function warningAfter(slot: TokenSlot): string {
  try {
    return slot.state().warning.user;
  } catch {
    return "";
  }
}
