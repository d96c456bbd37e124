/** Adjourned: people go home at a hold-point that they sign, and the ceremony goes on from it and from nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { openHold } from "../../src/ceremony/recorded-holds.ts";
import { Adjourned } from "../../src/room/hold-point.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import { assertStoppedBy, failedControls, registerOf, tallyOf } from "../scripted/account.ts";
import { SIGNING_FILES } from "../scripted/pack.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, planOf, ROOT } from "../scripted/scripts.ts";
import { strange } from "../scripted/token.ts";
import { KEYS } from "../scripted/waivers.ts";
import { replay, World } from "../scripted/world.ts";

const TWICE = ROOT.replace("  - issue-crl", "  - adjourn: {}\n  - issue-crl").replace("  - close", "  - adjourn: {}\n  - close");
const source = goodPlan(TWICE, SIGNING_FILES);

/** Signs the hold-point at which a record stands. */
function signHold({ record }: World, signers: readonly (keyof typeof KEYS)[] = ["alice", "dan"], text?: Uint8Array): void {
  const { point } = openHold(record.open().entries) ?? { point: 0 };
  const octets = text ?? record.files.get(`holds/0${point}.txt`) ?? new Uint8Array();
  for (const id of signers) record.keep(`holds/0${point}.${id}.sig`, toUtf8(KEYS[id].sign(id === "dan" ? "anchorite-seal-witnessed" : "anchorite-seal-approved", octets)));
}

async function adjourned(): Promise<World> {
  const world = new World(source);
  await assert.rejects(world.run({ heads: true }), Adjourned);
  return world;
}

async function whole(): Promise<World> {
  const world = await adjourned();
  signHold(world);
  await assert.rejects(world.run({ heads: true }), Adjourned);
  signHold(world);
  await world.run({ heads: true });
  return world;
}

const verdict = (world: World): { state: string; wrong: string; remarks: string } => {
  const { replayed, failed } = replay(world.record.asFiles());
  return { state: replayed.rebuilt.state, wrong: [...replayed.wrong, ...failed].join("\n"), remarks: replayed.remarks.join("\n") };
};

test("a ceremony adjourns twice, goes on each time under the signatures, and its record replays [HOLD-POINT-SIGNED]", async () => {
  const world = await whole();
  assert.equal(registerOf(world).outcome, "done");
  assert.deepEqual(tallyOf(world, "HOLD-POINT-SIGNED"), { held: 2, failed: 0 });
  const { state, wrong, remarks } = verdict(world);
  assert.deepEqual([state, wrong], ["reproduced", ""]);
  assert.match(remarks, /hold-point 1 signed by alice, dan\n.*hold-point 2 signed by alice, dan/s);
});

test("the text of a hold-point says which entries it seals, and the request to adjourn is the last of them", async () => {
  const world = await adjourned();
  const { entries, end } = world.record.open();
  const at = entries.findLastIndex(({ body }) => body.kind === "request" && body.request.kind === "adjourn");
  assert.equal(world.record.text("holds/01.txt"), `origin: anchorite-hold/1\nceremony: ${source.plan.ceremony}\nrun: 00112233445566aa\nhold-point: 1\nstep: 5\nentries: ${at + 1}\nhead: ${entries[at]?.head ?? ""}\noutcome: adjourned\n`);
  assert.equal(end.head, entries[at]?.head);
});

test("who is here and what time it is are asked anew, and every token is looked at before and after [TOKEN-INVENTORY]", async () => {
  const world = await adjourned();
  signHold(world);
  const before = world.record.bodies().length;
  await assert.rejects(world.run({ heads: true }), Adjourned);
  const asked = world.record.bodies().slice(before).flatMap((body) => (body.kind === "request" ? [body.request.kind] : []));
  assert.deepEqual(asked.slice(0, 4), ["time", "present", "inspect-token", "confirm"]);
  world.vault.objects.push(strange());
  signHold(world);
  await world.run({ heads: true });
  assert.deepEqual([registerOf(world).outcome, failedControls(registerOf(world))], ["stopped", ["TOKEN-INVENTORY", "TOKEN-INVENTORY"]], "after the hold-point, and at the end");
});

test("an adjourned record that nobody has signed yet is incomplete, and nothing is wrong with it", async () => {
  const world = await adjourned();
  const { state, wrong, remarks } = verdict(world);
  assert.deepEqual([state, wrong], ["incomplete", ""]);
  assert.match(remarks, /hold-point 1 signed by nobody/);
});

test("too few signatures stop a ceremony that a shell let go on [HOLD-POINT-SIGNED]", async () => {
  const world = await adjourned();
  signHold(world, ["alice"]);
  await world.run({ heads: true });
  assertStoppedBy(world, "HOLD-POINT-SIGNED");
  assert.equal(world.vault.effects.filter((kind) => kind === "sign").length, 1);
});

test("signatures over another text, or claimed and not there, or added later make a record not authentic [HOLD-POINT-SIGNED]", async () => {
  const other = await adjourned();
  signHold(other, ["alice", "dan"], toUtf8("another text\n"));
  await assert.rejects(other.run({ heads: true }), Adjourned);
  assert.match(verdict(other).wrong, /holds\/01\.alice\.sig\nholds\/01\.dan\.sig/);

  const claimed = await adjourned();
  signHold(claimed, ["alice"]);
  await assert.rejects(claimed.run({ heads: true, meddle: atNth("adjourn", 0, ({ honest }) => {
    const answer = honest();
    return answer.kind === "adjourn" ? { ...answer, signatures: [...answer.signatures, { by: "dan", sha256: "0".repeat(64) }] } : answer;
  }) }), Adjourned);
  assert.match(verdict(claimed).wrong, /holds\/01\.txt and the signatures over it are not those that the record names/);

  const misnamed = await adjourned();
  signHold(misnamed);
  await assert.rejects(misnamed.run({ heads: true, meddle: atNth("adjourn", 0, ({ honest }) => ({ ...honest(), sha256: "0".repeat(64) }) as Observation) }), Adjourned);
  assert.match(verdict(misnamed).wrong, /holds\/01\.txt and the signatures over it are not those/);

  for (const [path, reason] of [["holds/01.txt", /holds\/01\.txt does not say what the entries say/], ["holds/03.txt", /holds\/03\.txt belongs to no hold-point/], ["holds/01.bob.sig", /holds\/01\.bob\.sig/], ["holds/notes", /holds\/notes belongs to no hold-point/]] as const) {
    const world = await whole();
    world.record.files.set(path, toUtf8("x"));
    assert.match(verdict(world).wrong, reason);
  }
  const taken = await whole();
  taken.record.files.delete("holds/02.dan.sig");
  assert.match(verdict(taken).wrong, /holds\/02\.txt and the signatures over it are not those/);
  taken.record.files.delete("holds/02.txt");
  assert.match(verdict(taken).wrong, /holds\/02\.txt is missing/);
});

test("a record copied at the hold-point is refused once the ceremony has gone on elsewhere [RECORD-NOT-ROLLED-BACK]", async () => {
  const world = await adjourned();
  signHold(world);
  const old = world.record.transcript;
  await assert.rejects(world.run({ heads: true }), Adjourned);
  const effects = [...world.vault.effects];
  world.record.transcript = old;
  await assert.rejects(world.run({ heads: true }), { code: "record-rolled-back" });
  assert.deepEqual(world.vault.effects, effects);
});

test("adjourn takes no field, and stands where any step may stand [SCRIPT-NAMES]", () => {
  assert.deepEqual(source.plan.steps.flatMap((step) => (step.rule === "adjourn@1" ? [[step.number, step.point]] : [])), [[5, 1], [7, 2]]);
  assert.deepEqual(planOf(TWICE.replace("adjourn: {}", "adjourn: { until: tomorrow }"), SIGNING_FILES).findings.map(({ control }) => control), ["SCRIPT-FORM"]);
  assert.deepEqual(planOf(ROOT.replace("  - roll-call: {}\n", "  - adjourn: {}\n  - roll-call: {}\n")).findings.map(({ control }) => control), ["SCRIPT-NAMES"]);
});
