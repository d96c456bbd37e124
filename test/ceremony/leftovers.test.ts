/** What a key generation of unknown outcome leaves on a token: who adopts it, what is destroyed, what is left there and known as a stray. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestOf } from "../../src/ceremony/request.ts";
import type { Observation, TokenObject } from "../../src/transcript/observation.ts";
import { assertAccounted, assertStoppedBy, registerOf, tallyOf } from "../scripted/account.ts";
import { approvalsOf, approving } from "../scripted/approvals.ts";
import { packOf, SIGNING_FILES } from "../scripted/pack.ts";
import { atNth, either, type Meddler } from "../scripted/room.ts";
import { goodPlan, HEAD, ONE_KEY, ROOT } from "../scripted/scripts.ts";
import { strange } from "../scripted/token.ts";
import { replay, World } from "../scripted/world.ts";

const ACCEPTED = `accept: [{ manufacturer: Example, model: Scripted, firmware: "1.0", module: "${"0".repeat(64)}" }]`;
const PRODUCTION = approving(ONE_KEY).replace("assurance: test", "assurance: production").replaceAll("backup: none", "backup: vendor").replace("holds: [root]", `holds: [root], ${ACCEPTED}`);

const nameless = (change: Partial<TokenObject> = {}): TokenObject => strange({ class: "other", id: "", label: "", ...change });
const unknown: Observation = { kind: "generate-key-pair", outcome: "unknown", ckr: "CKR_DEVICE_ERROR" };

/** The first generation is done and then of unknown outcome; what is left is as told. */
function leaving(world: World, leave: (objects: readonly TokenObject[]) => readonly TokenObject[]): Meddler {
  return atNth("generate-key-pair", 0, ({ honest }) => {
    honest();
    world.vault.objects = [...leave(world.vault.objects)];
    return unknown;
  });
}

const deciding = (...wishes: readonly string[]): Meddler => ({ request }) => {
  if (request.kind !== "decide") return undefined;
  return { kind: "decide", outcome: "answered", choice: wishes.find((wish) => request.choices.includes(wish)) ?? "stop", by: "bob" };
};

const half = (id: string, label: string): TokenObject => ({ ...nameless({ class: "public key", id, label }), keyType: "EC" });
const LEFT: Readonly<Record<string, (objects: readonly TokenObject[]) => readonly TokenObject[]>> = {
  "an object without any attribute": () => [nameless()],
  "a whole pair, and an object without any attribute": (pair) => [...pair, nameless()],
  "a public key without a CKA_ID, with the label": ([, key]) => [half("", key?.label ?? "")],
  "a public key with the CKA_ID, without a label": ([, key]) => [half(key?.id ?? "", "")],
  "a private half and a public key of another id": ([key, other]) => [key, other === undefined ? undefined : { ...other, id: "77" }].filter((one) => one !== undefined),
};

test("whatever a crash leaves half made is found by looking at the whole token, destroyed by its own names, and the ceremony is done", async () => {
  for (const [what, leave] of Object.entries(LEFT)) {
    const world = new World(goodPlan(ROOT));
    const ending = await world.run({ meddle: either(leaving(world, leave), deciding("destroy", "again")) });
    assert.equal(ending.outcome, "done", `${what}: ${ending.exceptions.join("; ")}`);
    assert.equal(world.vault.objects.length, 2, what);
    assert.deepEqual([registerOf(world).strayIds, registerOf(world).keys.map(({ state }) => state)], [[], ["in use"]], what);
    assertAccounted(world);
    assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
  }
});

test("what is left on purpose is a stray of the register, does not count against the inventory, and the key has another label [TOKEN-INVENTORY]", async () => {
  for (const [what, leave] of Object.entries(LEFT)) {
    const world = new World(goodPlan(ROOT));
    const ending = await world.run({ meddle: either(leaving(world, leave), deciding("leave", "again")) });
    assert.equal(ending.outcome, "done", `${what}: ${ending.exceptions.join("; ")}`);
    const left = leave(world.vault.objects.slice(-2)).length;
    assert.equal(world.vault.objects.length, 2 + left, what);
    const { strayIds, exceptions, keys } = registerOf(world);
    assert.deepEqual([strayIds.length > 0, exceptions.map((fact) => fact.kind === "decided" && fact.choice)], [true, ["leave"]], what);
    assert.equal(new Set(world.vault.objects.filter(({ id }) => id === keys[0]?.id).map(({ label }) => label)).size, 1);
  }
});

test("the ceremony after one that left something takes the token as the register says, halves and all [TOKEN-WHOLE] [REGISTER-TOKEN]", async () => {
  const world = new World(goodPlan(ROOT, SIGNING_FILES));
  await world.run({ meddle: either(leaving(world, ([key]) => (key === undefined ? [] : [key, nameless()])), deciding("leave", "again")) });
  const pack = packOf(world);
  const script = `${HEAD}${pack.lines}tokens:\n  vault: { holds: [root] }\nsteps:\n  - roll-call: {}\n  - inspect-token: { token: vault }\n  - issue-crl: { crl: crl-2, issuer: root-ca, valid: { for: P1Y } }\n  - close: {}\n`;
  const next = new World(goodPlan(script, pack.files), {}, world.tokens);
  const ending = await next.run();
  assert.deepEqual([ending.outcome, ending.exceptions, tallyOf(next, "TOKEN-WHOLE")], ["done", [], { held: 1, failed: 0 }]);
  assert.deepEqual(registerOf(next).strayIds, registerOf(world).strayIds);
});

const INSPECTED = ONE_KEY.replace("initialize-token", "inspect-token");

test("a token that is not whole when a ceremony begins stops it before anything happens, and it says what lies there [TOKEN-WHOLE]", async () => {
  const private1 = strange({ class: "private key", id: "01", label: "old-root" });
  const table: readonly (readonly [readonly TokenObject[], RegExp | null])[] = [
    [[private1], /private key 01 old-root, whose public key is not there; destroy that by the token's own tool/],
    [[private1, half("02", "old-root")], /private key 01 .*; public key 02 old-root, whose private key is not there/],
    [[half("03", "")], /public key 03 without a label, whose private key is not there/],
    [[nameless()], /other without a CKA_ID without a label, as a crash leaves it/],
    [[half("", "root")], /public key without a CKA_ID root, as a crash leaves it/],
    [[private1, half("01", "old-root"), strange(), nameless({ class: "data", label: "anchorite-head" }), nameless({ class: "certificate", label: "theirs" })], null],
  ];
  for (const [objects, found] of table) {
    const world = new World(goodPlan(INSPECTED));
    world.vault.objects.push(...objects);
    const ending = await world.run();
    if (found === null) {
      assert.deepEqual([ending.outcome, ending.exceptions], ["done", []]);
      continue;
    }
    assertStoppedBy(world, "TOKEN-WHOLE");
    assert.match(ending.exceptions[0] ?? "", found);
    assert.deepEqual(world.vault.effects, []);
  }
});

test("where nobody can look at the token any more, the id that may be there is a stray of the register", async () => {
  const world = new World(goodPlan(ONE_KEY));
  const dead: Meddler = ({ request }) => (request.kind === "inspect-token" && world.vault.objects.length > 0 ? { kind: "inspect-token", outcome: "stopped", by: "dan", reason: "the token is dead" } : undefined);
  const ending = await world.run({ meddle: either(leaving(world, (pair) => pair), dead) });
  assert.equal(ending.outcome, "stopped");
  assert.deepEqual([registerOf(world).keys, registerOf(world).strayIds], [[], [world.vault.objects[0]?.id]]);
});

test("somebody who is not present adopts nothing [ADOPTION-QUORUM]", async () => {
  const world = new World(goodPlan(ONE_KEY));
  const byEve: Meddler = ({ request }) => (request.kind === "decide" ? { kind: "decide", outcome: "answered", choice: "adopt", by: "eve" } : undefined);
  await world.run({ meddle: either(leaving(world, (pair) => pair), byEve) });
  assertStoppedBy(world, "ADOPTION-QUORUM");
  assertAccounted(world);
});

const reads = (world: World): RequestOf<"read-back">[] => world.record.bodies().flatMap((body) => (body.kind === "request" && body.request.kind === "read-back" ? [body.request as unknown as RequestOf<"read-back">] : [])).filter(({ subject }) => subject === "key");

test("in production everybody who is present reads words of an adopted key back, and the register names them; elsewhere nobody is asked [ADOPTION-QUORUM]", async () => {
  for (const [script, readers] of [[PRODUCTION, ["alice", "bob", "dan"]], [ONE_KEY, []]] as const) {
    const planned = goodPlan(script, SIGNING_FILES);
    const world = new World(planned, {}, undefined, undefined, script === PRODUCTION ? { approvals: approvalsOf(planned) } : {});
    const ending = await world.run({ meddle: either(leaving(world, (pair) => pair), deciding("adopt")) });
    assert.equal(ending.outcome, "done", ending.exceptions.join("; "));
    const [key] = registerOf(world).keys;
    assert.deepEqual(reads(world).map(({ by, sha256 }) => [by, sha256]), readers.map((by) => [by, key?.spki]));
    assert.deepEqual(registerOf(world).exceptions.flatMap((fact) => (fact.kind === "adopted" ? [fact.spki, ...fact.by] : [])), readers.length === 0 ? [] : [key?.spki, ...readers]);
    assert.deepEqual(tallyOf(world, "ADOPTION-QUORUM"), { held: readers.length === 0 ? 1 : 2, failed: 0 });
    assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
  }
});

test("a person who does not read the words back, or stops, keeps an adopted key out of production [ADOPTION-QUORUM]", async () => {
  const answers: readonly Observation[] = [{ kind: "read-back", outcome: "stopped", by: "dan", reason: "not my key" }, { kind: "read-back", outcome: "answered", by: "bob", positions: [1], tries: 1 }];
  for (const answer of answers) {
    const planned = goodPlan(PRODUCTION, SIGNING_FILES);
    const world = new World(planned, {}, undefined, undefined, { approvals: approvalsOf(planned) });
    const refusing: Meddler = ({ request }) => (request.kind === "read-back" && request.subject === "key" && request.by === "dan" ? answer : undefined);
    const ending = await world.run({ meddle: either(leaving(world, (pair) => pair), deciding("adopt"), refusing) });
    assert.equal(ending.outcome, "stopped");
    assert.deepEqual([registerOf(world).keys, registerOf(world).strayIds], [[], [world.vault.objects[0]?.id]]);
  }
});
