/** What the clocks of the host say between two entries. They decide nothing; that one was set in the middle is for people to know. */
import type { Stamp } from "../transcript/entry.ts";

/** Two clocks that are further apart than this, from one entry to the next, are worth a remark. */
const JUMP_MS = 60_000;

/** A remark about entry `seq`, or none. */
export function clockRemarks(last: Stamp | null, { at, mono, boot }: Stamp, seq: number): string[] {
  if (last === null) return [];
  if (at < last.at) return [`the host's clock went back before entry ${seq}`];
  const jump = milliseconds(at) - milliseconds(last.at) - (mono - last.mono);
  return boot === last.boot && jump > JUMP_MS ? [`the host's clock went ${Math.round(jump / 1000)} s ahead of its monotonic clock before entry ${seq}`] : [];
}

/** Since some day long ago, of `YYYY-MM-DDTHH:MM:SS.mmmZ`; years begin in March here, so that a leap day is the last of one. */
function milliseconds(at: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = at.split(/\D/).map(Number);
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milli;
}
