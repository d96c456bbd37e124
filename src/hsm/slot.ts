/** A slot with a token in it, and what the token says of itself. The slot's number is never used to choose a token. */
import { SessionFlag, TokenFlag, type Slot, type Token } from "graphene-pk11";
import type { Secret } from "../console/secret.ts";
import type { TokenIdentity } from "../transcript/observation.ts";
import { CkrError, native } from "./ckr.ts";
import { leftOutFor, type LeftOut, type LibraryInfo } from "./left-out.ts";
import { TokenSession } from "./session.ts";
import { paddedLabel } from "./template.ts";

/** CK_TOKEN_INFO as far as this room needs it. */
export interface TokenState {
  readonly identity: TokenIdentity;
  readonly loginRequired: boolean;
  readonly writeProtected: boolean;
  /** Whether PINs are typed at the token itself; left out, not. */
  readonly pinPad?: boolean;
  /** Lengths of a PIN that the token accepts, in octets. */
  readonly pinLength: { readonly least: number; readonly most: number };
  /** What the token says of the retry counters, in words; empty when it says nothing, or has no PINs yet. */
  readonly warning: { readonly user: string; readonly so: string };
}

/** CK_MECHANISM_INFO. */
export interface MechanismInfo {
  readonly minKeySize: number;
  readonly maxKeySize: number;
  readonly flags: number;
}

export class TokenSlot {
  readonly #slot: Slot;
  readonly #library: LibraryInfo;

  constructor(slot: Slot, library: LibraryInfo) {
    this.#slot = slot;
    this.#library = library;
  }

  /** What templates for this token leave out. @throws CkrError */
  leftOut(): LeftOut {
    return leftOutFor(this.#library, this.state().identity);
  }

  /** What the token says now. @throws CkrError */
  state(): TokenState {
    const token = native("C_GetTokenInfo", () => this.#slot.getToken());
    return {
      identity: identityOf(token),
      loginRequired: (token.flags & TokenFlag.LOGIN_REQUIRED) !== 0,
      pinPad: (token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH) !== 0,
      writeProtected: (token.flags & TokenFlag.WRITE_PROTECTED) !== 0,
      pinLength: { least: token.minPinLen, most: token.maxPinLen },
      warning: warningOf(token.flags),
    };
  }

  /** What the token says of a mechanism; null when it does not have it. @throws CkrError */
  mechanism(number: number): MechanismInfo | null {
    try {
      return native("C_GetMechanismInfo", () => this.#slot.lib.C_GetMechanismInfo(this.#slot.handle, number));
    } catch (error) {
      if (error instanceof CkrError && error.ckr === "CKR_MECHANISM_INVALID") return null;
      throw error;
    }
  }

  /** The numbers of all its mechanisms, in their order. @throws CkrError */
  mechanisms(): readonly number[] {
    return [...native("C_GetMechanismList", () => this.#slot.lib.C_GetMechanismList(this.#slot.handle))].sort((a, b) => a - b);
  }

  /** CKF_ of CK_TOKEN_INFO. @throws CkrError */
  flags(): number {
    return native("C_GetTokenInfo", () => this.#slot.getToken()).flags;
  }

  /**
   * C_InitToken. Raw, because graphene fails after the token was initialised and does not pad the label.
   * @throws CkrError; Fault hsm-template for a label that cannot be one
   */
  initialise(soPin: Secret, label: string): void {
    const padded = paddedLabel(label);
    native("C_InitToken", () => soPin.spend((text) => this.#slot.lib.C_InitToken(this.#slot.handle, text, padded)));
  }

  /** A read/write session. @throws CkrError */
  open(): TokenSession {
    return new TokenSession(native("C_OpenSession", () => this.#slot.open(SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION)));
  }
}

function identityOf(token: Token): TokenIdentity {
  const has = (flag: TokenFlag) => (token.flags & flag) !== 0;
  return {
    serial: unpadded(token.serialNumber),
    label: unpadded(token.label),
    manufacturer: unpadded(token.manufacturerID),
    model: unpadded(token.model),
    firmware: `${token.firmwareVersion.major}.${token.firmwareVersion.minor}`,
    initialized: has(TokenFlag.TOKEN_INITIALIZED),
    userPinInitialized: has(TokenFlag.USER_PIN_INITIALIZED),
    userPinCountLow: has(TokenFlag.USER_PIN_COUNT_LOW),
    userPinFinalTry: has(TokenFlag.USER_PIN_FINAL_TRY),
    userPinLocked: has(TokenFlag.USER_PIN_LOCKED),
  };
}

/** The fields are padded with blanks (PKCS#11 v2.40 base 3.2), and by some modules with zeros. */
export function unpadded(field: string): string {
  return field.replace(/[\0 ]+$/, "");
}

/** SoftHSM calls the SO PIN of an uninitialised token locked: without PINs there is nothing to warn of. */
function warningOf(flags: number): TokenState["warning"] {
  if ((flags & TokenFlag.TOKEN_INITIALIZED) === 0) return { user: "", so: "" };
  const { USER_PIN_COUNT_LOW, USER_PIN_FINAL_TRY, USER_PIN_LOCKED, SO_PIN_COUNT_LOW, SO_PIN_FINAL_TRY, SO_PIN_LOCKED } = TokenFlag;
  const word = (low: number, final: number, locked: number) => retryWarning((flags & low) !== 0, (flags & final) !== 0, (flags & locked) !== 0);
  return { user: word(USER_PIN_COUNT_LOW, USER_PIN_FINAL_TRY, USER_PIN_LOCKED), so: word(SO_PIN_COUNT_LOW, SO_PIN_FINAL_TRY, SO_PIN_LOCKED) };
}

function retryWarning(low: boolean, final: boolean, locked: boolean): string {
  if (locked) return "locked";
  if (final) return "final try";
  return low ? "a wrong PIN was entered before, few tries are left" : "";
}
