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
export async function askPin(pins: PinSource, name: string, role: Role, state: TokenState, purpose?: string): Promise<Secret> {
  const warning = state.warning[role];
  if (warning === "locked") throw new Fault("hsm-login", `the ${role} PIN of token ${name} is locked`, [meaningOf("CKR_PIN_LOCKED").hint]);
  refusePinPad(name, state);
  return fitting(await pins.pin(name, role, warning === "" ? "" : `token ${name} warns: ${warning}`, purpose), name, role, state);
}

/**
 * Asks for a PIN that a token gets when it is initialised. One that warns has been initialised before, and compares.
 * @throws Fault as `askPin`
 */
export async function askFirstPin(pins: PinSource, name: string, role: Role, state: TokenState): Promise<Secret> {
  if (pins.firstPin === undefined || state.warning[role] !== "") return askPin(pins, name, role, state);
  refusePinPad(name, state);
  return fitting(await pins.firstPin(name, role), name, role, state);
}

/**
 * Asks for the PIN that a token is to have from now on.
 * @throws Fault hsm-pin-source when nobody can be asked, or it has a length that the token does not accept
 */
export async function askNewPin(pins: PinSource, name: string, role: Role, state: TokenState): Promise<Secret> {
  if (pins.newPin === undefined) throw new Fault("hsm-pin-source", `there is nowhere to get a new ${role} PIN of token ${name} from`);
  return fitting(await pins.newPin(name, role), name, role, state);
}

/** The binding cannot log in without a PIN, which is what makes a token ask at its own keys; a PIN from elsewhere may count as a wrong one. */
function refusePinPad(name: string, { pinPad }: TokenState): void {
  if (pinPad !== true) return;
  throw new Fault("hsm-login", `token ${name} asks for its PIN at a PIN pad (CKF_PROTECTED_AUTHENTICATION_PATH), which is not in this version`, ["have the module take PINs from the host, where its vendor allows it (OpenSC: enable_pinpad = false), or use another reader"]);
}

function fitting(pin: Secret, name: string, role: Role, { pinLength: { least, most } }: TokenState): Secret {
  const length = pin.spend((text) => Buffer.byteLength(text, "utf8"));
  if (length === 0 || length < least || (most > 0 && length > most)) {
    throw new Fault("hsm-pin-source", `expected a ${role} PIN of ${Math.max(least, 1)} to ${most} octets for token ${name}, was given another length`, ["enter the PIN again; the token has not seen it"]);
  }
  return pin;
}

/**
 * Logs somebody in: the user, or the SO.
 * @returns the PIN that the token took, for who has to give it once more
 * @throws Fault hsm-login when the token has no user PIN or refuses the one given; CkrError for any other failure
 */
export async function logIn(token: Named, slot: TokenSlot, session: TokenSession, pins: PinSource, events: HsmEvents, role: Role = "user"): Promise<Secret> {
  const state = slot.state();
  if (role === "user" && !state.identity.userPinInitialized) {
    throw new Fault("hsm-login", `token ${token.name} has no user PIN (CKR_USER_PIN_NOT_INITIALIZED)`, [meaningOf("CKR_USER_PIN_NOT_INITIALIZED").hint]);
  }
  const pin = await askPin(pins, token.name, role, state);
  try {
    session.login(role, pin);
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    if (error.ckr === "CKR_USER_ALREADY_LOGGED_IN") return pin;
    if (!isPinRefusal(error.ckr)) throw error;
    await events.loginRefused(token.name, token.serial, error.ckr, role);
    throw loginFault(token.name, error, slot, role);
  }
  await events.login(token.name, token.serial, role);
  return pin;
}

/** Whether the token spoke of the PIN, and not of something else. */
export function isPinRefusal(ckr: string): boolean {
  return ckr.startsWith("CKR_PIN_");
}

function loginFault(name: string, error: CkrError, slot: TokenSlot, role: Role): Fault {
  const warning = warningAfter(slot, role);
  const after = warning === "" ? "" : `, ${warning}`;
  return new Fault("hsm-login", `token ${name} refused the PIN (${error.ckr}${after})`, [meaningOf(error.ckr).hint], { cause: error });
}

function warningAfter(slot: TokenSlot, role: Role): string {
  try {
    return slot.state().warning[role];
  } catch {
    return "";
  }
}
