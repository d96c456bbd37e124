/** Waivers of what a token does not report of a key: what may be named, what is then taken on the day, and what never is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { planLines } from "../../src/console/plan-pages.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import type { AnswerTo } from "../../src/transcript/observation.ts";
import { waiverText, type Waiver } from "../../src/transcript/waiver.ts";
import { assertStoppedBy, registerOf } from "../scripted/account.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, ONE_KEY, planOf, type Files } from "../scripted/scripts.ts";
import { waiverFiles } from "../scripted/waivers.ts";
import { replay, World } from "../scripted/world.ts";

type Generated = Extract<AnswerTo<"generate-key-pair">, { outcome: "done" }>;

const SILENT = { private: ["ALWAYS_SENSITIVE", "LOCAL", "KEY_GEN_MECHANISM"], public: ["DESTROYABLE"] };
const WAIVER: Waiver = { on: ["root"], why: "Its vendor says in writing how the key is made.", by: ["alice", "dan"], until: "2026-12-31T00:00:00Z", "not-reported": SILENT };

/** A script that asks for the waiver. */
const asking = ({ on, why, "not-reported": silent }: Waiver, control = "ATTRIBUTE-REPORTED"): string =>
  ONE_KEY.replace("tokens:", `waivers:\n  ${control}: ${JSON.stringify({ on, why, by: ["alice", "dan"], until: "2026-12-31T00:00:00Z", ...(silent === undefined ? {} : { "not-reported": silent }) })}\ntokens:`);
const SCRIPT = asking(WAIVER);
const files = (script: string, waiver: Waiver = WAIVER, control = "ATTRIBUTE-REPORTED"): Files => waiverFiles(script, waiver, control);

async function generated(lie: (honest: Generated) => Generated): Promise<World> {
  const world = new World(goodPlan(SCRIPT, files(SCRIPT)));
  await world.run({
    meddle: atNth("generate-key-pair", 0, ({ honest }) => {
      const told = lie(honest() as Generated);
      // the token says so whenever it is looked at
      world.vault.objects = world.vault.objects.map((object) => (object.class === "private key" ? told.privateKey : object.class === "public key" ? told.publicKey : object));
      return told;
    }),
  });
  return world;
}
const half = (attributes: Generated["privateKey"]["attributes"]) => (object: Generated["privateKey"]) => ({ ...object, attributes: { ...object.attributes, ...attributes } });
const silence = (told: Generated): Generated => ({ ...told, privateKey: { ...half({ ALWAYS_SENSITIVE: "not reported", LOCAL: "not reported" })(told.privateKey), keyGenMechanism: "not reported" }, publicKey: half({ DESTROYABLE: "not reported" })(told.publicKey) });

test("what people waived by name may be not reported; plan, page and verdict say it, and the record replays [ATTRIBUTE-REPORTED] [WAIVER-FITS]", async () => {
  const { plan, digest } = goodPlan(SCRIPT, files(SCRIPT));
  assert.deepEqual(plan.waivers[0]?.notReported, { privateKey: SILENT.private, publicKey: SILENT.public });
  assert.ok(plan.controls.some(({ control, verdict }) => control === "ATTRIBUTE-REPORTED" && verdict === "waived"));
  const said = /ATTRIBUTE-REPORTED on root \(need not be reported: private key ALWAYS_SENSITIVE, LOCAL, KEY_GEN_MECHANISM; public key DESTROYABLE\)/;
  assert.match(planLines(plan, digest, new Map()).join("\n"), said);
  const world = await generated(silence);
  assert.deepEqual(registerOf(world).outcome, "done");
  const record = world.record.asFiles();
  const { replayed } = replay(record);
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong], ["reproduced", []]);
  assert.match(verdictOf(replayed, judgeSealed(record, replayed, null), [], { roster: false, digest: null }).remarks.join("\n"), said);
});

test("a word that differs is taken by no waiver, nor silence about what it does not name [KEY-LOCAL] [KEY-NEVER-EXTRACTABLE] [KEY-ATTRIBUTES]", async () => {
  const lies: readonly [string, (told: Generated) => Generated][] = [
    ["KEY-LOCAL", (told) => ({ ...told, privateKey: half({ LOCAL: false })(told.privateKey) })],
    ["KEY-LOCAL", (told) => ({ ...told, privateKey: { ...told.privateKey, keyGenMechanism: "CKM_RSA_PKCS_KEY_PAIR_GEN" } })],
    ["KEY-NEVER-EXTRACTABLE", (told) => ({ ...told, privateKey: half({ ALWAYS_SENSITIVE: false })(told.privateKey) })],
    ["KEY-NEVER-EXTRACTABLE", (told) => ({ ...told, privateKey: half({ NEVER_EXTRACTABLE: "not reported" })(told.privateKey) })],
    ["KEY-ATTRIBUTES", (told) => ({ ...told, privateKey: half({ DESTROYABLE: "not reported" })(told.privateKey) })],
    ["KEY-ATTRIBUTES", (told) => ({ ...told, publicKey: half({ DESTROYABLE: false })(told.publicKey) })],
  ];
  for (const [control, lie] of lies) assertStoppedBy(await generated(lie), control);
});

test("a waiver names attributes that are judged, of a key of the script, and not what says whether a key can leave [WAIVER-FITS] [ATTRIBUTE-REPORTED]", () => {
  const found = (change: Partial<Waiver>, script = (waiver: Waiver) => asking(waiver), control = "ATTRIBUTE-REPORTED") => {
    const waiver = { ...WAIVER, ...change };
    return planOf(script(waiver), files(script(waiver), waiver, control)).findings.map((one) => `${one.control}: ${one.message}`).join("\n");
  };
  for (const attribute of ["SENSITIVE", "EXTRACTABLE", "WRAP_WITH_TRUSTED"]) assert.match(found({ "not-reported": { private: [attribute] } }), new RegExp(`WAIVER-FITS: .*${attribute}, which has to be reported`));
  assert.match(found({ "not-reported": { private: ["LOCL"] } }), /WAIVER-FITS: .*found LOCL, which is none of the private half/);
  assert.match(found({ "not-reported": { public: ["ALWAYS_SENSITIVE"] } }), /none of the public half/);
  assert.match(found({ "not-reported": {} }), /SCRIPT-FORM: expected attributes of the private or of the public half/);
  assert.match(found({ on: ["rot"] }), /WAIVER-FITS: expected a waiver to lift a finding, found none of ATTRIBUTE-REPORTED on rot/);
  const profiled = (waiver: Waiver) => asking(waiver).replace("holds: [root]", "holds: [root], profile: nss-softokn");
  assert.match(found({ "not-reported": { private: ["COPYABLE"] } }, profiled), /COPYABLE of the private half, which the token profile takes already/);
  const { "not-reported": _, ...bare } = WAIVER;
  const script = asking(bare);
  assert.match(planOf(script, files(script, bare)).findings.map(({ message }) => message).join(), /expected not-reported, the attributes that a token need not report/);
  assert.match(found({}, (waiver) => asking(waiver, "KEY-BACKUP"), "KEY-BACKUP"), /expected not-reported beside a waiver of ATTRIBUTE-REPORTED alone, found it beside KEY-BACKUP/);
});

test("the text that is signed names the attributes, and without them it is what it was [WAIVER-SIGNED]", () => {
  const { "not-reported": _, ...bare } = WAIVER;
  assert.match(fromUtf8(waiverText("00", "ATTRIBUTE-REPORTED", WAIVER)), /^on: root\nnot-reported-private: ALWAYS_SENSITIVE LOCAL KEY_GEN_MECHANISM\nnot-reported-public: DESTROYABLE\nwhy: /m);
  assert.equal(fromUtf8(waiverText("00", "KEY-BACKUP", bare)).split("\n").length, 8);
});
