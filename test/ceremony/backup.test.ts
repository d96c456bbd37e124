/** A key that is wrapped, restored on another token and destroyed; what tokens may say of it, and what people then decide. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { wrappedKeyFaults } from "../../src/ceremony/wrapped-key.ts";
import type { AnswerTo, Observation } from "../../src/transcript/observation.ts";
import { assertAccounted, assertStoppedBy, failedControls, registerOf, tallyOf } from "../scripted/account.ts";
import { backedUp, BACKED_UP, CUSTODIAN_FILES, destroyingScript, packWithBackups, restoringScript, type Kept } from "../scripted/backup.ts";
import { atNth, Died, dying, type Meddler } from "../scripted/room.ts";
import { goodPlan } from "../scripted/scripts.ts";
import { strange } from "../scripted/token.ts";
import { replay, World } from "../scripted/world.ts";

type Wrapped = Extract<AnswerTo<"wrap-key">, { outcome: "done" }>;
type Unwrapped = Extract<AnswerTo<"unwrap-key">, { outcome: "done" }>;

let first: Kept;
before(async () => {
  first = await backedUp();
});

const firstSource = goodPlan(BACKED_UP, CUSTODIAN_FILES);

/** The tokens of a ceremony before, so that another one on them leaves that one as it was. */
function copied(world: World): ReadonlyMap<string, World["vault"]> {
  return new Map([...world.tokens].map(([name, token]) => {
    const copy = token.copy();
    // what it signed then was accounted for then
    copy.signed.length = 0;
    return [name, copy];
  }));
}

function next(script: string, kept: Kept): World {
  return new World(goodPlan(script, kept.pack.files), {}, copied(kept.world));
}

async function ran(world: World, meddle?: Meddler): Promise<World> {
  await world.run(meddle === undefined ? {} : { meddle });
  return world;
}

const rebuilt = (world: World): string => replay(world.record.asFiles()).replayed.rebuilt.state;

test("a key is wrapped, and the register says what the blob is and who holds which share [BACKUP-BLOB] [KEY-WRAP-ONLY] [CUSTODIANS-PRESENT]", () => {
  const { world } = first;
  const [backup, second] = registerOf(world).backups ?? [];
  assert.ok(backup !== undefined && second === undefined);
  assert.deepEqual([backup.backup, backup.key, backup.threshold, backup.shares], ["first", "root", 2, [{ number: 1, by: "carol", name: "Carol Example" }, { number: 2, by: "erin", name: "Erin Example" }, { number: 3, by: "frank", name: "Frank Example" }]]);
  assert.deepEqual(["BACKUP-BLOB", "KEY-WRAP-ONLY", "CUSTODIANS-PRESENT", "KEY-WRAPPABLE"].map((id) => tallyOf(world, id)), Array.from({ length: 4 }, () => ({ held: 1, failed: 0 })));
  assert.equal(rebuilt(world), "reproduced");
});

test("a register without a backup has no member for one, and a key that never moved none for its places", async () => {
  const plain = await ran(new World(goodPlan(BACKED_UP.replace("backup: wrap", "backup: none").replace(/ {2}- back-up-key.*\n/, ""), CUSTODIAN_FILES)));
  const text = plain.record.text("artifacts/register.json");
  for (const member of ["backups", "copies", "restored", "destroyed"]) assert.ok(!text.includes(`"${member}"`), member);
});

test("a wrapped key that is too short, no multiple of eight, a key in the clear or no chance at all is not entered [BACKUP-BLOB]", async () => {
  const pkcs8 = `3043${"02".repeat(67)}`.padEnd(160, "0");
  const blobs = ["00".repeat(80), "ab".repeat(80), toHex(Uint8Array.from({ length: 72 }, (_, i) => i * 3)), toHex(Uint8Array.from({ length: 81 }, (_, i) => i * 3)), pkcs8];
  for (const blob of blobs) {
    const world = await ran(new World(firstSource), atNth("wrap-key", 0, ({ honest }) => ({ ...(honest() as Wrapped), blob })));
    assertStoppedBy(world, "BACKUP-BLOB");
    assert.equal(registerOf(world).backups, undefined);
  }
  assert.deepEqual(wrappedKeyFaults("ecdsa-p256", fromHex(pkcs8)).map((fault) => /SEQUENCE|by chance/.exec(fault)?.[0]), ["SEQUENCE", "by chance"]);
});

test("a share that another typed, one that is left out, and sets that were not tried are no backup [BACKUP-BLOB]", async () => {
  const lies: ((told: Wrapped) => Wrapped)[] = [
    (told) => ({ ...told, shares: told.shares.map((one) => ({ ...one, by: "carol" })) }), (told) => ({ ...told, shares: told.shares.slice(1) }), (told) => ({ ...told, subsets: 2 }),
  ];
  for (const lie of lies) assertStoppedBy(await ran(new World(firstSource), atNth("wrap-key", 0, ({ honest }) => lie(honest() as Wrapped))), "BACKUP-BLOB");
});

test("nothing is wrapped while a custodian is missing, and nothing restored with too few [CUSTODIANS-PRESENT]", async () => {
  const without = (...missing: readonly string[]): Meddler => ({ request, honest }) => {
    if (request.kind !== "present") return undefined;
    const told = honest() as Extract<AnswerTo<"present">, { outcome: "answered" }>;
    return { ...told, present: told.present.filter((id) => !missing.includes(id)) };
  };
  const unwrapped = await ran(new World(firstSource), without("erin"));
  assertStoppedBy(unwrapped, "CUSTODIANS-PRESENT");
  assert.ok(!unwrapped.vault.effects.includes("wrap-key"));
  const few = await ran(next(restoringScript(first.pack), first), without("erin", "frank"));
  assertStoppedBy(few, "CUSTODIANS-PRESENT");
  const enough = next(restoringScript(first.pack).replace(/ {2}- generate.*\n {2}- back-up.*\n {2}- create.*\n/, "").replace("[root, next]", "[root]"), first);
  await ran(enough, without("carol"));
  const request = enough.record.bodies().find((body) => body.kind === "request" && body.request.kind === "unwrap-key");
  assert.deepEqual(request?.kind === "request" ? request.request["shares"] : null, [{ by: "erin", number: 2 }, { by: "frank", number: 3 }]);
});

test("an Ed25519 key is not made on SoftHSM to be wrapped: it could never be [KEY-WRAPPABLE]", async () => {
  const source = goodPlan(BACKED_UP.replace("key: root, token: vault, algorithm: ecdsa-p256", "key: root, token: vault, algorithm: ed25519"), CUSTODIAN_FILES);
  const world = await ran(new World(source, { manufacturer: "SoftHSM project", model: "SoftHSM v2" }));
  assertStoppedBy(world, "KEY-WRAPPABLE");
  assert.deepEqual(world.vault.effects, ["initialize-token"]);
});

test("a key that reads back as never extractable, or extractable under any key, is parked [KEY-WRAP-ONLY]", async () => {
  const lies = [{ EXTRACTABLE: false }, { WRAP_WITH_TRUSTED: false }, { WRAP_WITH_TRUSTED: "not reported" }, { ALWAYS_SENSITIVE: false }, { SENSITIVE: false }] as const;
  for (const lie of lies) {
    const world = await ran(new World(firstSource), atNth("generate-key-pair", 0, ({ honest }) => {
      const told = honest() as Extract<AnswerTo<"generate-key-pair">, { outcome: "done" }>;
      return { ...told, privateKey: { ...told.privateKey, attributes: { ...told.privateKey.attributes, ...lie } } };
    }));
    assertStoppedBy(world, "KEY-WRAP-ONLY");
  }
});

test("a restored key is used where it now is, and the register knows both tokens [RESTORED-KEY] [REGISTER-KEY]", async () => {
  const world = await ran(next(restoringScript(first.pack), first));
  const register = registerOf(world);
  assert.deepEqual([register.outcome, register.exceptions], ["done", []]);
  const root = register.keys.find(({ key }) => key === "root");
  assert.deepEqual([root?.token, root?.state, root?.line.length, root?.copies?.map(({ token, state }) => [token, state]), root?.restored?.backup], ["reserve", "in use", 2, [["vault", "there"]], "first"]);
  assert.deepEqual(register.backups?.map(({ backup }) => backup), ["first", "second"]);
  assert.equal(rebuilt(world), "reproduced");
  assertAccounted(world);
  const spare = register.keys.find(({ key }) => key === "spare");
  assert.deepEqual([spare?.state, spare?.destroyed], ["destroyed", { run: world.runId, gone: [], remains: [] }]);
});

test("what the token says of a restored key is held against what was asked for, and a wrong word leaves the key where it was [RESTORED-KEY]", async () => {
  const lies: ((told: Unwrapped) => Unwrapped)[] = [
    (told) => ({ ...told, privateKey: { ...told.privateKey, attributes: { ...told.privateKey.attributes, EXTRACTABLE: true } } }),
    (told) => ({ ...told, privateKey: { ...told.privateKey, attributes: { ...told.privateKey.attributes, SENSITIVE: false } } }),
    (told) => ({ ...told, privateKey: { ...told.privateKey, attributes: { ...told.privateKey.attributes, LOCAL: true } } }),
    (told) => ({ ...told, publicKey: { ...told.publicKey, spki: "" } }),
    (told) => ({ ...told, spki: told.spki.replace(/..$/, "00") }),
  ];
  for (const lie of lies) {
    const world = await ran(next(restoringScript(first.pack), first), atNth("unwrap-key", 0, ({ honest }) => lie(honest() as Unwrapped)));
    assertStoppedBy(world, "RESTORED-KEY");
    const root = registerOf(world).keys.find(({ key }) => key === "root");
    assert.deepEqual([root?.token, root?.state, root?.copies?.map(({ token, state }) => [token, state])], ["vault", "in use", [["reserve", "parked"]]]);
    assert.equal(rebuilt(world), "stopped");
  }
});

test("a restored key whose first signature does not verify is parked where it was restored, and lives on where it was", async () => {
  const world = await ran(next(restoringScript(first.pack), first), atNth("sign", 0, ({ honest }) => ({ ...(honest() as object), outcome: "wrong", why: "another key" }) as Observation));
  const root = registerOf(world).keys.find(({ key }) => key === "root");
  assert.deepEqual([registerOf(world).outcome, root?.token, root?.state, root?.copies?.map(({ token, state }) => [token, state])], ["stopped", "vault", "in use", [["reserve", "parked"]]]);
});

test("a key is destroyed on every token that holds it, and searched for on all of them [KEY-DESTROYED]", async () => {
  const second = next(restoringScript(first.pack), first);
  await second.run();
  const kept = { world: second, pack: packWithBackups(second) };
  const third = await ran(next(destroyingScript(kept.pack), kept));
  const root = registerOf(third).keys.find(({ key }) => key === "root");
  assert.deepEqual([root?.state, root?.copies?.map(({ token, state }) => [token, state]), root?.destroyed], ["destroyed", [["vault", "destroyed"]], { run: third.runId, gone: [], remains: ["first"] }]);
  assert.deepEqual([...third.tokens.values()].map(({ effects }) => effects.filter((kind) => kind === "destroy-objects").length), [2, 1]);
  assert.deepEqual([registerOf(third).exceptions, tallyOf(third, "KEY-DESTROYED"), rebuilt(third)], [[], { held: 2, failed: 0 }, "reproduced"]);
  // its public key under another name, on the other token
  const planted = next(destroyingScript(kept.pack), kept);
  const found = await ran(planted, ({ request, honest }) => {
    const answer = honest();
    if (request.kind !== "inspect-token" || request.step !== 4 || answer.kind !== "inspect-token" || answer.outcome !== "answered") return answer;
    const spki = second.tokens.get("reserve")?.objects.find((object) => object.class === "public key")?.spki ?? "";
    return { ...answer, objects: [...answer.objects, strange({ class: "public key", id: "0f", label: "renamed", spki })] };
  });
  assertStoppedBy(found, "KEY-DESTROYED");
  assert.equal(registerOf(found).keys.find(({ key }) => key === "root")?.state, "parked");
});

test("a token that says it destroyed a key and still holds it is found out [KEY-DESTROYED]", async () => {
  const world = await ran(next(restoringScript(first.pack), first), atNth("destroy-objects", 0, () => ({ kind: "destroy-objects", outcome: "done", destroyed: 2 })));
  assert.equal(failedControls(registerOf(world))[0], "KEY-DESTROYED");
  assert.equal(registerOf(world).keys.find(({ key }) => key === "spare")?.state, "parked");
});

/** Each new effect, how often an honest run puts it to its token, and what people are asked when nobody knows its outcome. */
const EFFECTS = [["wrap-key", "unknown-backup"], ["unwrap-key", "unknown-key-pair"], ["destroy-objects", "unknown-destruction"]] as const;

test("a death right before or right after a key is wrapped, unwrapped or destroyed is an unknown, which people decide", async () => {
  for (const [kind, about] of EFFECTS) {
    for (const when of ["before", "after"] as const) {
      const world = next(restoringScript(first.pack), first);
      await assert.rejects(world.run({ meddle: atNth(kind, 0, dying(when)) }), Died);
      const ending = await world.run();
      assert.deepEqual([ending.outcome, ending.exceptions.length], ["done", 1], `${when} ${kind}: ${ending.exceptions.join("; ")}`);
      assert.match(ending.exceptions[0] ?? "", new RegExp(`${about} \\w+: alice decided (again|adopt)`));
      assert.equal(rebuilt(world), "reproduced");
      assertAccounted(world);
    }
  }
});

test("a wrapping, an unwrapping or a destruction that the token refuses is put again only by people's word, or not at all", async () => {
  for (const [kind] of EFFECTS) {
    const refuses = atNth(kind, 0, ({ request }) => ({ kind: request.kind, outcome: "refused", ckr: "CKR_USER_NOT_LOGGED_IN" }) as Observation);
    const again = await ran(next(restoringScript(first.pack), first), refuses);
    assert.deepEqual(registerOf(again).exceptions.map((fact) => (fact.kind === "decided" ? fact.choice : fact.kind)), ["again"]);
    const stops: Meddler = ({ request }) => (request.kind === "decide" ? { kind: "decide", outcome: "answered", choice: "stop", by: "bob" } : undefined);
    const refused = atNth(kind, 0, ({ request }) => ({ kind: request.kind, outcome: "refused", ckr: "CKR_USER_NOT_LOGGED_IN" }) as Observation);
    const stopped = await ran(next(restoringScript(first.pack), first), (call) => refused(call) ?? stops(call));
    assert.deepEqual([registerOf(stopped).outcome, rebuilt(stopped)], ["stopped", "stopped"], kind);
  }
});

test("a blob that was changed in the record is found, and one that is not the register's is not restored from", () => {
  const files = new Map(first.world.record.files);
  const path = "artifacts/backups/first.wrapped";
  const blob = (files.get(path) ?? new Uint8Array()).slice();
  blob[7] = (blob[7] ?? 0) ^ 1;
  files.set(path, blob);
  const record = first.world.record.asFiles();
  const { replayed } = replay({ ...record, read: (name) => (name === path ? blob : record.read(name)) });
  assert.equal(replayed.rebuilt.state, "diverged");
});
