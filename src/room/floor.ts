/** The floor of a live ceremony: who is here, from roll call and what people say, and what is written down of it at once. */
import type { Moment, Said } from "../console/people.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import type { Journal } from "./journal.ts";

export interface FloorParts {
  readonly journal: Journal;
  /** The host's clock, whole seconds, UTC. */
  readonly now: () => string;
  /** Logs out of every token. @returns whether anybody was logged in */
  logOut?(): Promise<boolean>;
  /** What the quorum for effects lacks, in words, with these people here; null where it lacks nothing. */
  lacks?(present: readonly string[]): string | null;
  /** Told of what was written down. */
  said?(said: Said): void;
}

export class Floor implements Moment {
  readonly #parts: FloorParts;
  #present: readonly string[] | null = null;

  constructor(parts: FloorParts) {
    this.#parts = parts;
  }

  get now(): string {
    return this.#parts.now();
  }

  get present(): readonly string[] {
    return this.#present ?? [];
  }

  /** Whether anybody was asked who is here, in this process. */
  get isKnown(): boolean {
    return this.#present !== null;
  }

  /** What an effect would lack now; null where enough people are here, or nobody was asked. */
  get lacking(): string | null {
    return this.#present === null ? null : (this.#parts.lacks?.(this.#present) ?? null);
  }

  /** People were asked who is here; where not by roll call, an event says so. */
  answered(observation: AnswerTo<"roll-call" | "present">): void {
    if (observation.outcome !== "answered") return;
    this.#present = observation.present;
    if (observation.kind === "present") this.#parts.journal.event({ name: "attendance", present: observation.present });
  }

  async say(said: Said): Promise<void> {
    this.#parts.journal.event(said);
    if ("present" in said) this.#present = said.present;
    this.#parts.said?.(said);
    // a token stays open only before enough people
    if (said.name === "paused" || this.lacking !== null) await this.#parts.logOut?.();
  }

  async idle(minutes: number): Promise<boolean> {
    const wasLoggedIn = (await this.#parts.logOut?.()) === true;
    if (wasLoggedIn) this.#parts.journal.event({ name: "idle", minutes });
    return wasLoggedIn;
  }
}
