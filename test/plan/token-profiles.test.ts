/** Token profiles: what a script names, what a plan holds, and what is taken of a token on the day. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BOOLEAN_ATTRIBUTES } from "../../src/hsm/attributes.ts";
import { isOfModel } from "../../src/tokens/profile.ts";
import { profilesOf, TOKEN_PROFILES, tokenProfile } from "../../src/tokens/profiles.ts";
import type { AnswerTo, TokenIdentity, TokenObject } from "../../src/transcript/observation.ts";
import { assertStoppedBy, registerOf, tallyOf } from "../scripted/account.ts";
import { BACKED_UP, CUSTODIAN_FILES } from "../scripted/backup.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, goodPlan, ONE_KEY, planOf } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const withProfile = (name: string): string => ONE_KEY.replace("holds: [root]", `holds: [root], profile: ${name}`);
const NSS: Partial<TokenIdentity> = { manufacturer: "Mozilla Foundation", model: "NSS 3" };
type Generated = Extract<AnswerTo<"generate-key-pair">, { outcome: "done" }>;

/** What NSS says of a key on a curve. */
function asNss(object: TokenObject, change: TokenObject["attributes"] = {}): TokenObject {
  const said = { ...object.attributes, COPYABLE: "not reported" as const, DESTROYABLE: "not reported" as const, LOCAL: false, ...change };
  return { ...object, keyGenMechanism: "not reported", attributes: said };
}

async function generated(script: string, model: Partial<TokenIdentity>, told: (honest: Generated) => Generated): Promise<World> {
  const world = new World(goodPlan(script), model);
  await world.run({ meddle: atNth("generate-key-pair", 0, ({ honest }) => told(honest() as Generated)) });
  return world;
}
const nssKey = (told: Generated): Generated => ({ ...told, privateKey: asNss(told.privateKey), publicKey: asNss(told.publicKey) });

test("a profile says everything once, of attributes that are judged, and excuses neither SENSITIVE nor EXTRACTABLE [TOKEN-PROFILE]", () => {
  assert.equal(new Set(TOKEN_PROFILES.map(({ name }) => name)).size, TOKEN_PROFILES.length);
  for (const { name, words, models, facts, setUp, tried } of TOKEN_PROFILES) {
    const keys = words.map(({ half, attribute, family }) => `${half} ${attribute} ${family ?? ""}`);
    assert.equal(new Set(keys).size, keys.length, name);
    for (const { attribute, says, why } of words) {
      assert.ok(BOOLEAN_ATTRIBUTES.has(attribute) || attribute === "KEY_GEN_MECHANISM", `${name}: ${attribute}`);
      assert.ok(!["SENSITIVE", "EXTRACTABLE", "PRIVATE", "TOKEN", "SIGN"].includes(attribute), `${name}: ${attribute}`);
      assert.ok(says === "not reported" || !["ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE"].includes(attribute), `${name}: ${attribute}`);
      assert.ok(why.length > 10, `${name}: ${attribute}`);
    }
    assert.ok(models.length > 0 && facts.length > 0 && setUp.length > 0, name);
    if (tried === null) for (const { source } of facts) assert.match(source, /^https:\/\//, `${name}: a source`);
  }
  assert.deepEqual(profilesOf({ manufacturer: "Mozilla Foundation", model: "NSS 3" }).map(({ name }) => name), ["nss-softokn"]);
  assert.ok(isOfModel([{ manufacturer: "A", model: "B*" }], { manufacturer: "A", model: "B 7" }) && !isOfModel([{ manufacturer: "A", model: "B" }], { manufacturer: "A", model: "B 7" }));
});

test("a script that names no profile has the plan that it had, and one that does holds what is taken, and why [TOKEN-PROFILE]", () => {
  const [without] = goodPlan(ONE_KEY).plan.tokens;
  assert.ok(without !== undefined && !("profile" in without));
  const plan = goodPlan(withProfile("nss-softokn")).plan;
  const nss = tokenProfile("nss-softokn");
  assert.deepEqual(plan.tokens[0]?.profile, { name: "nss-softokn@1", models: nss?.models, words: nss?.words });
  assert.ok(plan.controls.some(({ control, verdict }) => control === "TOKEN-PROFILE" && verdict === "held"));
});

test("a profile that there is not, and keys and signatures that a model does not make, are findings before a token is touched [TOKEN-PROFILE]", () => {
  const codes = (script: string) => planOf(script, FILES).findings.map(({ control, message }) => `${control}: ${message}`);
  assert.match(codes(withProfile("softhsm-3")).join(), /^TOKEN-PROFILE: expected a token profile of this version, found softhsm-3$/);
  assert.match(codes(withProfile("opencryptoki-soft")).join(), /TOKEN-PROFILE: .*makes no key of ecdsa-p256/);
  assert.match(codes(withProfile("nss-softokn").replace("algorithm: ecdsa-p256", "algorithm: ed25519")).join(), /TOKEN-PROFILE: .*makes no key of ed25519/);
});

test("a model that wraps no key is refused a key that is to be wrapped, before anything is made [TOKEN-PROFILE]", () => {
  const wrapped = (profile: string) => BACKED_UP.replace("transcript] }", `transcript], profile: ${profile} }`);
  const said = (profile: string) => planOf(wrapped(profile), CUSTODIAN_FILES).findings.map(({ control, message }) => `${control}: ${message}`);
  for (const profile of ["nss-softokn", "tpm2-pkcs11", "p11-kit"]) assert.ok(said(profile).includes(`TOKEN-PROFILE: a token of the profile ${profile} wraps no key for a backup`), profile);
  assert.deepEqual(said("softhsm-2"), []);
});

test("what a profile names is taken of its own model, in a ceremony that ends well [TOKEN-PROFILE]", async () => {
  const world = await generated(withProfile("nss-softokn"), NSS, nssKey);
  assert.deepEqual(registerOf(world).keys.map(({ state }) => state), ["parked"], "ONE_KEY certifies nothing, and ends");
  assert.deepEqual(tallyOf(world, "TOKEN-PROFILE"), { held: 1, failed: 0 });
  assert.deepEqual(tallyOf(world, "KEY-LOCAL"), { held: 1, failed: 0 });
});

test("without the profile the same words stop the ceremony, and of another model too [KEY-LOCAL] [TOKEN-PROFILE]", async () => {
  assertStoppedBy(await generated(ONE_KEY, NSS, nssKey), "KEY-LOCAL");
  assertStoppedBy(await generated(withProfile("softhsm-2"), { manufacturer: "SoftHSM project", model: "SoftHSM v2" }, nssKey), "KEY-LOCAL");
  assertStoppedBy(await generated(withProfile("nss-softokn"), {}, nssKey), "TOKEN-PROFILE");
});

test("a profile excuses the very word that it names, and no other [KEY-ATTRIBUTES] [KEY-NEVER-EXTRACTABLE] [KEY-LOCAL]", async () => {
  const lies: readonly [string, (told: Generated) => Generated][] = [
    ["KEY-ATTRIBUTES", (told) => ({ ...nssKey(told), privateKey: asNss(told.privateKey, { COPYABLE: true }) })],
    ["KEY-ATTRIBUTES", (told) => ({ ...nssKey(told), publicKey: asNss(told.publicKey, { ENCRYPT: true }) })],
    ["KEY-LOCAL", (told) => ({ ...nssKey(told), privateKey: asNss(told.privateKey, { LOCAL: "not reported" }) })],
    ["KEY-NEVER-EXTRACTABLE", (told) => ({ ...nssKey(told), privateKey: asNss(told.privateKey, { NEVER_EXTRACTABLE: "not reported" }) })],
    ["KEY-LOCAL", (told) => ({ ...nssKey(told), privateKey: { ...asNss(told.privateKey), keyGenMechanism: "CKM_RSA_PKCS_KEY_PAIR_GEN" } })],
  ];
  for (const [control, lie] of lies) assertStoppedBy(await generated(withProfile("nss-softokn"), NSS, lie), control);
});
