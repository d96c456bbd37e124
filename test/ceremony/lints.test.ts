/** A plan that no version of this program makes: what it would have signed is linted before the token is asked, and is not signed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlId } from "../../src/controls.ts";
import type { CertificateTemplate, PlannedStep } from "../../src/plan/plan.ts";
import { basicConstraints, extendedKeyUsage, keyUsage, type PlannedExtension } from "../../src/x509/extension.ts";
import { failedControls, registerOf, tallyOf } from "../scripted/account.ts";
import { goodPlan, ROOT } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const good = goodPlan(ROOT);

/** The plan of a root with other extensions in the place of those of the same kind. */
function planWith(...extensions: readonly PlannedExtension[]): typeof good {
  const change = (template: CertificateTemplate): CertificateTemplate => ({
    ...template, extensions: [...template.extensions.filter(({ oid }) => !extensions.some((one) => one.oid === oid)), ...extensions],
  });
  const steps = good.plan.steps.map((step): PlannedStep => (step.rule === "issue-root@1" ? { ...step, template: change(step.template) } : step));
  return { ...good, plan: { ...good.plan, steps } };
}

const BAD: readonly (readonly [ControlId, readonly PlannedExtension[]])[] = [
  ["CA-BASIC-CONSTRAINTS", [basicConstraints({ ca: true }, false)]],
  ["KEY-USAGE-FITS", [extendedKeyUsage(["2.5.29.37.0"])]],
  ["EXTENSION-FORM", [{ oid: "1.2.3.4", name: "unknown", critical: true, text: "", value: "0500" }]],
  ["NAME-CONSTRAINTS", [{ oid: "2.5.29.30", name: "nameConstraints", critical: true, text: "", value: "3000" }]],
];

for (const [control, extensions] of BAD) {
  test(`a TBS with a finding is not put to the token: the ceremony stops and is whole [${control}]`, async () => {
    const world = new World(planWith(...extensions));
    const ending = await world.run();
    assert.equal(ending.outcome, "stopped");
    assert.deepEqual(failedControls(registerOf(world)), [control]);
    assert.deepEqual(world.vault.effects, ["initialize-token", "generate-key-pair"]);
    assert.deepEqual(registerOf(world).certificates, []);
    assert.match(ending.exceptions.join(), new RegExp(`${control}: root-ca: `));
    assert.equal(world.standing().state, "stopped");
  });
}

test("what a ceremony signs is linted once an item, and the transcript says that it held [CERTIFICATE-FORM] [CRL-FORM]", async () => {
  const world = new World(planWith(keyUsage(["keyCertSign", "cRLSign"])));
  assert.equal((await world.run()).outcome, "done");
  assert.deepEqual([tallyOf(world, "CERTIFICATE-FORM"), tallyOf(world, "CRL-FORM")].map(({ held, failed }) => [held, failed]), [[1, 0], [1, 0]]);
});
