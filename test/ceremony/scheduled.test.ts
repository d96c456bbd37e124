/** Runs at which nobody is: what a standing approval allows, and that nothing else is signed under it. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { chapterOf } from "../../src/ceremony/chapter.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf, type Verdict } from "../../src/ceremony/verdict.ts";
import { lifeOf } from "../../src/ceremony/history.ts";
import { barredBecause, heldStanding, judgeStanding } from "../../src/plan/standing.ts";
import { templateOf } from "../../src/plan/template.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { readStanding, writeStanding, type StandingApproval } from "../../src/transcript/standing.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import { assertStoppedBy, registerOf, tallyOf } from "../scripted/account.ts";
import { sealedFiles } from "../scripted/life.ts";
import { SIGNING_FILES } from "../scripted/pack.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, planOf } from "../scripted/scripts.ts";
import { ALONE, digestOf, issuing, LEAF, registerIn, runAlone, RUN_STEPS, scheduledScript, standingFiles, standingFor, type Run } from "../scripted/standing.ts";
import { KEYS } from "../scripted/waivers.ts";
import { replay } from "../scripted/world.ts";

let first: Run;
let standing: StandingApproval;
let approvals: Record<string, string>;
let source: ReturnType<typeof goodPlan>;

before(async () => {
  first = await issuing();
  source = goodPlan(scheduledScript(1, first.pack), { ...SIGNING_FILES, ...first.pack.files });
  standing = standingFor(source, registerIn(first.pack));
  approvals = standingFiles(standing);
});

function verdict({ world, pack }: Run): Verdict {
  const files = sealedFiles(world, pack);
  const { replayed, failed } = replay(files);
  const sealed = judgeSealed(files, replayed, null);
  return verdictOf(replayed, sealed, [...failed, ...sealed.claims.filter((claim) => !claimHolds(claim)).map(({ where }) => where)], { roster: false, digest: null });
}

/** The same plan as another number, from another register. */
const failing = (plan: Plan, change: Partial<StandingApproval> = {}): string[] =>
  judgeStanding(plan, registerIn(first.pack), heldStanding(writeStanding({ ...standing, ...change }))).filter(({ held }) => !held).map(({ control }) => control);

test("a run asks people nothing, is sealed by the transcript key alone, and replays [STANDING-TEMPLATE] [STANDING-LINE] [STANDING-COUNT] [STANDING-KEY] [STANDING-LEAF] [STANDING-PERIOD]", async () => {
  const run = await runAlone(scheduledScript(1, first.pack), first, approvals);
  const asked = run.world.record.open().entries.flatMap(({ body }) => (body.kind === "request" ? [body.request.kind] : []));
  assert.deepEqual([...new Set(asked)].sort(), ["close", "inspect-token", "keep-artifacts", "sign", "time"]);
  for (const control of ["STANDING-TEMPLATE", "STANDING-LINE", "STANDING-COUNT", "STANDING-LEAF", "STANDING-PERIOD"] as const) assert.deepEqual(tallyOf(run.world, control), { held: 1, failed: 0 }, control);
  assert.deepEqual(tallyOf(run.world, "STANDING-KEY"), { held: 2, failed: 0 });
  const { standing: sealed, signed, wrong, exit } = verdict(run);
  assert.deepEqual([wrong, signed.missing, exit, signed.token], [[], [], 9, "signed"]);
  assert.deepEqual([sealed?.run, sealed?.count, sealed?.approval, sealed?.by.map(({ id, namespace }) => [id, namespace])], [1, 3, digestOf(standing), [["alice", "anchorite-standing-approved"], ["dan", "anchorite-standing-approved"]]]);
  assert.deepEqual(registerIn(run.pack).standing, [{ approval: digestOf(standing), number: 1, run: run.world.runId }]);
});

test("the text has one spelling", () => {
  const text = approvals["standing.txt"] ?? "";
  assert.deepEqual(writeStanding(readStanding(toUtf8(text))), toUtf8(text));
  for (const [from, to] of [["\n", "\r\n"], ["leaf: none", "leaf: P100D"], ["count: 3", "count: 0"], ["draw\n", "draw subject\n"], ["vary", "Vary"]] as const) assert.throws(() => readStanding(toUtf8(text.replace(from, to))), { code: "form-seal" });
});

/** Every place in a plan that holds a word or a number. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, Array.isArray(value) ? Number(key) : key]));
}

function changed(plan: Plan, path: readonly (string | number)[], by: (value: unknown) => unknown): Plan {
  const copy = structuredClone(plan);
  let at = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  at[last] = by(at[last]);
  return copy;
}

test("any change of a template outside of what may vary is another template, and what may vary is none [STANDING-TEMPLATE]", () => {
  const { plan } = source;
  const isFree = (path: readonly (string | number)[]): boolean => ["script", "ceremony", "scheduled", "register", "controls"].includes(String(path[0]));
  const ofPack = (path: readonly (string | number)[]): boolean => path[0] === "inputs" && plan.inputs[Number(path[1])]?.path.startsWith("previous/") === true;
  const all = leaves(plan).filter((path) => !isFree(path) && !ofPack(path));
  assert.ok(all.length > 40);
  fc.assert(fc.property(fc.constantFrom(...all), fc.string({ minLength: 1, maxLength: 5 }), (path, more) => {
    const other = changed(plan, path, (value) => (typeof value === "string" ? value + more : typeof value === "number" ? value + more.length : typeof value === "boolean" ? !value : more));
    assert.deepEqual(failing(other).includes("STANDING-TEMPLATE"), true, path.join("."));
  }), { numRuns: 300 });
  for (const path of all) assert.notEqual(templateOf(changed(plan, path, () => "something else")), standing.template, path.join("."));
  for (const free of leaves(plan).filter((path) => isFree(path) && !["register", "scheduled"].includes(String(path[0])))) assert.equal(templateOf(changed(plan, free, () => "something else")), standing.template);
});

test("the plan of another run, from another register, is of the same template; other names, periods, people and files are not [STANDING-TEMPLATE]", async () => {
  const one = await runAlone(scheduledScript(1, first.pack), first, approvals);
  const planned = (script: string) => goodPlan(script, { ...SIGNING_FILES, ...one.pack.files }).plan;
  assert.equal(templateOf(planned(scheduledScript(2, one.pack))), standing.template);
  for (const [from, to] of [["crl-2", "crl-3"], ["crl-2", "other-2"], ["P7D", "P8D"], ["Alice Example", "Alice"], ["1 of witness", "1 of operator"]] as const) {
    assert.notEqual(templateOf(planned(scheduledScript(2, one.pack).replace(from, to))), standing.template, to);
  }
});

test("too many runs, a number out of turn and a register that is not the last are refused [STANDING-COUNT] [STANDING-LINE]", async () => {
  assert.deepEqual(failing(source.plan), []);
  assert.deepEqual(failing(source.plan, { previous: "0".repeat(64) }), ["STANDING-LINE"]);
  assert.deepEqual(failing({ ...source.plan, scheduled: { run: 2 } }), ["STANDING-TEMPLATE", "STANDING-COUNT"]);
  const one = await runAlone(scheduledScript(1, first.pack), first, standingFiles({ ...standing, count: 1 }));
  const { plan } = goodPlan(scheduledScript(2, one.pack), { ...SIGNING_FILES, ...one.pack.files });
  const verdicts = judgeStanding(plan, registerIn(one.pack), heldStanding(writeStanding({ ...standing, count: 1 })));
  assert.deepEqual(verdicts.filter(({ held }) => !held).map(({ control }) => control), ["STANDING-COUNT"]);
  const stranger = judgeStanding(plan, { ...registerIn(one.pack), run: "00000000000000ff" }, heldStanding(writeStanding({ ...standing, count: 1 })));
  assert.deepEqual(stranger.filter(({ held }) => !held).map(({ control }) => control), ["STANDING-LINE", "STANDING-COUNT"]);
});

test("a root key, a cross-signing key, one of a certificate without its issuer and one that nobody named never sign [STANDING-KEY]", () => {
  const register = registerIn(first.pack);
  const spki = (name: string): string => register.keys.find(({ key }) => key === name)?.spki ?? "";
  assert.match(barredBecause(register, spki("root")) ?? "", /root-ca is a root/);
  assert.equal(barredBecause(register, spki("issuing")), null);
  assert.equal(barredBecause(register, spki("signer")), null);
  const with_ = (change: (one: (typeof register.certificates)[number]) => object, more: typeof register.certificates = []) => ({ ...register, certificates: [...register.certificates.map((one) => ({ ...one, ...change(one) })), ...more] });
  assert.match(barredBecause(with_(({ name }) => (name === "issuing-ca" ? { issuer: "" } : {})), spki("issuing")) ?? "", /does not have the issuer/);
  const ca = register.certificates.find(({ name }) => name === "issuing-ca") ?? assert.fail();
  assert.match(barredBecause(with_(() => ({}), [{ ...ca, name: "crossed", issuer: "root-ca", profile: "private/cross@1" }]), spki("issuing")) ?? "", /cross-certificate over it/);
  assert.match(barredBecause(with_(() => ({}), [{ ...ca, name: "crossed", issuer: "issuing-ca", profile: "private/cross@1", spki: "0".repeat(64) }]), spki("issuing")) ?? "", /it signed the cross-certificate/);
  assert.match(barredBecause(with_(({ name }) => (name === "root-ca" ? { profile: "adopted", issuer: "root-again" } : {}), [{ ...ca, name: "root-again", spki: spki("root"), issuer: "root-again" }]), spki("root")) ?? "", /is a root/);
  assert.deepEqual(failing(source.plan, { keys: [spki("issuing")] }), ["STANDING-KEY"]);
  const root = goodPlan(scheduledScript(1, first.pack, RUN_STEPS.replace("issuing-ca", "root-ca"), "root, transcript"), { ...SIGNING_FILES, ...first.pack.files });
  assert.deepEqual(judgeStanding(root.plan, register, heldStanding(writeStanding(standingFor(root, register)))).filter(({ held }) => !held).map(({ control }) => control), ["STANDING-KEY"]);
});

test("certificates live no longer than the approval says, and none is issued where it says none [STANDING-LEAF]", async () => {
  const script = scheduledScript(1, first.pack, RUN_STEPS + LEAF);
  const leaf = goodPlan(script, { ...SIGNING_FILES, ...first.pack.files });
  const allowed = standingFor(leaf, registerIn(first.pack), { leaf: "P14D" });
  for (const [limit, held] of [["P14D", true], ["P30D", true], ["P13D", false], [null, false]] as const) {
    assert.equal(judgeStanding(leaf.plan, registerIn(first.pack), heldStanding(writeStanding({ ...allowed, leaf: limit }))).find(({ control }) => control === "STANDING-LEAF")?.held, held, String(limit));
  }
  const run = await runAlone(script, first, standingFiles(allowed));
  assert.equal(registerOf(run.world).outcome, "done");
  const forbidden = await runAlone(script, first, standingFiles({ ...allowed, leaf: "P2D" }));
  assertStoppedBy(forbidden.world, "STANDING-LEAF");
});

test("a key that is no CA's signs an approved file, and asks for its certificate; a CA's key signs none [STANDING-KEY]", async () => {
  const more = { "files/report.txt": "all is well\n" };
  const steps = (key: string): string => `  - create-request: { request: asked-<run>, key: signer, subject: { CN: Signer } }\n  - sign-artifact: { artifact: report-<run>, format: raw, key: ${key}, by: [dan], file: files/report.txt }\n`;
  const planned = (key: string) => goodPlan(scheduledScript(1, first.pack, steps(key), "issuing, transcript, signer"), { ...SIGNING_FILES, ...more, ...first.pack.files });
  const signed = standingFor(planned("signer"), registerIn(first.pack));
  const run = await runAlone(scheduledScript(1, first.pack, steps("signer"), "issuing, transcript, signer"), first, standingFiles(signed), { files: more });
  assert.deepEqual([registerOf(run.world).outcome, registerIn(run.pack).artifacts.map(({ artifact }) => artifact), registerIn(run.pack).requests.map(({ name }) => name)], ["done", ["report-1"], ["asked-1"]]);
  assert.equal(verdict(run).exit, 9);
  const another = goodPlan(scheduledScript(1, first.pack, steps("signer"), "issuing, transcript, signer"), { ...SIGNING_FILES, "files/report.txt": "another\n", ...first.pack.files });
  assert.notEqual(templateOf(another.plan), signed.template);
  const { plan } = planned("signer");
  const byCa = { ...plan, steps: plan.steps.map((step) => (step.rule === "sign-artifact@1" ? { ...step, key: "issuing" } : step)) };
  const issuingKey = registerIn(first.pack).keys.find(({ key }) => key === "issuing")?.spki ?? "";
  const refused = judgeStanding(byCa, registerIn(first.pack), heldStanding(writeStanding({ ...signed, template: templateOf(byCa), keys: [...signed.keys, issuingKey] }))).filter(({ held }) => !held);
  assert.deepEqual(refused.map(({ control, found }) => [control, /signs no artifacts/.test(found)]), [["STANDING-KEY", true]]);
});

test("what people do has no place in a scheduled script, nor a CA, nor a long life [STANDING-STEP]", () => {
  const controls = (steps: string, edit: (script: string) => string = (script) => script): string[] => [...new Set(planOf(edit(scheduledScript(1, first.pack, steps)), { ...SIGNING_FILES, ...first.pack.files }).findings.map(({ control }) => control))];
  for (const step of ["act: { by: alice, say: Open the safe. }", "adjourn: {}", "change-pin: { token: vault }", "export-bundle: { platform: pem, certificates: [root-ca] }"]) {
    assert.ok(controls(`  - ${step}\n${RUN_STEPS}`).includes("STANDING-STEP"), step);
  }
  assert.ok(controls(`  - generate-key-pair: { key: more, token: vault, algorithm: ecdsa-p256, backup: none }\n${RUN_STEPS}`, (script) => script.replace("transcript] }\nsteps", "transcript, more] }\nsteps")).includes("STANDING-STEP"));
  assert.deepEqual(controls(RUN_STEPS), []);
  assert.deepEqual(controls(RUN_STEPS.replace("valid: { for: P7D }", "successive: { count: 2, every: P1M, overlap: P10D, by: dan }")), ["STANDING-STEP"]);
  assert.deepEqual(controls(LEAF.replace("P14D", "P100D")), ["STANDING-STEP"]);
  assert.deepEqual(controls(LEAF.replace("P14D", "P1M")), ["STANDING-STEP"]);
  assert.deepEqual(controls(RUN_STEPS, (script) => script.replace("scheduled:", "dice: 5\nscheduled:")), ["STANDING-STEP"]);
  assert.ok(controls(RUN_STEPS, (script) => script.replace("{ transcript-key: transcript }", "{}")).includes("STANDING-STEP"));
});

test("only a scheduled script has no seal, and it wants two people who approve [STANDING-QUORUM]", () => {
  const controls = (edit: (script: string) => string): string[] => [...new Set(planOf(edit(scheduledScript(1, first.pack)), { ...SIGNING_FILES, ...first.pack.files }).findings.map(({ control }) => control))];
  assert.deepEqual(controls((script) => script.replace(/scheduled: .*\n/, "")), ["STANDING-QUORUM"]);
  assert.deepEqual(controls((script) => script.replace("quorum:\n", "quorum:\n  seal: [1 of administrator]\n")), ["STANDING-QUORUM"]);
  assert.deepEqual(controls((script) => script.replace("[1 of administrator, 1 of witness]", "[1 of administrator]")), ["STANDING-QUORUM"]);
});

test("a record whose standing approval is not signed as its plan asks is not authentic [STANDING-QUORUM]", async () => {
  const text = toUtf8(approvals["standing.txt"] ?? "");
  for (const bad of [standingFiles(standing, ["alice"]), { ...approvals, "dan.sig": KEYS.dan.sign("anchorite-plan-approved", text) }, { ...approvals, "dan.sig": approvals["alice.sig"] ?? "" }]) {
    const { wrong, exit } = verdict(await runAlone(scheduledScript(1, first.pack), first, bad));
    assert.ok(wrong.some((one) => one.endsWith("[STANDING-QUORUM]")), JSON.stringify(wrong));
    assert.equal(exit, 7);
  }
});

test("outside of the period nothing is signed, and nobody may attest what nobody saw [STANDING-PERIOD] [CLOCK-ATTESTED]", async () => {
  assertStoppedBy((await runAlone(scheduledScript(1, first.pack), first, standingFiles({ ...standing, until: "2026-11-20T00:00:01Z" }))).world, "STANDING-PERIOD");
  assertStoppedBy((await runAlone(scheduledScript(1, first.pack), first, approvals, { meddle: () => undefined })).world, "CLOCK-ATTESTED");
});

test("an answer that nobody knows stops the run: the list is possibly issued, its number is burned, and the next run goes on above it", async () => {
  const stopped = await runAlone(scheduledScript(1, first.pack), first, approvals, { meddle: (call) => ALONE(call) ?? atNth("sign", 0, () => ({ kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_ERROR" }) satisfies Observation)(call) });
  const register = registerOf(stopped.world);
  assert.equal(register.outcome, "stopped");
  assert.deepEqual(register.exceptions.map(({ kind }) => kind), ["undecided"]);
  assert.deepEqual(register.possiblyIssued.map(({ name, burned }) => [name, burned]), [["crl-1", "1"]]);
  const { signed, exit } = verdict(stopped);
  assert.deepEqual([signed.token, signed.missing, exit], ["signed", [], 9]);
  const next = await runAlone(scheduledScript(2, stopped.pack), stopped, approvals);
  assert.deepEqual(registerOf(next.world).crls.map(({ name, number }) => [name, number]), [["crl-2", 2]]);
});

test("the same run from the same register again stops at the token, which keeps the head of the first", async () => {
  const again = await issuing();
  const plan = goodPlan(scheduledScript(1, again.pack), { ...SIGNING_FILES, ...again.pack.files });
  const files = standingFiles(standingFor(plan, registerIn(again.pack)));
  await runAlone(scheduledScript(1, again.pack), again, files, { heads: true });
  const fork = await runAlone(scheduledScript(1, again.pack), again, files, { run: "00000000000000ee", heads: true });
  assert.deepEqual(registerIn(fork.pack).exceptions.map((one) => [one.kind, one["about"]]), [["undecided", "unknown-head"]]);
  assert.deepEqual(registerOf(fork.world).crls, []);
});

test("runs are one life in a history, which says that nobody has countersigned them yet", async () => {
  const one = await runAlone(scheduledScript(1, first.pack), first, approvals);
  const two = await runAlone(scheduledScript(2, one.pack), one, approvals);
  const chapters = [first, one, two].map((run, i) => {
    const files = sealedFiles(run.world, run.pack);
    const { replayed } = replay(files);
    return chapterOf(String(i), files, replayed, judgeSealed(files, replayed, null), verdict(run));
  });
  const { told, wrong, missing } = lifeOf(chapters, null);
  assert.deepEqual([wrong, missing], [[], []]);
  assert.deepEqual(told.map(({ countersignedBy }) => countersignedBy), [null, null, null]);
});
