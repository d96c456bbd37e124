/** Each control with what it rests on: the plan, entries of the transcript, or the whole record. */
import { CONTROLS, type Control } from "../controls.ts";
import type { ControlTally } from "../ceremony/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { Told } from "./entries.ts";

/** What a control says of this record, and where that stands. */
export interface Evidence {
  readonly control: Control;
  /** `held`, `held 4 times`, `FAILED once, held 3 times`, `waived`. */
  readonly verdict: string;
  readonly failed: boolean;
  /** Where it speaks. */
  readonly where: string;
  /** Entries that it judged; no more than the first of them. */
  readonly entries: readonly number[];
}

/** The kinds of requests whose answers a control judges. */
const JUDGED: Readonly<Record<string, readonly string[]>> = {
  "ROLL-CALL-QUORUM": ["roll-call"], "PRESENT-QUORUM": ["present"], "CLOCK-ATTESTED": ["time"], "WAIVER-CURRENT": ["time"], "PLAN-APPROVED": ["time"], "STANDING-PERIOD": ["time"], "APPROVAL-ONCE": ["inspect-token"],
  "TOKEN-ASSURANCE": ["inspect-token"], "TOKEN-EMPTY": ["inspect-token"], "TOKEN-WHOLE": ["inspect-token"], "TOKEN-HEAD": ["inspect-token"], "TOKEN-INVENTORY": ["inspect-token"],
  "REGISTER-TOKEN": ["inspect-token"], "REGISTER-KEY": ["inspect-token"], "ADOPTED-KEY": ["inspect-token"], "ADOPTION-QUORUM": ["decide", "present"], "KEY-ID-FRESH": ["find-objects"],
  "KEY-NEVER-EXTRACTABLE": ["generate-key-pair"], "KEY-LOCAL": ["generate-key-pair"], "KEY-ATTRIBUTES": ["generate-key-pair"], "KEY-POSSESSION": ["sign"], "SERIAL-ENTROPY": ["draw"],
  "SIGNATURE-VERIFIED": ["sign"], "ISSUED-AS-PLANNED": ["sign"], "HOLD-POINT-SIGNED": ["adjourn"], "PLATFORM-ACCEPTS": ["keep-artifacts"],
};
/** All others that an observation is judged by look at what is to be signed. */
const OTHERS = ["sign"];
const MOST_ENTRIES = 12;

/** The controls of the plan, then those that judged what was observed. */
export function evidenceOf(plan: Plan | null, told: Told, tallies: readonly ControlTally[]): Evidence[] {
  const known = new Map<string, Control>(CONTROLS.map((control) => [control.id, control]));
  const planned = (plan?.controls ?? []).flatMap(({ control: id, verdict }): Evidence[] => {
    const control = known.get(id);
    return control === undefined ? [] : [{ control, verdict, failed: false, where: "plan.json, judged before any token was touched, and judged anew by every replay", entries: [] }];
  });
  const observed = tallies.flatMap((tally): Evidence[] => {
    const control = known.get(tally.control);
    return control === undefined ? [] : [{ control, verdict: tallyText(tally), failed: tally.failed > 0, where: "the transcript", entries: entriesOf(told, JUDGED[tally.control] ?? OTHERS) }];
  });
  return [...observed.filter(({ failed }) => failed), ...planned, ...observed.filter(({ failed }) => !failed)];
}

function entriesOf({ happenings }: Told, kinds: readonly string[]): number[] {
  return happenings.filter(({ request }) => request !== null && kinds.includes(request.kind)).map(({ seq }) => seq).slice(0, MOST_ENTRIES);
}

function tallyText({ held, failed }: ControlTally): string {
  const times = (count: number) => (count === 1 ? "once" : `${count} times`);
  return failed === 0 ? `held ${times(held)}` : `FAILED ${times(failed)}, held ${times(held)}`;
}
