import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { judgeVendorBackups } from "../../src/preflight/judge-vendor-backup.ts";
import { readRegister, type RegisteredKey } from "../../src/transcript/register.ts";
import { held, renewalScript, SIGNING_FILES } from "../scripted/pack.ts";
import { FILES, goodPlan, HEAD, planOf, SEALED } from "../scripted/scripts.ts";
import { replay, type World } from "../scripted/world.ts";

const VENDOR = SEALED.replace("key: root, token: vault, algorithm: ecdsa-p256, backup: none", "key: root, token: vault, algorithm: ecdsa-p256, backup: vendor");
const ACT = "  - act: { by: bob, say: Copy the key to the second device and keep the vendor's report., files: [evidence/backup-report.txt, evidence/backup-log.txt], backup-of: [root] }\n";
const SHOWN = VENDOR.replace("  - generate-key-pair: { key: transcript", `${ACT}  - generate-key-pair: { key: transcript`);
const judged = (script: string): string => judgeVendorBackups(goodPlan(script, SIGNING_FILES).plan.steps).map(({ control, message, path }) => `${path.join(".")}: ${message} [${control}]`).join("\n");

test("a key whose backup is its vendor's wants an act with files that names it, before it signs [BACKUP-EVIDENCE]", () => {
  assert.match(judged(VENDOR), /^steps\.2: expected an act with files that is the backup of root, found none \[BACKUP-EVIDENCE\]$/);
  assert.equal(judged(SHOWN), "");
  assert.equal(judged(SEALED), "");
  const late = VENDOR.replace("  - close", `${ACT}  - close`);
  assert.match(judged(late), /expected the backup of root in step \d+ to be shown before root signs, found that it signs in step 5 \[BACKUP-EVIDENCE\]/);
  const byIssuer = VENDOR.replace("backup: vendor", "backup: none").replace("transcript, token: vault, algorithm: ecdsa-p256, backup: none", "transcript, token: vault, algorithm: ecdsa-p256, backup: vendor");
  assert.match(judged(byIssuer), /the backup of transcript, found none/);
});

test("backup-of names keys with backup: vendor, and stands beside files; without it an act is what it was [SCRIPT-NAMES] [SCRIPT-FORM]", () => {
  const found = (script: string) => planOf(script, SIGNING_FILES).findings.map(({ message, control }) => `${message} [${control}]`).join("\n");
  assert.match(found(SHOWN.replace("backup-of: [root]", "backup-of: [rot]")), /expected the name of an earlier key, found rot \[SCRIPT-NAMES\]/);
  assert.match(found(SHOWN.replace("backup: vendor", "backup: none")), /expected a key with backup: vendor, found root, with backup: none \[SCRIPT-NAMES\]/);
  assert.match(found(SHOWN.replace("files: [evidence/backup-report.txt, evidence/backup-log.txt], ", "")), /expected files, by which the backup is shown, beside backup-of \[SCRIPT-FORM\]/);
  const acts = goodPlan(SHOWN, SIGNING_FILES).plan.steps.filter(({ rule }) => rule === "act@2");
  assert.deepEqual(acts.map((step) => "backupOf" in step && step.backupOf), [["root"]]);
  const plain = goodPlan(`${HEAD}tokens: { vault: { holds: [] } }\nsteps:\n  - roll-call: {}\n  - act: { by: bob, say: Look., files: [evidence/a] }\n  - close: {}\n`, FILES).plan.steps[1] ?? assert.fail();
  assert.equal("backupOf" in plain, false);
  const { plan, digest } = goodPlan(SHOWN, SIGNING_FILES);
  assert.match(planLines(plan, digest, new Map()).join("\n"), /backup of\s+root/);
});

const keyIn = (world: World): RegisteredKey => readRegister(world.record.asFiles().read("artifacts/register.json") ?? assert.fail("no register")).keys.find(({ key }) => key === "root") ?? assert.fail("no key");

test("the register names the files that show the backup, by digest, and the next ceremony keeps them and adds its own [BACKUP-EVIDENCE]", async () => {
  const { world, pack } = await held(SHOWN, SIGNING_FILES, null, "00000000000000a1");
  const { evidence = [] } = keyIn(world);
  assert.deepEqual(evidence.map(({ run, path }) => `${run} ${path}`), ["00000000000000a1 evidence/backup-report.txt", "00000000000000a1 evidence/backup-log.txt"]);
  for (const { path, sha256 } of evidence) assert.equal(sha256, sha256Hex(world.record.asFiles().read(path) ?? assert.fail(path)));
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
  const again = `  - inspect-token: { token: vault }\n  - act: { by: bob, say: Look at the second device., files: [evidence/yearly.txt], backup-of: [root] }\n`;
  const { world: after } = await held(renewalScript(pack).replace("  - inspect-token: { token: vault }\n", again), pack.files, world, "00000000000000a2");
  assert.deepEqual(keyIn(after).evidence?.map(({ run, path }) => `${run} ${path}`).slice(1), ["00000000000000a1 evidence/backup-log.txt", "00000000000000a2 evidence/yearly.txt"]);
  const { world: without } = await held(VENDOR, SIGNING_FILES);
  assert.equal("evidence" in keyIn(without), false);
});
