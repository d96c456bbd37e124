/** Feeding: sends recorded observations to a ceremony and demands that every request it computes equals the recorded one. */
import { canonicalText } from "../bytes/canonical.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { Entry } from "../transcript/chain.ts";
import type { Observation } from "../transcript/observation.ts";
import type { Claim } from "../x509/algorithm.ts";
import type { ArtifactFile, Ask, Request, SigningKey } from "./request.ts";

/** How a ceremony ended: by its own rules, all steps done or stopped early. */
export interface Ending {
  readonly outcome: "done" | "stopped";
  /** For people: what did not go as planned. */
  readonly exceptions: readonly string[];
  readonly effects: number;
  /** The key that seals the record, with the name of its certificate. */
  readonly transcriptKey: (SigningKey & { readonly certificate: string }) | null;
  /** DER of that certificate and of the chain above it, the issuing one first. */
  readonly transcriptChain: readonly Uint8Array[];
}

/** Where a fed ceremony stands. */
export type Standing =
  | { readonly state: "done" | "stopped"; readonly ending: Ending }
  /** The transcript is shorter than the ceremony. `recorded`: the request is on record already, without an answer. */
  | { readonly state: "asking"; readonly request: Request; readonly recorded: boolean }
  | { readonly state: "diverged"; readonly seq: number; readonly expected: string; readonly found: string };

/** What passes while feeding: kept files and claims that signatures hold. */
export type Passing =
  | { readonly kind: "artifact"; readonly seq: number; readonly file: ArtifactFile }
  | { readonly kind: "claim"; readonly seq: number; readonly claim: Claim };

/**
 * Feeds entries to a ceremony at its start. Pure; holds no more than the current request. Headers and events are passed over.
 * @param ceremony the generator, not started; when the standing is `asking` it is paused at that request
 */
export function* feed(ceremony: Ask<Ending>, entries: Iterable<Entry>): Generator<Passing, Standing> {
  let turn: IteratorResult<Request, Ending> | Diverged = advance(ceremony, null);
  let recorded = false;
  let last = 0;
  for (const { body, seq } of entries) {
    last = seq;
    if (turn instanceof Diverged) return turn.at(seq);
    if (body.kind === "header" || body.kind === "event") continue;
    if (turn.done === true) return { state: "diverged", seq, expected: "nothing after the end of the ceremony", found: body.kind };
    if (body.kind === "request") {
      const [expected, found] = [canonicalText(turn.value), canonicalText(body.request)];
      if (expected !== found) return { state: "diverged", seq, expected, found };
      recorded = true;
      continue;
    }
    yield* passing(seq, turn.value, body.observation);
    turn = advance(ceremony, body.observation);
    recorded = false;
  }
  if (turn instanceof Diverged) return turn.at(last);
  return turn.done === true ? { state: turn.value.outcome, ending: turn.value } : { state: "asking", request: turn.value, recorded };
}

/** An observation that the core cannot digest: a bug when live, a divergence when fed. */
class Diverged {
  readonly #fault: Fault;

  constructor(fault: Fault) {
    this.#fault = fault;
  }

  at(seq: number): Standing {
    return { state: "diverged", seq, expected: "an observation that the ceremony can go on from", found: `${this.#fault.code}: ${this.#fault.message}` };
  }
}

function advance(ceremony: Ask<Ending>, observation: Observation | null): IteratorResult<Request, Ending> | Diverged {
  try {
    // The first `next` starts the generator; what it is sent is dropped.
    return observation === null ? ceremony.next(undefined as never) : ceremony.next(observation);
  } catch (thrown) {
    if (thrown instanceof Fault) return new Diverged(thrown);
    throw thrown;
  }
}

/** What a request and its observation let pass: the files of a keep, the claims of a done signature. */
export function* passing(seq: number, request: Request, observation: Observation): Generator<Passing, void> {
  if (request.kind === "keep-artifacts") {
    for (const file of request.files) yield { kind: "artifact", seq, file };
  }
  if (request.kind === "sign" && observation.kind === "sign" && observation.outcome === "done") {
    for (const claim of claimsOf(request, observation.signatures, `entry ${seq}`)) yield { kind: "claim", seq, claim };
  }
}

/** The claims of a sign request and the signatures that answered it; one an item, a missing signature is an empty one. */
export function claimsOf(request: Extract<Request, { kind: "sign" }>, signatures: readonly string[], where: string): Claim[] {
  return request.items.map((_item, i) => claimOf(request, i, signatures[i] ?? "", where));
}

/** The claim of one item. @param signature hex */
export function claimOf({ key, items }: Extract<Request, { kind: "sign" }>, item: number, signature: string, where: string): Claim {
  return {
    where: items.length === 1 ? where : `${where}, item ${item}`,
    spki: key.spki.open(), mechanism: key.mechanism, message: items[item]?.tbs.open() ?? new Uint8Array(), signature: fromHex(signature),
  };
}
