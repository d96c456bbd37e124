/** What a second implementation says of what is signed, as the answer of the room: before the token is asked, and before it is recorded as done. */
import type { RequestOf } from "../ceremony/request.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { readIssuedAgain, readTbsAgain } from "../x509/second-reading.ts";
import { assemble } from "../x509/signed.ts";
import { fromHex } from "../bytes/hex.ts";

/** A record holds reasons of this length at most. */
const LONGEST = 1500;

/** The answer for what a second implementation does not read as we do: it is not put to the token. Null when there is no difference. */
export function misreadTbs({ items, purpose }: RequestOf<"sign">): AnswerTo<"sign"> | null {
  return wrong("not put to the token: ", items.flatMap(({ tbs }) => readTbsAgain(purpose, tbs.open())), []);
}

/** The answer when a certificate, request or CRL is not what was put to the token. @param signatures hex, one an item */
export function misreadIssued({ items, purpose, key: { mechanism } }: RequestOf<"sign">, signatures: readonly string[]): AnswerTo<"sign"> | null {
  const differences = items.flatMap(({ tbs }, i) => readIssuedAgain(purpose, assemble(tbs.open(), mechanism, fromHex(signatures[i] ?? "")), tbs.open(), mechanism));
  return wrong("", differences, signatures);
}

function wrong(before: string, differences: readonly string[], signatures: readonly string[]): AnswerTo<"sign"> | null {
  if (differences.length === 0) return null;
  return { kind: "sign", outcome: "wrong", why: `${before}${differences.join("; ")}`.slice(0, LONGEST), signatures: [...signatures] };
}
