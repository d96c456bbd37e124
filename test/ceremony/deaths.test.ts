/** A run that dies, at every moment there is, and is gone on with: nothing is lost, nothing is signed twice under one number. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Ending } from "../../src/ceremony/feed.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { assertAccounted, registerOf } from "../scripted/account.ts";
import type { Pen } from "../scripted/record.ts";
import { atEach, atNth, Died, dying, either, type Meddler } from "../scripted/room.ts";
import { goodPlan, ROOT, SMALL } from "../scripted/scripts.ts";
import { replay, World, type GoodPlan, type How } from "../scripted/world.ts";

const sources = { ROOT: goodPlan(ROOT), SMALL: goodPlan(SMALL) };

/** The process ends while it appends entry `seq`: nothing of it is on the disk, half of it, or all of it. */
function penThatDies(at: number, part: "nothing" | "half" | "all"): Pen {
  return (bytes, seq, write) => {
    if (seq !== at) return write(bytes);
    write(bytes.subarray(0, { nothing: 0, half: bytes.length >> 1, all: bytes.length }[part]));
    throw new Died(`entry ${at}`);
  };
}

const clean = new Map<GoodPlan, Promise<World>>();

/** A run without any trouble; one for each script. */
function cleanRun(source: GoodPlan): Promise<World> {
  const known = clean.get(source) ?? runOnce(source);
  clean.set(source, known);
  return known;
}

async function runOnce(source: GoodPlan): Promise<World> {
  const world = new World(source);
  await world.run();
  return world;
}

async function survives(source: GoodPlan, deaths: readonly How[]): Promise<{ world: World; ending: Ending }> {
  const world = new World(source);
  const ending = await world.runThrough(deaths);
  assert.equal(ending.outcome, "done");
  assertAccounted(world);
  const usual = (await cleanRun(source)).record.artifacts();
  assert.deepEqual(world.record.artifacts().filter((path) => !path.startsWith("possibly-issued/")), usual);
  return { world, ending };
}

test("a run that is never disturbed has no exceptions, and everything it did is accounted for", async () => {
  for (const source of Object.values(sources)) {
    const { world, ending } = await survives(source, []);
    assert.deepEqual(ending.exceptions, []);
    assert.deepEqual(registerOf(world).possiblyIssued, []);
  }
});

test("a run cut at every entry ends with the same artifacts, and is reproduced", async () => {
  for (const [seq, body] of (await cleanRun(sources.ROOT)).record.bodies().entries()) {
    // after a whole free request the same is known as before the whole of its observation
    const parts = body.kind === "request" && (isEffect(body.request.kind) || seq < 12) ? (["half", "all"] as const) : (["half"] as const);
    for (const part of parts) {
      const { world, ending } = await survives(sources.ROOT, [{ pen: penThatDies(seq, part) }]);
      const openEffect = body.kind === "request" ? part === "all" && isEffect(body.request.kind) : body.kind === "observation" && isEffect(body.observation.kind);
      assert.equal(ending.exceptions.length, openEffect ? 1 : 0, `entry ${seq}, ${part}: ${ending.exceptions.join()}`);
      if (seq % 20 === 19) assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
    }
  }
});

test("the last entry may be torn at any octet; once it is whole nothing is added, whoever runs again", async () => {
  const world = await runOnce(sources.ROOT);
  const whole = world.record.transcript;
  const before = world.record.bodies().length;
  await world.run();
  assert.deepEqual(world.record.transcript, whole);
  const last = whole.lastIndexOf(10, whole.lastIndexOf(10, whole.length - 2) - 1) + 1;
  for (let length = last; length < whole.length; length += 60) {
    world.record.transcript = whole.slice(0, length);
    const ending = await world.run();
    assert.equal(ending.outcome, "done");
    const added = world.record.bodies().slice(before - 1).map((body) => (body.kind === "event" ? body.event.name : body.kind));
    assert.deepEqual(added, length === last ? ["resumed", "observation"] : ["torn-entry", "resumed", "observation"]);
  }
});

/** Effects of SMALL: the token, two key pairs, and five signatures for five purposes. Those left out here are those of ROOT. */
const EFFECTS = [2, 4, 5, 6];
const isAnyEffect = (request: { kind: string }): boolean => isEffect(request.kind);

test("a death right before or right after every native call leaves an unknown, which people decide, and no second signature", async () => {
  for (const n of EFFECTS) {
    for (const when of ["before", "after"] as const) {
      const { world, ending } = await survives(sources.SMALL, [{ meddle: atNth(isAnyEffect, n, dying(when)) }]);
      assert.equal(ending.exceptions.length, 1);
      assert.match(ending.exceptions[0] ?? "", /unknown-(token|key-pair|signature) .*: alice decided (again|adopt)/);
      if (n === 5) assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
    }
  }
  assert.equal((await cleanRun(sources.SMALL)).vault.effects.length, 8);
});

test("a death at every call of the room before its answer is no loss", async () => {
  let calls = 0;
  await new World(sources.ROOT).run({ meddle: () => void calls++ });
  for (let n = 0; n < calls; n += 5) {
    await survives(sources.ROOT, [{ meddle: (call) => (call.index === n ? dying("before")(call) : undefined) }]);
  }
});

test("a fault while the token is reached leaves no open effect: it is put when the run goes on, and nobody has to decide", async () => {
  for (let n = 0; n < 4; n++) {
    let seen = 0;
    const prepare = (): void => {
      if (seen++ === n) throw new Died("no token");
    };
    const { world, ending } = await survives(sources.ROOT, [{ prepare }]);
    assert.deepEqual([ending.exceptions, world.vault.effects.length], [[], 4]);
  }
});

test("any number of deaths, the unknown and its decision included, is survived", async () => {
  const death = fc.record({ ahead: fc.nat(25), part: fc.constantFrom("nothing", "half", "all") });
  await fc.assert(fc.asyncProperty(fc.array(death, { minLength: 2, maxLength: 4 }), async (deaths) => {
    const world = new World(sources.ROOT);
    for (const { ahead, part } of deaths) {
      const pen = penThatDies(world.record.bodies().length + ahead, part as "half");
      await world.run({ pen }).catch((thrown: unknown) => assert.ok(thrown instanceof Died));
    }
    const ending = await world.run();
    assert.equal(ending.outcome, "done");
    assertAccounted(world);
  }), { numRuns: 12 });
});

test("after an unknown signature people may stop: the TBS is possibly issued, and the record is whole", async () => {
  const stops: Meddler = atEach("decide", () => ({ kind: "decide", outcome: "answered", choice: "stop", by: "bob" }));
  for (const when of ["before", "after"] as const) {
    const world = new World(sources.ROOT);
    await assert.rejects(world.run({ meddle: atNth("sign", 0, dying(when)) }), Died);
    const ending = await world.run({ meddle: either(stops) });
    assert.equal(ending.outcome, "stopped");
    assertAccounted(world);
    assert.equal(registerOf(world).possiblyIssued.length, 1);
    assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "stopped");
  }
});
