/** Nobody: in a scheduled run the host's clock is asked, and whatever else people would be asked is asked of the standing approval, in the core. */
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { NO_SHARES } from "./answered-people.ts";
import { stepText } from "./pages.ts";
import type { Briefing, Moment, NamedFiles, People, PeopleRequest, StepPage } from "./people.ts";
import { headWords } from "./words.ts";

export class AbsentPeople implements People {
  readonly source = "standing";
  readonly shares = NO_SHARES;
  readonly #briefing: Briefing;
  readonly #say: (line: string) => void;

  /** @param say takes the talk, a line at a time */
  constructor(briefing: Briefing, say: (line: string) => void) {
    this.#briefing = briefing;
    this.#say = say;
  }

  async answer(request: PeopleRequest, { now }: Moment): Promise<Observation> {
    if (request.kind === "time") return { kind: "time", outcome: "answered", instant: now, attestedBy: [] };
    // the room asks who is here before it asks for the time
    if (request.kind === "present") return { kind: "present", outcome: "answered", present: [] };
    throw new Fault("bug-unreachable", `a scheduled run asks people for ${request.kind}`);
  }

  async attach(): Promise<NamedFiles> {
    throw new Fault("bug-unreachable", "a scheduled run asks people for files");
  }

  async showHead(seq: number, head: string): Promise<void> {
    this.#say(`  head after entry ${seq}: ${headWords(head)}`);
  }

  async askHead(): Promise<boolean> {
    throw new Fault("bug-unreachable", "a scheduled run asks for words on paper");
  }

  async afterFault(): Promise<"leave"> {
    return "leave";
  }

  async gather(): Promise<"go on"> {
    return "go on";
  }

  begin(page: StepPage): void {
    this.#say(stepText(this.#briefing, page));
  }

  tell(line: string): void {
    this.#say(line);
  }

  close(): void {
    // nobody is there
  }
}
