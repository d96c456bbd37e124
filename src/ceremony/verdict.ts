/** The verdict of a replay, in three parts: rebuilt, signed, pinned; and every check that was not made. Pure. */
import { EXIT, type ExitCode } from "../fault.ts";
import { controlOf, objection, type Objection, type RecordControl } from "../transcript/objection.ts";
import type { Addendum } from "../transcript/addenda.ts";
import type { SealSigner } from "../transcript/quorum.ts";
import { waivedText } from "../plan/waivers.ts";
import type { Rebuilt, Replayed } from "./replay.ts";
import type { Sealed } from "./sealed.ts";

/** What an auditor brought from outside; null where nothing was given. */
export interface Pins {
  readonly roster: boolean;
  /** Head or SHA-256 of seal.txt, hex. */
  readonly digest: string | null;
}

export interface Verdict {
  readonly ceremony: string;
  readonly assurance: string;
  /** Of a rehearsal, and absent otherwise: the plan digest of what was rehearsed. Nothing of it counts. */
  readonly rehearsal?: string;
  readonly run: string;
  readonly entries: number;
  readonly head: string;
  readonly rebuilt: Rebuilt;
  /** How many entries and files a public copy leaves out. */
  readonly withheld: number;
  readonly signed: { readonly by: readonly SealSigner[]; readonly token: Sealed["token"]; readonly missing: readonly Objection[] };
  /** Who approved the plan before the day; null where it wants no approvals. */
  readonly approved: readonly SealSigner[] | null;
  /** Of a scheduled run, and absent otherwise: the standing approval under which its transcript key alone sealed it. */
  readonly standing?: StandingSeal;
  readonly pinned: readonly string[];
  /** Not empty: the record is not authentic. */
  readonly wrong: readonly Objection[];
  /** The controls that did not hold: of `wrong`, of `rebuilt`, of what is missing. The first is the reason for the exit code. */
  readonly codes: readonly RecordControl[];
  readonly artifacts: number;
  readonly claims: { readonly held: number; readonly failed: number };
  readonly controls: Replayed["controls"];
  readonly exceptions: readonly string[];
  readonly remarks: readonly string[];
  /** Later evidence, no part of the sealed record: none of it speaks for or against the rest. */
  readonly addenda: readonly Addendum[];
  readonly notChecked: readonly string[];
  readonly exit: ExitCode;
}

/** Who approved beforehand what nobody attended. */
export interface StandingSeal {
  /** SHA-256 of standing.txt, hex. */
  readonly approval: string;
  readonly by: readonly SealSigner[];
  readonly run: number;
  readonly count: number;
  readonly from: string;
  readonly until: string;
}

/** What no replay can check, whoever runs it. */
const NEVER_CHECKED = [
  "that the keys were born in the token and never left it: that is the token's word, recorded",
  "that the people named were there, and that the clock was right: that is the people's word",
  "that the host ran this code and nothing else",
];

/**
 * Puts together what replaying and judging the seal found.
 * @param failed where claims did not hold; any of them makes the record not authentic
 * @param addenda as they were judged, their claims checked
 */
export function verdictOf(replayed: Replayed, sealed: Sealed, failed: readonly string[], pins: Pins, addenda: readonly Addendum[] = []): Verdict {
  const { header, ending, end, rebuilt } = replayed;
  const wrong = [...replayed.wrong, ...sealed.wrong, ...failed.map((where) => objection("RECORD-SIGNATURES", `${where}: the signature does not verify`)), ...pinWrong(replayed, sealed, pins)];
  const pinned = [...(pins.roster ? ["the roster"] : []), ...(pins.digest === null ? [] : [pins.digest === end.head ? "the head" : "the seal"])];
  const claims = replayed.claims + sealed.claims.length;
  const verdict = {
    ceremony: header?.ceremony ?? "", assurance: header?.assurance ?? "", ...(header?.rehearsal === undefined ? {} : { rehearsal: header.rehearsal }), run: header?.run ?? "", entries: end.entries, head: end.head, rebuilt, withheld: replayed.withheld,
    signed: { by: sealed.people?.signedBy ?? [], token: sealed.token, missing: sealed.missing },
    approved: sealed.approved === null ? null : sealed.approved.signedBy,
    ...standingOf(replayed, sealed), pinned, wrong, codes: [...wrong.map(controlOf), ...REBUILT_BY[rebuilt.state], ...sealed.missing.map(controlOf)], artifacts: replayed.artifacts, claims: { held: claims - failed.length, failed: failed.length },
    controls: replayed.controls, exceptions: ending?.exceptions ?? [], remarks: [...replayed.remarks, ...waiverRemarks(replayed), ...rehearsalRemarks(replayed)],
    notChecked: [...(pins.roster ? [] : ["the signers' keys: no roster was given"]), ...(pins.digest === null ? ["the head against paper: no words were given"] : []), ...(sealed.token === "not judged" ? ["the token's signature: the entries diverge before they name its key"] : []), ...unjudged(sealed, addenda), ...timeNotChecked(addenda), ...videoNotChecked(replayed, addenda), ...NEVER_CHECKED], addenda,
  };
  return { ...verdict, exit: exitOf(rebuilt, wrong, sealed.missing, pinned) };
}

function standingOf({ plan }: Replayed, { approved, standing }: Sealed): Pick<Verdict, "standing"> {
  if (plan?.scheduled === undefined || standing === null) return {};
  const { sha256, count, from, until } = standing;
  return { standing: { approval: sha256, by: approved?.signedBy ?? [], run: plan.scheduled.run, count, from, until } };
}

function unjudged(sealed: Sealed, addenda: readonly Addendum[]): string[] {
  const good = addenda.filter(({ kind }) => kind !== "wrong").map(({ folder }) => `${folder}/`);
  return sealed.addenda.filter((path) => !good.some((folder) => path.startsWith(folder))).map((path) => `${path}: addenda are no part of the sealed record`);
}

function timeNotChecked(addenda: readonly Addendum[]): string[] {
  const stamps = addenda.flatMap((one) => (one.kind === "timestamp" ? [one] : []));
  if (stamps.length === 0) return ["the time by a timestamp: there is none"];
  return stamps.some(({ ca }) => ca === "given from outside") ? [] : ["the CA of the timestamp: none was given from outside"];
}

/** Whoever keeps the video adds its files, or their digests, with a note that begins with the word. */
function videoNotChecked({ plan }: Replayed, addenda: readonly Addendum[]): string[] {
  const keeper = plan?.video;
  if (keeper === undefined) return [];
  const files = addenda.flatMap((one) => (one.kind === "file" && one.by === keeper && /^video\b/i.test(one.note) ? [one] : []));
  return files.length > 0 ? ["what the video shows"] : [`the video: ${keeper} keeps it, and no addendum of ${keeper} has a note that begins with video`];
}

/** Production without a rehearsal on record, or an exception to it, was not begun by this program. */
function rehearsalRemarks({ plan, remarks, withheld }: Replayed): string[] {
  const isSaid = remarks.some((one) => one.startsWith("rehearsed: ") || one.startsWith("exception to RUN-REHEARSED"));
  return plan?.assurance !== "production" || isSaid || withheld > 0 ? [] : ["no rehearsal and no exception to one is on record"];
}

function waiverRemarks({ plan }: Replayed): string[] {
  return (plan?.waivers ?? []).map((waiver) => `waived: ${waivedText(waiver)}, by ${waiver.by.join(", ")}, to be used until ${waiver.until}`);
}

function pinWrong(replayed: Replayed, sealed: Sealed, { digest }: Pins): Objection[] {
  if (digest === null || digest === replayed.end.head || digest === sealed.sealDigest) return [];
  return [objection("SEAL-PINNED", `the digest given (${digest}) is neither the head (${replayed.end.head}) nor the SHA-256 of seal.txt (${sealed.sealDigest || "missing"})`)];
}

/** What did not hold of the rebuilding. */
const REBUILT_BY: Readonly<Record<Rebuilt["state"], readonly RecordControl[]>> = { reproduced: [], stopped: [], withheld: [], diverged: ["RECORD-REBUILT"], incomplete: ["RECORD-WHOLE"] };

/** Where several apply: 7, then 6, then 9. */
function exitOf(rebuilt: Rebuilt, wrong: readonly Objection[], missing: readonly Objection[], pinned: readonly string[]): ExitCode {
  if (wrong.length > 0) return EXIT.notAuthentic;
  const whole = rebuilt.state === "reproduced" || rebuilt.state === "stopped";
  if (!whole || missing.length > 0) return EXIT.incompleteOrDiverged;
  return pinned.length === 0 ? EXIT.unpinned : EXIT.done;
}
