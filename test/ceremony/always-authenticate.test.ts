/** Keys that want their PIN at each signature: asked for by the script, read back, carried by the register, compared by a probe. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { briefingOf } from "../../src/console/briefing.ts";
import { existingKeys } from "../../src/plan/existing-things.ts";
import { wantsPinAlways } from "../../src/plan/key-template.ts";
import type { AnswerTo } from "../../src/transcript/observation.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { assertStoppedBy, failedControls, registerOf } from "../scripted/account.ts";
import { held, renewalScript, rewritten, SIGNING_FILES } from "../scripted/pack.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, goodPlan, ONE_KEY, planOf, SEALED } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

type Generated = Extract<AnswerTo<"generate-key-pair">, { outcome: "done" }>;

const CAREFUL = SEALED.replace("algorithm: ecdsa-p256, backup: none", "algorithm: ecdsa-p256, backup: none, always-authenticate: true");
const registerIn = (world: World): Register => readRegister(world.record.asFiles().read("artifacts/register.json") ?? assert.fail("no register"));

test("a script asks for a key that wants its PIN always: plan, page and register say it, and nothing says it of another key [KEY-ATTRIBUTES]", async () => {
  const source = goodPlan(CAREFUL, SIGNING_FILES);
  const [root, transcript] = source.plan.steps.filter((step) => step.rule === "generate-key-pair@1");
  assert.ok(root !== undefined && transcript !== undefined && wantsPinAlways(root) && !wantsPinAlways(transcript));
  assert.match(briefingOf(source.plan, source.digest).steps.map(({ title }) => title.join(" ")).join("\n"), /Generate the key pair root.*It wants its PIN at each signature/);
  const { world, pack } = await held(CAREFUL, SIGNING_FILES);
  const keys = registerIn(world).keys;
  assert.deepEqual(keys.map(({ key, alwaysAuthenticate }) => [key, alwaysAuthenticate]), [["root", true], ["transcript", undefined]]);
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
  const next = await held(renewalScript(pack), pack.files, world);
  assert.equal(registerOf(next.world).outcome, "done", "the next ceremony finds it as it was made");
  assert.deepEqual(existingKeys(next.world.source.plan, [registerIn(world)]).map(({ key, alwaysAuthenticate }) => [key, alwaysAuthenticate]), [["root", true], ["transcript", false]]);
  const forgot = rewritten(pack, (register) => { for (const key of register.keys) Reflect.deleteProperty(key, "alwaysAuthenticate"); });
  const after = await held(renewalScript(forgot), forgot.files, world);
  assert.deepEqual(failedControls(registerOf(after.world)), ["KEY-ATTRIBUTES"]);
});

test("a token that does not say so of the key parks it [KEY-ATTRIBUTES]", async () => {
  for (const said of [false, "not reported"] as const) {
    const world = new World(goodPlan(CAREFUL, SIGNING_FILES));
    await world.run({ meddle: atNth("generate-key-pair", 0, ({ honest }) => {
      const told = honest() as Generated;
      return { ...told, privateKey: { ...told.privateKey, attributes: { ...told.privateKey.attributes, ALWAYS_AUTHENTICATE: said } } };
    }) });
    assertStoppedBy(world, "KEY-ATTRIBUTES");
  }
});

test("a model that signs by such a key without its PIN, and any other word than true, are findings [TOKEN-PROFILE] [SCRIPT-FORM]", () => {
  const wanted = (profile: string, word = "true") => ONE_KEY.replace("holds: [root]", `holds: [root], profile: ${profile}`).replace("backup: none", `backup: none, always-authenticate: ${word}`);
  const found = (script: string) => planOf(script, FILES).findings.map(({ control, message }) => `${control}: ${message}`).join();
  assert.equal(found(wanted("softhsm-2")), "");
  assert.match(found(wanted("nss-softokn")), /TOKEN-PROFILE: a token of the profile nss-softokn signs by such a key without its PIN/);
  assert.match(found(wanted("softhsm-2", "false")), /SCRIPT-FORM: expected true, found false/);
});
