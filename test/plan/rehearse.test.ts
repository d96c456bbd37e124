import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText } from "../../src/bytes/canonical.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { printName } from "../../src/x509/name-reading.ts";
import { encodeName } from "../../src/x509/name.ts";
import { prefixedName } from "../../src/x509/rewritten.ts";
import { readStandIns, writeStandIns } from "../../src/transcript/rehearsal.ts";
import { Fault } from "../../src/fault.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { FLEET, FLEET_FILES } from "../scripted/foundries.ts";
import { rehearsedPlan, standIns } from "../scripted/rehearsed.ts";
import { goodPlan, SMALL } from "../scripted/scripts.ts";
import { substitutionLines } from "../../src/console/rehearsal-pages.ts";

const real = goodPlan(SMALL);
const rehearsal = rehearsedPlan(SMALL);

test("a rehearsal differs from its plan in what it declares, and in nothing else", () => {
  const { plan } = rehearsal;
  assert.deepEqual(plan.rehearsal?.substitutions.map(({ what }) => what), ["assurance", "quorum", "token", "name"]);
  assert.deepEqual([plan.rehearsal?.plan, plan.rehearsal?.ceremony, plan.ceremony, plan.title], [real.digest, real.plan.ceremony, `rehearsal-${real.plan.ceremony}`, "REHEARSAL of Scripted room"]);
  const root = (one: Plan) => one.steps.find((step) => step.rule === "issue-root@1");
  const [was, is] = [root(real.plan), root(plan)];
  assert.equal(is?.template.subjectText, "CN=REHEARSAL Example Root");
  // said back, it is the plan again
  const { rehearsal: _declared, ...rest } = plan;
  const back = { ...rest, ceremony: real.plan.ceremony, title: real.plan.title, quorum: real.plan.quorum, inputs: plan.inputs.filter(({ path }) => !path.startsWith("lists/")), steps: plan.steps.map((step) => (step === is && was !== undefined ? { ...step, template: { ...step.template, subject: was.template.subject, subjectText: was.template.subjectText } } : step)) };
  assert.equal(canonicalText(back), canonicalText(real.plan));
});

test("production and its accepted tokens are substituted, and who approves and seals; with people at prompts the seal's quorum stays", () => {
  const accept = "accept: [{ manufacturer: Maker, model: Model, firmware: \"1.0\", module: " + "ab".repeat(32) + " }]";
  const script = SMALL.replace("assurance: test", "assurance: production").replaceAll("backup: none", "backup: vendor").replace("transcript] }", `transcript], ${accept} }`).replace("  effects:", "  approval: [1 of administrator]\n  effects:");
  const { plan } = rehearsedPlan(script, undefined, standIns({ people: "people" }));
  assert.deepEqual([plan.assurance, plan.quorum.approval, plan.quorum.seal.length, plan.tokens[0]?.accept], ["test", [], 2, []]);
  assert.deepEqual(plan.rehearsal?.substitutions.slice(0, 2), [{ what: "assurance", was: "production", is: "test" }, { what: "quorum", of: "approval" }]);
});

test("a CA whose name its platform fixes lives for seven days in a rehearsal, and says no other name", () => {
  const { plan } = rehearsedPlan(FLEET, FLEET_FILES);
  const root = plan.steps.find((step) => step.rule === "issue-root@1");
  assert.deepEqual([root?.template.valid, root?.template.subjectText.includes("REHEARSAL")], [{ for: "P7D" }, false]);
  assert.ok(plan.rehearsal?.substitutions.some((one) => one.what === "validity" && one.name === root?.certificate));
});

test("REHEARSAL stands before one common name, in its own string type, and never makes it longer than X.520 allows", () => {
  const named = (CN: string): Uint8Array => encodeName([{ type: "C", value: "DE" }, { type: "CN", value: CN }]);
  assert.equal(printName(prefixedName(named("Example"), "REHEARSAL ") ?? new Uint8Array()), "C=DE, CN=REHEARSAL Example");
  assert.notEqual(prefixedName(named("x".repeat(54)), "REHEARSAL "), null);
  assert.equal(prefixedName(named("x".repeat(55)), "REHEARSAL "), null);
  assert.equal(prefixedName(encodeName([{ type: "O", value: "Example" }]), "REHEARSAL "), null);
  assert.equal(prefixedName(encodeName([{ type: "CN", value: "a" }, { type: "CN", value: "b" }]), "REHEARSAL "), null);
});

test("stand-ins are read in their one form", () => {
  const bytes = writeStandIns(standIns());
  assert.deepEqual(readStandIns(bytes), standIns());
  assert.throws(() => readStandIns(writeStandIns({ ...standIns(), pin: "" } as never)), (thrown) => thrown instanceof Fault && thrown.code === "form-json");
  assert.equal(toHex(writeStandIns(standIns())), toHex(bytes));
});

test("a ceremony that adjourns goes on at once in a rehearsal, also with people at prompts: nobody signs, and that is declared", () => {
  const adjourning = SMALL.replace("  - acknowledge", "  - adjourn: {}\n  - acknowledge");
  const { plan } = rehearsedPlan(adjourning, undefined, standIns({ people: "people" }));
  assert.deepEqual([plan.quorum.seal, plan.rehearsal?.substitutions.filter(({ what }) => what === "quorum")], [[], [{ what: "quorum", of: "seal" }]]);
  assert.match(substitutionLines(plan).join("\n"), /stands in: nobody, for those who sign the seal and hold-points/);
});
