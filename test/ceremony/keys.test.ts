/** The token's word about a key, one lie at a time: each is found by the control that fits, and the key is parked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../../src/bytes/hex.ts";
import { templatesOf, readBackOf } from "../../src/plan/key-template.ts";
import type { AnswerTo, TokenObject } from "../../src/transcript/observation.ts";
import { assertStoppedBy, failedControls, registerOf } from "../scripted/account.ts";
import { makeKeyPair } from "../scripted/keys.ts";
import { atNth, type Meddler } from "../scripted/room.ts";
import { goodPlan, ONE_KEY } from "../scripted/scripts.ts";
import { strange } from "../scripted/token.ts";
import { World } from "../scripted/world.ts";

const source = goodPlan(ONE_KEY);
type Generated = Extract<AnswerTo<"generate-key-pair">, { outcome: "done" }>;

/** A ceremony whose one key reads back as told. */
async function generated(lie: (told: Generated) => Generated): Promise<World> {
  const world = new World(source);
  const meddle: Meddler = atNth("generate-key-pair", 0, ({ honest }) => lie(honest() as Generated));
  await world.run({ meddle });
  return world;
}

function assertParked(world: World, control: string): void {
  assertStoppedBy(world, control);
  assert.deepEqual(registerOf(world).keys.map(({ key, state }) => [key, state]), [["root", "parked"]]);
}

const EXTRACTION = ["SENSITIVE", "ALWAYS_SENSITIVE", "EXTRACTABLE", "NEVER_EXTRACTABLE"];

function controlOf(name: string): string {
  if (EXTRACTION.includes(name)) return "KEY-NEVER-EXTRACTABLE";
  return name === "LOCAL" ? "KEY-LOCAL" : "KEY-ATTRIBUTES";
}

/** Each attribute as the other boolean, as not reported, and left out. */
function* lies(expected: Readonly<Record<string, boolean>>): Generator<{ name: string; lie: (object: TokenObject) => TokenObject }> {
  for (const [name, value] of Object.entries(expected)) {
    yield { name, lie: (object) => ({ ...object, attributes: { ...object.attributes, [name]: !value } }) };
    yield { name, lie: (object) => ({ ...object, attributes: { ...object.attributes, [name]: "not reported" } }) };
    yield { name, lie: (object) => ({ ...object, attributes: Object.fromEntries(Object.entries(object.attributes).filter(([other]) => other !== name)) }) };
  }
}

const { privateTemplate, publicTemplate } = templatesOf();

test("each attribute of the private half, wrong or not reported, stops and parks the key [KEY-NEVER-EXTRACTABLE] [KEY-LOCAL] [KEY-ATTRIBUTES]", async () => {
  const expected = { ...privateTemplate, ...readBackOf("ecdsa-p256").readBack };
  assert.ok([...EXTRACTION, "LOCAL", "SIGN", "COPYABLE", "MODIFIABLE"].every((name) => name in expected), "the plan asks for them");
  for (const { name, lie } of lies(expected)) assertParked(await generated((told) => ({ ...told, privateKey: lie(told.privateKey) })), controlOf(name));
});

test("each attribute of the public half, wrong or not reported, stops and parks the key [KEY-ATTRIBUTES]", async () => {
  for (const { lie } of lies(publicTemplate)) assertParked(await generated((told) => ({ ...told, publicKey: lie(told.publicKey) })), "KEY-ATTRIBUTES");
});

test("a key that was made by another mechanism, or of which the token does not say how, is not local [KEY-LOCAL]", async () => {
  for (const keyGenMechanism of ["CKM_RSA_PKCS_KEY_PAIR_GEN", "not reported", ""]) {
    assertParked(await generated((told) => ({ ...told, privateKey: { ...told.privateKey, keyGenMechanism } })), "KEY-LOCAL");
  }
});

test("halves of another class, id, label, public key or curve are not the pair that was asked for [KEY-ATTRIBUTES]", async () => {
  const other = toHex(makeKeyPair().spki);
  const offCurve = (spki: string) => `${spki.slice(0, -2)}${spki.endsWith("00") ? "01" : "00"}`;
  const changes: readonly ((told: Generated) => Generated)[] = [
    (told) => ({ ...told, privateKey: { ...told.privateKey, id: "00".repeat(20) } }),
    (told) => ({ ...told, privateKey: { ...told.privateKey, label: "root" } }),
    (told) => ({ ...told, privateKey: { ...told.privateKey, class: "secret key" } }),
    (told) => ({ ...told, publicKey: { ...told.publicKey, id: "00".repeat(20) } }),
    (told) => ({ ...told, publicKey: { ...told.publicKey, class: "certificate" } }),
    (told) => ({ ...told, publicKey: { ...told.publicKey, spki: other } }),
    (told) => ({ ...told, spki: other }),
    (told) => ({ ...told, publicKey: told.privateKey, privateKey: told.publicKey }),
    (told) => ({ ...told, spki: offCurve(told.spki), publicKey: { ...told.publicKey, spki: offCurve(told.spki) } }),
  ];
  for (const [i, change] of changes.entries()) {
    const world = await generated(change);
    assert.match(failedControls(registerOf(world))[0] ?? "", /^KEY-(ATTRIBUTES|NEVER-EXTRACTABLE)$/, `change ${i}`);
    assert.deepEqual(registerOf(world).keys.map(({ state }) => state), ["parked"]);
  }
});

test("a public key that is no DER, or of another algorithm, is refused and never crashes the core", async () => {
  for (const spki of ["", "00", "30", "3000", "3059301306072a8648ce3d020106082a8648ce3d030107034200"]) {
    const world = new World(source);
    const meddle: Meddler = atNth("generate-key-pair", 0, ({ honest }) => {
      const told = honest() as Generated;
      return { ...told, spki, publicKey: { ...told.publicKey, spki } };
    });
    await world.run({ meddle });
    assertParked(world, "KEY-ATTRIBUTES");
    assert.equal(world.standing().state, "stopped");
  }
});

test("an object that carries the id or the label already: no key is generated [KEY-ID-FRESH]", async () => {
  for (const same of ["id", "label"] as const) {
    const world = new World(source);
    await world.run({
      meddle: atNth("find-objects", 0, ({ request, honest }) => {
        if (request.kind === "find-objects") world.vault.objects.push(strange({ [same]: request[same] }));
        return honest();
      }),
    });
    assert.equal(failedControls(registerOf(world))[0], "KEY-ID-FRESH");
    assert.deepEqual(world.vault.effects, ["initialize-token"]);
  }
});
