/** How long the steps of a record took, by the clock that never goes back. */
import type { Entry } from "../transcript/chain.ts";

/** Whole seconds by step: from its first request to the first of the next, without what lay between two starts of the host. */
export function stepSeconds(entries: Iterable<Pick<Entry, "body">>): Map<number, number> {
  const milliseconds = new Map<number, number>();
  let last: { readonly step: number; readonly mono: number; readonly boot: string } | null = null;
  for (const { body } of entries) {
    const step: number = body.kind === "request" ? body.request.step : (last?.step ?? 0);
    if (last !== null && last.boot === body.boot) milliseconds.set(last.step, (milliseconds.get(last.step) ?? 0) + body.mono - last.mono);
    last = { step, mono: body.mono, boot: body.boot };
  }
  milliseconds.delete(0);
  return new Map([...milliseconds].map(([step, time]) => [step, Math.round(time / 1000)]));
}
