/** What tokens keep of the last ceremony, and what it shows: a record that was rolled back, a run that nobody knows, a register that is not the last. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { judgeTokenHead, readTokenHead, writeTokenHead, type TokenHead } from "../../src/transcript/token-head.ts";
import { assertStoppedBy, registerOf, tallyOf } from "../scripted/account.ts";
import { packOf, renewalScript, SIGNING_FILES } from "../scripted/pack.ts";
import { atNth, Died, dying } from "../scripted/room.ts";
import { CHAIN, goodPlan, ROOT, SEALED } from "../scripted/scripts.ts";
import { Adjourned } from "../../src/room/hold-point.ts";
import { KEYS } from "../scripted/waivers.ts";
import { replay, RUN, World } from "../scripted/world.ts";

const LATER = "ffeeddccbbaa9988";
const root = goodPlan(ROOT);
const OWN: TokenHead = { ceremony: "c-1", run: RUN, seq: 1, head: "b".repeat(64), approval: null };

const keptBy = (world: World): TokenHead[] => world.vault.heads.flatMap((value) => readTokenHead(Uint8Array.from(Buffer.from(value, "hex"))) ?? []);

test("after each effect the token keeps the head of that entry, of this run, and only that one [RECORD-NOT-ROLLED-BACK]", async () => {
  const world = new World(root);
  await world.run({ heads: true });
  const signed = world.record.bodies().findLastIndex((body) => body.kind === "observation" && body.observation.kind === "sign");
  assert.deepEqual(keptBy(world).map(({ run, seq, ceremony }) => [run, seq, ceremony]), [[RUN, signed, root.plan.ceremony]]);
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
});

test("a head has one spelling; what has another is none of ours", () => {
  const bytes = writeTokenHead(OWN);
  assert.deepEqual(readTokenHead(bytes), OWN);
  assert.deepEqual(readTokenHead(writeTokenHead({ ...OWN, approval: "c".repeat(64) }))?.approval, "c".repeat(64));
  for (const text of ["", "hello", new TextDecoder().decode(bytes).replace("seq: 1", "seq: 01"), `${new TextDecoder().decode(bytes)}\n`]) assert.equal(readTokenHead(toUtf8(text)), null);
});

test("a token that knows more than the record, or something else, or another run refuses it; one that lags by an effect does not [RECORD-NOT-ROLLED-BACK]", () => {
  const own = { run: RUN, heads: ["a".repeat(64), "b".repeat(64), "c".repeat(64)], last: 2, seen: [] };
  assert.equal(judgeTokenHead("vault", [], own), "none");
  assert.equal(judgeTokenHead("vault", [OWN], own), "behind");
  assert.equal(judgeTokenHead("vault", [OWN, { ...OWN, seq: 2, head: "c".repeat(64) }], own), "equal", "a crash leaves two: the later one counts");
  assert.throws(() => judgeTokenHead("vault", [OWN, { ...OWN, seq: 3 }], own), { code: "record-rolled-back" });
  assert.throws(() => judgeTokenHead("vault", [{ ...OWN, head: "d".repeat(64) }], own), { code: "record-rolled-back" });
  assert.throws(() => judgeTokenHead("vault", [{ ...OWN, run: LATER }], own), { code: "record-other-run" });
  assert.throws(() => judgeTokenHead("vault", [OWN, { ...OWN, run: LATER }], own), { code: "record-other-run" }, "beside ours, when the other run died between the two");
  assert.equal(judgeTokenHead("vault", [{ ...OWN, run: LATER }], { ...own, seen: [toHex(writeTokenHead({ ...OWN, run: LATER }))] }), "none", "it was there at the first look, and the run died after its first effect");
  assert.equal(judgeTokenHead("vault", [{ ...OWN, run: LATER }], { ...own, last: null }), "none", "before the first effect the core judges it");
});

/** A run that dies before its n-th signature, and a copy of its record as it then was. */
async function copiedBefore(world: World, n: number): Promise<Uint8Array> {
  await assert.rejects(world.run({ heads: true, meddle: atNth("confirm", n, dying("before")) }), Died);
  return world.record.transcript;
}

test("an older copy of the record is refused before anything is done on the token, at whichever effect it was taken [RECORD-NOT-ROLLED-BACK]", async () => {
  // confirm 1: generate, 2: the root, 3: its CRL
  for (const n of [2, 3]) {
    const world = new World(root);
    const old = await copiedBefore(world, n);
    await world.run({ heads: true });
    const effects = [...world.vault.effects];
    world.record.transcript = old;
    await assert.rejects(world.run({ heads: true }), { code: "record-rolled-back" });
    assert.deepEqual(world.vault.effects, effects);
  }
});

test("the whole record goes on after a death at each effect, and the token never leads [RECORD-NOT-ROLLED-BACK]", async () => {
  for (const kind of ["generate-key-pair", "sign"] as const) {
    for (const when of ["before", "after"] as const) {
      const world = new World(root);
      await assert.rejects(world.run({ heads: true, meddle: atNth(kind, 0, dying(when)) }), Died);
      await world.run({ heads: true });
      assert.equal(registerOf(world).outcome, "done");
      const { head: last, seq } = keptBy(world)[0] ?? { head: "", seq: -1 };
      assert.ok(seq > 0 && last !== "" && seq < world.record.bodies().length);
    }
  }
});

test("a ceremony on two tokens goes on after a death at each signature; each token keeps the head of its own last effect [RECORD-NOT-ROLLED-BACK]", async () => {
  const chain = goodPlan(CHAIN.replace("  - issue-certificate", "  - adjourn: {}\n  - issue-certificate"), SIGNING_FILES);
  for (const when of ["before", "after"] as const) {
    const world = new World(chain);
    let signed = 0;
    for (let died = 0; ; died++) {
      try {
        await world.run({ heads: true, meddle: (call) => (call.request.kind === "sign" && signed++ === died ? dying(when)(call) : undefined) });
        break;
      } catch (thrown) {
        assert.ok(thrown instanceof Died || thrown instanceof Adjourned, String(thrown));
        for (const [id, namespace] of [["alice", "anchorite-seal-approved"], ["dan", "anchorite-seal-witnessed"]] as const) {
          const text = world.record.files.get("holds/01.txt");
          if (text !== undefined && thrown instanceof Adjourned) world.record.keep(`holds/01.${id}.sig`, toUtf8(KEYS[id].sign(namespace, text)));
        }
        signed = 0;
      }
    }
    assert.equal(registerOf(world).outcome, "done");
    assert.deepEqual([...world.tokens.values()].map(({ heads }) => heads.length), [1, 1]);
    assert.deepEqual(replay(world.record.asFiles()).replayed.wrong, []);
  }
});

/** A finished ceremony on an inspected token, and a copy of its record from when the process died. */
async function copyFrom(kind: "read-back" | "inspect-token"): Promise<World> {
  const world = new World(goodPlan(ROOT.replace("initialize-token", "inspect-token")));
  await assert.rejects(world.run({ heads: true, meddle: atNth(kind, 0, dying("before")) }), Died);
  const old = world.record.transcript;
  await world.run({ heads: true });
  world.record.transcript = old;
  for (const path of world.record.artifacts()) world.record.files.delete(`artifacts/${path}`);
  world.vault.effects.length = 0;
  return world;
}

test("a copy from before the first look at the token is stopped by what the token keeps of the very run [TOKEN-HEAD]", async () => {
  const world = await copyFrom("read-back");
  await world.run({ heads: true });
  assertStoppedBy(world, "TOKEN-HEAD");
  assert.deepEqual(world.vault.effects, []);
  assert.match(replay(world.record.asFiles()).replayed.wrong.join(), /the token kept the head [0-9a-f]{64} of entry \d+, which this transcript does not have/, "nobody seals such a copy");
});

test("a copy in which that look is begun is refused where it stands [RECORD-NOT-ROLLED-BACK]", async () => {
  const world = await copyFrom("inspect-token");
  await assert.rejects(world.run({ heads: true }), { code: "record-rolled-back" });
  assert.deepEqual(world.vault.effects, []);
});

async function renewal(last: (heads: string[], world: World) => string[]): Promise<World> {
  const before = new World(goodPlan(SEALED, SIGNING_FILES));
  await before.run({ heads: true });
  const pack = packOf(before);
  before.vault.heads = last(before.vault.heads, before);
  const after = new World(goodPlan(renewalScript(pack), pack.files), {}, before.tokens, undefined, { run: LATER });
  await after.run({ heads: true });
  return after;
}

const changed = (change: (head: TokenHead, world: World) => Partial<TokenHead>) => renewal((heads, world) => heads.map((value) => {
  const head = readTokenHead(Uint8Array.from(Buffer.from(value, "hex")));
  return toHex(writeTokenHead({ ...(head ?? OWN), ...change(head ?? OWN, world) }));
}));

test("the next ceremony finds the head of the sealed record that it goes on from, or an earlier one of it, and keeps its own there [TOKEN-HEAD]", async () => {
  const lagging = await renewal((heads) => heads);
  assert.deepEqual(tallyOf(lagging, "TOKEN-HEAD"), { held: 2, failed: 0 });
  assert.deepEqual(keptBy(lagging).map(({ run }) => run), [LATER]);
  const sealed = await changed((_head, world) => ({ seq: world.record.open().end.entries - 1, head: world.record.open().end.head }));
  assert.deepEqual(tallyOf(sealed, "TOKEN-HEAD"), { held: 2, failed: 0 });
  const silent = await renewal(() => []);
  assert.equal(registerOf(silent).outcome, "done");
});

test("a run that dies after its first effect, before the token keeps it, goes on though the token still keeps the run before [TOKEN-HEAD] [RECORD-NOT-ROLLED-BACK]", async () => {
  const before = new World(goodPlan(SEALED, SIGNING_FILES));
  await before.run({ heads: true });
  const pack = packOf(before);
  const after = new World(goodPlan(renewalScript(pack), pack.files), {}, before.tokens, undefined, { run: LATER });
  // without heads: what a process leaves that dies right after the observation of the effect
  await assert.rejects(after.run({ meddle: atNth("sign", 1, dying("before")) }), Died);
  assert.deepEqual(keptBy(after).map(({ run }) => run), [RUN]);
  await after.run({ heads: true });
  assert.deepEqual([registerOf(after).outcome, keptBy(after).map(({ run }) => run)], ["done", [LATER]]);
});

test("a token that knows another end of that record, or more of it, stops the ceremony [TOKEN-HEAD]", async () => {
  const other = await changed((_head, world) => ({ seq: world.record.open().end.entries - 1, head: "d".repeat(64) }));
  assertStoppedBy(other, "TOKEN-HEAD");
  assertStoppedBy(await changed((_head, world) => ({ seq: world.record.open().end.entries })), "TOKEN-HEAD");
  assert.deepEqual(other.vault.effects.filter((kind) => kind === "sign").length, 3, "those of the ceremony before");
});

test("a head of a ceremony that the register does not name, or that nobody can read, is for people to decide, and stands among the exceptions [TOKEN-HEAD]", async () => {
  for (const heads of [[toHex(writeTokenHead({ ...OWN, run: "0123456789abcdef" }))], ["00ff"]]) {
    const world = await renewal(() => heads);
    assert.equal(registerOf(world).outcome, "done");
    assert.deepEqual(registerOf(world).exceptions, [{ kind: "decided", step: 2, about: "unknown-head", name: "vault", choice: "go-on", by: "alice" }]);
  }
});
