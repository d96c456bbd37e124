/** The tokens of a station as they are, for people to see. */
import type { TokenBinding } from "./binding.ts";

export interface TokenStanding {
  readonly token: string;
  /** Null while it has none that is known. */
  readonly serial: string | null;
  readonly loggedIn: boolean;
}

/** @param open the tokens with a session */
export function standingOf(bindings: Readonly<Record<string, TokenBinding>>, open: readonly { readonly name: string; readonly serial: string; readonly loggedIn: boolean }[]): TokenStanding[] {
  return Object.entries(bindings).map(([token, { serial }]) => {
    const one = open.find(({ name }) => name === token);
    return { token, serial: one?.serial ?? serial, loggedIn: one?.loggedIn ?? false };
  });
}
