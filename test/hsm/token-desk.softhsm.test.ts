/** Looking at a token and trying it, on SoftHSM: nothing that was there is changed, and nothing that was made stays. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { probeToken } from "../../src/commands/token-probe.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { TokenDesk, type TrialOrder } from "../../src/hsm/token-desk.ts";
import { templatesOf } from "../../src/plan/key-template.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, SOFTHSM, USER_PIN, type TestRoom } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
let room: TestRoom;
let serial = "";
let work = "";

before(async () => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  work = mkdtempSync(join(tmpdir(), "anchorite-desk-"));
  room.makeToken("desk");
  const desk = new TokenDesk({ vault: room.binding(null) }, pinsOf());
  serial = desk.list("vault").find(({ label }) => label === "desk")?.serial ?? "";
  await desk.close();
});
after(() => {
  if (noSoftHsm !== false) return;
  room.remove();
  rmSync(work, { recursive: true, force: true });
});

const order = (change: Partial<TrialOrder> = {}): TrialOrder => ({
  name: randomBytes(8).toString("hex"), algorithms: ["ecdsa-p256"], templates: templatesOf(), verifies: claimHolds, stopped: () => false,
  draw: (length) => new Uint8Array(randomBytes(length)), progress: () => undefined, ...change,
});
async function atDesk<T>(work: (desk: TokenDesk) => Promise<T>): Promise<T> {
  const desk = new TokenDesk({ vault: room.binding(serial) }, pinsOf());
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
async function generate(id: string, label: string): Promise<void> {
  const hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  const answer = await hsm.answer(generateRequest({ serial, id, label }));
  await hsm.close();
  assert.equal(answer.outcome, "done");
}

test("a probe finds out, destroys what it made, and leaves every other object as it was", options, async () => {
  await generate("0a".repeat(20), "somebody's");
  await generate("0b".repeat(20), "anchorite-probe-0011223344556677");
  const before = await atDesk((desk) => desk.inspect("vault", true));
  const probe = await atDesk((desk) => desk.probe("vault", order()));
  assert.deepEqual([probe.scratch.destroyed, probe.scratch.left, probe.objects], ["yes", [], { before: 4, after: 4 }]);
  assert.deepEqual(probe.pairs.map(({ made, keyGenMechanism, signs }) => [made, keyGenMechanism, signs]), [["yes", "CKM_EC_KEY_PAIR_GEN", { "ecdsa-sha256": "yes", "ecdsa-sha384": "yes" }]]);
  assert.deepEqual([probe.longest, probe.sameId, probe.dataObject, probe.untried], [{ id: 255, label: 255 }, "both stay", "yes", []]);
  assert.match(probe.alwaysAuthenticate, /^honoured/);
  for (const { extractable, neverExtractable } of probe.wraps) assert.deepEqual([extractable.slice(0, 3), neverExtractable], ["yes", "CKR_KEY_UNEXTRACTABLE"]);
  const sorted = (objects: typeof before.objects) => objects.map((object) => JSON.stringify(object)).sort();
  const after = await atDesk((desk) => desk.inspect("vault", true));
  assert.deepEqual(sorted(after.objects), sorted(before.objects));
});

test("what is tried is destroyed too when a person stops, or something breaks on the way", options, async () => {
  const objects = async () => (await atDesk((desk) => desk.inspect("vault", true))).objects.length;
  let asked = 0;
  const stopped = await atDesk((desk) => desk.probe("vault", order({ stopped: () => asked++ > 0 })));
  assert.match(stopped.untried.join(), /a person stopped it/);
  assert.equal(await objects(), 4);
  await assert.rejects(atDesk((desk) => desk.probe("vault", order({ verifies: () => { throw new TypeError("a bug"); } }))), /a bug/);
  assert.equal(await objects(), 4);
});

test("inspect reads every attribute, asks for no secret, and shows private objects only after a login", options, async () => {
  const open = await atDesk((desk) => desk.inspect("vault", false));
  assert.deepEqual(open.objects.map((object) => object.class), ["public key", "public key"]);
  const { objects } = await atDesk((desk) => desk.inspect("vault", true));
  const key = objects.find((object) => object.class === "private key" && object.label === "somebody's");
  assert.equal(key?.attributes["VALUE"], "not asked for: it may be a secret");
  assert.deepEqual([key?.attributes["SENSITIVE"], key?.attributes["EXTRACTABLE"], key?.attributes["LABEL"], key?.attributes["EC_POINT"]], ["true", "false", '"somebody\'s"', "not reported"]);
});

test("the keys that are there are named before anything is made, and what a killed probe left as such", options, async () => {
  const { keys, leftBefore } = await atDesk((desk) => desk.present("vault"));
  assert.deepEqual(keys, [`private key "somebody's" (CKA_ID ${"0a".repeat(20)})`]);
  assert.equal(leftBefore.length, 2);
});

test("token probe overwrites nothing, and wants a person where the token holds keys", options, async () => {
  const [station, output] = [join(work, "station.yaml"), join(work, "probe.json")];
  writeFileSync(join(work, "pin.txt"), USER_PIN, { mode: 0o600 });
  writeFileSync(station, `anchorite-station: 1\ntokens:\n  vault: { module: ${SOFTHSM}, environment: { SOFTHSM2_CONF: { file: ${room.conf} } }, serial: "${serial}", pin: { file: pin.txt } }\n`);
  await assert.rejects(probeToken(undefined, { station, output: station }), { code: "usage-arguments" });
  await assert.rejects(probeToken(undefined, { station, output }), { code: "usage-no-terminal" });
  assert.throws(() => readFileSync(output), { code: "ENOENT" });
  await assert.rejects(probeToken(undefined, { station, output, token: "other" }), { code: "usage-arguments" });
});
