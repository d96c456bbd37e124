import { test } from "node:test";
import { goodPlan, SMALL, CHAIN, ONE_KEY } from "../scripted/scripts.ts";
import { World, replay } from "../scripted/world.ts";
test("probe", async () => {
  for (const script of [SMALL, CHAIN, ONE_KEY]) {
    let t = performance.now();
    const lap = (what: string) => { console.log(what, (performance.now() - t).toFixed(1)); t = performance.now(); };
    const source = goodPlan(script);
    lap("plan");
    const world = new World(source);
    console.log((await world.run()).outcome);
    lap("run");
    for (let i = 0; i < 10; i++) await new World(source).run();
    lap("10 runs");
    for (let i = 0; i < 10; i++) world.record.open();
    lap("10 opens");
    for (let i = 0; i < 10; i++) replay(world.record.asFiles());
    lap("10 replays");
    console.log(world.record.open().entries.length, world.record.transcript.length, world.record.artifacts(), replay(world.record.asFiles()).replayed.rebuilt, replay(world.record.asFiles()).replayed.wrong);
  }
});
