/** Observations that the core must refuse: each stops the ceremony by its control, before anything else is put to a token. */
import { objectDifferences } from "../../src/ceremony/delta.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { approvalsOf, approving } from "../scripted/approvals.ts";
import { SIGNING_FILES } from "../scripted/pack.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation, TokenAnswerTo, TokenIdentity } from "../../src/transcript/observation.ts";
import { assertStoppedBy, failedControls, registerOf, tallyOf } from "../scripted/account.ts";
import { isForPeople } from "../../src/console/people.ts";
import { stopAt } from "../scripted/people.ts";
import { atEach, atNth, type Meddler } from "../scripted/room.ts";
import { CHAIN, goodPlan, ONE_KEY, SMALL } from "../scripted/scripts.ts";
import { strange } from "../scripted/token.ts";
import { WAIVED, waiverFiles } from "../scripted/waivers.ts";
import { replay, World } from "../scripted/world.ts";

const sources = { SMALL: goodPlan(SMALL), CHAIN: goodPlan(CHAIN), ONE_KEY: goodPlan(ONE_KEY) };

async function run(source: keyof typeof sources, meddle: Meddler): Promise<World> {
  const world = new World(sources[source]);
  await world.run({ meddle });
  return world;
}

/** The honest answer, changed. */
function altered<K extends Observation["kind"]>(_kind: K, change: (told: TokenAnswerTo<K>) => TokenAnswerTo<K>): Meddler {
  return ({ honest }) => change(honest() as TokenAnswerTo<K>);
}

const answered = <K extends "present" | "roll-call">(kind: K, present: string[]): Meddler => () => ({ kind, outcome: "answered", present });

test("roll call without a person of each quorum ends before anything happens [ROLL-CALL-QUORUM]", async () => {
  for (const present of [[], ["bob", "dan"], ["alice", "bob"], ["alice", "dan"], ["alice", "alice", "dan"], ["alice", "mallory", "dan"]]) {
    const world = await run("ONE_KEY", atNth("roll-call", 0, answered("roll-call", present)));
    assertStoppedBy(world, "ROLL-CALL-QUORUM");
    assert.deepEqual(world.vault.effects, []);
  }
});

test("P1: an effect is put only when two people of the script and the quorum are present [PRESENT-QUORUM]", async () => {
  for (const [n, present] of [[], ["bob"], ["bob", "bob"], ["bob", "mallory"], ["alice", "dan"]].entries()) {
    const at = n % 3;
    const world = await run("SMALL", atNth("present", at, answered("present", present)));
    assertStoppedBy(world, "PRESENT-QUORUM");
    assert.equal(world.vault.effects.length, at, "nothing was put to the token after it");
  }
});

test("two people have to be present though the script asks for one [PRESENT-QUORUM]", async () => {
  const world = new World(goodPlan(ONE_KEY.replace("effects: [2 of any, 1 of operator]", "effects: [1 of operator]")));
  await world.run({ meddle: atNth("present", 0, answered("present", ["bob"])) });
  assertStoppedBy(world, "PRESENT-QUORUM");
  assert.deepEqual(world.vault.effects, []);
});

test("C1: the time wants two people of the script, and never goes back [CLOCK-ATTESTED]", async () => {
  for (const attestedBy of [[], ["alice"], ["dan", "dan"], ["dan", "mallory"]]) {
    assertStoppedBy(await run("ONE_KEY", atNth("time", 0, altered("time", (told) => ({ ...told, attestedBy }) as typeof told))), "CLOCK-ATTESTED");
  }
  const back = await run("SMALL", atNth("time", 2, altered("time", (told) => ({ ...told, instant: "2026-11-20T11:59:59Z" }) as typeof told)));
  assertStoppedBy(back, "CLOCK-ATTESTED");
  assert.equal(registerOf(back).certificates.length, 1);
});

test("P3: a waiver that has ended stops the ceremony at the roll call, and its last instant still counts [WAIVER-CURRENT]", async () => {
  const at = async (instant: string): Promise<World> => {
    const world = new World(goodPlan(WAIVED, waiverFiles()));
    await world.run({ meddle: atEach("time", altered("time", (told) => ({ ...told, instant }) as typeof told)) });
    return world;
  };
  const late = await at("2026-12-31T00:00:01Z");
  assertStoppedBy(late, "WAIVER-CURRENT");
  assert.deepEqual(late.vault.effects, []);
  assert.equal(registerOf(await at("2026-12-31T00:00:00Z")).certificates.length, 1);
});

test("a random source that is constant, short or long gives no serial numbers [SERIAL-ENTROPY]", async () => {
  for (const bytes of ["00".repeat(32), "a5".repeat(32), "0102030405060708".repeat(4), "", "3f".repeat(31), "00112233445566778899aabbccddeeff".repeat(3)]) {
    for (const source of [0, 1]) {
      const world = await run("ONE_KEY", atNth("draw", source, altered("draw", () => ({ kind: "draw", outcome: "answered", bytes }))));
      assertStoppedBy(world, "SERIAL-ENTROPY");
      assert.deepEqual(world.vault.effects, ["initialize-token"]);
    }
  }
});

test("a token that holds anything right after it was initialised is not used [TOKEN-EMPTY]", async () => {
  const world = await run("ONE_KEY", atNth("inspect-token", 0, altered("inspect-token", (told) => ({ ...told, objects: [strange()] }))));
  assert.equal(failedControls(registerOf(world))[0], "TOKEN-EMPTY");
  assert.deepEqual(world.vault.effects, ["initialize-token"]);
});

const MODEL = { manufacturer: "Example", model: "Scripted", firmware: "1.0" };
const accepting = (script: string, one: Partial<typeof MODEL>): string => {
  const { manufacturer, model, firmware } = { ...MODEL, ...one };
  return script.replace(/holds: \[root\]/, `holds: [root], accept: [{ manufacturer: ${manufacturer}, model: ${model}, firmware: "${firmware}", module: "${"0".repeat(64)}" }]`);
};
const production = (script: string): string => approving(script.replace("assurance: test", "assurance: production").replaceAll("backup: none", "backup: vendor"));

async function assured(script: string, identity: Partial<TokenIdentity>): Promise<World> {
  const planned = goodPlan(script, SIGNING_FILES);
  const approvals = script.includes("approval:") ? approvalsOf(planned) : {};
  const world = new World(planned, identity, undefined, undefined, { approvals });
  await world.run();
  return world;
}

test("P4: production refuses software tokens though the script accepts them, and models that it does not name [TOKEN-ASSURANCE]", async () => {
  const softhsm = { manufacturer: "SoftHSM project", model: "SoftHSM v2", firmware: "2.6" };
  assertStoppedBy(await assured(production(accepting(ONE_KEY, softhsm)), softhsm), "TOKEN-ASSURANCE");
  for (const name of ["manufacturer", "model", "firmware"] as const) {
    assertStoppedBy(await assured(production(accepting(ONE_KEY, {})), { [name]: "Other" }), "TOKEN-ASSURANCE");
    assertStoppedBy(await assured(accepting(ONE_KEY, {}), { [name]: "Other" }), "TOKEN-ASSURANCE");
  }
  assert.equal(registerOf(await assured(production(accepting(ONE_KEY, {})), {})).outcome, "done");
});

test("the token that is inspected is the one whose serial was bound [TOKEN-ASSURANCE]", async () => {
  const other = altered("inspect-token", (told) => ({ ...told, identity: { ...told.identity, serial: "another" } }));
  assertStoppedBy(await run("ONE_KEY", atNth("inspect-token", 0, other)), "TOKEN-ASSURANCE");
});

test("at the end each token holds what it held and the keys of the ceremony, nothing else [TOKEN-INVENTORY]", async () => {
  type Objects = TokenAnswerTo<"inspect-token">["objects"];
  const changes: readonly ((objects: Objects) => Objects)[] = [
    (objects) => [...objects, strange()], (objects) => objects.slice(1), (objects) => objects.slice(0, -1), () => [],
    (objects) => [...objects, ...objects], (objects) => objects.map((one) => ({ ...one, label: "renamed" })),
    (objects) => objects.map((one, i) => (i === 0 ? { ...one, class: "public key" as const } : one)),
    // an attribute of a key that this ceremony made, or one that was not there
    (objects) => objects.map((one, i) => (i === 0 ? { ...one, attributes: { ...one.attributes, DERIVE: true } } : one)),
    (objects) => objects.map((one, i) => (i === 1 ? { ...one, attributes: { ...one.attributes, TRUSTED: true } } : one)),
    (objects) => objects.map((one) => ({ ...one, keyGenMechanism: "not reported" })),
  ];
  for (const change of changes) {
    const world = await run("ONE_KEY", atNth("inspect-token", 1, altered("inspect-token", (told) => ({ ...told, objects: change(told.objects) }))));
    assert.deepEqual(failedControls(registerOf(world)), ["TOKEN-INVENTORY"]);
    assert.equal(registerOf(world).outcome, "stopped");
  }
});

test("a finding of the inventory names what is too much, what is missing and which attribute has changed, and nothing else [TOKEN-INVENTORY]", () => {
  const [key, other] = [strange({ class: "private key", id: "aa", label: "root", attributes: { SIGN: true, DERIVE: false } }), strange({ id: "bb" })];
  assert.deepEqual(objectDifferences([key, other], [other, key]), []);
  assert.deepEqual(objectDifferences([key], [key, other]), ["not accounted for: data bb left behind"]);
  assert.deepEqual(objectDifferences([key, other], [key]), ["missing data bb left behind"]);
  assert.deepEqual(objectDifferences([key, other], [other, { ...key, attributes: { SIGN: true, DERIVE: true } }]), ["changed private key aa root: DERIVE was false, is true"]);
  assert.deepEqual(objectDifferences([key, key], [key]), ["missing private key aa root"], "the same object twice is two objects");
});

test("the plan says which objects may appear on which token, and check prints it [TOKEN-INVENTORY]", () => {
  const { plan, digest } = sources.CHAIN;
  assert.deepEqual(plan.tokens.map(({ token, delta }) => [token, delta]), [["vault", "root"], ["issuing", "sub"]].map(([token, key]) => [token, { appear: [{ key, class: "private key" }, { key, class: "public key" }], vanish: [] }]));
  assert.ok(planLines(plan, digest, new Map()).includes("  expected: both halves of sub appear, nothing vanishes, nothing else changes"));
});

test("what somebody else keeps on an inspected token keeps its attributes [TOKEN-INVENTORY]", async () => {
  const world = new World(sources.CHAIN);
  const issuing = world.tokens.get("issuing");
  issuing?.objects.push(strange({ attributes: { MODIFIABLE: false } }));
  await world.run({ meddle: atEach("keep-artifacts", () => void issuing?.objects.splice(0, 1, strange({ attributes: { MODIFIABLE: true } }))) });
  assertStoppedBy(world, "TOKEN-INVENTORY");
});

test("what somebody else keeps on an inspected token is left alone, and has to be there at the end [TOKEN-INVENTORY]", async () => {
  for (const [taken, outcome] of [[false, "done"], [true, "stopped"]] as const) {
    const world = new World(sources.CHAIN);
    const issuing = world.tokens.get("issuing");
    issuing?.objects.push(strange());
    const ending = await world.run({ meddle: atEach("keep-artifacts", () => void (taken && issuing?.objects.shift())) });
    assert.equal(ending.outcome, outcome);
  }
});

test("an instant after the issuer's end issues nothing [VALIDITY-WITHIN-ISSUER]", async () => {
  const world = await run("SMALL", atNth("time", 2, altered("time", (told) => ({ ...told, instant: "2046-11-21T00:00:00Z" }) as typeof told)));
  assertStoppedBy(world, "VALIDITY-WITHIN-ISSUER");
  assert.equal(registerOf(world).certificates.length, 1);
});

test("a period is cut at the issuer's end when time has passed since the issuer's certificate [VALIDITY-WITHIN-ISSUER]", async () => {
  const late = altered("time", (told) => ({ ...told, instant: "2046-01-01T00:00:00Z" }) as typeof told);
  const later: Meddler = (call) => (call.request.kind === "time" && call.request.step > 6 ? late(call) : undefined);
  const { certificates } = registerOf(await run("SMALL", later));
  assert.deepEqual(certificates.map(({ notAfter }) => notAfter), Array.from({ length: 3 }, () => certificates[0]?.notAfter));
});

test("a chain of three over two tokens: every list of an issuer has a higher number [CRL-NUMBER-RISES]", async () => {
  const world = await run("CHAIN", () => undefined);
  assert.deepEqual(registerOf(world).crls.map(({ number }) => number), [1, 2]);
  assert.deepEqual(tallyOf(world, "CRL-NUMBER-RISES"), { held: 2, failed: 0 });
});

test("a read-back by somebody else, or of one word, is none", async () => {
  for (const change of [{ by: "alice" }, { positions: [3] }, { positions: [3, 3] }, { positions: [] }]) {
    const world = await run("ONE_KEY", atNth("read-back", 0, altered("read-back", (told) => ({ ...told, ...change }) as typeof told)));
    assert.deepEqual(registerOf(world).exceptions, [{ kind: "short-answer", of: "read-back", step: 1 }]);
  }
});

test("an act without the value that is to be typed stops", async () => {
  for (const typed of [{}, { bag: "" }] as Record<string, string>[]) {
    const world = await run("SMALL", atNth("act", 0, () => ({ kind: "act", outcome: "answered", by: "bob", typed })));
    assert.deepEqual(registerOf(world).exceptions.map((fact) => fact.kind === "short-answer" && fact.of), ["act"]);
  }
});

test("files that were not kept stop the ceremony", async () => {
  const world = await run("SMALL", atNth("keep-artifacts", 0, () => ({ kind: "keep-artifacts", outcome: "answered", kept: 0 })));
  assert.deepEqual(registerOf(world).exceptions.map((fact) => fact.kind === "short-answer" && fact.of).at(0), "keep-artifacts");
});

test("a person may stop at every prompt: the record is whole, stopped, and replays; before any effect nothing has happened", async () => {
  const isPrompt: Parameters<typeof atNth>[0] = (request) => isForPeople(request);
  let prompts = 0;
  const seen = new Set<string>();
  await run("SMALL", ({ request }) => (isForPeople(request) ? (prompts++, seen.add(request.kind), undefined) : undefined));
  assert.deepEqual([...seen].sort(), ["act", "confirm", "draw", "present", "read-back", "roll-call", "time"]);
  for (let n = 0; n < prompts; n++) {
    const world = new World(sources.SMALL);
    const ending = await world.run({ meddle: atNth(isPrompt, n, ({ request }) => stopAt(request.kind)) });
    assert.equal(ending.outcome, "stopped");
    assert.match(ending.exceptions.join(), /^step \d+: stopped by dan: something smells of smoke$/);
    assert.equal(ending.effects, world.vault.effects.length);
    if (n < 5) assert.equal(ending.effects, 0);
    if (n % 4 === 1) assert.equal(world.standing().state, "stopped");
    if (n % 16 === 15) assert.deepEqual(replay(world.record.asFiles()).replayed.rebuilt, { state: "stopped", why: "" });
  }
});

test("a person may stop where something unknown has to be decided", async () => {
  const world = new World(sources.ONE_KEY);
  const lost = atNth("generate-key-pair", 0, ({ honest }) => (honest(), { kind: "generate-key-pair", outcome: "unknown", ckr: "" }));
  const ending = await world.run({ meddle: (call) => lost(call) ?? (call.request.kind === "decide" ? stopAt("decide") : undefined) });
  assert.equal(ending.outcome, "stopped");
  assert.equal(registerOf(world).strayIds.length, 1, "the pair that nobody adopted is on the register");
});
