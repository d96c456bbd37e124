/** Checks a record in the browser: the same replay as the command's, its claims by WebCrypto. */
import type { RecordFiles } from "../../ceremony/recorded-inputs.ts";
import { replayRecord, type Replayed } from "../../ceremony/replay.ts";
import { addendaOf, judgeSealed } from "../../ceremony/sealed.ts";
import { verdictOf } from "../../ceremony/verdict.ts";
import type { Addendum } from "../../transcript/addenda.ts";
import type { RosterEntry } from "../../transcript/roster.ts";
import type { Claim } from "../../x509/algorithm.ts";
import { allOf } from "../certificates.ts";
import { factsOf, type ReportFacts } from "../facts.ts";
import type { Checked, CheckedClaim, ClaimState } from "../findings.ts";
import { checkClaim } from "./claims.ts";

/** What the reader brought from outside. */
export interface Brought {
  readonly roster: readonly RosterEntry[] | null;
  /** Head or SHA-256 of seal.txt, hex. */
  readonly digest: string | null;
}

/** A record whose claims were checked; what is brought from outside is compared without checking them again. */
export interface Rechecked {
  readonly files: RecordFiles;
  /** The page did not bring the record: a browser gave the folder. */
  readonly linksUnseen: boolean;
  readonly facts: ReportFacts;
  readonly replayed: Replayed;
  /** Claims of the entries. */
  readonly entries: readonly CheckedClaim[];
  /** Claims of certificates and CRLs as they lie in their files. */
  readonly shown: ReadonlyMap<string, ClaimState>;
}

/** So many claims may wait for their answers at a time. */
const WAITING = 128;
/** Milliseconds of work before the page may draw. */
const SLICE = 40;

/** Claims as they come, checked in slices between which the page can draw. */
class Checking {
  readonly #checked: Promise<CheckedClaim>[] = [];
  #since = performance.now();
  readonly #progress: (count: number) => void;

  constructor(progress: (count: number) => void) {
    this.#progress = progress;
  }

  async take(claim: Claim): Promise<void> {
    this.#checked.push(checkClaim(claim).then((state) => ({ claim, state })));
    if (this.#checked.length % WAITING === 0) await Promise.all(this.#checked.slice(-WAITING));
    if (performance.now() - this.#since < SLICE) return;
    this.#progress(this.#checked.length);
    await drawn();
    this.#since = performance.now();
  }

  all(): Promise<CheckedClaim[]> {
    return Promise.all(this.#checked);
  }
}

/** Lets the page draw. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}

/** @param progress is told how many signatures were taken so far */
export async function recheck(files: RecordFiles, linksUnseen: boolean, progress: (count: number) => void): Promise<Rechecked> {
  const entries = new Checking(progress);
  const replaying = replayRecord(files);
  let next = replaying.next();
  for (; next.done !== true; next = replaying.next()) await entries.take(next.value);
  const replayed = next.value;
  await drawn();
  const facts = factsOf(files, replayed, judgeSealed(files, replayed, null));
  await drawn();
  const shown = new Checking(progress);
  for (const one of allOf(facts.trees)) for (const { claim } of [one, ...one.crls]) if (claim !== null) await shown.take(claim);
  return { files, linksUnseen, facts, replayed, entries: await entries.all(), shown: new Map((await shown.all()).map(({ claim, state }) => [claim.where, state])) };
}

/** The verdict over a record that was rechecked, with what was brought from outside. */
export async function judged({ files, linksUnseen, replayed, entries, shown }: Rechecked, { roster, digest }: Brought): Promise<Checked> {
  const sealed = judgeSealed(files, replayed, roster);
  const claims = [...entries, ...(await checkedAll(sealed.claims))];
  const failed = claims.filter(({ state }) => state === "failed").map(({ claim }) => claim.where);
  const addenda: Addendum[] = [];
  for (const one of addendaOf(files, replayed, { roster, tsa: null })) {
    const states = (await checkedAll(one.claims)).map(({ state }) => state);
    addenda.push(states.every((state) => state === "held") ? one.addendum : { kind: "wrong", folder: one.addendum.folder, why: states.includes("failed") ? "a signature in it does not verify" : "a signature in it is of a kind that this browser does not know" });
  }
  return { files, replayed, sealed, verdict: verdictOf(replayed, sealed, failed, { roster: roster !== null, digest }, addenda), claims, shown, linksUnseen };
}

function checkedAll(claims: readonly Claim[]): Promise<CheckedClaim[]> {
  return Promise.all(claims.map(async (claim) => ({ claim, state: await checkClaim(claim) })));
}
