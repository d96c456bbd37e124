/** A planned script as a rehearsal of it, once the stand-ins are known. Pure. */
import { Fault, type Finding } from "../fault.ts";
import { rehearsalOf } from "../plan/rehearse.ts";
import type { Input } from "../plan/resolving.ts";
import { readStandIns } from "../transcript/rehearsal.ts";
import type { PlannedScript } from "./planned.ts";

/**
 * The plan of the rehearsal in the place of the plan, with the files of the stand-ins among the inputs. A script with findings stays
 * as it is; what cannot be rehearsed is a finding.
 * @param statement the stand-ins, as they lie in the record
 */
export function rehearsedScript(planned: PlannedScript, statement: Uint8Array): PlannedScript {
  const { made } = planned;
  if (made?.plan == null) return planned;
  try {
    const { plan, bytes, digest, given, files } = rehearsalOf(made.plan, made.digest, made.given, readStandIns(statement));
    return { ...planned, made: { ...made, plan, bytes, digest, given }, inputs: new Map<string, Input>([...planned.inputs, ...files]) };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const finding: Finding = { control: "SCRIPT-FORM", path: [], message: `cannot be rehearsed: ${thrown.message}`, ...(thrown.hints[0] === undefined ? {} : { hint: thrown.hints[0] }) };
    return { ...planned, made: { ...made, plan: null }, findings: [...planned.findings, ...planned.locate([finding])] };
  }
}
