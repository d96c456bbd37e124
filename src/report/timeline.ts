/** The timeline: each step of the plan with when it began, how long it took, and what happened in it. */
import { briefingOf } from "../console/briefing.ts";
import { BOX } from "../console/places.ts";
import type { Plan } from "../plan/plan.ts";
import type { Happening, Told } from "./entries.ts";

/** A step as it was. */
export interface Act {
  readonly number: number;
  readonly kind: string;
  /** What it was to do, in the words of the screen. */
  readonly title: readonly string[];
  /** What people did outside the tool, as it was read to them; empty for other steps. */
  readonly say: string;
  /** Where tokens, cards, media and safes are, by the script; none where it does not say so. */
  readonly places: readonly string[];
  /** UTC by the host's clock; empty where it was not begun. */
  readonly beganAt: string;
  /** Whole seconds by the monotonic clock; null across two starts of the host, or where nothing followed. */
  readonly seconds: number | null;
  readonly happenings: readonly Happening[];
}

/** What happened before the first step, the steps, in their order. Without a plan, what the entries say of steps. */
export function actsOf(plan: Plan | null, planDigest: string, { happenings }: Told): Act[] {
  const pages = plan === null ? [] : briefingOf(plan, planDigest).steps;
  const numbers = [...new Set([...pages.map(({ number }) => number), ...happenings.map(({ step }) => step)])].sort((a, b) => a - b);
  return numbers.map((number) => {
    const page = pages.find((one) => one.number === number);
    const own = happenings.filter(({ step }) => step === number);
    const next = happenings.find(({ step }) => step > number);
    return {
      number, kind: page?.kind ?? (number === 0 ? "before the first step" : "step"), title: page?.title ?? [], say: page?.deed ?? "", places: (page?.places ?? []).map((line) => line.replaceAll(`${BOX} `, "")),
      beganAt: own[0]?.at ?? "", seconds: secondsBetween(own[0], next ?? own[own.length - 1]), happenings: own,
    };
  });
}

function secondsBetween(from: Happening | undefined, until: Happening | undefined): number | null {
  if (from === undefined || until === undefined || from.boot !== until.boot) return null;
  return Math.round((until.mono - from.mono) / 1000);
}

/** `1 h 02 min`, `3 min 20 s`, `4 s`. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "not known";
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
