/**
 * `node build/test/vectors/make.js` makes the vectors anew, after the format has changed: ceremonies in a scripted room, with keys
 * that are made now and thrown away. What is stated of a record is compared with what replay says, and nothing is written where
 * they differ.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RECORD_FORMAT } from "../../src/transcript/entry.ts";
import type { Files } from "../end-to-end/record-files.ts";
import { badRecords, type Bad, type Stated } from "./bad.ts";
import { badParts } from "./bad-parts.ts";
import { headOf, sealDigest } from "./forging.ts";
import { goodRecords, type Good } from "./good.ts";
import { APART, withPeople, type People } from "./people.ts";
import { changesBetween, judged, said, VECTORS, writeFolder, type Expectation, type Folder, type Vector } from "./vector.ts";

const NO_LINKS: ReadonlyMap<string, string> = new Map();
type Rosters = Readonly<Record<string, string>>;

/** Rosters from outside: the people, others, and the people with lines that do not hold at the sealing of `visit`. */
function rostersOf(people: People, strangers: People, sealedAt: string): Rosters {
  const at = sealedAt.replace(/[-:T]/g, "");
  return {
    people: people.roster(), strangers: strangers.roster(),
    expired: people.roster({ alice: ',valid-before="20261101Z"' }), early: people.roster({ dan: ',valid-after="20261201Z"' }),
    edge: people.roster({ alice: `,valid-after="${at}",valid-before="${at}"` }),
    meaning: people.roster().replace(/^dan namespaces="[^"]*"/m, 'dan namespaces="anchorite-waiver"'), sealing: people.roster().replaceAll(APART, ""),
    absent: people.roster().replace(/^dan .*\n/m, ""), exchanged: people.roster().replace(/^alice (\S+) (.*)$/m, (_line, options: string) => `alice ${options} ${strangers.line("alice").trimEnd()}`),
  };
}

/** With the roster of its people, and with nothing. */
const USUAL: readonly Stated[] = [{ exit: 0, code: null }, { with: {}, exit: 9, code: null }];

/** Cases of the tamper matrix of records that are no changes of others: mostly it is what is brought to them. */
const CASES: Readonly<Record<string, readonly string[]>> = { visit: ["T19"], root: ["T10"], "forged-signature": ["T5"] };

/** What else is brought to a record. */
function broughtTo(name: string, good: ReadonlyMap<string, Good>): readonly Stated[] {
  const files = good.get(name)?.files ?? new Map<string, Uint8Array>();
  const quorum = (roster: string): Stated => ({ with: { roster }, exit: 7, code: "SEAL-QUORUM" });
  if (name === "visit") return [...USUAL, { with: { roster: "edge" }, exit: 0, code: null }, ...["strangers", "expired", "early", "meaning", "absent", "exchanged"].map(quorum)];
  if (name === "adjourning") return [{ exit: 6, code: "RECORD-WHOLE" }];
  if (name === "approved") return [...USUAL, { with: { roster: "sealing" }, exit: 7, code: "PLAN-APPROVED" }];
  if (name === "adjourned") return [...USUAL, { with: { roster: "strangers" }, exit: 7, code: "HOLD-POINT-SIGNED" }];
  if (name === "forged-signature") return [{ exit: 7, code: "RECORD-SIGNATURES" }];
  if (name !== "root") return USUAL;
  const other = headOf(good.get("unknown")?.files ?? files);
  const pinned = [headOf(files), sealDigest(files)].map((head): Stated => ({ with: { head }, exit: 0, code: null }));
  return [...USUAL, ...pinned, { with: { head: other }, exit: 7, code: "SEAL-PINNED" }, { with: { roster: "people", head: other }, exit: 7, code: "SEAL-PINNED" }];
}

/** The expectation of one judgement: what is stated, filled in from what replay says, which must agree. */
function expectation(name: string, folder: Folder, stated: Stated, rosters: Rosters): Expectation {
  const brought = stated.with ?? { roster: "people" };
  const verdict = judged(folder, brought, (roster) => new TextEncoder().encode(rosters[roster] ?? ""));
  const { exit, code, ...parts } = said(verdict);
  if (exit !== stated.exit || code !== stated.code) throw new Error(`${name}: stated ${stated.exit} ${stated.code}, replay says ${exit} ${code}: ${[...verdict.wrong, verdict.rebuilt.why, ...verdict.signed.missing].join("; ")}`);
  return { with: brought, exit, "exit-without-rebuilding": stated.exitWithoutRebuilding ?? exit, code, ...parts };
}

function keep(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function keepVector(name: string, vector: Vector): void {
  keep(join(VECTORS, name, "expect.json"), `${JSON.stringify(vector, null, 1)}\n`);
}

function changed({ change, links = NO_LINKS }: Bad, from: Files): Folder {
  const files = new Map(from);
  change(files);
  return { files, links };
}

/** When the last entry of a record was written. */
function sealingInstant(files: Files): string {
  const [, at = ""] = /.*"at":"([^".]*)/s.exec(Buffer.from(files.get("transcript.jsonl") ?? []).toString()) ?? [];
  return `${at}Z`;
}

/** Takes the vectors away that were there; what else lies there stays. */
function clear(): void {
  for (const one of readdirSync(VECTORS, { withFileTypes: true })) if (one.isDirectory()) rmSync(join(VECTORS, one.name), { recursive: true });
}

await withPeople(async (people, strangers) => {
  const good = await goodRecords(people);
  const filesOf = (name: string): Files => good.get(name)?.files ?? new Map<string, Uint8Array>();
  const foreign = (await goodRecords(strangers)).get("visit")?.files ?? new Map<string, Uint8Array>();
  const rosters = rostersOf(people, strangers, sealingInstant(filesOf("visit")));
  const problems: string[] = [];
  const attempt = (name: string, make: () => Vector): [string, Vector][] => {
    try {
      return [[name, make()]];
    } catch (thrown) {
      problems.push(thrown instanceof Error ? thrown.message : String(thrown));
      return [];
    }
  };
  const whole = [...good].flatMap(([name, { about, files }]) => attempt(name, () => ({
    about, cases: CASES[name] ?? [], format: RECORD_FORMAT, expect: broughtTo(name, good).map((stated) => expectation(name, { files, links: NO_LINKS }, stated, rosters)),
  })));
  const means = { people, strangers, good: filesOf, foreign };
  const bad = [...badRecords(means), ...badParts(means)].flatMap((one) => attempt(one.name, () => {
    const folder = changed(one, filesOf(one.from));
    return {
      about: one.about, cases: one.cases, format: RECORD_FORMAT, from: one.from, change: changesBetween(filesOf(one.from), folder),
      expect: [one, ...(one.also ?? [])].map((stated) => expectation(one.name, folder, stated, rosters)),
    };
  }));
  if (problems.length > 0) throw new Error(`nothing is written:\n${problems.join("\n")}`);
  clear();
  for (const [name, text] of Object.entries(rosters)) keep(join(VECTORS, "rosters", name), text);
  for (const [name, vector] of whole) {
    writeFolder(join(VECTORS, name, "record"), { files: filesOf(name), links: NO_LINKS });
    keepVector(name, vector);
  }
  for (const [name, vector] of bad) keepVector(name, vector);
  console.log(`${whole.length} records, ${bad.length} with changes`);
});
