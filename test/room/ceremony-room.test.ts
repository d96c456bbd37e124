/** The room of a live ceremony, on a real disk: who is asked what, and how often; what is written; and the seal over it. */
import assert from "node:assert/strict";
import type { Ending } from "../../src/ceremony/feed.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { mkdtempSync, readFileSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import { feed } from "../../src/ceremony/feed.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf, type Verdict } from "../../src/ceremony/verdict.ts";
import type { People, PeopleRequest, Stopped } from "../../src/console/people.ts";
import { Fault } from "../../src/fault.ts";
import { CeremonyRoom, type Tokens } from "../../src/room/ceremony-room.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { drive } from "../../src/room/drive.ts";
import { keepFile } from "../../src/room/files.ts";
import { listFiles } from "../../src/room/listing.ts";
import { GrowingFile } from "../../src/room/growing-file.ts";
import { folderFiles } from "../../src/room/folder.ts";
import { Journal } from "../../src/room/journal.ts";
import { sealRecord } from "../../src/room/sealing.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { answerAsPeople } from "../scripted/people.ts";
import { goodPlan, SEALED } from "../scripted/scripts.ts";
import { replay, RUN, World } from "../scripted/world.ts";
import { EMPTY_CHAIN } from "../../src/transcript/chain.ts";
import { readAll } from "../transcript/facts.ts";

const NOW = "2026-11-20T12:00:00Z";

const NO_HEADS = { check: async () => undefined, settle: async () => undefined, afterEffect: async () => undefined };

/** One process at work in a folder; what people were asked and shown is written down. */
class Process {
  readonly questions: string[] = [];
  readonly pages: number[] = [];
  readonly heads: number[] = [];
  /** What a person says when a token could not be reached. */
  then: "again" | "leave" | Stopped = "again";
  /** Faults that the token has still to meet. */
  troubles = 0;
  /** From this reaching of the token on, counted from 1, it is never reached again. */
  deadFrom = Number.POSITIVE_INFINITY;
  readonly #world: World;
  readonly #folder: string;

  constructor(world: World, folder: string) {
    this.#world = world;
    this.#folder = folder;
  }

  /** @param until stops the process before the answer to this question */
  async run(until: (request: PeopleRequest) => boolean = () => false): Promise<Ending> {
    const { source } = this.#world;
    const path = join(this.#folder, LAYOUT.transcript);
    const file = new GrowingFile(path);
    const { entries, rest } = readAll(readFileSync(path));
    const journal = new Journal(file, entries.length === 0 ? EMPTY_CHAIN : rest.end, () => this.#world.stamp());
    if (entries.length === 0) journal.append(this.#world.header());
    const begun = ceremony(source.plan, source.digest, RUN);
    const feeding = feed(begun, entries);
    let next = feeding.next();
    while (next.done !== true) next = feeding.next();
    const room = new CeremonyRoom({ record: this.#folder, people: this.#people(until), tokens: this.#tokens(), heads: NO_HEADS, custody: { collect: async () => null }, adjourn: async () => assert.fail("nobody adjourns here"), journal, now: () => NOW, begin: (step) => void this.pages.push(step) });
    try {
      return await drive(begun, next.value, room, journal);
    } finally {
      file.close();
    }
  }

  #people(until: (request: PeopleRequest) => boolean): People {
    return {
      source: "answers", shares: { show: async () => null, type: async () => [] },
      answer: async (request) => {
        if (until(request)) throw new Fault("person-interrupted", "the terminal is left");
        this.questions.push(request.kind);
        return answerAsPeople(request, NOW);
      },
      attach: async () => assert.fail("nothing is attached here"),
      showHead: async (seq) => void this.heads.push(seq),
      askHead: async () => true,
      afterFault: async () => this.then,
      gather: async () => "go on",
      begin: () => undefined, tell: () => undefined, close: () => undefined,
    };
  }

  #tokens(): Tokens {
    let reached = 0;
    const reach = (): void => {
      if (++reached >= this.deadFrom) throw new Fault("hsm-no-token", "no token with this serial");
      if (this.troubles-- > 0) throw new Fault("hsm-login", "token refused the PIN (CKR_PIN_INCORRECT)");
    };
    return { prepare: async () => reach(), answer: async (request) => (isEffect(request.kind) || reach(), this.#world.vault.answer(request)) };
  }
}

const top = mkdtempSync(join(tmpdir(), "anchorite-room-"));
after(() => rmSync(top, { recursive: true, force: true }));
let folders = 0;

function begin(): { world: World; folder: string } {
  const world = new World(goodPlan(SEALED));
  const folder = join(top, String(folders++));
  for (const [path, bytes] of world.record.files) keepFile(join(folder, path), bytes);
  return { world, folder };
}

function verdict(folder: string): Verdict {
  const files = folderFiles(folder);
  const { replayed, failed } = replay(files);
  const sealed = judgeSealed(files, replayed, null);
  return verdictOf(replayed, sealed, [...failed, ...sealed.claims.filter((claim) => !claimHolds(claim)).map(({ where }) => where)], { roster: false, digest: null });
}

const finished = begin();
const whole = new Process(finished.world, finished.folder);
before(async () => void (await whole.run()));

test("presence is known from roll call and the time from its attestation: neither is asked again in one process", () => {
  const count = (kind: string) => whole.questions.filter((one) => one === kind).length;
  assert.deepEqual([count("roll-call"), count("present"), count("time"), count("confirm")], [1, 0, 1, 5]);
  assert.deepEqual([whole.pages, whole.heads.length], [[1, 2, 3, 4, 5, 6, 7], 6]);
});

test("another process asks both anew, presence first, and puts on record who is there", async () => {
  const { world, folder } = begin();
  let signs = 0;
  await assert.rejects(new Process(world, folder).run((request) => request.kind === "confirm" && request.verb === "sign" && signs++ === 1), /the terminal is left/);
  const second = new Process(world, folder);
  await second.run();
  assert.deepEqual(second.questions.slice(0, 3), ["confirm", "present", "time"]);
  assert.equal(second.questions.filter((kind) => kind === "present" || kind === "time").length, 2);
  const events = readAll(readFileSync(join(folder, LAYOUT.transcript))).entries.flatMap(({ body }) => (body.kind === "event" ? [body.event] : []));
  assert.deepEqual(events, [{ name: "attendance", present: ["alice", "bob", "dan", "carol", "erin", "frank"] }]);
  assert.equal(replay(folderFiles(folder)).replayed.rebuilt.state, "reproduced");
});

test("a token that cannot be reached is tried again when a person says so, and only then; no effect is open", async () => {
  const { world, folder } = begin();
  const first = new Process(world, folder);
  first.troubles = 1;
  first.then = "leave";
  await assert.rejects(first.run(), /CKR_PIN_INCORRECT/);
  const last = readAll(readFileSync(join(folder, LAYOUT.transcript))).entries.at(-1)?.body;
  assert.ok(last?.kind === "observation" && last.observation.kind === "present");
  const second = new Process(world, folder);
  second.troubles = 3;
  await second.run();
  assert.equal(replay(folderFiles(folder)).replayed.rebuilt.state, "reproduced");
});

test("a token that will never be reached again: a person stops the ceremony without it, and the record is whole, stopped, and replays", async () => {
  // at the first effect, at a free request after it, at an effect in the middle
  for (const deadFrom of [1, 2, 6]) {
    const { world, folder } = begin();
    const process = new Process(world, folder);
    process.deadFrom = deadFrom;
    process.then = { by: "dan", reason: "the token is dead" };
    const ending = await process.run();
    assert.equal(ending.outcome, "stopped");
    assert.match(ending.exceptions[0] ?? "", /stopped by dan: the token is dead/);
    assert.equal(replay(folderFiles(folder)).replayed.rebuilt.state, "stopped");
  }
});

test("a token that was lost after its transcript key was certified does not sign the seal: people alone do", async () => {
  for (const [deadFrom, kind] of [[Number.POSITIVE_INFINITY, "signed"], [11, "none asked"]] as const) {
    const { world, folder } = begin();
    const process = new Process(world, folder);
    process.deadFrom = deadFrom;
    process.then = { by: "dan", reason: "the token is dead" };
    const { transcriptKey } = await process.run();
    assert.equal(transcriptKey === null, kind === "none asked");
    await sealRecord(folder, async (key, message) => (kind === "none asked" ? assert.fail("no token") : world.vault.signOnce(key.id, message)));
    const { signed, wrong, rebuilt } = verdict(folder);
    assert.deepEqual([signed.token, wrong, rebuilt.state], [kind, [], kind === "none asked" ? "stopped" : "reproduced"]);
  }
});

test("the files of the record are those of the ceremony, and it is sealed: by the transcript key now, by people later", async () => {
  const { world, folder } = finished;
  const sign = async (key: { id: string }, message: Uint8Array) => world.vault.signOnce(key.id, message);
  await sealRecord(folder, sign);
  const files = listFiles(folder);
  assert.ok([LAYOUT.manifest, LAYOUT.seal, LAYOUT.allowedSigners, LAYOUT.tokenSignature].every((path) => files.includes(path)));
  const { rebuilt, signed, wrong, exit, exceptions } = verdict(folder);
  assert.deepEqual([rebuilt.state, signed.token, signed.by, wrong, exceptions, exit], ["reproduced", "signed", [], [], [], 6]);
  assert.equal(signed.missing.length, 2, "one administrator and one witness");
});

test("sealing again changes nothing; a seal cut short is made whole, with the same octets", async () => {
  const { world, folder } = finished;
  const octets = () => listFiles(folder).map((path) => [path, readFileSync(join(folder, path)).toString("base64")]);
  const before = octets();
  const refuse = async (): Promise<Uint8Array> => assert.fail("nothing is to be signed");
  await sealRecord(folder, refuse);
  for (const path of [LAYOUT.seal, LAYOUT.manifest, LAYOUT.allowedSigners]) unlinkSync(join(folder, path));
  await sealRecord(folder, refuse);
  assert.deepEqual(octets(), before);
  unlinkSync(join(folder, LAYOUT.tokenSignature));
  await sealRecord(folder, async (key, message) => world.vault.signOnce(key.id, message));
  assert.deepEqual(verdict(folder).wrong, []);
});

test("a signature over the seal that does not verify is not kept", async () => {
  const { folder } = finished;
  unlinkSync(join(folder, LAYOUT.tokenSignature));
  await assert.rejects(sealRecord(folder, async () => new Uint8Array(64).fill(7)), (thrown) => thrown instanceof Fault && thrown.code === "hsm-answer");
  assert.ok(!listFiles(folder).includes(LAYOUT.tokenSignature));
  assert.equal(verdict(folder).signed.token, "missing");
});
