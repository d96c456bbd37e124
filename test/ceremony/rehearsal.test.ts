import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { readDer } from "../../src/bytes/der.ts";
import { isRehearsed, rehearsalDifference, rehearsedPlan as rehearsedBy } from "../../src/ceremony/rehearsal-difference.ts";
import { stepDurations } from "../../src/ceremony/durations.ts";
import { compareTbs, type Pairs } from "../../src/ceremony/tbs-difference.ts";
import { fromPem } from "../../src/bytes/pem.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { signedParts } from "../../src/x509/signed.ts";
import { rehearsedPlan } from "../scripted/rehearsed.ts";
import { goodPlan, SMALL } from "../scripted/scripts.ts";
import { NOON, replay, World } from "../scripted/world.ts";

const NO_PAIRS: Pairs = { names: new Map(), spkis: new Map(), keyIdentifiers: new Map(), serials: new Map() };
let real: World;
let rehearsal: World;

before(async () => {
  [real, rehearsal] = [new World(goodPlan(SMALL)), new World(rehearsedPlan(SMALL), {}, undefined, NOON - 86_400_000, { run: "00000000000000cc" })];
  for (const world of [real, rehearsal]) assert.equal((await world.run()).outcome, "done");
});

test("the record of a rehearsal replays, and its entry 0 and register say what it is [RECORD-BOUND]", () => {
  const files = rehearsal.record.asFiles();
  const { replayed, failed } = replay(files);
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
  assert.equal(replayed.header?.rehearsal, real.source.digest);
  const register = JSON.parse(fromUtf8(files.read("artifacts/register.json") ?? new Uint8Array())) as { rehearsal?: string; assurance: string };
  assert.deepEqual([register.rehearsal, register.assurance], [real.source.digest, "test"]);
  assert.deepEqual([rehearsedBy(files), rehearsedBy(real.record.asFiles())], [real.source.digest, null]);
});

test("what was rehearsed is what was held: every TBS is equal but for declared names, keys, serial numbers and instants", () => {
  const difference = rehearsalDifference(rehearsal.record.asFiles(), real.record.asFiles());
  assert.ok(isRehearsed(difference), JSON.stringify(difference));
  const root = difference.signed.find(({ path }) => path.endsWith("/root-ca.pem"));
  assert.deepEqual(root?.declared, { "serial number": 1, name: 2, instant: 2, "public key": 1, "key identifier": 1 });
  const device = difference.signed.find(({ path }) => path.endsWith("/device.pem"));
  assert.equal(device?.declared["public key"], undefined, "the key of somebody's request is no throw-away key");
});

test("a ceremony that was held by another plan, or that asked for more, was not the one rehearsed", async () => {
  const other = new World(goodPlan(SMALL.replace("profile: private/code-signing", "profile: private/tls-client")));
  await other.run();
  const difference = rehearsalDifference(rehearsal.record.asFiles(), other.record.asFiles());
  assert.equal(isRehearsed(difference), false);
  assert.ok(difference.plan.length > 0);
  assert.match(difference.artifacts.map(({ where }) => where).join(), /device\.pem, what was signed/);
});

test("any octet of a TBS that is changed and not declared is found", () => {
  const pem = real.record.asFiles().read("artifacts/certificates/device.pem") ?? new Uint8Array();
  const tbs = signedParts(fromPem(fromUtf8(pem), ["CERTIFICATE"]).der, "certificate").tbs.bytes;
  fc.assert(fc.property(fc.nat(tbs.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
    const changed = tbs.slice();
    changed[at] = (changed[at] ?? 0) ^ flip;
    if (!isDer(changed)) return;
    const { declared, undeclared } = compareTbs(tbs, changed, NO_PAIRS);
    assert.ok(undeclared.length > 0 || declared.instant === 1);
  }), { numRuns: 200 });
});

function isDer(bytes: Uint8Array): boolean {
  try {
    return readDer(bytes).bytes.length > 0;
  } catch {
    return false;
  }
}

test("each step of a record has the time that it took, by the monotonic clock", () => {
  const durations = stepDurations(rehearsal.record.asFiles().read("transcript.jsonl") ?? new Uint8Array());
  assert.deepEqual([...durations.keys()], rehearsal.source.plan.steps.map(({ number }) => number));
  assert.ok([...durations.values()].every((milliseconds) => milliseconds > 0));
});
