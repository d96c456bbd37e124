/** `report RECORD`: one page that shows a record and checks it again wherever it is opened; the same page empty; the draft of an auditor's statement. */
import { replayRecord } from "../ceremony/replay.ts";
import { addendaOf, judgeSealed } from "../ceremony/sealed.ts";
import { verdictOf } from "../ceremony/verdict.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { allOf } from "../report/certificates.ts";
import { emptyPage, reportPage } from "../report/document.ts";
import { factsOf } from "../report/facts.ts";
import { countsOf, resultsOf, type Checked, type CheckedClaim } from "../report/findings.ts";
import { statementText } from "../report/statement.ts";
import { Checking } from "../room/checking.ts";
import { keepFile, kindAt } from "../room/files.ts";
import { folderFiles } from "../room/folder.ts";
import { readBuilt, readTool } from "../room/package-digest.ts";
import type { RosterEntry } from "../transcript/roster.ts";
import type { Claim } from "../x509/algorithm.ts";
import { checkedAddenda, pinnedDigest, rosterIn, type ReplayOptions } from "./replay.ts";
import { result } from "./output.ts";

export interface ReportOptions extends Pick<ReplayOptions, "roster" | "words" | "head"> {
  readonly output: string;
  readonly empty?: boolean;
  readonly statement?: boolean;
}

/** The page's program, in the built tool. */
const PROGRAM = "page-program.js";
/** Octets of a record that a page carries at most: above that browsers grow slow, and the empty page takes the folder. */
const LARGEST_CARRIED = 64 * 1024 * 1024;

/** Writes the page, the empty page or the draft to a new file; the exit code is that of `replay` for what it shows. */
export async function report(folder: string | undefined, options: ReportOptions): Promise<ExitCode> {
  if (kindAt(options.output) !== "nothing") throw new Fault("record-exists", `expected no such file yet, found ${options.output}`, ["name a new file; nothing was written"]);
  if (options.empty === true) return reportEmpty(folder, options);
  if (folder === undefined) throw new Fault("usage-arguments", "expected a record's folder, found none", ["only `report --empty` needs none"]);
  const { checked, facts } = await checkedFolder(folder, rosterIn(options.roster), pinnedDigest(options));
  const tool = readTool();
  if (options.statement === true) keepFile(options.output, toUtf8(statementText(facts, checked.verdict, resultsOf(facts.checks, facts.trees, checked))));
  else keepFile(options.output, toUtf8(pageOf(checked, facts, `${tool.name} ${tool.version}`)));
  result(`${options.output}: ${options.statement === true ? "the draft of a statement; what stands in [brackets] is yours to write" : "open it in a browser; it checks the record again there"}`);
  return checked.verdict.exit;
}

function reportEmpty(folder: string | undefined, options: ReportOptions): ExitCode {
  if (folder !== undefined || options.statement === true) throw new Fault("usage-arguments", "expected --empty alone: the empty page brings no record", ["leave the record or --statement out"]);
  keepFile(options.output, toUtf8(emptyPage(program())));
  result(`${options.output}: open it in a browser, and drop a record's folder on it`);
  return EXIT.done;
}

function program(): string {
  return fromUtf8(readBuilt(PROGRAM));
}

function pageOf(checked: Checked, facts: ReturnType<typeof factsOf>, tool: string): string {
  const octets = checked.files.list().reduce((sum, path) => sum + (checked.files.read(path)?.length ?? 0), 0);
  if (octets > LARGEST_CARRIED) throw new Fault("usage-arguments", `expected a record of at most ${LARGEST_CARRIED} octets for a page that carries it, found ${octets}`, ["`anchorite report --empty -o verify.html` makes a page that takes the folder itself"]);
  const counts = countsOf(resultsOf(facts.checks, facts.trees, checked), checked);
  return reportPage({ facts, files: checked.files, made: { verdict: checked.verdict, counts, tool } }, program());
}

/** Replays a folder as `replay` does, and keeps of every claim what became of it. */
async function checkedFolder(folder: string, roster: readonly RosterEntry[] | null, digest: string | null): Promise<{ checked: Checked; facts: ReturnType<typeof factsOf> }> {
  const files = folderFiles(folder);
  const claims: Claim[] = [];
  const replaying = replayRecord(files);
  let next = replaying.next();
  for (; next.done !== true; next = replaying.next()) claims.push(next.value);
  const replayed = next.value;
  const sealed = judgeSealed(files, replayed, roster);
  const facts = factsOf(files, replayed, sealed);
  const states = await checkedClaims([...claims, ...sealed.claims]);
  const shown = await checkedClaims([...allOf(facts.trees)].flatMap((one) => [one, ...one.crls]).flatMap(({ claim }) => claim ?? []));
  const failed = states.filter(({ state }) => state === "failed").map(({ claim }) => claim.where);
  const verdict = verdictOf(replayed, sealed, failed, { roster: roster !== null, digest }, await checkedAddenda(addendaOf(files, replayed, { roster, tsa: null })));
  return { facts, checked: { files, replayed, sealed, verdict, claims: states, shown: new Map(shown.map(({ claim, state }) => [claim.where, state])), linksUnseen: false } };
}

async function checkedClaims(claims: readonly Claim[]): Promise<CheckedClaim[]> {
  const checking = new Checking<Claim>(claims.length);
  for (const claim of claims) await checking.take(claim, claim);
  const failed = new Set(await checking.failed());
  return claims.map((claim) => ({ claim, state: failed.has(claim) ? "failed" : "held" }));
}
