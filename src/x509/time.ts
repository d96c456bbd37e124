import { derTlv, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** Made once. What is no UTF-8 becomes what is no digit. */
const DECODER = new TextDecoder();

/**
 * An instant of a certificate or CRL as `YYYY-MM-DDTHH:MM:SSZ` (RFC 5280 4.1.2.5): UTCTime for the years 1950 to 2049,
 * GeneralizedTime for others, seconds always given, zone always Z.
 * @throws Fault form-der
 */
export function instantOf(node: DerNode, name: string): string {
  const text = DECODER.decode(node.contents);
  const isUtc = node.tag === TAG.utcTime;
  if (!isUtc && node.tag !== TAG.generalizedTime) throw new Fault("form-der", `${name}: expected a Time`);
  if (!(isUtc ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) throw new Fault("form-der", `${name}: expected ${isUtc ? "YYMMDDHHMMSSZ" : "YYYYMMDDHHMMSSZ"}`);
  const digits = isUtc ? (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text : text;
  const year = Number(digits.slice(0, 4));
  if (!isUtc && year >= 1950 && year < 2050) throw new Fault("form-der", `${name}: expected UTCTime for the year ${year}, found GeneralizedTime`);
  const instant = digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return requireInstant(instant, name);
}

/** A Time (RFC 5280 4.1.2.5): UTCTime for the years 1950 to 2049, GeneralizedTime for others. @throws Fault form-instant */
export function derTime(instant: string): Uint8Array {
  const digits = requireInstant(instant, "Time").replaceAll(/[-:T]/g, "");
  const isUtc = digits >= "1950" && digits < "2050";
  return isUtc ? derTlv(TAG.utcTime, toUtf8(digits.slice(2))) : derTlv(TAG.generalizedTime, toUtf8(digits));
}

/**
 * The instant itself.
 * @throws Fault form-instant when it is no `YYYY-MM-DDTHH:MM:SSZ` of the calendar
 */
export function requireInstant(instant: string, name: string): string {
  const [, year, month, day, hour, minute, second] = (/^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(instant) ?? []).map(Number);
  const isInRange = day !== undefined && day >= 1 && day <= daysIn(year ?? 0, month ?? 0) && (hour ?? 24) < 24 && (minute ?? 60) < 60 && (second ?? 60) < 60;
  if (!isInRange) throw new Fault("form-instant", `${name}: expected an instant such as 2026-11-20T10:00:00Z, found ${JSON.stringify(instant.slice(0, 40))}`);
  return instant;
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
