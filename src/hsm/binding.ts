/** What the shell gives the hsm room: where the tokens are, and whom to tell of logins. Types only. */
import type { RequestOf, ShareHolder } from "../ceremony/request.ts";

/** A token of the station: its module, and how the module is configured on this host. */
export interface TokenBinding {
  /** Absolute path of the PKCS#11 module. */
  readonly module: string;
  /** Serial number of the token; null when the ceremony is to initialise it. */
  readonly serial: string | null;
  /** Label of the token, where several of the module say the same serial. */
  readonly label?: string;
  /** Environment variables that the module reads; set before it is loaded. */
  readonly environment: Readonly<Record<string, string>>;
  /** What C_Initialize is given as library parameters (NSS and a few others); null for none. */
  readonly initString: string | null;
  /** Models that the script accepts behind this very module; absent where it accepts any. */
  readonly accepted?: readonly AcceptedModel[];
}

/** A model by the words of its CK_TOKEN_INFO. */
export interface AcceptedModel {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
}

/** Who may be logged in: the user, or the security officer (SO). */
export type Role = "user" | "so";

/** What becomes of the secret that wraps a key: custodians are given shares of it, and bring them again. */
export interface WrappingSecrets {
  /** Shares a secret out, and wipes it. @throws Fault custody-shares */
  give(request: RequestOf<"wrap-key">, secret: Uint8Array): Promise<{ readonly checkValue: string; readonly shares: readonly ShareHolder[]; readonly subsets: number } | { readonly by: string; readonly reason: string }>;
  /** What was brought for a request, once. @throws Fault custody-shares */
  spend(request: RequestOf<"unwrap-key">): Uint8Array;
}

/** What the shell is told, to be recorded as events. A Fault thrown here (the record cannot be written) is passed on. */
export interface HsmEvents {
  login(token: string, serial: string, role: Role): Promise<void>;
  logout(token: string, serial: string): Promise<void>;
  /** @param role whose PIN it was; left out, the user's */
  loginRefused(token: string, serial: string, ckr: string, role?: Role): Promise<void>;
  /** A line for the screen while something slow goes on. */
  progress?(line: string): void;
  /** What a token is doing and for how many seconds; null when it has ended, where it was told before. */
  working?(line: string, seconds: number | null): void;
}
