/** The plug is pulled in the middle of a run: the process between p11-kit's client and the token is killed, and the same command goes on. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { endOf, reaches } from "../end-to-end/killed-run.ts";
import { judge, loadRecord, resign, rosterOf } from "../end-to-end/record-in-memory.ts";
import { samplerFor } from "../end-to-end/seed.ts";
import { needToken, OnToken } from "./on-token.ts";

/** ANCHORITE_UNPLUG pulls it more often. */
const POINTS = Number(process.env["ANCHORITE_UNPLUG"] ?? 2);
const needed = needToken("p11-kit");
const sampler = samplerFor("unplug");

interface Unplugged {
  readonly ceremony: OnToken;
  /** How the run ended that lost its token, and how the last one did that went on. */
  readonly first: number | null;
  readonly last: number | null;
  readonly story: string;
}

const unplugged: Unplugged[] = [];

/** Half of the points within an effect; the clean run says where those are. */
before(async () => {
  if (needed.skip !== undefined) return;
  const clean = OnToken.on("p11-kit", "factory").withRecord("clean");
  const ended = clean.run();
  assert.equal(ended.exit, 0, ended.stderr);
  const facts = clean.facts();
  const effects = facts.flatMap(({ request }, seq) => (["generate-key-pair", "sign"].includes(request?.kind ?? "") ? [seq] : []));
  const logins = facts.findIndex(({ event }) => event?.name === "login");
  for (let point = 0; point < POINTS; point++) {
    const entry = point % 2 === 0 ? (effects[sampler.below(effects.length)] ?? 0) : logins + sampler.below((effects.at(-1) ?? 0) - logins);
    unplugged.push(await pullAt(clean.withRecord(`record-${point}`), entry, sampler.below(4000)));
  }
});

async function pullAt(ceremony: OnToken, entry: number, microseconds: number): Promise<Unplugged> {
  const child = ceremony.start();
  const ended = endOf(child);
  await reaches(ceremony, child, entry);
  const until = performance.now() + microseconds / 1000;
  while (performance.now() < until);
  const pulled = ceremony.remotes();
  for (const pid of pulled) process.kill(pid, "SIGKILL");
  const first = await ended;
  let last = first;
  for (let more = 0; more < 3 && last !== 0 && last !== 8; more++) last = ceremony.run().exit;
  return { ceremony, first, last, story: `${pulled.length} remotes killed ${microseconds} µs after entry ${entry}: exit ${first}, then ${last}` };
}

test(`a run whose token is unplugged at ${POINTS} sampled moments ends with the token's fault, and the same command goes on to its end`, needed, () => {
  console.log(unplugged.map(({ story }) => story).join("\n"));
  for (const { first, last, story } of unplugged) {
    assert.ok(first === 4 || first === 8 || first === 2, story);
    assert.ok(last === 0 || last === 8, story);
  }
});

test("its record is rebuilt and authentic, and says unknown of at most the one effect in which the plug was pulled", needed, () => {
  for (const { ceremony, story } of unplugged) {
    const unknown = ceremony.facts().filter(({ observation }) => observation?.outcome === "unknown");
    assert.ok(unknown.length <= 1, story);
    const files = loadRecord(ceremony.inRecord());
    resign(files, ceremony);
    const verdict = judge(files, { roster: rosterOf(ceremony) });
    assert.deepEqual([verdict.exit, verdict.wrong], [0, []], `${story}: ${verdict.wrong.join("; ")} ${verdict.rebuilt.why}`);
  }
});
