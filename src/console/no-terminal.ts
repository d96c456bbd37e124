/** What all who answer without a terminal have in common: the talk goes to one place, and nobody can be waited for. */
import { stepText } from "./pages.ts";
import type { Briefing, People, StepPage } from "./people.ts";
import { headWords } from "./words.ts";

export abstract class NoTerminal implements Omit<People, "source" | "shares" | "answer" | "attach" | "askHead"> {
  protected readonly briefing: Briefing;
  readonly #say: (line: string) => void;

  /** @param say takes the talk, a line at a time */
  constructor(briefing: Briefing, say: (line: string) => void) {
    this.briefing = briefing;
    this.#say = say;
  }

  async showHead(seq: number, head: string): Promise<void> {
    this.#say(`  head after entry ${seq}: ${headWords(head)}`);
  }

  /** What failed would fail again. */
  async afterFault(): Promise<"leave"> {
    return "leave";
  }

  /** Nobody comes back: the ceremony judges who is here. */
  async gather(): Promise<"go on"> {
    return "go on";
  }

  begin(page: StepPage): void {
    this.#say(stepText(this.briefing, page));
  }

  tell(line: string): void {
    this.#say(line);
  }

  close(): void {
    // nothing was opened
  }
}
