/** The hold-points of a run: where it adjourns, and the signatures under which a later process goes on. */
import { sha256Hex } from "../bytes/digest.ts";
import { openHold } from "../ceremony/recorded-holds.ts";
import type { RequestOf } from "../ceremony/request.ts";
import type { Plan } from "../plan/plan.ts";
import { Adjourned, hasHoldText, keepHoldText, signedHold } from "../room/hold-point.ts";
import type { Journal } from "../room/journal.ts";
import type { Entry } from "../transcript/chain.ts";
import type { Header } from "../transcript/entry.ts";
import { writeHoldPoint } from "../transcript/hold-point.ts";
import type { AnswerTo, Observation } from "../transcript/observation.ts";

export interface HoldParts {
  /** The record's folder. */
  readonly record: string;
  readonly plan: Plan;
  readonly header: Pick<Header, "ceremony" | "run">;
  /** Those that were on record when the process began. */
  readonly entries: readonly Entry[];
  readonly journal: Journal;
}

export class HoldPoints {
  readonly #parts: HoldParts;
  #signed: AnswerTo<"adjourn"> | null = null;

  constructor(parts: HoldParts) {
    this.#parts = parts;
  }

  /** A record that stands at a hold-point is gone on with once that is signed; nothing is appended before. @throws Fault record-adjourned, record-corrupt */
  async demandSigned(): Promise<void> {
    const { record, plan, entries } = this.#parts;
    const point = openHold(entries);
    if (point !== null && hasHoldText(record, point)) this.#signed = await signedHold(record, plan, point);
  }

  /** Adjourns, or answers with the signatures under which this process goes on; where nobody has to sign, it goes on at once. @throws Adjourned */
  async answer({ step, point }: RequestOf<"adjourn">): Promise<Observation> {
    const { record, plan, entries, header: { ceremony, run }, journal } = this.#parts;
    const open = openHold(entries);
    if (open?.point === point && this.#signed !== null) return this.#signed;
    // right after its request was appended the chain ends with it
    const held = open?.point === point ? open : { ceremony, run, point, step, ...journal.end };
    keepHoldText(record, held);
    // a quorum of nobody waits for nobody
    if (plan.quorum.seal.length === 0) return { kind: "adjourn", outcome: "answered", sha256: sha256Hex(writeHoldPoint(held)), signatures: [] };
    throw new Adjourned(held);
  }
}
