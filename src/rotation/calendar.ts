/** The obligations as a calendar (RFC 5545): a whole day for each, on the last day on which it may be done, with reminders before. */
import { ICalAlarmType, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency, ICalCalendar } from "ical-generator";
import { Temporal } from "temporal-polyfill";
import { daysBetween, epochSeconds, shifted } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";
import type { JudgedObligation } from "./obligation.ts";

/** Reminders where no policy names any. */
const REMINDERS = ["P30D", "P7D"];

/**
 * The calendar file, UTF-8, CRLF. The same register makes the same octets: its stamp is the last attested time, ids are those of the
 * obligations, and SEQUENCE counts the hours from the first certificate to that time, so that a later ceremony's plan outranks an earlier one.
 * @param sentenceOf what an obligation says, for people
 */
export function calendarText(register: Register, obligations: readonly JudgedObligation[], sentenceOf: (one: JudgedObligation) => string): string {
  const stamp = stampOf(register);
  const calendar = new ICalCalendar({ name: "Anchorite rotation", prodId: { company: "anchorite", product: "rotation", language: "EN" }, method: ICalCalendarMethod.PUBLISH });
  for (const one of obligations.filter(({ standing }) => standing !== "closed")) {
    const event = calendar.createEvent({
      id: `${identityOf(register)}-${one.id.replaceAll(/[^A-Za-z0-9.-]/g, "-")}@anchorite`, sequence: sequenceOf(register, stamp), stamp: instantOf(stamp), start: dayOf(one.by), allDay: true,
      summary: sentenceOf(one), description: `${one.id}: from ${one.from} until ${one.by} (UTC)`, status: ICalEventStatus.CONFIRMED, transparency: ICalEventTransparency.TRANSPARENT,
    });
    // nobody is reminded before there was anything to do
    for (const period of reminders(register).filter((early) => shifted(one.by, early, "before") > stamp)) event.createAlarm({ type: ICalAlarmType.display, trigger: secondsBefore(one.by, period), description: sentenceOf(one) });
  }
  return calendar.toString();
}

function reminders({ rotation }: Register): readonly string[] {
  return rotation === undefined || rotation.remind.length === 0 ? REMINDERS : rotation.remind;
}

/** Seconds before the day on which it is due. */
function secondsBefore(by: string, period: string): number {
  return daysBetween(shifted(by, period, "before"), by) * 86_400;
}

function dayOf(instant: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(instant.slice(0, 10));
}

function instantOf(instant: string): Temporal.Instant {
  return Temporal.Instant.from(instant);
}

/** The last time that people attested; a register without any has certificates of nobody. */
function stampOf({ attested, certificates }: Register): string {
  return attested ?? certificates[0]?.notBefore ?? "1970-01-01T00:00:00Z";
}

function sequenceOf({ certificates }: Register, stamp: string): number {
  const first = certificates.map(({ notBefore }) => notBefore).sort()[0] ?? stamp;
  return Math.max(0, Math.floor((epochSeconds(stamp) - epochSeconds(first)) / 3600));
}

/** The run in which the first key of the register was made: the same in every register of one CA. */
function identityOf({ keys, run }: Register): string {
  return keys[0]?.line[0] ?? run;
}
