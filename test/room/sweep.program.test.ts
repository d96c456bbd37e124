/**
 * A ceremony whose process ends at every moment there is, whose machine loses its power, whose disk fails: it is gone on with and
 * ends with the same artifacts, or with an exception on record. ANCHORITE_SWEEP=all takes every moment; else there is a sample, by
 * ANCHORITE_SEED.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Fault } from "../../src/fault.ts";
import { samplerFor, type Sampler } from "../end-to-end/seed.ts";
import { systemError, type Operation, type Watch } from "../scripted/disk.ts";
import { assertWhole, entriesOn, hasOpenEffect, undisturbed, type Moment, type Undisturbed } from "../scripted/moments.ts";
import { Dead, Sweep, type Remains } from "../scripted/sweep.ts";
import { factory, hierarchy, renewal, survival } from "../scripted/swept.ts";

const ALL = process.env["ANCHORITE_SWEEP"] === "all";
const sampler: Sampler = samplerFor("sweep");
const choose = (below: number): number => sampler.below(below);

const runs = new Map<string, Undisturbed>();
before(async () => {
  for (const [name, swept] of [["factory", factory()], ["hierarchy", hierarchy()], ["renewal", await renewal()], ["survival", await survival()]] as const) runs.set(name, await undisturbed(swept));
});

/** Of these so many by chance. */
function some(moments: readonly Moment[], count: number): readonly Moment[] {
  return sampler.distinct(count, moments.length).flatMap((i) => moments[i] ?? []);
}

/** All of these, or so many by chance. */
function allOr(count: number, moments: readonly Moment[]): readonly Moment[] {
  return some(moments, ALL ? moments.length : count);
}

/** Right after the token has restored, wrapped or destroyed a key or set a PIN, and nobody has written it down: always, and by each decision that people may take. */
function atNewEffects(name: string, { moments }: Undisturbed): readonly Moment[] {
  if (name !== "survival") return [];
  const after = moments.filter(({ kind, what }) => kind === "at an effect" && /^after (wrap-key|unwrap-key|destroy-objects|set-pin) /.test(what));
  assert.equal(after.length, 4, "a restoration, a backup, a destruction and a PIN");
  return after.flatMap((moment) => [moment, moment]);
}

/** Where there are too many stories to tell all of them. */
const times = (count: number): number => (ALL ? 10 * count : count);

/** One process from what is left, to the end. @param openBefore effects that were open when earlier processes began */
async function goOn(run: Undisturbed, what: string, remains: Remains, openBefore = 0): Promise<void> {
  const sweep = new Sweep(run.swept.source, remains);
  sweep.choose = choose;
  const before = entriesOn(sweep.disk);
  const ending = await sweep.run();
  assertWhole(run, { what, sweep, ending, before }, openBefore + (hasOpenEffect(before.entries) ? 1 : 0));
}

/** A process whose disk is not as it should be. Returns what it threw, null when it came to the end all the same. */
async function suffer(sweep: Sweep, watch: Watch): Promise<unknown> {
  sweep.disk.watch = watch;
  sweep.choose = choose;
  try {
    await sweep.run();
    return null;
  } catch (thrown) {
    return thrown;
  } finally {
    sweep.disk.watch = {};
  }
}

/** The machine stops at an operation: it is not done, and nothing after it. */
function stopsAt(sweep: Sweep, index: number): Watch {
  return {
    before: (operation) => {
      sweep.dead ||= operation.index === index;
      if (sweep.dead) throw new Dead();
    },
  };
}

type Trouble = (index: number) => Watch;
const failing = (code: string, fails: (operation: Operation, index: number) => boolean): Trouble => (index) => ({
  before: (operation) => {
    if (fails(operation, index)) throw systemError(code);
  },
});
const later = ({ index }: Operation, from: number): boolean => index >= from;
const once = (names: RegExp) => (): ((operation: Operation, index: number) => boolean) => {
  let done = false;
  return (operation, index) => {
    if (done || !later(operation, index) || !names.test(operation.name)) return false;
    done = true;
    return true;
  };
};
const TROUBLES: Readonly<Record<string, () => Trouble>> = {
  "the disk is full from here on": () => failing("ENOSPC", (operation, index) => later(operation, index) && (/^(write|makeFolder|link)$/.test(operation.name) || (operation.name === "open" && operation.path.endsWith(".part~")))),
  "one write fails": () => failing("EIO", once(/^write$/)()),
  "one fsync fails": () => failing("EIO", once(/^sync/)()),
  "one name cannot be made": () => failing("EIO", once(/^(link|makeFolder|unlink|open)$/)()),
  "one read fails": () => failing("EIO", once(/^(read|list|look|seen)$/)()),
  "every write is short": () => (index) => ({ short: (operation, length) => (later(operation, index) && length > 1 ? 1 + choose(length - 1) : length) }),
  "the last write before the disk is full is short": () => {
    let full = false;
    return (index) => ({
      before: ({ name }) => {
        if (full && name === "write") throw systemError("ENOSPC");
      },
      short: (operation, length) => {
        if (!later(operation, index) || length < 2) return length;
        full = true;
        return choose(length);
      },
    });
  },
};

test("a second process on the record of a ceremony is refused at every effect, and the first goes on undisturbed", async () => {
  const run = runs.get("renewal") ?? assert.fail();
  const sweep = new Sweep(run.swept.source, run.swept.begin());
  let refused = 0;
  sweep.atEffect = async () => {
    await assert.rejects(sweep.open(), (thrown) => thrown instanceof Fault && thrown.code === "record-locked");
    refused++;
  };
  const ending = await sweep.run();
  assertWhole(run, { what: "with a second process at the door", sweep, ending, before: entriesOn(run.swept.begin().disk) }, 0);
  assert.equal(refused, 2 * ending.effects);
});

for (const name of ["factory", "hierarchy", "renewal", "survival"]) {
  test(`${name}: killed after anything that changes the disk, and before and after each effect`, async () => {
    const run = runs.get(name) ?? assert.fail();
    for (const { what, remains } of [...atNewEffects(name, run), ...allOr(10, run.moments.filter(({ kind }) => kind !== "before a sync"))]) await goOn(run, what, remains);
  });

  test(`${name}: the power fails, and of what was not fsynced some is lost or torn`, async () => {
    const run = runs.get(name) ?? assert.fail();
    for (const { what, remains } of allOr(10, run.moments.filter(({ kind }) => kind === "before a sync"))) {
      await goOn(run, `power lost ${what}`, { ...remains, disk: remains.disk.afterLossOfPower(choose) });
    }
  });

  test(`${name}: the process that goes on is killed as well, or its machine loses its power, twice`, async () => {
    const run = runs.get(name) ?? assert.fail();
    for (const { what, remains } of some(run.moments, times(6))) {
      let [left, open, story] = [remains, 0, what];
      for (let death = 0; death < 2; death++) {
        const sweep = new Sweep(run.swept.source, left);
        open += hasOpenEffect(entriesOn(sweep.disk).entries) ? 1 : 0;
        const index = choose(choose(2) === 0 ? 60 : run.sweep.disk.operations);
        const thrown = await suffer(sweep, stopsAt(sweep, index));
        const powerless = choose(2) === 0;
        story += `; ${thrown === null ? "not killed" : `killed at operation ${index}`}${powerless ? ", power lost" : ""}`;
        left = { ...sweep.remains(), ...(powerless ? { disk: sweep.disk.afterLossOfPower(choose) } : {}) };
      }
      await goOn(run, story, left, open);
    }
  });

  test(`${name}: the disk is full, fails or writes short: a fault says so, and the same command goes on when it is mended`, async () => {
    const run = runs.get(name) ?? assert.fail();
    for (const [trouble, make] of Object.entries(TROUBLES)) {
      for (const { what, remains } of some(run.moments, times(2))) {
        const sweep = new Sweep(run.swept.source, remains);
        const open = hasOpenEffect(entriesOn(sweep.disk).entries) ? 1 : 0;
        const index = choose(run.sweep.disk.operations);
        const thrown = await suffer(sweep, make()(index));
        const story = `${what}; ${trouble}, at operation ${index}: ${String(thrown)}`;
        assert.ok(thrown === null || (thrown instanceof Fault && /^(record-write|usage-file)$/.test(thrown.code)), story);
        const powerless = choose(2) === 0;
        await goOn(run, `${story}${powerless ? "; power lost" : ""}`, { ...sweep.remains(), ...(powerless ? { disk: sweep.disk.afterLossOfPower(choose) } : {}) }, open);
      }
    }
  });
}
