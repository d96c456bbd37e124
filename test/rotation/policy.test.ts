/** What a script may say of rotation, what of it contradicts itself, and what the register keeps of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitInto, shifted } from "../../src/plan/validity.ts";
import { nextPolicy } from "../../src/transcript/rotation-policy.ts";
import { planOf } from "../scripted/scripts.ts";
import { SIGNING_FILES } from "../scripted/pack.ts";
import { FIRST, first, registerIn, second } from "../scripted/rotation.ts";
import { replay } from "../scripted/world.ts";

const findings = (...changes: readonly (readonly [string, string])[]): string[] => {
  const text = changes.reduce((all, [from, to]) => {
    assert.ok(all.includes(from), from);
    return all.replace(from, to);
  }, FIRST);
  return planOf(text, SIGNING_FILES).findings.map(({ control, path }) => `${control} ${path.join(".")}`);
};

test("a policy that can be kept has no finding, and the plan holds it", () => {
  assert.deepEqual(findings(), []);
  const { made } = planOf(FIRST, SIGNING_FILES);
  assert.equal(made?.plan?.rotation?.subordinate?.issuesFor, "P5Y");
  assert.ok(made.plan.controls.some(({ control }) => control === "ROTATION-POLICY"));
});

const CONTRADICTIONS: readonly (readonly [string, string, string, string])[] = [
  ["a leaf that outlives its issuer", "issues-for: P5Y", "issues-for: P6Y", "ROTATION-POLICY rotation.subordinate.issues-for"],
  ["an overlap that cannot be kept", "overlap: P1Y", "overlap: P4Y9M", "ROTATION-POLICY rotation.subordinate.overlap"],
  ["a root that is too old to issue when the next one comes", "successor-before: P10Y", "successor-before: P9Y", "ROTATION-POLICY rotation.root.successor-before"],
  ["a root that needs a successor before it is used", "successor-before: P10Y", "successor-before: P19Y11M", "ROTATION-POLICY rotation.root.successor-before"],
  ["a leaf that is renewed before it is used", "renew-before: P1Y }\n  crl", "renew-before: P4Y11M }\n  crl", "ROTATION-POLICY rotation.leaf.renew-before"],
  ["a CRL that lapses before the next ceremony", "renew-before: P45D", "renew-before: P11M", "ROTATION-POLICY rotation.crl.renew-before"],
  ["a list of one CA that lapses", "  ceremony-window: P60D", "  crls: { root-ca: { validity: P30D, renew-before: P20D, ceremony-window: P20D } }\n  ceremony-window: P60D", "ROTATION-POLICY rotation.crls.root-ca.renew-before"],
  ["lists of something that is no CA", "  ceremony-window: P60D", "  crls: { device: { validity: P2Y, renew-before: P20D } }\n  ceremony-window: P60D", "ROTATION-POLICY rotation.crls.device"],
  ["a root of another lifetime", "CN: Example Root }, valid: { for: P20Y }", "CN: Example Root }, valid: { for: P24Y }", "ROTATION-POLICY steps.5.issue-root.valid"],
  ["a subordinate of another lifetime", "path-length: 0, valid: { for: P10Y }", "path-length: 0, valid: { for: P9Y }", "ROTATION-POLICY steps.6.issue-certificate.valid"],
  ["a leaf that lives longer", "private/code-signing, valid: { for: P5Y }", "private/code-signing, valid: { for: P6Y }", "ROTATION-POLICY steps.8.sign-request.valid"],
  ["a CRL that is valid longer", "issuer: root-ca, valid: { for: P1Y }", "issuer: root-ca, valid: { for: P2Y }", "ROTATION-POLICY steps.9.issue-crl.valid"],
];

for (const [what, from, to, finding] of CONTRADICTIONS) {
  test(`${what} is refused [ROTATION-POLICY]`, () => assert.ok(findings([from, to]).includes(finding), findings([from, to]).join("\n")));
}

test("a successor is made in this ceremony, is known, and takes the place of another of its kind [ROTATION-SUCCESSOR]", () => {
  const said = (map: string): string[] => findings(["  custody: P1Y", `  custody: P1Y\n  successors: { ${map} }`]);
  assert.deepEqual(said("issuing-ca: nobody"), ["ROTATION-SUCCESSOR rotation.successors.issuing-ca"]);
  assert.deepEqual(said("nobody: issuing-ca"), ["ROTATION-SUCCESSOR rotation.successors.nobody"]);
  assert.deepEqual(said("device: issuing-ca"), ["ROTATION-SUCCESSOR rotation.successors.device"]);
  assert.deepEqual(said("issuing-ca: issuing-ca"), ["ROTATION-SUCCESSOR rotation.successors.issuing-ca"]);
  assert.deepEqual(said("issuing-ca: root-ca"), []);
});

test("a plan without the field has no member for it, and its register neither", () => {
  const { made } = planOf(FIRST.replace(/rotation:\n(  .*\n)+/, ""), SIGNING_FILES);
  assert.ok(made?.plan && !("rotation" in made.plan) && !made.plan.controls.some(({ control }) => control.startsWith("ROTATION")));
});

test("the register keeps the policy and every succession through later ceremonies, which replay [ROTATION-SUCCESSOR]", async () => {
  const year = await first();
  const later = await second(year);
  const { rotation } = registerIn(later);
  assert.deepEqual([rotation?.leaf, rotation?.successors], [{ lifetime: "P5Y", renewBefore: "P1Y" }, { "issuing-ca-2": "issuing-ca" }]);
  assert.equal(replay(later.files).replayed.rebuilt.state, "reproduced");
});

test("what a later script does not say stays as it was, and what it says counts", () => {
  const { made } = planOf(FIRST, SIGNING_FILES);
  const before = made?.plan?.rotation;
  assert.ok(before);
  const after = nextPolicy(before, { ...before, root: null, leaf: null, remind: [], freeze: "P10D", successors: { b: "a" } });
  assert.deepEqual([after?.root, after?.leaf, after?.remind, after?.freeze, after?.successors], [before.root, before.leaf, before.remind, "P10D", { b: "a" }]);
  assert.deepEqual([nextPolicy(undefined, undefined), nextPolicy(before, undefined), nextPolicy(undefined, before)], [undefined, before, before]);
});

const period = fc.record({ years: fc.integer({ min: 0, max: 20 }), months: fc.integer({ min: 0, max: 11 }), days: fc.integer({ min: 1, max: 60 }) }).map(({ years, months, days }) => `P${years === 0 ? "" : `${years}Y`}${months === 0 ? "" : `${months}M`}${days}D`);
const instant = fc.date({ min: new Date("2026-01-01T00:00:00Z"), max: new Date("2060-01-01T00:00:00Z"), noInvalidDate: true }).map((date) => `${date.toISOString().slice(0, 19)}Z`);

test("a period before an instant is before it, a period after it after it, and a whole fits into itself and no part more", () => {
  fc.assert(fc.property(instant, period, (at, length) => shifted(at, length, "before") < at && at < shifted(at, length, "after")), { numRuns: 200 });
  fc.assert(fc.property(period, (length) => fitInto([length], length) && !fitInto([length, "P1D"], length)), { numRuns: 200 });
});
