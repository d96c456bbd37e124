/** Custodians of a rehearsal, who have practice shares: stand-ins, and people who are shown theirs before they bring them. */
import { Fault } from "../fault.ts";
import type { ShareDesk, ShareSlip, Stopped } from "./people.ts";

/** They write on no paper, and type what they were shown. */
export class StandInCustodians implements ShareDesk {
  readonly #shown = new Map<string, readonly string[]>();

  async show(slip: ShareSlip, lines: readonly string[]): Promise<null> {
    this.#shown.set(nameOf(slip), lines);
    return null;
  }

  async type(slip: ShareSlip): Promise<readonly string[]> {
    const lines = this.linesOf(slip);
    if (lines === null) throw new Fault("custody-shares", "stand-ins know no share that they were not shown in this rehearsal");
    return lines;
  }

  /** Null for a share that they were not shown. */
  linesOf(slip: ShareSlip): readonly string[] | null {
    return this.#shown.get(nameOf(slip)) ?? null;
  }
}

function nameOf({ backup, number, set }: ShareSlip): string {
  return `${backup} ${number} ${set}`;
}

/** The desk of people at prompts: who is to bring a practice share is shown it first, writes it down, and types it from that paper. */
export class PracticeDesk implements ShareDesk {
  readonly #desk: ShareDesk;
  readonly #custodians: StandInCustodians;

  constructor(desk: ShareDesk, custodians: StandInCustodians) {
    this.#desk = desk;
    this.#custodians = custodians;
  }

  show(slip: ShareSlip, lines: readonly string[]): Promise<Stopped | null> {
    return this.#desk.show(slip, lines);
  }

  async type(slip: ShareSlip, count: number, judge: (line: number, typed: string) => true | string): Promise<readonly string[] | "show again" | Stopped> {
    const lines = slip.purpose === "give" ? null : this.#custodians.linesOf(slip);
    const stopped = lines === null ? null : await this.#desk.show(slip, lines);
    return stopped ?? this.#desk.type(slip, count, judge);
  }
}
