/**
 * What speaks against a record: a sentence for people, which ends in the id of the control that did not hold, in brackets. The type
 * asks for the id, so that no reason to doubt a record is without one.
 */
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";

/** The controls that judge a record, in the order in which a reader comes to them. */
export const RECORD_CONTROLS = [
  "RECORD-FOLDER", "RECORD-CHAIN", "RECORD-BOUND", "PLAN-APPROVED", "STANDING-QUORUM", "HOLD-POINT-SIGNED", "RECORD-NOT-ROLLED-BACK", "RECORD-ARTIFACTS", "RECORD-MANIFEST", "RECORD-SIGNATURES", "RECORD-REBUILT", "RECORD-WHOLE",
  "SEAL-FORM", "SEAL-FILES", "SEAL-TOKEN", "SEAL-QUORUM", "SEAL-PINNED",
] as const satisfies readonly ControlId[];

export type RecordControl = (typeof RECORD_CONTROLS)[number];

export type Objection = `${string} [${RecordControl}]`;

export function objection(control: RecordControl, sentence: string): Objection {
  return `${sentence} [${control}]`;
}

/** What an objection says, without its control. */
export function sentenceOf(said: Objection): string {
  return said.slice(0, said.lastIndexOf(" ["));
}

/** The control that an objection names. */
export function controlOf(said: Objection): RecordControl {
  const id = said.slice(said.lastIndexOf("[") + 1, -1);
  const control = RECORD_CONTROLS.find((one) => one === id);
  if (control === undefined) throw new Fault("bug-unreachable", `an objection names no control of a record: ${id}`);
  return control;
}

/** What a check gives; null when it ends in a fault, which is then an objection of this control. Anything else that is thrown is a bug, and goes on. */
export function attempt<T>(wrong: Objection[], control: RecordControl, where: string, check: () => T): T | null {
  try {
    return check();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    wrong.push(objection(control, `${where}: ${thrown.message}`));
    return null;
  }
}
