/** Driving: the request is on the disk before the room is asked, the observation before the core sees it, and what fails stops. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Content } from "../../src/bytes/content.ts";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import type { Ending } from "../../src/ceremony/feed.ts";
import type { Ask, Request } from "../../src/ceremony/request.ts";
import { Fault } from "../../src/fault.ts";
import { drive } from "../../src/room/drive.ts";
import { isEffect, type Observation } from "../../src/transcript/observation.ts";
import { Journal } from "../../src/room/journal.ts";
import { EMPTY_CHAIN } from "../../src/transcript/chain.ts";
import type { Pen } from "../scripted/record.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, ONE_KEY, ROOT } from "../scripted/scripts.ts";
import { RUN, World } from "../scripted/world.ts";

const source = goodPlan(ROOT);
const fails = (code: string) => (thrown: unknown) => thrown instanceof Fault && thrown.code === code;

test("what the room is asked is the last entry on record, and its answer the next", async () => {
  const world = new World(source);
  const asked: string[] = [];
  await world.run({
    meddle: ({ request }) => {
      const last = world.record.bodies().at(-1);
      assert.ok(last?.kind === "request" && last.request.kind === request.kind && last.request.step === request.step);
      asked.push(request.kind);
      return undefined;
    },
  });
  const answered = world.record.bodies().flatMap((body) => (body.kind === "observation" ? [body.observation.kind] : []));
  assert.deepEqual(answered, asked);
});

test("the token is reached before an effect is on record, and only for an effect", async () => {
  const world = new World(source);
  const prepared: Request["kind"][] = [];
  await world.run({
    prepare: (request) => {
      const last = world.record.bodies().at(-1);
      assert.equal(last?.kind, "observation", "nothing is open");
      prepared.push(request.kind);
    },
  });
  assert.deepEqual(prepared, ["initialize-token", "generate-key-pair", "sign", "sign"]);
});

test("when an append fails nothing more is put to anybody, whatever the entry", async () => {
  const clean = new World(source);
  await clean.run();
  const length = clean.record.bodies().length;
  for (let at = 0; at < length; at++) {
    const world = new World(source);
    let failed = false;
    const pen: Pen = (bytes, seq, write) => {
      failed = seq === at;
      if (failed) throw new Fault("record-write", "no space left");
      write(bytes);
    };
    await assert.rejects(world.run({ pen, meddle: () => void assert.ok(!failed, "asked after a failed append") }), fails("record-write"));
    const bodies = world.record.bodies();
    assert.equal(bodies.length, at);
    const put = bodies.filter((body) => body.kind === "request" && isEffect(body.request.kind)).length;
    assert.equal(world.vault.effects.length, put, "an effect happened without its request on record");
  }
});

test("an effect that is on record without an answer is answered unknown, and never put again", async () => {
  const world = new World(source);
  await assert.rejects(world.run({ meddle: atNth("sign", 0, () => { throw new Error("power cut"); }) }), /power cut/);
  const before = world.vault.effects.length;
  const requests: Request[] = [];
  await world.run({ meddle: ({ request }) => void requests.push(request) });
  assert.equal(requests[0]?.kind, "decide", "nobody was asked to sign the open request");
  const answer = world.record.bodies().find((body) => body.kind === "observation" && body.observation.outcome === "unknown");
  assert.ok(answer?.kind === "observation" && answer.observation.kind === "sign");
  assert.equal(world.vault.effects.length - before, 2);
});

test("an answer of another kind, or one that no reader would take, ends the run before the core sees it, and nothing of it is written", async () => {
  const table: readonly (readonly [Parameters<typeof atNth>[2], string])[] = [
    [() => ({ kind: "close", outcome: "answered" }), "bug-answer"],
    [() => ({ kind: "find-objects", outcome: "answered", objects: [{}] }) as never, "bug-answer"],
    [() => ({ kind: "find-objects", outcome: "answered", objects: [], more: 1 }) as never, "bug-answer"],
  ];
  for (const [lie, code] of table) {
    const world = new World(goodPlan(ONE_KEY));
    await assert.rejects(world.run({ meddle: atNth("find-objects", 0, lie) }), fails(code));
    const ending = await world.run();
    assert.deepEqual([ending.outcome, ending.exceptions], ["done", []], "the run goes on where it was");
  }
});

test("only a ceremony that asks can be driven", async () => {
  const ending = await new World(goodPlan(ONE_KEY)).run();
  const journal = new Journal({ append: () => assert.fail("nothing is written") }, EMPTY_CHAIN, () => assert.fail("nothing is stamped"));
  await assert.rejects(drive(ceremony(source.plan, source.digest, RUN), { state: "done", ending }, { prepare: never, answer: never, afterEffect: never }, journal), fails("bug-unreachable"));
});

async function never(): Promise<never> {
  return assert.fail("nobody is asked");
}

test("what a second implementation cannot read is on record as wrong, and the token is never asked [ISSUED-AS-PLANNED]", async () => {
  const world = new World(source);
  const journal = new Journal(world.record, EMPTY_CHAIN, () => world.stamp());
  const put: string[] = [];
  const room = {
    prepare: async (request: Request) => void put.push(`prepare ${request.kind}`),
    answer: async (request: Request) => { put.push(request.kind); throw new Error("asked"); },
    afterEffect: async () => {},
  };
  const key = { token: "vault", serial: "1", id: "01", spki: new Content(Uint8Array.of(1)), mechanism: "ecdsa-sha256" } as const;
  const request: Request = { kind: "sign", step: 1, purpose: "certificate", items: [{ tbs: new Content(Uint8Array.of(0x30, 0)) }], key };
  let answer: Observation | null = null;
  function* asks(): Ask<Ending> {
    answer = yield request;
    return { outcome: "stopped", exceptions: [], effects: 1, transcriptKey: null, transcriptChain: [] };
  }
  const asking = asks();
  asking.next(undefined as never);
  await drive(asking, { state: "asking", request, recorded: false }, room, journal);
  assert.deepEqual(put, []);
  assert.match(JSON.stringify(answer), /"wrong","why":"not put to the token: /);
});
