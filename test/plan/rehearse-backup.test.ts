/** Rehearsals of ceremonies that restore and destroy keys: what stands in, and what `diff` makes of it. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { canonicalBytes, canonicalText } from "../../src/bytes/canonical.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import type { RecordFiles } from "../../src/ceremony/recorded-inputs.ts";
import { rehearsalDifference } from "../../src/ceremony/rehearsal-difference.ts";
import { rehearsedScript } from "../../src/ceremony/rehearsed.ts";
import { substitutionLines } from "../../src/console/rehearsal-pages.ts";
import type { Plan, PlannedStep } from "../../src/plan/plan.ts";
import { existingOf } from "../../src/plan/rehearse.ts";
import { readRegister } from "../../src/transcript/register.ts";
import { writeStandIns, type StandIns } from "../../src/transcript/rehearsal.ts";
import { destroyingScript, restored, restoringScript, type Kept } from "../scripted/backup.ts";
import { makeKeyPair } from "../scripted/keys.ts";
import { rehearsedPlan, standIns } from "../scripted/rehearsed.ts";
import { goodPlan, planOf } from "../scripted/scripts.ts";
import type { GoodPlan } from "../scripted/world.ts";

let first: Kept;
let second: Kept;
let real: GoodPlan;
let rehearsal: GoodPlan;
let stand: StandIns;
before(async () => {
  ({ before: first, ...second } = await restored());
  real = goodPlan(restoringScript(first.pack), first.pack.files);
  const keys = Object.fromEntries(["root", "spare", "transcript"].map((key) => [key, toHex(makeKeyPair().spki)]));
  stand = standIns({ tokens: { vault: "throw-away", reserve: "" }, keys, backups: { first: { blob: "ab".repeat(24), mechanism: "CKM_AES_KEY_WRAP_PAD", checkValue: "cd".repeat(8) } } });
  rehearsal = rehearsedPlan(restoringScript(first.pack), first.pack.files, stand);
});

const stepOf = <R extends PlannedStep["rule"]>(plan: Plan, rule: R) => plan.steps.find((step) => step.rule === rule) as Extract<PlannedStep, { rule: R }>;

test("a key that is restored is stood in for: the step opens a practice backup to the throw-away key, and is as planned but for that", () => {
  const [was, is] = [stepOf(real.plan, "restore-key@1"), stepOf(rehearsal.plan, "restore-key@1")];
  assert.deepEqual([is.spki, is.blob, is.checkValue, is.file.path, is.file.sha256], [stand.keys["root"], "ab".repeat(24), "cd".repeat(8), "lists/stand-in-backup-first.wrapped", sha256Hex(fromHex(is.blob))]);
  const { spki, blob, checkValue, mechanism, file } = was;
  assert.equal(canonicalText({ ...is, spki, blob, checkValue, mechanism, file }), canonicalText(was));
  assert.ok(rehearsal.planned.inputs.has(is.file.path) && rehearsal.plan.inputs.some(({ path }) => path === is.file.path));
});

test("the practice backup is declared with its digests, told before it begins, and stands in the register that stands in", () => {
  const declared = rehearsal.plan.rehearsal?.substitutions.filter(({ what }) => what === "backup");
  const { file } = stepOf(real.plan, "restore-key@1");
  assert.deepEqual(declared, [{ what: "backup", backup: "first", was: file.sha256, is: sha256Hex(fromHex("ab".repeat(24))) }]);
  assert.match(substitutionLines(rehearsal.plan).join("\n"), /stands in: a practice backup of its throw-away key under practice shares, SHA-256 [0-9a-f]{64}, for first with /);
  const backup = readRegister(rehearsal.planned.made?.given.register ?? new Uint8Array()).backups?.[0];
  assert.deepEqual([backup?.sha256, backup?.checkValue, backup?.length, backup?.spki], [declared?.[0]?.what === "backup" ? declared[0].is : "", "cd".repeat(8), 24, stand.keys["root"]]);
});

test("a key that is destroyed is the throw-away key on the throw-away token, by the same id and label", () => {
  const [was, is] = [stepOf(real.plan, "destroy-key@1"), stepOf(rehearsal.plan, "destroy-key@1")];
  assert.deepEqual(is, { ...was, spki: sha256Hex(fromHex(stand.keys["spare"] ?? "")), places: was.places.map((place) => ({ ...place, serial: "throw-away" })) });
});

/** The record of the second ceremony with another plan and stand-ins: what was asked and signed is the same in both. */
function recordWith(plan: Plan, statement: Uint8Array): RecordFiles {
  const files = second.world.record.asFiles();
  const other = new Map<string, Uint8Array>([["plan.json", canonicalBytes(plan)], ["inputs/lists/rehearsal.json", statement]]);
  return { ...files, read: (path: string) => other.get(path) ?? files.read(path), list: () => files.list() };
}

test("diff takes exactly the declared practice backup: any other member of the step is found", () => {
  const held = second.world.record.asFiles();
  const found = (plan: Plan, statement = writeStandIns(stand)): string[] => rehearsalDifference(recordWith(plan, statement), held).plan.map(({ where }) => where);
  assert.deepEqual(found(rehearsal.plan), []);
  const changed = (change: object): Plan => ({ ...rehearsal.plan, steps: rehearsal.plan.steps.map((step) => (step.rule === "restore-key@1" ? { ...step, ...change } : step)) });
  const at = rehearsal.plan.steps.findIndex(({ rule }) => rule === "restore-key@1");
  for (const [member, value] of Object.entries({ threshold: 3, backup: "wrap", token: "vault", checkValue: "00".repeat(8), blob: "00" })) assert.deepEqual(found(changed({ [member]: value })), [`steps.${at}.${member}`]);
  const { backups: _none, ...without } = stand;
  assert.throws(() => found(rehearsal.plan, writeStandIns(without)), /form-json|what stands in for the backup first/);
});

test("a key that was restored before stands in as one that was made here; one that lives on two tokens of the ceremony is refused by name", () => {
  const alone = destroyingScript(second.pack, "  - destroy-key: { key: root, gone: [vault] }\n").replace("  vault: { holds: [transcript] }\n", "").replace("  - inspect-token: { token: vault }\n", "").replace("close: { transcript-key: transcript }", "close: {}");
  const keys = Object.fromEntries(["root", "next"].map((key) => [key, toHex(makeKeyPair().spki)]));
  const { plan, planned } = rehearsedPlan(alone, second.pack.files, standIns({ tokens: { reserve: "throw-away" }, keys }));
  assert.deepEqual([stepOf(plan, "destroy-key@1").spki, stepOf(plan, "destroy-key@1").gone], [sha256Hex(fromHex(keys["root"] ?? "")), ["vault"]]);
  const root = readRegister(planned.made?.given.register ?? new Uint8Array()).keys.find(({ key }) => key === "root");
  assert.deepEqual([root?.serial, root?.restored, root?.copies?.map(({ token }) => token)], ["throw-away", undefined, ["vault"]]);
  const both = rehearsedScript(planOf(destroyingScript(second.pack), second.pack.files), writeStandIns(standIns()));
  assert.equal(both.made?.plan, null);
  assert.match(both.findings[0]?.message ?? "", /cannot be rehearsed: .* lives on several tokens of the ceremony \(root\) is not in this version/);
});

test("who brings a share of a practice backup is who the step names", () => {
  const { backups } = existingOf(real.plan, real.planned.made?.given ?? { register: null, joined: [] });
  assert.deepEqual(backups, [{ backup: "first", key: "root", threshold: 2, shares: [{ by: "carol", number: 1 }, { by: "erin", number: 2 }, { by: "frank", number: 3 }] }]);
});
