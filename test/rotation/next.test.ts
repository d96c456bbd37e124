/** The next ceremony as `rotation next` writes it. */
import { before, test } from "node:test";
import { planOf } from "../scripted/scripts.ts";
import { makeRequest } from "../scripted/keys.ts";
import { heldNext, isSomething, nextOf } from "../scripted/next.ts";
import { first } from "../scripted/rotation.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { shifted } from "../../src/plan/validity.ts";

let one: HeldRecord;
before(async () => {
  one = await first();
});

test("try", async () => {
  let record = one;
  let n=0;
  for (let at = "2026-12-20T00:00:00Z"; at < "2052"; at = shifted(at, "P1M", "after")) {
    const next = nextOf(record, at);
    if (!isSomething(next)) { if(next.draft.leftOut.length) console.log(at, next.draft.leftOut); continue; }
    const files = { ...record.pack.files, ...Object.fromEntries(next.draft.wanted.map(({ file }) => [file, makeRequest()])) };
    const f = planOf(next.script, files).findings;
    console.log(at, [...next.draft.successions.values()].map(({old,name})=>old.name+">"+name).join(" "), [...next.draft.newLists.values()].join(" "), f.length, next.draft.leftOut);
    if (f.length || ++n%6===0) console.log(next.script, f);
    record = await heldNext(record, next, at, files);
  }
});
