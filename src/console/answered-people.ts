import { toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { instantOf, isTime } from "./answered-time.ts";
import type { Answer, Answers } from "./answers.ts";
import { NoTerminal } from "./no-terminal.ts";
import { doerOf, peopleHere, stoppedBy, type AttachRequest, type Briefing, type DiceRequest, type Moment, type NamedFiles, type People, type PeopleRequest, type ShareDesk } from "./people.ts";

/** Step of the file that answers what is asked again when a ceremony goes on. */
const RESUMED = 0;
const COMPUTED = "words: computed at the top of the file";
const LONGEST_VALUE = 200;
/** Decisions that the file makes by itself in one step of one process. */
const MOST_DECISIONS = 10;

/** Where nobody is who could hold a share; a file of answers is kept and copied, and holds none. */
export const NO_SHARES: ShareDesk = {
  show: async () => refuseShares(),
  type: async () => refuseShares(),
};

function refuseShares(): never {
  throw new Fault("custody-shares", "expected custodians at a terminal: a file of answers holds no shares", ["run it at a terminal; or, for a ceremony of the assurance test, name a folder for them in the station: shares: { folder: shares }"]);
}

/** Stand-ins who answer from a file. */
export class AnsweredPeople extends NoTerminal implements People {
  readonly source = "answers";
  readonly shares = NO_SHARES;
  readonly #computedWords: boolean;
  readonly #decisions: readonly string[];
  readonly #decided = new Map<number, number>();
  readonly #left: Map<number, Answer[]>;

  /**
   * @param say takes the talk, a line at a time
   * @param asked the people's questions that the record already answers, in order
   * @throws Fault script-answers-refused for a production ceremony: real people answer there
   */
  constructor(briefing: Briefing, answers: Answers, say: (line: string) => void, asked: readonly (PeopleRequest | AttachRequest)[] = []) {
    super(briefing, say);
    if (briefing.assurance === "production") throw new Fault("script-answers-refused", "a production ceremony is answered by people, not by a file", ["run it at a terminal, without --answers"]);
    this.#computedWords = answers.computedWords;
    this.#decisions = answers.decisions;
    this.#left = new Map(Array.from(answers.steps, ([step, list]) => [step, [...list]]));
    for (const question of asked) this.#spend(question);
  }

  async answer(request: PeopleRequest, context: Moment): Promise<Observation> {
    const stop = this.#stop(request, context);
    if (stop !== null) return stop;
    switch (request.kind) {
      case "roll-call": return { kind: "roll-call", outcome: "answered", present: this.#people(request, request.step, request.people) };
      case "present": return { kind: "present", outcome: "answered", present: this.#people(request, RESUMED, this.briefing.people.map((person) => person.id)) };
      case "time": return this.#time(request, context);
      case "read-back": return this.#readBack(request);
      case "confirm": return this.#confirm(request, context);
      case "act": return this.#act(request, context);
      case "double-entry": return this.#doubleEntry(request, context);
      case "decide": return this.#decide(request, context);
      case "deviation": throw misfit(request.step, `a deviation about ${request.name}`, "{ stop: REASON, by: PERSON }", this.#next(request));
      case "draw": return this.#dice(request);
    }
  }

  async askHead(): Promise<boolean> {
    if (!this.#computedWords) throw misfit(RESUMED, "the four words of the head", COMPUTED, undefined);
    return true;
  }

  /** Drops the answer that a question of the record was given. */
  #spend(question: PeopleRequest | AttachRequest): void {
    if (question.kind === "read-back" || question.kind === "present") return;
    // two people, two answers
    if (question.kind === "double-entry") this.#take(question.step, () => true);
    this.#take(question.step, (answer) => this.#mayAnswer(question, answer));
  }

  /** Questions that something else than the file's next answer may have answered take it only when it is theirs. */
  #mayAnswer(question: PeopleRequest | AttachRequest, answer: Answer): boolean {
    if (question.kind === "time") return isTime(answer);
    if (question.kind === "decide") return isNamed(answer) && "choice" in answer;
    if (question.kind === "confirm" && question.verb === "destroy") return answer === "destroy" || (isNamed(answer) && answer["word"] === "destroy");
    return true;
  }

  /** The next answer of a step, if it is one that `fits`; of step 0 the first that does, since a resume asks in its own order. */
  #take(step: number, fits: (answer: Answer) => boolean): Answer | undefined {
    const list = this.#left.get(step) ?? [];
    const place = step === RESUMED ? list.findIndex(fits) : 0;
    const answer = list[place];
    if (answer === undefined || !fits(answer)) return undefined;
    list.splice(place, 1);
    return answer;
  }

  #next(request: PeopleRequest): Answer | undefined {
    return this.#take(request.step, () => true);
  }

  #stop(request: PeopleRequest | AttachRequest, context: Moment): Observation | null {
    const step = request.kind === "present" ? RESUMED : request.step;
    const answer = this.#take(step, (answer) => isNamed(answer) && "stop" in answer);
    if (answer === undefined) return null;
    const shape = "{ stop: REASON, by: PERSON }";
    const { stop = "", by } = named(answer, ["stop", "by"]) ?? {};
    if (stop === "") throw misfit(step, request.kind, shape, answer);
    return stoppedBy(request.kind, this.#person(step, request, shape, by, context), stop);
  }

  #people(request: PeopleRequest, step: number, known: readonly string[]): string[] {
    const answer = this.#take(step, (answer) => step !== RESUMED || Array.isArray(answer));
    const fits = Array.isArray(answer) && new Set(answer).size === answer.length && answer.every((id) => known.includes(id));
    if (!fits) throw misfit(step, request.kind, `[${known.join(", ")}] or those of them who are here`, answer);
    return [...answer];
  }

  #time(request: RequestOf<"time">, context: Moment): Observation {
    const answer = this.#take(request.step, isTime) ?? this.#take(RESUMED, isTime);
    if (answer === undefined) throw misfit(request.step, "the time", "agree (in step 0 when it is asked again on resume)", this.#left.get(request.step)?.[0]);
    const instant = instantOf(answer, context.now, this.briefing);
    if (instant === null) throw misfit(request.step, "the time", 'agree, or { instant: "2031-05-01T12:00:00Z" }', answer);
    return { kind: "time", outcome: "answered", instant, attestedBy: [...context.present] };
  }

  #readBack(request: RequestOf<"read-back">): Observation {
    if (!this.#computedWords) throw misfit(request.step, `two words of ${request.subject} ${request.name}`, COMPUTED, undefined);
    return { kind: "read-back", outcome: "answered", by: request.by, positions: [1, 2], tries: 1 };
  }

  #confirm(request: RequestOf<"confirm">, context: Moment): Observation {
    const shape = `${request.verb}, or { word: ${request.verb}, by: PERSON }`;
    const answer = this.#take(request.step, (answer) => this.#mayAnswer(request, answer)) ?? this.#destroying(request);
    const given = typeof answer === "string" ? { word: answer, by: doerOf(this.briefing, context.present)?.id } : named(answer, ["word", "by"]);
    if (given?.["word"] !== request.verb) throw misfit(request.step, `${request.verb} ${request.of.join(", ")}`, shape, answer);
    return { kind: "confirm", outcome: "answered", by: this.#person(request.step, request, shape, given["by"], context) };
  }

  #act(request: RequestOf<"act">, context: Moment): Observation {
    return { kind: "act", outcome: "answered", ...this.#named(request, request.typed, context) };
  }

  #doubleEntry(request: RequestOf<"double-entry">, context: Moment): Observation {
    const entries = [this.#named(request, request.typed, context), this.#named(request, request.typed, context)];
    return { kind: "double-entry", outcome: "answered", entries };
  }

  async attach(request: AttachRequest, context: Moment): Promise<NamedFiles | Observation> {
    const stop = this.#stop(request, context);
    if (stop !== null) return stop;
    const { by, typed } = this.#named(request, request.files, context);
    return { kind: "named", by, files: request.files.map((path) => typed[path] ?? "") };
  }

  /** A person, and a value for each of these names. */
  #named(request: PeopleRequest | AttachRequest, names: readonly string[], context: Moment): { by: string; typed: Record<string, string> } {
    const shape = `{ ${["by: PERSON", ...names.map((name) => `${name}: "..."`)].join(", ")} }`;
    const answer = this.#take(request.step, () => true);
    const { by, ...typed } = named(answer, ["by", ...names]) ?? {};
    const short = Object.values(typed).every((value) => value !== undefined && value !== "" && value.length <= LONGEST_VALUE);
    if (by === undefined || !short) throw misfit(request.step, request.kind, shape, answer);
    return { by: this.#person(request.step, request, shape, by, context), typed };
  }

  #decide(request: RequestOf<"decide">, context: Moment): Observation {
    const shape = `{ choice: ${request.choices.join(" | ")}, by: PERSON }`;
    const answer = this.#take(request.step, (answer) => this.#mayAnswer(request, answer)) ?? this.#preferred(request, context);
    const given = named(answer, ["choice", "by"]);
    const choice = request.choices.find((choice) => choice === given?.["choice"]);
    if (choice === undefined) throw misfit(request.step, `what to do about ${request.about} ${request.name}`, shape, answer);
    return { kind: "decide", outcome: "answered", choice, by: this.#person(request.step, request, shape, given?.["by"], context) };
  }

  /** The first of the file's decisions that this question offers, decided by who does such acts. */
  #preferred(request: RequestOf<"decide">, context: Moment): Answer | undefined {
    // a file does not tire: without an end, what fails each time would be asked for for ever
    const times = (this.#decided.get(request.step) ?? 0) + 1;
    this.#decided.set(request.step, times);
    if (times > MOST_DECISIONS) return undefined;
    const choice = this.#decisions.find((decision) => request.choices.includes(decision));
    const by = doerOf(this.briefing, context.present)?.id;
    return choice === undefined || by === undefined ? undefined : { choice, by };
  }

  /** Who decides to destroy by the file's decisions also types the word. */
  #destroying(request: RequestOf<"confirm">): Answer | undefined {
    return request.verb === "destroy" && this.#decisions.includes("destroy") ? "destroy" : undefined;
  }

  #dice(request: DiceRequest): Observation {
    const answer = request.length === 0 ? "" : this.#next(request);
    if (typeof answer !== "string" || answer.length !== request.length || !/^[1-6]*$/.test(answer)) throw misfit(request.step, "dice", `"${"1".repeat(Math.min(request.length, 6))}...": ${request.length} digits from 1 to 6, in quotes`, answer);
    return { kind: "draw", outcome: "answered", bytes: toHex(toUtf8(answer)) };
  }

  /** @throws Fault usage-answers for somebody who is not here */
  #person(step: number, request: PeopleRequest | AttachRequest, shape: string, id: string | undefined, context: Moment): string {
    const here = peopleHere(this.briefing, context.present).map((person) => person.id);
    if (id !== undefined && here.includes(id)) return id;
    throw misfit(step, request.kind, `${shape} with PERSON one of ${here.join(", ")}`, id);
  }
}

function isNamed(answer: Answer | undefined): answer is Record<string, string> {
  return typeof answer === "object" && !Array.isArray(answer);
}

/** Exactly these named values, or null. */
function named(answer: Answer | undefined, names: readonly string[]): Record<string, string> | null {
  if (!isNamed(answer)) return null;
  const exact = Object.keys(answer).length === names.length && names.every((name) => Object.hasOwn(answer, name));
  return exact ? answer : null;
}

function misfit(step: number, asked: string, shape: string, found: unknown): Fault {
  const shown = found === undefined ? "nothing" : JSON.stringify(found).slice(0, 200);
  return new Fault("usage-answers", `answers of step ${step}: asked for ${asked}, expected ${shape}, found ${shown}`, ["the answers of a step stand in the order in which its questions are asked"]);
}
