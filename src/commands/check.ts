import { planLines } from "../console/plan-pages.ts";
import { refusedRequests } from "../plan/request-list.ts";
import { EXIT, type ExitCode } from "../fault.ts";
import { endsOf } from "../plan/period.ts";
import { hostInstant } from "../room/clock.ts";
import { readScript } from "./reading.ts";
import { result, talkFindings } from "./output.ts";

export interface CheckOptions {
  readonly json?: boolean;
}

/** `check SCRIPT`: all findings, or the plan in full and its digest as hex and as words. Touches no token. */
export async function check(scriptPath: string, { json }: CheckOptions): Promise<ExitCode> {
  const { made, findings } = await readScript(scriptPath);
  const isRefused = made?.plan == null || findings.length > 0;
  if (json === true) result(JSON.stringify({ findings, digest: isRefused ? null : made.digest, plan: isRefused ? null : made.plan }));
  else if (isRefused) talkFindings(findings);
  else result(...planLines(made.plan, made.digest, refusedRequests(made.given.lists), (valid) => endsOf(valid, hostInstant())?.until.slice(0, 4) ?? ""));
  return isRefused ? EXIT.refused : EXIT.done;
}
