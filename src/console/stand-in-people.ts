import { toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { stepText } from "./pages.ts";
import { doerOf, type AttachRequest, type Briefing, type Moment, type NamedFiles, type People, type PeopleRequest, type ShareDesk, type StepPage, type Stopped } from "./people.ts";
import { StandInCustodians } from "./stand-in-custodians.ts";
import { headWords } from "./words.ts";

/** What stand-ins type where people type a value. */
const TYPED = "REHEARSAL";
const FACES = 6;
/** Decisions that they make before they give up: what fails each time would be asked for for ever. */
const MOST_DECISIONS = 10;

/** The people of a rehearsal that nobody watches: all are there, agree, and read back what is asked. */
export class StandInPeople implements People {
  readonly source = "stand-ins";
  readonly shares: ShareDesk;
  readonly #briefing: Briefing;
  readonly #say: (line: string) => void;
  #decided = 0;

  /** @param say takes the talk, a line at a time @param custodians who may have practice shares already @throws Fault bug-unreachable for anything but a rehearsal */
  constructor(briefing: Briefing, say: (line: string) => void, custodians: ShareDesk = new StandInCustodians()) {
    if (!briefing.isRehearsal) throw new Fault("bug-unreachable", "stand-ins answer in rehearsals only");
    this.#briefing = briefing;
    this.#say = say;
    this.shares = custodians;
  }

  async answer(request: PeopleRequest, { now, present }: Moment): Promise<Observation> {
    const by = doerOf(this.#briefing, present)?.id ?? "";
    const everybody = this.#briefing.people.map(({ id }) => id);
    switch (request.kind) {
      case "roll-call": return { kind: "roll-call", outcome: "answered", present: [...request.people] };
      case "present": return { kind: "present", outcome: "answered", present: everybody };
      case "time": return { kind: "time", outcome: "answered", instant: now, attestedBy: present.length === 0 ? everybody : [...present] };
      case "read-back": return { kind: "read-back", outcome: "answered", by: request.by, positions: [1, 2], tries: 1 };
      case "confirm": return { kind: "confirm", outcome: "answered", by };
      case "act": return { kind: "act", outcome: "answered", by: request.by, typed: Object.fromEntries(request.typed.map((name) => [name, TYPED])) };
      case "double-entry": return { kind: "double-entry", outcome: "answered", entries: everybody.slice(0, 2).map((id) => ({ by: id, typed: Object.fromEntries(request.typed.map((name) => [name, TYPED])) })) };
      case "decide": return { kind: "decide", outcome: "answered", by, choice: this.#choose(request.choices) };
      case "deviation": return { kind: "deviation", outcome: "answered", expected: TYPED, happened: TYPED, decided: TYPED, choice: this.#choose(request.choices), by };
      case "draw": return { kind: "draw", outcome: "answered", bytes: toHex(toUtf8(Array.from({ length: request.length }, (_, i) => (i % FACES) + 1).join(""))) };
    }
  }

  /** Files that say what they are. */
  async attach({ by, files }: AttachRequest): Promise<NamedFiles> {
    return { kind: "named", by, files: files.map(() => toUtf8(`${TYPED}\n`)) };
  }

  async showHead(seq: number, head: string): Promise<void> {
    this.#say(`  head after entry ${seq}: ${headWords(head)}`);
  }

  async askHead(): Promise<boolean> {
    return true;
  }

  async afterFault(): Promise<"leave" | Stopped> {
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

  /** The first choice, as people would make it; after many the last one, which stops. */
  #choose(choices: readonly string[]): string {
    this.#decided++;
    return (this.#decided > MOST_DECISIONS ? choices.at(-1) : choices[0]) ?? "stop";
  }
}
