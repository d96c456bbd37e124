/** Approvals: who says before the day that exactly this plan may be run, when, and how often. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { judgeApprovals } from "../../src/plan/approvals.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { readApproval, writeApproval } from "../../src/transcript/approval.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import { assertStoppedBy, registerOf, tallyOf } from "../scripted/account.ts";
import { approvalsOf, approving } from "../scripted/approvals.ts";
import { SIGNING_FILES } from "../scripted/pack.ts";
import { goodPlan, ONE_KEY, planOf } from "../scripted/scripts.ts";
import { KEYS } from "../scripted/waivers.ts";
import { NOON, replay, type GoodPlan, World } from "../scripted/world.ts";
import { atNth } from "../scripted/room.ts";

const ACCEPTED = `holds: [root], accept: [{ manufacturer: Example, model: Scripted, firmware: "1.0", module: "${"0".repeat(64)}" }]`;
const PRODUCTION = ONE_KEY.replace("assurance: test", "assurance: production").replaceAll("backup: none", "backup: vendor").replace("holds: [root]", ACCEPTED);
const planned = goodPlan(approving(PRODUCTION), SIGNING_FILES);
const good = approvalsOf(planned);

function judged(approvals: Readonly<Record<string, string>>, { plan, digest }: GoodPlan = planned, roster: string | null = null): { missing: readonly string[]; wrong: readonly string[]; unverified: number } {
  const files = new Map(Object.entries(approvals).map(([name, text]) => [name, toUtf8(text)]));
  const { missing, wrong, claims } = judgeApprovals({ plan, digest, files, roster: roster === null ? null : readRoster(toUtf8(roster)), at: "2026-11-20T12:00:00Z" });
  return { missing, wrong, unverified: claims.filter((claim) => !claimHolds(claim)).length };
}

async function runWith(approvals: Readonly<Record<string, string>>, more: { run?: string; earlier?: World } = {}): Promise<World> {
  const world = new World(planned, {}, more.earlier?.tokens, undefined, { approvals, ...(more.run === undefined ? {} : { run: more.run }) });
  await world.run({ heads: true });
  return world;
}

test("production wants people who approve its plan, and says so at the quorum of the script [PLAN-APPROVED]", () => {
  const { findings } = planOf(PRODUCTION, SIGNING_FILES);
  assert.deepEqual(findings.map(({ control, path }) => [control, path]), [["PLAN-APPROVED", ["quorum"]]]);
  assert.deepEqual(planOf(ONE_KEY).findings, [], "no other assurance has to");
  const impossible = planOf(approving(PRODUCTION).replace("approval: [1 of administrator", "approval: [2 of administrator"), SIGNING_FILES);
  assert.deepEqual(impossible.findings.map(({ control }) => control), ["QUORUM-POSSIBLE"]);
});

test("a production ceremony under its approval is held, and its replay says who approved it [PLAN-APPROVED]", async () => {
  const world = await runWith(good);
  assert.equal(registerOf(world).outcome, "done");
  assert.deepEqual(tallyOf(world, "PLAN-APPROVED"), { held: 1, failed: 0 });
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed, replayed.claims], ["reproduced", [], [], 2]);
  const verdict = verdictOf(replayed, judgeSealed(world.record.asFiles(), replayed, null), failed, { roster: false, digest: null });
  assert.deepEqual(verdict.approved?.map(({ id, namespace }) => [id, namespace]), [["alice", "anchorite-plan-approved"], ["dan", "anchorite-plan-approved"]]);
});

test("the text has one spelling, and binds plan, window and the record before", () => {
  const text = toUtf8(good["approval.txt"] ?? "");
  assert.deepEqual(writeApproval(readApproval(text)), text);
  assert.equal(good["approval.txt"], `origin: anchorite-approval/1\nceremony: ${planned.plan.ceremony}\nplan: ${planned.digest}\nfrom: 2026-11-20T08:00:00Z\nuntil: 2026-11-20T18:00:00Z\nprevious: none\n`);
  for (const [from, to] of [["\n", "\r\n"], ["none", "NONE"], ["plan: ", "plan:  "], ["from", "From"], ["previous: none\n", "previous: none\n\n"], ["origin", "\norigin"]] as const) {
    assert.throws(() => readApproval(toUtf8((good["approval.txt"] ?? "").replace(from, to))), { code: "form-seal" });
  }
});

test("an approval of another plan, window or record before, by too few, in another namespace or by another key is none [PLAN-APPROVED]", () => {
  assert.deepEqual(judged(good), { missing: [], wrong: [], unverified: 0 });
  const counts = (approvals: Readonly<Record<string, string>>): [number, number, number] => {
    const { missing, wrong, unverified } = judged(approvals);
    for (const reason of [...missing, ...wrong]) assert.match(reason, /\[PLAN-APPROVED\]$/);
    return [missing.length, wrong.length, unverified];
  };
  assert.deepEqual(counts({}), [1, 0, 0]);
  assert.deepEqual(counts(approvalsOf(planned, { plan: "0".repeat(64) })), [0, 1, 0]);
  assert.deepEqual(counts(approvalsOf(planned, { previous: ["1".repeat(64)] })), [0, 1, 0]);
  assert.deepEqual(counts(approvalsOf(planned, { from: "2026-11-21T00:00:00Z" })), [0, 1, 0]);
  assert.deepEqual(counts(approvalsOf(planned, {}, ["alice"])), [1, 0, 0]);
  const text = toUtf8(good["approval.txt"] ?? "");
  assert.deepEqual(counts({ ...good, "dan.sig": KEYS.dan.sign("anchorite-seal-witnessed", text) }), [1, 1, 0]);
  assert.deepEqual(counts({ ...good, "dan.sig": good["alice.sig"] ?? "" }), [1, 1, 0]);
  assert.deepEqual(counts({ ...good, "eve.sig": good["alice.sig"] ?? "" }), [0, 1, 0]);
  assert.deepEqual(counts({ ...good, "notes.txt": "x" }), [0, 1, 0]);
  assert.deepEqual(counts({ ...good, "dan.sig": KEYS.dan.sign("anchorite-plan-approved", toUtf8("something else")) }), [0, 0, 1]);
  assert.deepEqual(counts({ ...good, "approval.txt": `${good["approval.txt"] ?? ""} ` }), [0, 1, 0]);
});

test("a roster from outside decides who may approve [PLAN-APPROVED]", () => {
  const line = (id: "alice" | "dan", namespaces: string) => `${id} namespaces="${namespaces}" ${KEYS[id].line}\n`;
  assert.deepEqual(judged(good, planned, line("alice", "anchorite-plan-approved") + line("dan", "anchorite-plan-approved")).wrong, []);
  assert.match(judged(good, planned, line("alice", "anchorite-plan-approved") + line("dan", "anchorite-seal-witnessed")).wrong.join(), /dan\.sig: expected the roster to allow dan/);
});

test("outside of the window nothing is touched [PLAN-APPROVED]", async () => {
  for (const instant of ["2026-11-20T07:59:59Z", "2026-11-20T18:00:01Z"]) {
    const world = new World(planned, {}, undefined, undefined, { approvals: good });
    await world.run({ meddle: atNth("time", 0, () => ({ kind: "time", outcome: "answered", instant, attestedBy: ["alice", "dan"] })) });
    assertStoppedBy(world, "PLAN-APPROVED");
    assert.deepEqual(world.vault.effects, []);
  }
});

test("an approval serves one run: the token of that run knows it [APPROVAL-ONCE]", async () => {
  const inspecting = goodPlan(approving(PRODUCTION).replace("initialize-token", "inspect-token"), SIGNING_FILES);
  const approvals = approvalsOf(inspecting);
  const first = new World(inspecting, {}, undefined, undefined, { approvals });
  await first.run({ heads: true });
  assert.deepEqual(tallyOf(first, "APPROVAL-ONCE"), { held: 0, failed: 0 });
  const again = new World(inspecting, {}, first.tokens, NOON, { approvals, run: "ffeeddccbbaa9988" });
  await again.run({ heads: true });
  assertStoppedBy(again, "APPROVAL-ONCE");
  assert.deepEqual(again.vault.effects, ["generate-key-pair"], "those of the first run");
  const renewed = new World(inspecting, {}, first.tokens, NOON, { approvals: approvalsOf(inspecting, { until: "2026-11-20T17:00:00Z" }), run: "ffeeddccbbaa9988" });
  await renewed.run({ heads: true });
  assert.deepEqual(tallyOf(renewed, "APPROVAL-ONCE"), { held: 1, failed: 0 }, "another approval of the same plan is another one");
});

test("a record whose approvals were changed, exchanged, added or taken away is not authentic [PLAN-APPROVED]", async () => {
  const world = await runWith(good);
  const wrongWith = (change: (files: Map<string, Uint8Array>) => void): string => {
    const kept = new Map(world.record.files);
    change(world.record.files);
    const { replayed, failed } = replay(world.record.asFiles());
    world.record.files.clear();
    for (const [path, bytes] of kept) world.record.files.set(path, bytes);
    return [...replayed.wrong, ...failed].join("\n");
  };
  assert.equal(wrongWith(() => undefined), "");
  assert.match(wrongWith((files) => files.delete("approvals/dan.sig")), /approvals\/dan\.sig is missing; entry 0 names it/);
  assert.match(wrongWith((files) => files.delete("approvals/approval.txt")), /approval\.txt is missing/);
  assert.match(wrongWith((files) => files.set("approvals/eve.sig", files.get("approvals/dan.sig") ?? new Uint8Array())), /approvals\/eve\.sig is no approval that entry 0 names/);
  const forged = toUtf8(KEYS.dan.sign("anchorite-plan-approved", toUtf8("another text")));
  assert.match(wrongWith((files) => files.set("approvals/dan.sig", forged)), /approvals\/dan\.sig/);
});

test("a whole record forged without its approvals, or with one that does not verify, is not authentic [PLAN-APPROVED]", async () => {
  const forged = new World(planned, {}, undefined, undefined, { approvals: approvalsOf(planned, {}, ["alice"]) });
  await forged.run();
  assert.match(replay(forged.record.asFiles()).replayed.wrong.join(), /the plan is not approved as it asks: missing 1 of witness/);
  const unverified = new World(planned, {}, undefined, undefined, { approvals: { ...good, "dan.sig": KEYS.dan.sign("anchorite-plan-approved", toUtf8("another text")) } });
  await unverified.run();
  assert.deepEqual(replay(unverified.record.asFiles()).failed, ["approvals/dan.sig"]);
});
