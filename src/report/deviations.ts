/** What did not go as planned, or as it usually goes: first on the page. From the record alone. */
import type { Plan } from "../plan/plan.ts";
import { waivedText } from "../plan/waivers.ts";
import type { Happening, Told } from "./entries.ts";
import { sentenceOf, type NameOf } from "./sentences.ts";

/** One deviation. `grave`: the ceremony says itself that it is one; the others are for a reader to weigh. */
export interface Deviation {
  readonly grave: boolean;
  /** The entry where it stands; null where it is none. */
  readonly seq: number | null;
  readonly text: string;
}

/** Events that people write when something is not as it should be, whatever else their names are. */
const SPOKEN = /^(deviation|exception|note|pause|paused)$/;
const GRAVE_EVENTS: ReadonlySet<string> = new Set(["login-refused", "head-not-kept", "torn-entry", "deviation", "exception"]);
const NOTED_EVENTS: ReadonlySet<string> = new Set(["resumed"]);

/**
 * All of them, those that the ceremony itself calls exceptions first.
 * @param exceptions as replaying words them
 */
export function deviationsOf(plan: Plan | null, told: Told, exceptions: readonly string[], nameOf: NameOf): Deviation[] {
  const found = [
    ...exceptions.map((text): Deviation => ({ grave: true, seq: null, text })),
    ...(plan?.waivers ?? []).map((waiver): Deviation => ({ grave: true, seq: null, text: `${waivedText(waiver)} was waived by ${waiver.by.map(nameOf).join(", ")}, to be used until ${waiver.until}: ${waiver.why}` })),
    ...told.happenings.flatMap((happening) => deviating(happening, nameOf)),
    ...(told.broken === "" ? [] : [{ grave: true, seq: null, text: `The transcript could not be read to its end: ${told.broken}` }]),
  ];
  return [...found.filter(({ grave }) => grave), ...found.filter(({ grave }) => !grave)];
}

function deviating(happening: Happening, nameOf: NameOf): Deviation[] {
  const { seq, request, answer, event } = happening;
  const text = sentenceOf(happening, nameOf);
  if (event !== null) {
    const name: string = event.name;
    if (GRAVE_EVENTS.has(name)) return [{ grave: true, seq, text }];
    const isTold = SPOKEN.test(name) || NOTED_EVENTS.has(name) || (event.name === "opened" && event.answers === "file");
    return isTold ? [{ grave: false, seq, text }] : [];
  }
  if (answer === null) return [{ grave: true, seq, text }];
  if (answer.outcome !== "answered" && answer.outcome !== "done") return [{ grave: true, seq, text }];
  if (answer.kind === "decide" || answer.kind === "deviation") return [{ grave: true, seq, text }];
  return request?.kind === "read-back" && answer.kind === "read-back" && answer.tries > 1 ? [{ grave: false, seq, text }] : [];
}
