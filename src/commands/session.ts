/** A session: one process at work on one record, with its people, its tokens and its journal. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { toHex } from "../bytes/hex.ts";
import { ceremony } from "../ceremony/ceremony.ts";
import { feed, type Ending, type Standing } from "../ceremony/feed.ts";
import type { Ask, RequestOf } from "../ceremony/request.ts";
import type { Answers } from "../console/answers.ts";
import { briefingOf } from "../console/briefing.ts";
import { keptLine, verdictTable } from "../console/batch-pages.ts";
import { adjournedLines, type Deviation } from "../console/closing.ts";
import type { Briefing, People } from "../console/people.ts";
import { lacksForEffects } from "../ceremony/presence.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { Hsm } from "../hsm/hsm.ts";
import type { Given } from "../plan/make.ts";
import type { Plan } from "../plan/plan.ts";
import { CeremonyRoom } from "../room/ceremony-room.ts";
import { Checking } from "../room/checking.ts";
import { hostInstant, stampNow } from "../room/clock.ts";
import { drive } from "../room/drive.ts";
import { keepFile } from "../room/files.ts";
import { Journal } from "../room/journal.ts";
import { Adjourned } from "../room/hold-point.ts";
import { openRecord, type Foundation, type OpenRecord } from "../room/record.ts";
import { hasSeal, sealRecord } from "../room/sealing.ts";
import { TokenHeads } from "../room/token-heads.ts";
import type { Station } from "../script/station-schema.ts";
import type { Event, Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { HoldPoint } from "../transcript/hold-point.ts";
import { isEffect } from "../transcript/observation.ts";
import { windowWarning } from "./approvals.ts";
import { answersWord, chosenPeople } from "./chosen-people.ts";
import { headerOf } from "./header.ts";
import { HoldPoints } from "./hold-points.ts";
import { moduleDigest } from "./module.ts";
import { ending, requireNone } from "./session-end.ts";
import { result, talk } from "./output.ts";
import { pastOf, type Past } from "./past.ts";
import type { Custody } from "../custody/custody.ts";
import { openCustody, type CustodySource } from "./custody.ts";
import { pinsBefore } from "./pin-past.ts";
import { openTokens } from "./tokens.ts";

/** What a session is opened with: a plan without findings, and this host's station. */
export interface SessionSource extends Pick<CustodySource, "custodians"> {
  readonly record: string;
  readonly plan: Plan;
  readonly planDigest: string;
  readonly foundation: Foundation;
  readonly given: Given;
  /** SHA-256 of approval.txt, hex; null where the plan wants no approvals. */
  readonly approval: string | null;
  readonly station: Station;
  readonly stationPath: string;
  /** What is written right after the event that opens or resumes the run. */
  readonly events: readonly Event[];
  /** Null: people at the terminal. */
  readonly answers: Answers | "stand-ins" | "standing" | null;
  /** Questions line by line, without control of the cursor; absent: as the environment says. */
  readonly plain?: boolean | undefined;
}

/** What feeding the record found, before the session goes on. */
interface Fed extends Past {
  readonly standing: Standing;
}

export class Session {
  readonly #source: SessionSource;
  readonly #record: OpenRecord;
  readonly #journal: Journal;
  readonly #briefing: Briefing;
  readonly #modules: ReadonlyMap<string, string>;
  #hsm: Hsm | null = null;
  #people: People | null = null;
  #heads: TokenHeads | null = null;
  readonly #deviations: Deviation[] = [];
  #keptInStep = 0;
  #run = "";

  private constructor(source: SessionSource, modules: ReadonlyMap<string, string>, record: OpenRecord) {
    this.#source = source;
    this.#modules = modules;
    this.#record = record;
    this.#journal = new Journal(record.file, record.end, stampNow);
    this.#briefing = briefingOf(source.plan, source.planDigest);
  }

  /** Looks for the modules, then locks and opens the record. @throws Fault hsm-module, record-… */
  static async open(source: SessionSource): Promise<Session> {
    const modules = new Map(Object.entries(source.station.tokens).map(([token, { module }]) => [token, moduleDigest(module)]));
    return new Session(source, modules, await openRecord(source.record, source.foundation));
  }

  /** Whether something has happened on a token, in this process or before. */
  get hadEffect(): boolean {
    return this.#journal.hadEffect || this.#record.entries.some(({ body }) => body.kind === "request" && isEffect(body.request.kind));
  }

  /** From where the transcript ends to the seal. */
  async run(): Promise<ExitCode> {
    const first = this.#record.entries[0]?.body;
    const header = first?.kind === "header" ? this.#sameRun(first) : this.#begin();
    this.#run = header.run;
    const course = ceremony(this.#source.plan, this.#source.planDigest, header.run, this.#source.given);
    const fed = await this.#feed(course);
    if (fed.standing.state === "diverged") {
      throw new Fault("record-diverged", `the record diverges from its plan at entry ${fed.standing.seq}: expected ${fed.standing.expected}, found ${fed.standing.found}`, ["do not go on with it; keep it, and have it looked at"]);
    }
    const holds = new HoldPoints({ ...this.#source, header, entries: this.#record.entries, journal: this.#journal });
    await holds.demandSigned();
    const people = await this.#openPeople(fed.asked);
    try {
      const ended = fed.standing.state === "asking" ? await this.#goOn(course, fed, people, holds) : fed.standing.ending;
      return await this.#finish(ended);
    } catch (thrown) {
      if (thrown instanceof Adjourned) return this.#goHome(thrown.point);
      throw thrown;
    }
  }

  /** A live session has one journal and one hsm; both end here. */
  async close(): Promise<void> {
    await this.#hsm?.close();
    this.#people?.close();
    this.#record.file.close();
    this.#record.close();
  }

  #begin(): Header {
    const header = headerOf(this.#source, this.#modules, toHex(randomBytes(8)));
    this.#journal.append(header);
    return header;
  }

  /** A resume under another station or another tool is refused; the script was compared before. */
  #sameRun(recorded: Header): Header {
    const now = headerOf(this.#source, this.#modules, recorded.run);
    if (recorded.plan !== now.plan) throw new Fault("record-diverged", "the plan made from the record's script is not the plan of its entry 0", ["use the version of this tool that began the ceremony"]);
    if (JSON.stringify(recorded.approvals) !== JSON.stringify(now.approvals)) throw new Fault("record-corrupt", "the approvals of the record are not those of its entry 0", ["do not go on with this record"]);
    if (recorded.station !== now.station) throw new Fault("record-station-differs", `${this.#source.stationPath} is not the station of this record`, ["go on at the same station"]);
    if (recorded.tool.package !== now.tool.package) throw new Fault("record-tool-differs", `expected the tool with the package digest ${recorded.tool.package}, this is ${now.tool.package}`, ["go on with the very tool that began the ceremony"]);
    if (recorded.tokens.some(({ module }, i) => module !== now.tokens[i]?.module)) throw new Fault("record-tool-differs", "the PKCS#11 module is not the one that began the ceremony", ["go on with the same module"]);
    return recorded;
  }

  /** A file is kept only after every signature before it was verified. */
  async #feed(course: Ask<Ending>): Promise<Fed> {
    const feeding = feed(course, this.#record.entries);
    const checking = new Checking<string>();
    for (;;) {
      const next = feeding.next();
      const passed = next.done === true ? null : next.value;
      if (passed?.kind === "claim") await checking.take(passed.claim, passed.claim.where);
      else await requireNone(checking);
      if (next.done === true) return { standing: next.value, ...pastOf(this.#record.entries) };
      if (passed?.kind === "artifact") keepFile(join(this.#source.record, LAYOUT.artifacts, passed.file.path), passed.file.content.open());
    }
  }

  async #openPeople(asked: Fed["asked"]): Promise<People> {
    this.#people = await chosenPeople(this.#source, this.#briefing, asked, () => this.#hsm?.standing() ?? []);
    return this.#people;
  }

  /** The tokens keep the head of the hold-point, and everybody is told what to sign; closing the session logs out. */
  async #goHome(point: HoldPoint): Promise<ExitCode> {
    await this.#heads?.keepOnAll(point.entries - 1, point.head);
    for (const line of adjournedLines(this.#source.record, point, this.#source.plan)) result(line);
    return EXIT.done;
  }

  async #goOn(course: Ask<Ending>, fed: Fed, people: People, holds: HoldPoints): Promise<Ending> {
    const answers = answersWord(people);
    if (this.#record.entries.length === 0) this.#journal.event({ name: "opened", answers });
    else await this.#resume(fed, people, answers);
    for (const event of [...this.#record.torn, ...this.#source.events]) this.#journal.event(event);
    this.#deviations.push(...fed.deviations);
    const custody = openCustody(this.#source, people);
    const tokens = await this.#openTokens(custody);
    const room = new CeremonyRoom({
      record: this.#source.record, people, tokens, journal: this.#journal, now: hostInstant, heads: this.#openHeads(tokens), adjourn: (request) => holds.answer(request), custody,
      begin: (step) => this.#beginStep(people, step), kept: (request) => this.#tellKept(request), said: (said) => void (said.name === "deviation" && this.#deviations.push(said)),
      lacks: (present) => lacksForEffects(this.#source.plan, present),
    });
    return drive(course, fed.standing, room, this.#journal);
  }

  #beginStep(people: People, step: number): void {
    this.#keptInStep = 0;
    const page = this.#briefing.steps[step - 1];
    if (page !== undefined) people.begin(page);
  }

  /** A long step says how far it is, and at its end what became of each request. */
  #tellKept({ step, files }: RequestOf<"keep-artifacts">): void {
    const planned = this.#source.plan.steps[step - 1];
    if (planned?.rule !== "sign-requests@1") return;
    for (const { path, content } of files) {
      if (path.startsWith(`certificates/${planned.certificates}/`)) talk(keptLine(++this.#keptInStep, planned.accepted, path));
      else if (path === `reports/${planned.certificates}.jsonl`) for (const line of verdictTable(content.open())) talk(line);
    }
  }

  /** The words on paper, against mistakes and rollback; then the record says that it was gone on with. */
  async #resume(fed: Fed, people: People, answers: ReturnType<typeof answersWord>): Promise<void> {
    const isAlone = answers === "standing";
    const warning = isAlone ? null : windowWarning(this.#source.given.approval);
    if (warning !== null) talk(warning);
    const known = isAlone || fed.paperHead === null || (await people.askHead(fed.paperHead));
    if (!known) throw new Fault("record-words", "the words on paper are not those of this record", ["this may be an older copy of the record: do not go on with it"]);
    this.#journal.event({ name: "resumed", answers, head: this.#record.end.head, headWords: fed.paperHead === null ? "none yet" : isAlone ? "not asked" : "asked" });
    talk(`going on after entry ${this.#record.entries.length - 1}`);
  }

  async #openTokens(custody: Custody): Promise<Hsm> {
    this.#hsm = await openTokens(this.#source, { briefing: this.#briefing, journal: this.#journal, before: pinsBefore(this.#record.entries) }, custody);
    return this.#hsm;
  }

  #openHeads(keeper: Hsm): TokenHeads {
    const { plan: { ceremony: id }, approval } = this.#source;
    this.#heads = new TokenHeads({ keeper, journal: this.#journal, entries: this.#record.entries, own: { ceremony: id, run: this.#run, approval }, tell: talk });
    return this.#heads;
  }

  /** Seals, unless everything is there already; then says what to do next. */
  async #finish(ended: Ending): Promise<ExitCode> {
    const { record } = this.#source;
    this.#journal.close();
    if (this.#wasFinished() && hasSeal(record, ended.transcriptKey !== null)) {
      throw new Fault("record-finished", `the ceremony of ${record} has ended and its seal is made`, ["nothing was changed; sign it with `anchorite seal`, check it with `anchorite replay`"]);
    }
    const tokens = this.#hsm ?? (await this.#openTokens(openCustody(this.#source, null)));
    await sealRecord(record, (key, message) => tokens.signOnce(key, message));
    // a scheduled run that did nothing leaves no trace: the next one finds the head of the run before
    if (this.#source.answers !== "standing" || ended.effects > 0) await this.#heads?.keepOnAll(this.#journal.end.entries - 1, this.#journal.end.head);
    const { exit, lines } = ending({ ...this.#source, head: this.#journal.end.head, ending: ended, deviations: this.#deviations });
    result(...lines);
    return exit;
  }

  #wasFinished(): boolean {
    const last = this.#record.entries.at(-1)?.body;
    return last?.kind === "observation" && last.observation.kind === "close";
  }
}
