/**
 * A history: many records as one life. Each was replayed by itself; here their links are judged, by issuer key [LINEAGE-LINK,
 * LINEAGE-FORK, LINEAGE-WHOLE]. Pure, and linear in what the records hold.
 */
import { EXIT, type ExitCode } from "../fault.ts";
import { isPrefix, registerFaults, successionFaults, type LineageFault } from "../plan/lineage.ts";
import type { Register } from "../transcript/register.ts";
import { inLineage, type Chapter } from "./chapter.ts";
import { tell, type Told } from "./told.ts";

/** One key through its life. */
export interface KeyLife {
  readonly key: string;
  readonly token: string;
  readonly state: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly spki: string;
  /** The ceremonies in which it was made or signed: the number of the chapter, or null for one that was not given. */
  readonly line: readonly { readonly run: string; readonly chapter: number | null }[];
}

export interface Life {
  readonly told: readonly Told[];
  readonly keys: readonly KeyLife[];
  /** Contradictions: no order of these records makes one life. */
  readonly wrong: readonly LineageFault[];
  /** What is not there: records that others name. */
  readonly missing: readonly LineageFault[];
  readonly remarks: readonly string[];
  /** Numbers of chapters that are pinned by nothing from outside. */
  readonly unpinned: readonly number[];
  readonly exit: ExitCode;
}

/**
 * @param chapters in any order
 * @param digest a head or the SHA-256 of a seal.txt from outside, hex: it pins that record and all before it; null where none was given
 */
export function lifeOf(chapters: readonly Chapter[], digest: string | null): Life {
  const { distinct, remarks } = withoutCopies(chapters);
  const told = tell(inLineage(distinct));
  const keys = keyLives(told);
  const wrong = [...told.flatMap((one) => chapterFaults(one, told)), ...runFaults(told), ...forkFaults(told), ...numberFaults(told), ...pinFaults(told, digest)];
  const missing = [...gaps(told), ...omissions(keys)];
  const pinned = pinnedBy(told, digest);
  const unpinned = told.filter((one) => !pinned.has(one)).map(({ number }) => number);
  return { told, keys, wrong, missing, remarks, unpinned, exit: exitOf(told, { wrong, missing, unpinned }) };
}

/** One record given twice is one chapter. */
function withoutCopies(chapters: readonly Chapter[]): { readonly distinct: readonly Chapter[]; readonly remarks: readonly string[] } {
  const seen = new Map<string, Chapter>();
  const remarks: string[] = [];
  const distinct = chapters.filter((chapter) => {
    const place = `${chapter.seal} ${chapter.verdict.head}`;
    const other = chapter.seal === "" ? undefined : seen.get(place);
    if (other !== undefined) remarks.push(`${chapter.folder} is the record of ${other.folder} again`);
    // of two copies the one counts that is worse: a good one hides nothing
    const isKept = other === undefined || chapter.verdict.exit !== other.verdict.exit;
    seen.set(place, chapter);
    return isKept;
  });
  return { distinct, remarks };
}

function registersOf(told: readonly Told[]): { readonly told: Told; readonly register: Register }[] {
  return told.flatMap((one) => (one.chapter.register === null ? [] : [{ told: one, register: one.chapter.register }]));
}

/** What a register says of itself, and of those before it. */
function chapterFaults({ chapter: { register }, after }: Told, told: readonly Told[]): LineageFault[] {
  if (register === null) return [];
  const before = after.flatMap((number) => told[number - 1] ?? []);
  return [...registerFaults(register), ...registersOf(before).flatMap((one) => successionFaults(one.register, register))];
}

function runFaults(told: readonly Told[]): LineageFault[] {
  const seen = new Map<string, Told>();
  return told.flatMap((one): LineageFault[] => {
    const { run, ceremony } = one.chapter.verdict;
    const other = seen.get(run);
    seen.set(run, one);
    return other === undefined || run === "" ? [] : [{ control: "LINEAGE-FORK", message: `expected one record of ${ceremony}, run ${run}, found ${other.chapter.folder} and ${one.chapter.folder}, which are not the same` }];
  });
}

/** The line of a key is the longest that any register knows; every other must be a beginning of it. */
function longestLines(told: readonly Told[]): Map<string, { readonly line: readonly string[]; readonly register: Register }> {
  const longest = new Map<string, { line: readonly string[]; register: Register }>();
  for (const { register } of registersOf(told)) {
    for (const { spki, line } of register.keys) if (line.length >= (longest.get(spki)?.line.length ?? 0)) longest.set(spki, { line, register });
  }
  return longest;
}

function forkFaults(told: readonly Told[]): LineageFault[] {
  const longest = longestLines(told);
  return registersOf(told).flatMap(({ register }) => register.keys.flatMap(({ key, spki, line }): LineageFault[] => {
    const furthest = longest.get(spki);
    if (furthest === undefined || isPrefix(line, furthest.line)) return [];
    return [{ control: "LINEAGE-FORK", message: `expected one life of ${key}, found that it signed in ${furthest.register.ceremony} and in ${register.ceremony}, and neither knows the other` }];
  }));
}

/** Numbers of one CA that mean two things in two lines: what a fork has done. */
function numberFaults(told: readonly Told[]): LineageFault[] {
  const seen = new Map<string, string>();
  const clash = (control: LineageFault["control"], place: string, sha256: string, message: string): LineageFault[] => {
    const other = seen.get(place) ?? sha256;
    seen.set(place, other);
    return other === sha256 ? [] : [{ control, message }];
  };
  return registersOf(told).flatMap(({ told: { certificates, crls }, register }) => {
    const [byName, listsByName] = [new Map(register.certificates.map((one) => [one.name, one])), new Map(register.crls.map((one) => [one.name, one]))];
    const ca = (issuer: string) => byName.get(issuer)?.spki ?? issuer;
    return [
      ...certificates.filter(({ issuer }) => issuer !== "").flatMap(({ name, issuer, serial }) => clash("SERIAL-ENTROPY", `serial ${ca(issuer)} ${serial}`, byName.get(name)?.sha256 ?? "", `expected each serial number of ${issuer} once, found ${serial} in two certificates, one of them ${name} of ${register.ceremony}`)),
      ...crls.flatMap(({ name, issuer, number }) => clash("CRL-NUMBER-RISES", `number ${ca(issuer)} ${number}`, listsByName.get(name)?.sha256 ?? "", `expected each CRL number of ${issuer} once, found ${number} in two lists, one of them ${name} of ${register.ceremony}`)),
    ];
  });
}

function gaps(told: readonly Told[]): LineageFault[] {
  const seals = new Set(told.map(({ chapter }) => chapter.seal));
  return told.flatMap(({ chapter }) => chapter.previous.filter((seal) => !seals.has(seal)).map((seal): LineageFault => ({ control: "LINEAGE-LINK", message: `expected the record whose seal.txt has the SHA-256 ${seal}, for ${chapter.verdict.ceremony} goes on from it; found none among these` })));
}

function omissions(keys: readonly KeyLife[]): LineageFault[] {
  const names = new Map<string, string[]>();
  for (const { key, line } of keys) for (const { run, chapter } of line) if (chapter === null) names.set(run, [...(names.get(run) ?? []), key]);
  return [...names].map(([run, signed]) => ({ control: "LINEAGE-WHOLE", message: `expected the record of run ${run}, in which ${signed.join(", ")} signed, found none among these` }));
}

function keyLives(told: readonly Told[]): KeyLife[] {
  const numbers = new Map(told.map(({ number, chapter }) => [chapter.verdict.run, number]));
  return [...longestLines(told)].flatMap(([spki, { line, register }]) => {
    const own = register.keys.find((key) => key.spki === spki);
    return own === undefined ? [] : [{ key: own.key, token: own.token, state: own.state, spki, line: line.map((run) => ({ run, chapter: numbers.get(run) ?? null })) }];
  });
}

function isMeant({ chapter }: Told, digest: string): boolean {
  return chapter.seal === digest || chapter.verdict.head === digest;
}

function pinFaults(told: readonly Told[], digest: string | null): LineageFault[] {
  if (digest === null || told.some((one) => isMeant(one, digest))) return [];
  return [{ control: "LINEAGE-LINK", message: `expected a record with the head or the seal ${digest}, which was given from outside, found none` }];
}

/** A seal names the seals before it: whoever pins one pins them all. */
function pinnedBy(told: readonly Told[], digest: string | null): ReadonlySet<Told> {
  const pinned = new Set(told.filter((one) => one.chapter.verdict.pinned.length > 0 || (digest !== null && isMeant(one, digest))));
  for (const one of [...told].reverse()) if (pinned.has(one)) for (const number of one.after) pinned.add(told[number - 1] ?? one);
  return pinned;
}

/** Where several apply: 7, then 6, then 9. */
function exitOf(told: readonly Told[], { wrong, missing, unpinned }: Pick<Life, "wrong" | "missing" | "unpinned">): ExitCode {
  const exits = new Set(told.map(({ chapter }) => chapter.verdict.exit));
  if (wrong.length > 0 || exits.has(EXIT.notAuthentic)) return EXIT.notAuthentic;
  if (missing.length > 0 || exits.has(EXIT.incompleteOrDiverged)) return EXIT.incompleteOrDiverged;
  return unpinned.length > 0 ? EXIT.unpinned : EXIT.done;
}
