/** How a run's end is told to whoever called it. */
import type { Ending } from "../ceremony/feed.ts";
import { EXIT, type ExitCode } from "../fault.ts";

/** The exit code of a ceremony that has ended. */
export function exitOfEnding({ outcome, exceptions, effects }: Ending): ExitCode {
  if (outcome === "stopped" && effects === 0) return EXIT.stoppedBeforeEffect;
  return outcome === "stopped" || exceptions.length > 0 ? EXIT.endedWithExceptions : EXIT.done;
}
