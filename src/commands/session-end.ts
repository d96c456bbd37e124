/** What people are told at the end of a session, and its exit code. */
import { join } from "node:path";
import type { Ending } from "../ceremony/feed.ts";
import { closingLines, type Deviation } from "../console/closing.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import type { Checking } from "../room/checking.ts";
import { readRegular } from "../room/files.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { LARGEST_REGISTER, readRegister } from "../transcript/register.ts";
import type { SessionSource } from "./session.ts";

interface Ended extends Pick<SessionSource, "record" | "plan" | "given"> {
  /** Of the closed transcript, hex. */
  readonly head: string;
  readonly ending: Ending;
  readonly deviations: readonly Deviation[];
}

/** The summary of a run that has closed, and its exit code. */
export function ending({ record, plan, given, head, ending: { outcome, exceptions, effects }, deviations }: Ended): { readonly exit: ExitCode; readonly lines: readonly string[] } {
  const register = readRegister(readRegular(join(record, LAYOUT.artifacts, "register.json"), LARGEST_REGISTER));
  const before = given.register === null ? null : readRegister(given.register);
  const lines = closingLines({ record, head, outcome, exceptions, deviations, plan, register, before });
  if (outcome === "stopped" && effects === 0) return { exit: EXIT.stoppedBeforeEffect, lines };
  const asPlanned = outcome === "done" && exceptions.length === 0 && deviations.length === 0;
  return { exit: asPlanned ? EXIT.done : EXIT.endedWithExceptions, lines };
}

/** @throws Fault record-corrupt when one of the claims does not hold */
export async function requireNone(checking: Checking<string>): Promise<void> {
  const [failed] = await checking.failed();
  if (failed !== undefined) throw new Fault("record-corrupt", `${failed}: a recorded signature does not verify`, ["do not go on with this record"]);
}
