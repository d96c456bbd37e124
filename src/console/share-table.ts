/** Custodians at the terminal, one at a time: the screen is cleared before and after each, and after each line that is typed. */
import { QuestionLeft, type Asking } from "./asking.ts";
import type { ShareDesk, ShareSlip, Stopped } from "./people.ts";

/** Typed in the place of a line: no hex digits. */
const SHOW = "show";

export class ShareTable implements ShareDesk {
  readonly #asking: Asking;
  readonly #whoStops: (here: readonly string[]) => Promise<Stopped>;

  /** @param whoStops asks who ends the ceremony, and why */
  constructor(asking: Asking, whoStops: (here: readonly string[]) => Promise<Stopped>) {
    this.#asking = asking;
    this.#whoStops = whoStops;
  }

  async show(slip: ShareSlip, lines: readonly string[]): Promise<Stopped | null> {
    const shown = await this.#alone(slip, async () => {
      this.#asking.say("", ` Share ${slip.number} of ${slip.of}, backup ${slip.backup}, set ${slip.set}. Any ${slip.threshold} open it.`, "", ...lines.map((line, i) => `   ${i + 1}:  ${line}`), "");
      this.#asking.tell("Write all of it on paper: the number of the share, the name of the backup, the set, and each line with its number. The last group of a line is its checksum.");
      await this.#asking.line("type  written  when it is on paper:", (text) => text === "written" || "type the word written");
    });
    return shown === true ? null : shown;
  }

  async type(slip: ShareSlip, count: number, judge: (line: number, typed: string) => true | string): Promise<readonly string[] | "show again" | Stopped> {
    const typed: string[] = [];
    const isGiven = slip.purpose === "give";
    const stopped = await this.#alone(slip, async () => {
      this.#asking.tell(`Type share ${slip.number} of the backup ${slip.backup} from your paper. Blanks and capitals do not matter.${isGiven ? ` Where the paper is wrong, type  ${SHOW}  to see the share once more.` : ""}`);
      while (typed.length < count && typed.at(-1) !== SHOW) {
        const line = typed.length;
        typed.push(await this.#asking.line(`share ${slip.number}, line ${line + 1}:`, (text) => (isGiven && text === SHOW) || judge(line, text)));
        this.#asking.clear();
      }
    });
    if (stopped !== true) return stopped;
    return typed.at(-1) === SHOW ? "show again" : typed;
  }

  /** @returns true when it was done to the end */
  async #alone({ by, purpose }: ShareSlip, talk: () => Promise<void>): Promise<true | Stopped> {
    const name = this.#asking.name(by);
    this.#asking.alone();
    try {
      this.#asking.clear();
      if (purpose === "take again") this.#asking.tell("The shares that were typed do not come to the key that they are for. One of them is of another kind; all are typed again.");
      this.#asking.tell(`Only ${name} looks at this screen now. Everybody else turns away, and no camera sees it.`);
      await this.#asking.line(`${name}: type  alone  when that is so:`, (text) => text === "alone" || "type the word alone");
      await talk();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof QuestionLeft)) throw thrown;
      this.#asking.clear();
      return this.#whoStops([]);
    } finally {
      this.#asking.clear();
    }
  }
}
