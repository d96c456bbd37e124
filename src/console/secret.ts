import { inspect } from "node:util";
import { Fault } from "../fault.ts";

/**
 * A PIN. The console makes it, the hsm room spends it; no other file names the type. It cannot be printed, joined to a
 * text, serialised or inspected. (The binding wants a JavaScript string, so it cannot be wiped: PINs live shortly.)
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Hands the text to the one call that needs it. */
  spend<T>(use: (text: string) => T): T {
    return use(this.#text);
  }

  toString(): never {
    throw new Fault("bug-unreachable", "a secret was about to be printed");
  }

  toJSON(): never {
    throw new Fault("bug-unreachable", "a secret was about to be recorded");
  }

  [Symbol.toPrimitive](): never {
    throw new Fault("bug-unreachable", "a secret was about to be printed");
  }

  [inspect.custom](): string {
    return "Secret";
  }
}

/** Where the PINs of a station come from: prompt, file descriptor or 0600 file. */
export interface PinSource {
  /**
   * The PIN of a token, asked anew each time.
   * @param token the script's name of the token
   * @param role `user` or `so` (security officer)
   * @param warning what the token says of its retry counter, to be shown before asking; empty when it says nothing. It ends with
   *   `final try` when the next wrong PIN locks it
   * @param purpose why it is asked for once more though somebody is logged in: `for each signature of this step`; left out for a login
   * @throws Fault hsm-pin-source when the file is not 0600, the descriptor is spent or nobody can be asked
   */
  pin(token: string, role: "user" | "so", warning: string, purpose?: string): Promise<Secret>;

  /** The PIN that a token gets when it is initialised; left out where `pin` is asked for it. @throws Fault hsm-pin-source */
  firstPin?(token: string, role: "user" | "so"): Promise<Secret>;

  /** The PIN that a token is to have from now on; left out where none is ever set. @throws Fault hsm-pin-source */
  newPin?(token: string, role: "user" | "so"): Promise<Secret>;

  /** Told that the new PIN is the PIN now. */
  changed?(token: string, role: "user" | "so"): void;
}
