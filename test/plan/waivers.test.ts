import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../src/fault.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { planOf, goodPlan, type Files } from "../scripted/scripts.ts";
import { KEYS, WAIVED, waiverFiles } from "../scripted/waivers.ts";

/** The findings of a script, those of claims that do not hold included, as `CONTROL: message`. */
function found(script: string, files: Files = waiverFiles(script)): string[] {
  const planned = planOf(script, files);
  const unheld: readonly Finding[] = (planned.made?.claims ?? []).filter(({ claim }) => !claimHolds(claim)).map(({ otherwise }) => otherwise);
  return [...planned.findings, ...unheld].map(({ control, message }) => `${control}: ${message}`);
}

/** Exactly these findings, one pattern each. */
function assertFound(lines: readonly string[], ...patterns: readonly RegExp[]): void {
  assert.equal(lines.length, patterns.length, lines.join("\n"));
  for (const [i, pattern] of patterns.entries()) assert.match(lines[i] ?? "", pattern);
}

const TEXT = "waivers/ROOT-VALIDITY.txt";
const ALICE = "waivers/ROOT-VALIDITY.alice.sig";

test("a signed waiver lifts its finding, and the plan says which, on what, by whom and until when [WAIVER-FITS] [WAIVER-SIGNED] [ROOT-VALIDITY]", () => {
  assertFound(found(WAIVED));
  const { plan, digest } = goodPlan(WAIVED, waiverFiles());
  const verdicts = new Map(plan.controls.map(({ control, verdict }) => [control, verdict]));
  assert.equal(verdicts.get("ROOT-VALIDITY"), "waived");
  assert.equal(verdicts.get("WAIVER-SIGNED"), "held");
  assert.deepEqual(plan.waivers.map(({ control, on, by, until }) => ({ control, on, by, until })), [{ control: "ROOT-VALIDITY", on: ["root-ca"], by: ["alice", "dan"], until: "2026-12-31T00:00:00Z" }]);
  const page = planLines(plan, digest, new Map()).join("\n");
  assert.match(page, /^WAIVED ROOT-VALIDITY on root-ca by alice, dan, to be used until 2026-12-31T00:00:00Z\n {5}why {6}The devices/m);
  assert.doesNotMatch(page, /controls held:.*ROOT-VALIDITY/);
});

test("a waiver that nobody, or one of two, has signed lifts nothing that could run [INPUT-PRESENT]", () => {
  const { [ALICE]: _alice, ...files } = waiverFiles();
  const planned = planOf(WAIVED, files);
  assert.deepEqual(planned.findings.map(({ control, hint }) => [control, /anchorite waive/.test(hint ?? "")]), [["INPUT-PRESENT", true]]);
  assert.equal(planned.made?.plan, null);
});

test("a signature over another text, by another key, under another namespace, or that does not verify, is no signature [WAIVER-SIGNED]", () => {
  const good = waiverFiles();
  const text = new TextEncoder().encode(good[TEXT]);
  assertFound(found(WAIVED, { ...good, [ALICE]: KEYS.dan.sign("anchorite-waiver", text) }), /^WAIVER-SIGNED: .*expected a signature anchorite-waiver by SHA256:\S+, the key of alice; found/);
  assertFound(found(WAIVED, { ...good, [ALICE]: KEYS.alice.sign("anchorite-seal-approved", text) }), /^WAIVER-SIGNED: .*found anchorite-seal-approved by/);
  assertFound(found(WAIVED, { ...good, [ALICE]: KEYS.alice.sign("anchorite-waiver", new Uint8Array(3)) }), /^WAIVER-SIGNED: .*does not verify/);
  assertFound(found(WAIVED, { ...good, [ALICE]: "hello\n" }), /^WAIVER-SIGNED: .*alice\.sig/);
});

test("a waiver binds the whole script: after any change it has to be signed anew [WAIVER-SIGNED]", () => {
  const changed = WAIVED.replace("CN: Example Root", "CN: Another Root");
  assertFound(found(changed, waiverFiles(WAIVED)), /^WAIVER-SIGNED: waivers\/ROOT-VALIDITY.txt is not the text/, /alice.sig: the signature does not verify/, /dan.sig: the signature does not verify/);
});

test("P3: a waiver that lifts nothing, or lifts it on something else, is refused [WAIVER-FITS]", () => {
  assertFound(found(WAIVED.replace("P30Y", "P20Y")), /^WAIVER-FITS: expected a waiver to lift a finding, found none of ROOT-VALIDITY on root-ca/);
  const elsewhere = WAIVED.replace("on: [root-ca]", "on: [root-crl]");
  const lines = found(elsewhere, waiverFiles(elsewhere));
  assert.ok(lines.some((line) => line.startsWith("ROOT-VALIDITY: ")) && lines.some((line) => line.startsWith("WAIVER-FITS: ")), lines.join("\n"));
});

test("rules of form, possession and keys cannot be waived, nor a control that there is not [WAIVER-FITS]", () => {
  for (const control of ["PROFILE-FITS", "REQUEST-POSSESSION", "KEY-LOCAL", "SEAL-QUORUM", "NO-SUCH-RULE"]) {
    const script = WAIVED.replace("ROOT-VALIDITY:", `${control}:`);
    const waiver = { on: ["root-ca"], why: "The devices are sealed in concrete for thirty years.", by: ["alice", "dan"], until: "2026-12-31T00:00:00Z" };
    const lines = found(script, waiverFiles(script, waiver, control));
    assert.ok(lines.some((line) => line.startsWith(`WAIVER-FITS: expected a control that can be waived, found ${control}`)), lines.join("\n"));
    assert.ok(lines.some((line) => line.startsWith("ROOT-VALIDITY: ")), lines.join("\n"));
  }
});

test("P1, P3: one person alone, or somebody who is not of the script, waives nothing [SCRIPT-FORM] [WAIVER-FITS]", () => {
  assert.match(found(WAIVED.replace("by: [alice, dan]", "by: [alice]")).join("\n"), /SCRIPT-FORM: expected a list of 2 to 20 people/);
  const stranger = WAIVED.replace("by: [alice, dan]", "by: [alice, eve]");
  assert.match(found(stranger).join("\n"), /WAIVER-FITS: expected people of this script, found eve/);
});
