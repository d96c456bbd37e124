/**
 * A ceremony in one process after another, over a simulated disk: opened, fed, driven and sealed by the code of the product, in
 * the room of the product. The tokens are scripted and outlast every process; the wall clock stands still, so that a run that goes
 * on makes the very octets that it would have made.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import { feed, type Ending, type Standing } from "../../src/ceremony/feed.ts";
import type { Ask, Request, TokenRef } from "../../src/ceremony/request.ts";
import type { People } from "../../src/console/people.ts";
import { CeremonyRoom, type Tokens } from "../../src/room/ceremony-room.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { drive, type Room } from "../../src/room/drive.ts";
import { keepFile } from "../../src/room/files.ts";
import { Journal } from "../../src/room/journal.ts";
import { openRecord, type OpenRecord } from "../../src/room/record.ts";
import { sealRecord } from "../../src/room/sealing.ts";
import { TokenHeads, type HeadKeeper } from "../../src/room/token-heads.ts";
import type { Stamp } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { SimulatedDisk } from "./disk.ts";
import type { Choose } from "./medium.ts";
import { answerAsPeople } from "./people.ts";
import { RUN, World, type GoodPlan } from "./world.ts";
import type { ScriptedToken } from "./token.ts";

/** The machine was switched off: whatever the process does from here on does nothing. */
export class Dead extends Error {}

/** What outlasts a process: the disk and the tokens. */
export interface Remains {
  readonly disk: SimulatedDisk;
  readonly tokens: ReadonlyMap<string, ScriptedToken>;
  /** Of the monotonic clock. */
  readonly ticks: number;
}

/** The same once more, for another process to change. */
export function copyOf({ disk, tokens, ticks }: Remains): Remains {
  return { disk: disk.copy(), tokens: new Map([...tokens].map(([name, token]) => [name, token.copy()])), ticks };
}

export const RECORD = "/media/record";
const NOW = "2026-11-24T12:00:00Z";

export class Sweep implements Remains {
  readonly disk: SimulatedDisk;
  readonly tokens: ReadonlyMap<string, ScriptedToken>;
  ticks: number;
  /** Nothing reaches disk or tokens any more. */
  dead = false;
  /** Told around each effect, before and after the token has done it. */
  atEffect: (request: Request, when: "before" | "after") => void | Promise<void> = () => undefined;
  /** Who decides what nobody knows. */
  choose: Choose = () => 0;
  readonly #world: World;

  constructor(source: GoodPlan, remains: Remains) {
    ({ disk: this.disk, tokens: this.tokens, ticks: this.ticks } = copyOf(remains));
    this.#world = new World(source, {}, this.tokens, undefined, { run: RUN });
  }

  /** What would outlast this process now. */
  remains(): Remains {
    return copyOf(this);
  }

  /** One process, from where the record stands to its seal. */
  async run(): Promise<Ending> {
    const record = await this.open();
    try {
      return await this.#seal(await this.#goOn(record));
    } finally {
      record.close();
    }
  }

  open(): Promise<OpenRecord> {
    return openRecord(RECORD, this.#world.record.files, this.disk);
  }

  async #goOn(record: OpenRecord): Promise<Ending> {
    const journal = new Journal(record.file, record.end, () => this.#stamp());
    if (record.entries.length === 0) journal.append(this.#world.header());
    const { plan, digest, planned } = this.#world.source;
    const begun = ceremony(plan, digest, RUN, planned.made?.given);
    const standing = this.#feed(begun, record);
    if (standing.state === "diverged") throw new Error(`diverged at ${standing.seq}: ${standing.expected} / ${standing.found}`);
    if (standing.state !== "asking") return standing.ending;
    journal.event(record.entries.length === 0 ? { name: "opened", answers: "file" } : { name: "resumed", answers: "file", head: record.end.head, headWords: "asked" });
    for (const torn of record.torn) journal.event(torn);
    const room = new CeremonyRoom({ record: RECORD, disk: this.disk, people: this.#people(), tokens: this.#tokens(), journal, now: () => NOW, begin: () => undefined, custody: { collect: async () => null }, heads: this.#heads(journal, record), adjourn: () => Promise.reject(new Error("no ceremony of the sweep adjourns")) });
    return drive(begun, standing, withoutChance(room), journal);
  }

  #feed(begun: Ask<Ending>, { entries }: OpenRecord): Standing {
    const feeding = feed(begun, entries);
    for (;;) {
      const next = feeding.next();
      if (next.done === true) return next.value;
      if (next.value.kind === "artifact") keepFile(join(RECORD, LAYOUT.artifacts, next.value.file.path), next.value.file.content.open(), this.disk);
      else assert.ok(claimHolds(next.value.claim), next.value.claim.where);
    }
  }

  async #seal(ending: Ending): Promise<Ending> {
    await sealRecord(RECORD, async (key, message) => this.#token(key.token).sealOnce(key.id, message), this.disk);
    return ending;
  }

  #tokens(): Tokens {
    return {
      prepare: async () => this.#demandLife(),
      answer: async (request) => {
        this.#demandLife();
        const token = this.#token(request.kind === "sign" ? request.key.token : "token" in request ? request.token : "");
        if (!isEffect(request.kind)) return token.answer(request);
        await this.atEffect(request, "before");
        this.#demandLife();
        const observation = token.answer(request);
        await this.atEffect(request, "after");
        return observation;
      },
    };
  }

  /** The heads that the tokens keep, which outlast every process. */
  #heads(journal: Journal, { entries }: OpenRecord): TokenHeads {
    const token = ({ serial }: TokenRef): ScriptedToken => {
      this.#demandLife();
      return [...this.tokens.values()].find(({ identity }) => identity.serial === serial) ?? assert.fail(`no token ${serial ?? ""}`);
    };
    const keeper: HeadKeeper = {
      readHeads: async (ref) => token(ref).heads.map((value) => fromHex(value)),
      keepHead: async (ref, value) => {
        token(ref).heads = [toHex(value)];
        return "kept";
      },
    };
    return new TokenHeads({ keeper, journal, entries, own: { ceremony: this.#world.source.plan.ceremony, run: RUN, approval: null }, tell: () => undefined });
  }

  #demandLife(): void {
    if (this.dead) throw new Dead();
  }

  #token(name: string): ScriptedToken {
    const token = this.tokens.get(name);
    if (token === undefined) throw new Error(`no token ${name}`);
    return token;
  }

  #people(): People {
    return {
      source: "answers", shares: { show: async () => null, type: async () => [] },
      answer: async (request) => {
        this.#demandLife();
        if (request.kind !== "decide") return answerAsPeople(request, NOW);
        const choices = request.choices.filter((choice) => choice !== "stop");
        return { kind: "decide", outcome: "answered", choice: choices[this.choose(choices.length)] ?? "stop", by: "alice" };
      },
      attach: async (request) => ({ kind: "named", by: request.by, files: [] }),
      showHead: async () => undefined, askHead: async () => true, afterFault: async () => "leave", gather: async () => "go on",
      begin: () => undefined, tell: () => undefined, close: () => undefined,
    };
  }

  #stamp(): Stamp {
    const mono = ++this.ticks;
    return { salt: mono.toString(16).padStart(32, "0"), at: NOW.replace("Z", ".000Z"), mono, boot: "b0" };
  }
}

/** The host draws the same octets each time. */
function withoutChance(room: Room): Room {
  return {
    prepare: (request) => room.prepare(request),
    answer: async (request, signed) => (request.kind === "draw" && request.source === "host" ? { kind: "draw", outcome: "answered", bytes: sha256Hex(toUtf8("host")) } : room.answer(request, signed)),
    afterEffect: (request, seq, head) => room.afterEffect(request, seq, head),
  };
}
