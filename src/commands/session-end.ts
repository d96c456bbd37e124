/** What people are told at the end of a session, and its exit code. */
import { join } from "node:path";
import type { Ending } from "../ceremony/feed.ts";
import { closingLines, type Deviation } from "../console/closing.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { exitOfEnding } from "./exit.ts";
import { LARGEST_REGISTER, readRegister } from "../transcript/register.ts";
import type { SessionSource } from "./session.ts";

interface Ended extends Pick<SessionSource, "record" | "plan" | "given"> {
  /** Of the closed transcript, hex. */
  readonly head: string;
  readonly ending: Ending;
  readonly deviations: readonly Deviation[];
}

/** The summary of a run that has closed, and its exit code. */
export function ending({ record, plan, given, head, ending: ended, deviations }: Ended): { readonly exit: ExitCode; readonly lines: readonly string[] } {
  const register = readRegister(readRegular(join(record, LAYOUT.artifacts, "register.json"), LARGEST_REGISTER));
  const before = given.register === null ? null : readRegister(given.register);
  const lines = closingLines({ record, head, outcome: ended.outcome, exceptions: ended.exceptions, deviations, plan, register, before });
  const code = exitOfEnding(ended);
  // nobody stopped it: a rule did
  const exit = plan.scheduled !== undefined && code === EXIT.stoppedBeforeEffect ? EXIT.refused : code;
  return { exit: exit === EXIT.done && deviations.length > 0 ? EXIT.endedWithExceptions : exit, lines };
}

/** @throws Fault record-corrupt when one of the claims does not hold */
export async function requireNone(checking: Checking<string>): Promise<void> {
  const [failed] = await checking.failed();
  if (failed !== undefined) throw new Fault("record-corrupt", `${failed}: a recorded signature does not verify`, ["do not go on with this record"]);
}
