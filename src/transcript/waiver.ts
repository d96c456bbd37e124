/** What people sign when they waive a control: a short text in the manner of seal.txt; and the files beside the script where it lies. */
import { toUtf8 } from "../bytes/text.ts";

export const WAIVER_ORIGIN = "anchorite-waiver/1";

/** A waiver as a script asks for it. */
export interface Waiver {
  /** Names of certificates, CRLs or keys that the script makes. */
  readonly on: readonly string[];
  readonly why: string;
  /** Ids of the people who sign it: two at least. */
  readonly by: readonly string[];
  /** The last instant at which it may be used, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly until: string;
  /** Attributes of these keys that their token need not report; only of ATTRIBUTE-REPORTED, and absent elsewhere. */
  readonly "not-reported"?: UnreportedAttributes;
}

/** As PKCS#11 spells them, without `CKA_`. */
export interface UnreportedAttributes {
  readonly private?: readonly string[];
  readonly public?: readonly string[];
}

/**
 * The octets that each person signs, UTF-8, LF. They bind the whole script: whoever changes it has the waiver signed anew.
 * @param script SHA-256 of script.yaml, hex
 */
export function waiverText(script: string, control: string, { on, why, by, until, "not-reported": silent = {} }: Waiver): Uint8Array {
  const halves = Object.fromEntries((["private", "public"] as const).flatMap((half) => (silent[half] === undefined ? [] : [[`not-reported-${half}`, silent[half].join(" ")]])));
  const lines = { origin: WAIVER_ORIGIN, script, control, on: on.join(" "), ...halves, why, by: by.join(" "), until };
  return toUtf8(Object.entries(lines).map(([name, value]) => `${name}: ${value}\n`).join(""));
}

/** Where the text lies, relative to the script's folder: `waivers/ROOT-VALIDITY.txt`. */
export function waiverTextPath(control: string): string {
  return `waivers/${control}.txt`;
}

/** Where a person's signature (SSHSIG) lies: `waivers/ROOT-VALIDITY.alice.sig`. */
export function waiverSignaturePath(control: string, person: string): string {
  return `waivers/${control}.${person}.sig`;
}

/** The files of one waiver. */
export function waiverPaths(control: string, people: readonly string[]): string[] {
  return [waiverTextPath(control), ...people.map((person) => waiverSignaturePath(control, person))];
}

/** The control whose waiver a file belongs to; undefined when it is none of a waiver. */
export function waivedBy(path: string): string | undefined {
  return /^waivers\/([A-Z-]+)\./.exec(path)?.[1];
}
