/** Plans of rehearsals in the scripted room. */
import { rehearsedScript } from "../../src/ceremony/rehearsed.ts";
import { REHEARSAL_FORMAT, writeStandIns, type StandIns } from "../../src/transcript/rehearsal.ts";
import { FILES, planOf, type Octets } from "./scripts.ts";
import type { GoodPlan } from "./world.ts";

/** The stand-ins of a ceremony that finds nothing: its tokens are initialised by it. */
export function standIns(more: Partial<StandIns> = {}): StandIns {
  return { format: REHEARSAL_FORMAT, people: "stand-ins", tokens: { vault: "" }, keys: {}, signatures: {}, until: "2026-11-26T11:59:59Z", ...more };
}

/** The rehearsal of a script that plans. */
export function rehearsedPlan(script: string, files: Octets = FILES, stand: StandIns = standIns()): GoodPlan {
  const planned = rehearsedScript(planOf(script, files), writeStandIns(stand));
  if (planned.made?.plan == null) throw new Error(JSON.stringify(planned.findings));
  return { planned, plan: planned.made.plan, digest: planned.made.digest };
}
