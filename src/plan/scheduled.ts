/** A script that runs while nobody is there: what it may say [STANDING-STEP, STANDING-QUORUM]. Pure. */
import type { Script } from "../script/schema.ts";
import type { Step } from "../script/step-schema.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedStep } from "./plan.ts";

/** Nothing is made, destroyed, initialised, wrapped or restored, and nobody is asked. */
const ALLOWED: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["roll-call", "inspect-token", "issue-crl", "issue-certificate", "sign-request", "create-request", "sign-artifact", "close"]);
const FEWEST = 2;

/** Judges a scheduled script, and any other for what only a scheduled one may leave out. */
export function judgeScheduled(script: Script, steps: readonly PlannedStep[], judgement: Judgement): void {
  const { seal } = script.quorum;
  if (script.scheduled === undefined) {
    if (seal === undefined) judgement.judge("STANDING-QUORUM", ["quorum"], false, "expected seal, the people who seal the record, found none", "only a script with scheduled, under a standing approval, is sealed by the transcript key alone");
    return;
  }
  judgement.judge("STANDING-QUORUM", ["quorum"], seal === undefined, "expected no seal in a scheduled script, for nobody is there, found one", "leave it out: the transcript key seals, under the standing approval");
  const seats = (script.quorum.approval ?? []).reduce((sum, { count }) => sum + count, 0);
  judgement.judge("STANDING-QUORUM", ["quorum"], seats >= FEWEST, `expected approval by at least ${FEWEST} people, found ${seats}`, "write approval: [2 of administrator], for example, below quorum");
  judgeWhole(script, judgement);
  for (const step of script.steps) judgeStep(step, judgement);
  for (const step of steps) {
    if ("template" in step) judgement.judge("STANDING-STEP", ["steps", step.number - 1], !step.template.ca && /^P[1-9][0-9]?D$/.test("for" in step.template.valid ? step.template.valid.for : ""), "expected a certificate that is no CA's, valid for P1D to P99D, found another", "a CA and a long life are for people who are there");
  }
}

function judgeWhole(script: Script, judgement: Judgement): void {
  const { register, dice, waivers, rotation, video, places } = script;
  const said = Object.entries({ dice, waivers, rotation, video, places, "quorum.effects": script.quorum.effects }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  judgement.judge("STANDING-STEP", ["scheduled"], said.length === 0, `expected nothing that people do in a scheduled script, found ${said.join(", ")}`, "leave it out");
  judgement.judge("STANDING-STEP", ["scheduled"], register !== undefined && register.joins === undefined, `expected a scheduled script to go on from one register, found ${register === undefined ? "none" : "several"}`, "lines meet where people are there");
}

function judgeStep(step: Step, judgement: Judgement): void {
  judgement.judge("STANDING-STEP", step.path, ALLOWED.has(step.kind), `expected a step that may be done while nobody is there (${[...ALLOWED].join(", ")}), found ${step.kind}`, "hold a ceremony for it");
  if (step.kind === "issue-crl") judgement.judge("STANDING-STEP", step.path, step.successive === undefined && step.valid !== undefined && "for" in step.valid, "expected one list, valid for a period, found several or fixed dates", "a list for the times to come is released by a person");
  if (step.kind === "close") judgement.judge("STANDING-STEP", step.path, step["transcript-key"] !== undefined, "expected a transcript key, for nobody else seals, found none", "close: { transcript-key: NAME }, a key of the register");
}
