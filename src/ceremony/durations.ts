/** How long each step took, by the monotonic clock of the host: what a rehearsal with people measures for the next print. Pure. */
import { readDisclosed } from "../transcript/withheld.ts";

/**
 * Milliseconds by the number of the step: from its first request to that of the next, nights and reboots left out.
 * @param transcript transcript.jsonl of a record, or of a public copy
 * @throws Fault form-entry
 */
export function stepDurations(transcript: Uint8Array): Map<number, number> {
  const durations = new Map<number, number>();
  let step = 0;
  let last: { readonly mono: number; readonly boot: string } | null = null;
  for (const { body } of readDisclosed(transcript)) {
    if (body === null) continue;
    const passed = last !== null && last.boot === body.boot && !(body.kind === "event" && body.event.name === "resumed") ? body.mono - last.mono : 0;
    durations.set(step, (durations.get(step) ?? 0) + passed);
    if (body.kind === "request") step = body.request.step;
    last = body;
  }
  durations.delete(0);
  return durations;
}
