/** What each chapter of a history added to what was known before it. Pure. */
import type { Register } from "../transcript/register.ts";
import type { Chapter } from "./chapter.ts";

/** Names and numbers that a ceremony added, in the words of its register. */
export interface Added {
  readonly keys: readonly { readonly key: string; readonly token: string; readonly algorithm: string }[];
  readonly certificates: readonly { readonly name: string; readonly subject: string; readonly serial: string; readonly issuer: string; readonly notAfter: string }[];
  readonly crls: readonly { readonly name: string; readonly issuer: string; readonly number: number; readonly thisUpdate: string; readonly nextUpdate: string }[];
  readonly revocations: readonly { readonly issuer: string; readonly serial: string; readonly certificate: string | null; readonly date: string; readonly reason: string }[];
  readonly released: readonly string[];
  readonly parked: readonly string[];
  readonly possiblyIssued: readonly string[];
  readonly bundles: readonly string[];
  readonly artifacts: readonly string[];
}

/** A chapter with its number and what it added. */
export interface Told extends Added {
  /** From 1. */
  readonly number: number;
  readonly chapter: Chapter;
  /** The numbers of the chapters before it, as far as they were given. */
  readonly after: readonly number[];
  /** The scheduled runs since the last ceremony with people, over which the people of this one sealed. */
  readonly countersigns: readonly number[];
  /** Of a scheduled run: the number of the ceremony whose people sealed over it; null while there is none. */
  readonly countersignedBy: number | null;
}

/** @param chapters in the order of their lineage */
export function tell(chapters: readonly Chapter[]): Told[] {
  const numbers = new Map(chapters.map(({ seal }, i) => [seal, i + 1]));
  const known = new Set<string>();
  const told = chapters.map((chapter, i) => ({
    number: i + 1, chapter, after: chapter.previous.flatMap((seal) => numbers.get(seal) ?? []), ...(chapter.register === null ? NOTHING : addedBy(chapter.register, known)),
  }));
  const by = countersigners(told);
  return told.map((one) => ({ ...one, countersigns: [...by].flatMap(([run, ceremony]) => (ceremony === one.number ? [run] : [])).sort((a, b) => a - b), countersignedBy: by.get(one.number) ?? null }));
}

/** For each scheduled run the first ceremony, sealed as its plan asks, that goes on from it with people: by number. */
function countersigners(told: readonly Pick<Told, "number" | "chapter" | "after">[]): Map<number, number> {
  const by = new Map<number, number>();
  const isScheduled = (number: number): boolean => told[number - 1]?.chapter.verdict.standing !== undefined;
  for (const { number, chapter: { verdict }, after } of told) {
    if (verdict.standing !== undefined || verdict.signed.missing.length > 0 || verdict.signed.by.length === 0) continue;
    const before = after.filter(isScheduled);
    for (let next = before.pop(); next !== undefined; next = before.pop()) {
      if (by.has(next)) continue;
      by.set(next, number);
      before.push(...(told[next - 1]?.after ?? []).filter(isScheduled));
    }
  }
  return by;
}

const NOTHING: Added = { keys: [], certificates: [], crls: [], revocations: [], released: [], parked: [], possiblyIssued: [], bundles: [], artifacts: [] };

/** @param known what the chapters so far have said; what this one says is added to it */
function addedBy(register: Register, known: Set<string>): Added {
  const fresh = <T>(items: readonly T[], text: (item: T) => string): T[] => items.filter((item) => {
    const isNew = !known.has(text(item));
    known.add(text(item));
    return isNew;
  });
  return {
    keys: fresh(register.keys, ({ spki }) => `key ${spki}`).map(({ key, token, algorithm }) => ({ key, token, algorithm })),
    certificates: fresh(register.certificates, ({ sha256 }) => `certificate ${sha256}`).map(({ name, subject, serial, issuer, notAfter }) => ({ name, subject, serial, issuer, notAfter })),
    crls: fresh(register.crls, ({ sha256 }) => `CRL ${sha256}`).map(({ name, issuer, number, thisUpdate, nextUpdate }) => ({ name, issuer, number, thisUpdate, nextUpdate })),
    revocations: fresh(register.revocations, ({ issuer, serial, date }) => `revoked ${issuer} ${serial} ${date}`).map(({ issuer, serial, certificate, date, reason }) => ({ issuer, serial, certificate, date, reason })),
    released: fresh(register.revocations.filter(({ released }) => released !== null), ({ issuer, serial, released }) => `released ${issuer} ${serial} ${released ?? ""}`).map(({ serial }) => serial),
    parked: fresh(register.keys.filter(({ state }) => state === "parked"), ({ spki }) => `parked ${spki}`).map(({ key }) => key),
    possiblyIssued: fresh(register.possiblyIssued, ({ run, step, burned }) => `possibly ${run} ${step} ${burned}`).map(({ name }) => name),
    bundles: fresh(register.bundles, ({ run, bundle }) => `bundle ${run} ${bundle}`).map(({ bundle }) => bundle),
    artifacts: fresh(register.artifacts, ({ run, artifact }) => `artifact ${run} ${artifact}`).map(({ artifact }) => artifact),
  };
}
