/** Every effect, and everything that a token may answer to it besides the truth. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import type { Ending } from "../../src/ceremony/feed.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import type { AnswerTo, EffectKind, Observation, TokenAnswerTo } from "../../src/transcript/observation.ts";
import { ecdsaToDer } from "../../src/x509/signed.ts";
import { assertAccounted, failedControls, registerOf, signingsOf, tallyOf } from "../scripted/account.ts";
import { makeKeyPair } from "../scripted/keys.ts";
import { atEach, atNth, either, type Call, type Meddler } from "../scripted/room.ts";
import { goodPlan, ROOT, SMALL } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const sources = { ROOT: goodPlan(ROOT), SMALL: goodPlan(SMALL) };

interface Run {
  readonly world: World;
  readonly ending: Ending;
  /** What people were asked to decide. */
  readonly decisions: readonly RequestOf<"decide">[];
}

/** Runs a ceremony in which the token lies; people choose as told, else the first choice. */
async function run(source: keyof typeof sources, meddle: Meddler, choose: (choices: readonly string[]) => string | undefined = () => undefined): Promise<Run> {
  const decisions: RequestOf<"decide">[] = [];
  const decide: Meddler = ({ request }) => {
    if (request.kind !== "decide") return undefined;
    decisions.push(request);
    const choice = choose(request.choices);
    return choice === undefined ? undefined : { kind: "decide", outcome: "answered", choice, by: "bob" };
  };
  const world = new World(sources[source]);
  const ending = await world.run({ meddle: either(meddle, decide) });
  assert.equal(world.standing().state, ending.outcome);
  return { world, ending, decisions };
}

const refused = (kind: EffectKind): Meddler => () => ({ kind, outcome: "refused", ckr: "CKR_DEVICE_REMOVED" });
const unknown = (kind: EffectKind): Meddler => () => ({ kind, outcome: "unknown", ckr: "CKR_DEVICE_ERROR" });
/** The token does it, and then fails. */
const doneUnknown = (kind: EffectKind): Meddler => (call) => (call.honest(), unknown(kind)(call));
const wrong = (kind: "initialize-token" | "generate-key-pair" | "destroy-objects"): Meddler => () => ({ kind, outcome: "wrong", why: "it is not as it should be" }) as Observation;

const asked = ({ decisions }: Run) => decisions.map(({ about, choices }) => [about, ...choices].join(" "));

test("initialize-token: refused is asked again, unknown is adopted when it is whole, wrong stops", async () => {
  const kind = "initialize-token";
  const again = await run("ROOT", atNth(kind, 0, refused(kind)));
  assert.deepEqual([asked(again), again.ending.outcome, again.ending.effects], [["refused again stop"], "done", 5]);
  const nothing = await run("ROOT", atNth(kind, 0, unknown(kind)));
  assert.deepEqual([asked(nothing), nothing.ending.outcome], [["unknown-token again stop"], "done"]);
  const adopted = await run("ROOT", atNth(kind, 0, doneUnknown(kind)));
  assert.deepEqual([asked(adopted), adopted.world.vault.effects.filter((one) => one === kind).length], [["unknown-token adopt again stop"], 1]);
  const stopped = await run("ROOT", atNth(kind, 0, wrong(kind)));
  assert.deepEqual([stopped.ending.outcome, stopped.ending.effects, registerOf(stopped.world).tokens], ["stopped", 1, []]);
});

test("a token of unknown fate is not adopted when two carry the label, or its user PIN is not set", async () => {
  const kind = "initialize-token";
  const lies: readonly ((found: TokenAnswerTo<"find-token">["matches"]) => TokenAnswerTo<"find-token">["matches"])[] = [
    (matches) => [...matches, ...matches], (matches) => matches.map((match) => ({ ...match, userPinInitialized: false })),
  ];
  for (const lie of lies) {
    const find: Meddler = ({ honest }) => {
      const found = honest() as TokenAnswerTo<"find-token">;
      return { ...found, matches: lie(found.matches) };
    };
    assert.deepEqual(asked(await run("ROOT", either(atNth(kind, 0, doneUnknown(kind)), atEach("find-token", find)))), ["unknown-token again stop"]);
  }
});

test("generate-key-pair: refused and asked again, the pair gets another CKA_ID", async () => {
  const kind = "generate-key-pair";
  const ids: string[] = [];
  const again = await run("ROOT", ({ request, honest }) => {
    if (request.kind !== kind) return undefined;
    ids.push(request.id);
    return ids.length === 1 ? refused(kind)({ request, honest, index: 0 }) : undefined;
  });
  assert.deepEqual([asked(again), again.ending.outcome], [["refused again stop"], "done"]);
  assert.equal(new Set(ids).size, 2);
  assertAccounted(again.world);
});

test("generate-key-pair: a wrong answer stops, and what may lie on the token is a stray of the register", async () => {
  const { world, ending } = await run("ROOT", atNth("generate-key-pair", 0, (call) => (call.honest(), wrong("generate-key-pair")(call))));
  assert.equal(ending.outcome, "stopped");
  const { strayIds, keys } = registerOf(world);
  assert.deepEqual([strayIds, keys], [[world.vault.objects[0]?.id], []]);
  assertAccounted(world);
});

type Leftover = (world: World) => void;
const change = (objects: World["vault"]["objects"], i: number, attributes: Record<string, boolean>) =>
  objects.map((object, at) => (at === i ? { ...object, attributes: { ...object.attributes, ...attributes } } : object));

/** What a generation of unknown fate may leave, and what people may then choose. */
const LEFTOVERS: readonly (readonly [string, Leftover, string, string])[] = [
  ["a whole pair", () => undefined, "unknown-key-pair adopt destroy leave stop", "done"],
  ["a private half", ({ vault }) => void vault.objects.pop(), "half-key-pair destroy leave stop", "done"],
  ["a public half", ({ vault }) => void vault.objects.shift(), "half-key-pair destroy leave stop", "done"],
  ["two private halves", ({ vault }) => void vault.objects.push({ ...vault.objects[0] ?? never() }), "unknown-key-pair destroy leave stop", "done"],
  ["a pair whose private half is extractable", ({ vault }) => void (vault.objects = change(vault.objects, 0, { EXTRACTABLE: true })), "unknown-key-pair destroy leave stop", "done"],
  ["a pair whose public half encrypts", ({ vault }) => void (vault.objects = change(vault.objects, 1, { ENCRYPT: true })), "unknown-key-pair destroy leave stop", "done"],
  ["nothing", ({ vault }) => void (vault.objects = []), "unknown-key-pair again stop", "done"],
];

function never(): never {
  throw new Error("unreachable");
}

test("generate-key-pair of unknown fate: only one whole pair with every attribute right may be adopted; anything else is destroyed or left [KEY-ATTRIBUTES]", async () => {
  for (const [what, leave, question, outcome] of LEFTOVERS) {
    const kind = "generate-key-pair";
    const worlds: World[] = [];
    const meddle: Meddler = atNth(kind, 0, (call) => (call.honest(), leave(worlds[0] ?? never()), unknown(kind)(call)));
    const world = new World(sources.ROOT);
    worlds.push(world);
    const questions: string[] = [];
    const ending = await world.run({ meddle: either(meddle, ({ request }) => void (request.kind === "decide" && questions.push([request.about, ...request.choices].join(" ")))) });
    assert.deepEqual([questions[0], ending.outcome], [question, outcome], what);
    assertAccounted(world);
    assert.equal(world.vault.objects.length, 2, `${what}: one pair at the end`);
  }
});

test("destroy-objects: refused and unknown are looked at again, wrong stops with the stray on the register", async () => {
  const kind = "destroy-objects";
  const lost = (): Meddler => atNth("generate-key-pair", 0, doneUnknown("generate-key-pair"));
  const destroy = (choices: readonly string[]) => (choices.includes("destroy") ? "destroy" : undefined);
  const twice = "unknown-key-pair adopt destroy leave stop";
  const table: readonly (readonly [Meddler, readonly string[], string])[] = [
    [() => undefined, [twice, "unknown-key-pair again stop"], "done"],
    [atNth(kind, 0, refused(kind)), [twice, twice, "unknown-key-pair again stop"], "done"],
    [atNth(kind, 0, unknown(kind)), [twice, twice, "unknown-key-pair again stop"], "done"],
    [atNth(kind, 0, doneUnknown(kind)), [twice, "unknown-key-pair again stop"], "done"],
    [atNth(kind, 0, wrong(kind)), [twice], "stopped"],
  ];
  for (const [meddle, questions, outcome] of table) {
    const ran = await run("ROOT", either(lost(), meddle), destroy);
    assert.deepEqual([asked(ran), ran.ending.outcome], [questions, outcome]);
    assert.equal(registerOf(ran.world).strayIds.length, outcome === "done" ? 0 : 1);
    assertAccounted(ran.world);
  }
});

/** The signatures of SMALL, in order. */
const SIGNINGS = ["certificate", "request", "certificate", "certificate", "crl"] as const;

test("sign: refused and asked again leaves nothing possibly issued; unknown leaves its TBS, under a number that is burned", async () => {
  const table = [[0, refused, 0], [2, unknown, 1], ...SIGNINGS.map((_, n) => [n, doneUnknown, 1] as const)] as const;
  for (const [n, answer, possibly] of table) {
    const ran = await run("SMALL", atNth("sign", n, answer("sign")));
    assert.deepEqual([asked(ran), ran.ending.outcome], [[`${possibly === 0 ? "refused" : "unknown-signature"} again stop`], "done"]);
    const { possiblyIssued } = registerOf(ran.world);
    assert.deepEqual(possiblyIssued.map(({ kind }) => kind), possibly === 0 ? [] : [SIGNINGS[n]]);
    const tbs = signingsOf(ran.world)[n]?.tbs;
    assert.equal(possiblyIssued[0]?.tbs.sha256, possibly === 0 ? undefined : tbs);
    if (possibly === 1) assert.equal(possiblyIssued[0]?.burned === "", SIGNINGS[n] === "request");
    assertAccounted(ran.world);
  }
});

test("a CRL number that may have been signed is burned, and the next one is higher [CRL-NUMBER-RISES]", async () => {
  const { world } = await run("SMALL", atNth("sign", 4, unknown("sign")));
  const { crls, lastCrlNumbers, possiblyIssued } = registerOf(world);
  assert.deepEqual([crls[0]?.number, lastCrlNumbers["root-ca"], possiblyIssued[0]?.burned], [2, 2, "1"]);
  assert.deepEqual(tallyOf(world, "CRL-NUMBER-RISES"), { held: 1, failed: 0 });
});

type Lie = (signatures: readonly string[], call: Call) => readonly string[];
const LIES: Readonly<Record<string, Lie>> = {
  "another key's signature": (_, { request }) => [toHex(makeKeyPair().sign(request.kind === "sign" ? (request.items[0]?.tbs.open() ?? never()) : never()))],
  "one bit changed": ([first = ""]) => [`${first.slice(0, -1)}${(Number.parseInt(first.slice(-1), 16) ^ 1).toString(16)}`],
  "two signatures": ([first = ""]) => [first, first],
  "an empty one": () => [""],
  "zeros": () => ["00".repeat(64)],
  "the spelling of X.509": ([first = ""]) => [toHex(ecdsaToDer(fromHex(first)))],
  "half of it": ([first = ""]) => [first.slice(0, 64)],
};

test("sign: an answer that does not verify is recorded as wrong, parks the key, keeps the TBS and stops [SIGNATURE-VERIFIED]", async () => {
  for (const [n, [what, lie]] of Object.entries(LIES).entries()) {
    const [source, at] = n === 0 ? (["SMALL", 1] as const) : (["ROOT", n % 2] as const);
    const purposes = source === "SMALL" ? SIGNINGS : (["certificate", "crl"] as const);
    const { world, ending } = await run(source, atNth("sign", at, (call) => {
      const told = call.honest() as Extract<AnswerTo<"sign">, { outcome: "done" }>;
      return { ...told, signatures: [...lie(told.signatures, call)] };
    }));
    assert.equal(ending.outcome, "stopped", what);
    const { possiblyIssued, keys } = registerOf(world);
    assert.deepEqual(failedControls(registerOf(world)), ["SIGNATURE-VERIFIED"], what);
    assert.equal(tallyOf(world, "SIGNATURE-VERIFIED").failed, 1);
    assert.ok(keys.every(({ state }) => state === "parked"));
    assert.deepEqual(possiblyIssued.map(({ kind }) => kind), [purposes[at]]);
    assert.equal(sha256Hex(world.record.files.get(`artifacts/possibly-issued/0-${possiblyIssued[0]?.kind}-${possiblyIssued[0]?.name}.tbs`) ?? new Uint8Array()), possiblyIssued[0]?.tbs.sha256);
    assert.equal(signingsOf(world)[at]?.outcome, "wrong");
    assertAccounted(world);
  }
});

test("a key whose own request does not verify is certified by nobody [KEY-POSSESSION]", async () => {
  const { world } = await run("SMALL", atNth("sign", 1, (call) => ({ ...(call.honest() as Extract<AnswerTo<"sign">, { outcome: "done" }>), signatures: ["11".repeat(64)] })));
  assert.deepEqual(signingsOf(world).map(({ purpose }) => purpose), ["certificate", "request"]);
  assert.deepEqual(registerOf(world).certificates.map(({ name }) => name), ["root-ca"]);
  const whole = await run("SMALL", () => undefined);
  assert.deepEqual(tallyOf(whole.world, "KEY-POSSESSION"), { held: 3, failed: 0 });
  assert.deepEqual(tallyOf(whole.world, "ISSUED-AS-PLANNED"), { held: 5, failed: 0 });
});
