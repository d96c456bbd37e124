/** Heads that a token kept of this very run, held against the entries of the record [RECORD-NOT-ROLLED-BACK]. Pure. */
import { fromHex } from "../bytes/hex.ts";
import type { Header } from "../transcript/entry.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { readTokenHead } from "../transcript/token-head.ts";

/**
 * Why a look at a token speaks against the record: it keeps a head that the transcript does not have.
 * @param heads the head after each entry, hex, up to and with this observation
 */
export function wrongHeads(observation: AnswerTo<"inspect-token">, header: Header | null, heads: readonly string[]): Objection[] {
  const kept = observation.outcome !== "answered" ? [] : observation.heads.flatMap((value) => readTokenHead(fromHex(value)) ?? []);
  const foreign = kept.filter(({ run, seq, head }) => run === header?.run && heads[seq] !== head);
  return foreign.map(({ seq, head }) => objection("RECORD-NOT-ROLLED-BACK", `entry ${heads.length - 1}: the token kept the head ${head} of entry ${seq}, which this transcript does not have`));
}
