/** A ceremony in a scripted room: begun, gone on with after a death, and replayed, through the code of the product. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import { feed, type Ending, type Standing } from "../../src/ceremony/feed.ts";
import { replayRecord, type RecordFiles, type Replayed } from "../../src/ceremony/replay.ts";
import { answerOfHold, openHold } from "../../src/ceremony/recorded-holds.ts";
import type { Ask, Request, RequestOf, TokenRef } from "../../src/ceremony/request.ts";
import { approvalTextOf } from "../../src/plan/approvals.ts";
import { NOTHING_GIVEN, type Given } from "../../src/plan/make.ts";
import { sealsBefore } from "../../src/plan/plan.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { drive } from "../../src/room/drive.ts";
import { Adjourned } from "../../src/room/hold-point.ts";
import { Journal } from "../../src/room/journal.ts";
import { TokenHeads, type HeadKeeper } from "../../src/room/token-heads.ts";
import { holdPath, writeHoldPoint } from "../../src/transcript/hold-point.ts";
import { EMPTY_CHAIN, type Entry } from "../../src/transcript/chain.ts";
import { RECORD_FORMAT, type Header, type Stamp } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import type { Observation, TokenIdentity } from "../../src/transcript/observation.ts";
import { MemoryRecord, STATION, type Pen } from "./record.ts";
import { Died, ScriptedRoom, type Meddler } from "./room.ts";
import type { goodPlan } from "./scripts.ts";
import { ScriptedToken } from "./token.ts";

export type GoodPlan = ReturnType<typeof goodPlan>;

/** What one process meets. */
export interface How {
  readonly meddle?: Meddler;
  readonly prepare?: (request: Request) => void;
  readonly pen?: Pen;
  /** Tokens keep the head of the run, as they do in the room of the product. */
  readonly heads?: true;
}

/** What few worlds have. */
export interface More {
  /** The run id, hex; left out, each ceremony that goes on from another has its own. */
  readonly run?: string;
  readonly approvals?: Readonly<Record<string, string>>;
}

export const RUN = "00112233445566aa";
export const NOON = Date.UTC(2026, 10, 20, 12);

let later = 0;

const DAY = 86_400_000;

/** Of a ceremony that goes on from another: a day after the last one on any of its tokens. */
function laterNoon(tokens: ReadonlyMap<string, ScriptedToken>): number {
  return NOON + (Math.max(...[...tokens.values()].map(({ day }) => day)) + 1) * DAY;
}

function laterRun(): string {
  return (0x10_0000 + ++later).toString(16).padStart(16, "0");
}

export class World {
  readonly source: GoodPlan;
  readonly record = new MemoryRecord();
  readonly tokens: ReadonlyMap<string, ScriptedToken>;
  /** The run id: another one for a ceremony on the tokens of one before. */
  readonly runId: string;
  /** approval.txt and the signatures over it, by name. */
  readonly approvals: ReadonlyMap<string, Uint8Array>;
  /** Milliseconds of Unix time. */
  readonly begin: number;

  #ticks = 0;

  /**
   * @param earlier the tokens of a ceremony before, by name
   * @param begin when it begins, milliseconds of Unix time: for programs that know no other time than today's
   */
  constructor(source: GoodPlan, model: Partial<TokenIdentity> = {}, earlier: ReadonlyMap<string, ScriptedToken> = new Map(), begin = earlier.size === 0 ? NOON : laterNoon(earlier), { run = earlier.size === 0 ? RUN : laterRun(), approvals = {} }: More = {}) {
    this.source = source;
    this.runId = run;
    this.approvals = new Map(Object.entries(approvals).map(([name, text]) => [name, toUtf8(text)]));
    this.begin = begin;
    this.tokens = new Map(source.plan.tokens.map(({ token }, i) => [token, earlier.get(token) ?? new ScriptedToken(`${token === "vault" ? "serial" : token}-${i}${earlier.size === 0 ? "" : "-later"}`, model)]));
    for (const token of this.tokens.values()) token.day = Math.max(token.day, Math.round((begin - NOON) / DAY));
    const { planned } = source;
    const inputs = [...planned.inputs].flatMap(([path, input]) => (input instanceof Uint8Array ? [[`${LAYOUT.inputs}/${path}`, input] as const] : []));
    const made = planned.made?.bytes ?? new Uint8Array();
    for (const [name, bytes] of this.approvals) this.record.keep(`${LAYOUT.approvals}/${name}`, bytes);
    for (const [path, bytes] of [[LAYOUT.script, planned.scriptBytes], [LAYOUT.station, STATION], [LAYOUT.plan, made], ...inputs] as const) this.record.keep(path, bytes);
  }

  get vault(): ScriptedToken {
    const vault = this.tokens.get("vault");
    if (vault === undefined) throw new Error("no vault");
    return vault;
  }

  /** The token that holds the key with a CKA_ID, hex. */
  holder(id: string): ScriptedToken {
    const holder = [...this.tokens.values()].find(({ objects }) => objects.some((object) => object.id === id));
    if (holder === undefined) throw new Error(`no token holds ${id}`);
    return holder;
  }

  /** Where the record stands: fed whole, every claim checked, every kept file compared with what is there. */
  standing(): Standing {
    return this.#feed(ceremony(this.source.plan, this.source.digest, this.runId, this.#given()), this.record.open().entries);
  }

  /** One process, from where the record stands to the end of the ceremony or of the process. */
  async run(how: How = {}): Promise<Ending> {
    const { entries, end, torn } = this.record.open();
    this.record.pen = how.pen ?? ((bytes, _seq, write) => write(bytes));
    const journal = new Journal(this.record, end, () => this.stamp());
    const begun = ceremony(this.source.plan, this.source.digest, this.runId, this.#given());
    const standing = this.#feed(begun, entries);
    if (entries.length === 0) journal.append(this.header());
    if (torn !== null) journal.event(torn);
    if (standing.state === "asking") {
      journal.event(entries.length === 0 ? { name: "opened", answers: "file" } : { name: "resumed", answers: "file", head: end.head, headWords: "none yet" });
      return drive(begun, standing, this.#room(how, journal, entries), journal);
    }
    if (standing.state === "diverged") throw new Error(`diverged at ${standing.seq}: ${standing.expected} / ${standing.found}`);
    return standing.ending;
  }

  /** A record by somebody who writes whatever agrees with itself: no answer is checked before it is written down. */
  async forge(meddle: Meddler): Promise<void> {
    const journal = new Journal(this.record, EMPTY_CHAIN, () => this.stamp());
    journal.append(this.header());
    const course = ceremony(this.source.plan, this.source.digest, this.runId, this.#given());
    const room = this.#room({ meddle }, journal, []);
    for (let turn = course.next(undefined as never); turn.done !== true; ) {
      journal.append({ kind: "request", request: turn.value });
      const observation = await room.answer(turn.value);
      journal.append({ kind: "observation", observation });
      turn = course.next(observation);
    }
  }

  /** Processes one after the other, each dying as told; the last one is left alone. */
  async runThrough(deaths: readonly How[]): Promise<Ending> {
    for (const death of deaths) {
      try {
        return await this.run(death);
      } catch (thrown) {
        if (!(thrown instanceof Died)) throw thrown;
      }
    }
    return this.run();
  }

  #feed(begun: Ask<Ending>, entries: readonly Entry[]): Standing {
    const feeding = feed(begun, entries);
    for (;;) {
      const next = feeding.next();
      if (next.done === true) return next.value;
      if (next.value.kind === "artifact") this.#keep(next.value.file.path, next.value.file.content.open());
      else if (!claimHolds(next.value.claim)) throw new Error(`${next.value.claim.where} does not verify`);
    }
  }

  #room({ meddle = () => undefined, prepare = () => undefined, heads }: How, journal: Journal, entries: readonly Entry[]): ScriptedRoom {
    return new ScriptedRoom({
      tokens: this.tokens, keep: (path, bytes) => this.#keep(path, bytes), attach: (path, bytes) => this.record.keep(path, bytes), now: () => this.#now().replace(/\.\d+Z$/, "Z"), meddle, prepare,
      adjourn: (request) => this.#adjourn(request, journal, entries), heads: heads === undefined ? null : this.#heads(journal, entries),
    });
  }

  /** Goes home at a hold-point that is new; answers with whatever signatures lie there when it goes on. */
  #adjourn({ point, step }: RequestOf<"adjourn">, journal: Journal, entries: readonly Entry[]): Observation {
    const open = openHold(entries);
    if (open?.point === point) return answerOfHold(this.record.asFiles(), { point: open });
    const held = { ceremony: this.source.plan.ceremony, run: this.runId, point, step, ...journal.end };
    this.record.keep(holdPath(point), writeHoldPoint(held));
    throw new Adjourned(held);
  }

  #heads(journal: Journal, entries: readonly Entry[]): TokenHeads {
    const token = (ref: TokenRef) => [...this.tokens.values()].find(({ identity }) => identity.serial === ref.serial);
    const keeper: HeadKeeper = {
      readHeads: async (ref) => (token(ref)?.heads ?? []).map((value) => fromHex(value)),
      keepHead: async (ref, value) => {
        const keeping = token(ref);
        if (keeping !== undefined) keeping.heads = [toHex(value)];
        return "kept";
      },
    };
    const text = this.approvals.get(approvalTextOf(this.source.plan));
    return new TokenHeads({ keeper, journal, entries, own: { ceremony: this.source.plan.ceremony, run: this.runId, approval: text === undefined ? null : sha256Hex(text) }, tell: () => undefined });
  }

  #given(): Given {
    return { ...(this.source.planned.made?.given ?? NOTHING_GIVEN), approval: this.approvals.get(approvalTextOf(this.source.plan)) ?? null };
  }

  #keep(path: string, bytes: Uint8Array): void {
    this.record.keep(`${LAYOUT.artifacts}/${path}`, bytes);
  }

  #now(): string {
    return new Date(this.begin + 1000 * this.#ticks).toISOString();
  }

  stamp(): Stamp {
    const mono = ++this.#ticks;
    return { salt: mono.toString(16).padStart(32, "0"), at: this.#now(), mono, boot: "b0" };
  }

  /** Entry 0 of this ceremony. */
  header(): Header {
    const { plan, digest } = this.source;
    return {
      kind: "header", format: RECORD_FORMAT, ceremony: plan.ceremony, run: this.runId, assurance: plan.assurance, script: plan.script, plan: digest, station: sha256Hex(STATION),
      inputs: plan.inputs.map(({ path, sha256 }) => ({ path, sha256 })), approvals: [...this.approvals].map(([name, bytes]) => ({ path: `${LAYOUT.approvals}/${name}`, sha256: sha256Hex(bytes) })), tool: { name: "anchorite", version: "0", package: "0".repeat(64) }, tokens: [], previous: sealsBefore(plan), ...(plan.rehearsal === undefined ? {} : { rehearsal: plan.rehearsal.plan }),
    };
  }
}

/** Replays a record, every claim checked with node:crypto. */
export function replay(files: RecordFiles): { readonly replayed: Replayed; readonly failed: readonly string[] } {
  const replaying = replayRecord(files);
  const failed: string[] = [];
  for (;;) {
    const next = replaying.next();
    if (next.done === true) return { replayed: next.value, failed };
    if (!claimHolds(next.value)) failed.push(next.value.where);
  }
}
