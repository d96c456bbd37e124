/** What people say of something that went otherwise than the script says, asked in the same words wherever it is asked. */
import type { Check } from "./prompts.ts";

/** UTF-16 units, as the record takes them. */
export const LONGEST_SAID = 2000;

export interface Account {
  readonly expected: string;
  readonly happened: string;
  readonly decided: string;
}

/** A line that says something, and no more than the record takes. */
export const saidCheck: Check = (text) => (text !== "" && text.length <= LONGEST_SAID) || `type 1 to ${LONGEST_SAID} characters`;

/** @param ask puts one question */
export async function accountOf(ask: (question: string, check: Check) => Promise<string>): Promise<Account> {
  const expected = await ask("what was expected:", saidCheck);
  const happened = await ask("what happened:", saidCheck);
  const decided = await ask("what was decided:", saidCheck);
  return { expected, happened, decided };
}
