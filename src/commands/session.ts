/** A session: one process at work on one record, with its people, its tokens and its journal. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { toHex } from "../bytes/hex.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { ceremony } from "../ceremony/ceremony.ts";
import { feed, type Ending, type Standing } from "../ceremony/feed.ts";
import type { Ask, RequestOf } from "../ceremony/request.ts";
import { AnsweredPeople } from "../console/answered-people.ts";
import type { Answers } from "../console/answers.ts";
import { briefingOf } from "../console/briefing.ts";
import { keptLine, verdictTable } from "../console/batch-pages.ts";
import { closingLines } from "../console/closing.ts";
import type { Briefing, People, PeopleRequest } from "../console/people.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { Hsm } from "../hsm/hsm.ts";
import type { Given } from "../plan/make.ts";
import { sealsBefore, type Plan } from "../plan/plan.ts";
import { CeremonyRoom } from "../room/ceremony-room.ts";
import { Checking } from "../room/checking.ts";
import { hostInstant, stampNow } from "../room/clock.ts";
import { drive } from "../room/drive.ts";
import { keepFile } from "../room/files.ts";
import { Journal } from "../room/journal.ts";
import { readTool } from "../room/package-digest.ts";
import { openRecord, type Foundation, type OpenRecord } from "../room/record.ts";
import { hasSeal, sealRecord } from "../room/sealing.ts";
import type { Station } from "../script/station-schema.ts";
import { RECORD_FORMAT, type Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { isEffect } from "../transcript/observation.ts";
import { moduleDigest } from "./module.ts";
import { result, talk } from "./output.ts";
import { pastOf, type Past } from "./past.ts";
import { openTokens } from "./tokens.ts";

/** What a session is opened with: a plan without findings, and this host's station. */
export interface SessionSource {
  readonly record: string;
  readonly plan: Plan;
  readonly planDigest: string;
  readonly foundation: Foundation;
  readonly given: Given;
  readonly station: Station;
  readonly stationPath: string;
  readonly answers: Answers | null;
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
  #keptInStep = 0;

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
    const course = ceremony(this.#source.plan, this.#source.planDigest, header.run, this.#source.given);
    const fed = await this.#feed(course);
    if (fed.standing.state === "diverged") {
      throw new Fault("record-diverged", `the record diverges from its plan at entry ${fed.standing.seq}: expected ${fed.standing.expected}, found ${fed.standing.found}`, ["do not go on with it; keep it, and have it looked at"]);
    }
    const people = await this.#openPeople(fed.asked);
    const ending = fed.standing.state === "asking" ? await this.#goOn(course, fed, people) : fed.standing.ending;
    return this.#finish(ending);
  }

  /** A live session has one journal and one hsm; both end here. */
  async close(): Promise<void> {
    await this.#hsm?.close();
    this.#people?.close();
    this.#record.file.close();
    this.#record.close();
  }

  #begin(): Header {
    const header = this.#header();
    this.#journal.append(header);
    return header;
  }

  #header(): Header {
    const { plan, planDigest, foundation, station } = this.#source;
    const digestOf = (path: string) => sha256Hex(foundation.get(path) ?? new Uint8Array());
    return {
      kind: "header", format: RECORD_FORMAT, ceremony: plan.ceremony, run: toHex(randomBytes(8)), assurance: plan.assurance,
      script: digestOf(LAYOUT.script), plan: planDigest, station: digestOf(LAYOUT.station),
      inputs: plan.inputs.map(({ path, sha256 }) => ({ path, sha256 })), approvals: [], tool: readTool(),
      tokens: Object.entries(station.tokens).map(([token, { serial }]) => ({ token, module: this.#modules.get(token) ?? "", serial })), previous: sealsBefore(plan),
    };
  }

  /** A resume under another station or another tool is refused; the script was compared before. */
  #sameRun(recorded: Header): Header {
    const now = this.#header();
    if (recorded.plan !== now.plan) throw new Fault("record-diverged", "the plan made from the record's script is not the plan of its entry 0", ["use the version of this tool that began the ceremony"]);
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
      else await demandNone(checking);
      if (next.done === true) return { standing: next.value, ...pastOf(this.#record.entries) };
      if (passed?.kind === "artifact") keepFile(join(this.#source.record, LAYOUT.artifacts, passed.file.path), passed.file.content.open());
    }
  }

  async #openPeople(asked: readonly PeopleRequest[]): Promise<People> {
    this.#people = await this.#chosenPeople(asked);
    return this.#people;
  }

  async #chosenPeople(asked: readonly PeopleRequest[]): Promise<People> {
    const { answers } = this.#source;
    if (answers !== null) return new AnsweredPeople(this.#briefing, answers, talk, asked);
    const { TerminalPeople } = await import("../console/terminal.ts");
    return new TerminalPeople(this.#briefing);
  }

  async #goOn(course: Ask<Ending>, fed: Fed, people: People): Promise<Ending> {
    const answers = people.source === "answers" ? "file" : "terminal";
    if (this.#record.entries.length === 0) this.#journal.event({ name: "opened", answers });
    else await this.#resume(fed, people, answers);
    for (const torn of this.#record.torn) this.#journal.event(torn);
    const tokens = await this.#openTokens();
    const room = new CeremonyRoom({
      record: this.#source.record, people, tokens, journal: this.#journal, now: hostInstant,
      begin: (step) => this.#beginStep(people, step), kept: (request) => this.#tellKept(request),
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
  async #resume(fed: Fed, people: People, answers: "file" | "terminal"): Promise<void> {
    const known = fed.paperHead === null || (await people.askHead(fed.paperHead));
    if (!known) throw new Fault("record-words", "the words on paper are not those of this record", ["this may be an older copy of the record: do not go on with it"]);
    this.#journal.event({ name: "resumed", answers, head: this.#record.end.head, headWords: fed.paperHead === null ? "none yet" : "asked" });
    talk(`going on after entry ${this.#record.entries.length - 1}`);
  }

  async #openTokens(): Promise<Hsm> {
    this.#hsm = await openTokens(this.#source.station, this.#source.stationPath, this.#journal);
    return this.#hsm;
  }

  /** Seals, unless everything is there already; then says what to do next. */
  async #finish(ending: Ending): Promise<ExitCode> {
    const { record } = this.#source;
    this.#journal.close();
    if (this.#wasFinished() && hasSeal(record, ending.transcriptKey !== null)) {
      throw new Fault("record-finished", `the ceremony of ${record} has ended and its seal is made`, ["nothing was changed; sign it with `anchorite seal`, check it with `anchorite replay`"]);
    }
    const tokens = this.#hsm ?? (await this.#openTokens());
    await sealRecord(record, (key, message) => tokens.signOnce(key, message));
    for (const line of closingLines(record, this.#journal.end.head, ending, this.#source.plan)) result(line);
    return exitOf(ending);
  }

  #wasFinished(): boolean {
    const last = this.#record.entries.at(-1)?.body;
    return last?.kind === "observation" && last.observation.kind === "close";
  }
}

/** @throws Fault record-corrupt when one of the claims does not hold */
async function demandNone(checking: Checking<string>): Promise<void> {
  const [failed] = await checking.failed();
  if (failed !== undefined) throw new Fault("record-corrupt", `${failed}: a recorded signature does not verify`, ["do not go on with this record"]);
}

function exitOf({ outcome, exceptions, effects }: Ending): ExitCode {
  if (outcome === "stopped" && effects === 0) return EXIT.stoppedBeforeEffect;
  return outcome === "stopped" || exceptions.length > 0 ? EXIT.endedWithExceptions : EXIT.done;
}
