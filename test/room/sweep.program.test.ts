/**
 * A ceremony whose process ends at every moment there is, whose machine loses its power, whose disk fails: it is gone on with and
 * ends with the same artifacts, or with an exception on record. ANCHORITE_SWEEP=all takes every moment; else a sample by ANCHORITE_SEED.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { samplerFor, type Sampler } from "../end-to-end/seed.ts";
import { assertWhole, entriesOn, hasOpenEffect, undisturbed, type Moment, type Undisturbed } from "../scripted/moments.ts";
import { Sweep, type Remains } from "../scripted/sweep.ts";
import { factory, hierarchy, renewal } from "../scripted/swept.ts";

const ALL = process.env["ANCHORITE_SWEEP"] === "all";
const sampler: Sampler = samplerFor("sweep");
const choose = (below: number): number => sampler.below(below);

const runs = new Map<string, Undisturbed>();
before(async () => {
  for (const [name, swept] of [["factory", factory()], ["hierarchy", hierarchy()], ["renewal", await renewal()]] as const) runs.set(name, await undisturbed(swept));
});

/** All of them, or so many by chance. */
function some(moments: readonly Moment[], count: number): readonly Moment[] {
  return ALL ? moments : sampler.distinct(count, moments.length).flatMap((i) => moments[i] ?? []);
}

/** One process from what is left, to the end. */
async function goOn(run: Undisturbed, what: string, remains: Remains): Promise<void> {
  const sweep = new Sweep(run.swept.source, remains);
  const before = entriesOn(sweep.disk);
  const ending = await sweep.run();
  assertWhole(run, { what, sweep, ending, before }, hasOpenEffect(before.entries) ? 1 : 0);
}

for (const name of ["factory", "hierarchy", "renewal"]) {
  test(`${name}: killed after anything that changes the disk, and before and after each effect`, async () => {
    const run = runs.get(name) ?? assert.fail();
    const t = performance.now();
    const moments = some(run.moments.filter(({ kind }) => kind !== "before a sync"), 1000);
    for (const { what, remains } of moments) await goOn(run, what, remains);
    console.log(`${name}: killed at ${moments.length} moments`, Math.round(performance.now() - t));
  });

  test(`${name}: the power fails, and of what was not fsynced some is lost or torn`, async () => {
    const run = runs.get(name) ?? assert.fail();
    const t = performance.now();
    const moments = some(run.moments.filter(({ kind }) => kind === "before a sync"), 1000);
    for (const { what, remains } of moments) await goOn(run, `power lost ${what}`, { ...remains, disk: remains.disk.afterLossOfPower(choose) });
    console.log(`${name}: power lost at ${moments.length} moments`, Math.round(performance.now() - t));
  });
}
