import { planLines } from "../console/plan-pages.ts";
import { refusedRequests } from "../plan/request-list.ts";
import { EXIT, type ExitCode } from "../fault.ts";
import { endsOf } from "../plan/period.ts";
import { hostInstant } from "../room/clock.ts";
import { readScript } from "./reading.ts";
import { result, talkFindings } from "./output.ts";

/** `check SCRIPT`: all findings, or the plan in full and its digest as hex and as words. Touches no token. */
export async function check(scriptPath: string): Promise<ExitCode> {
  const { made, findings } = await readScript(scriptPath);
  if (made?.plan == null || findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  result(...planLines(made.plan, made.digest, refusedRequests(made.given.lists), (valid) => endsOf(valid, hostInstant())?.until.slice(0, 4) ?? ""));
  return EXIT.done;
}
