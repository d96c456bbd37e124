/** The hold-points of a record: the text that each must have, and who signed it, against what the entries say [HOLD-POINT-SIGNED]. Pure. */
import { canonicalText } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { sealersOf } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import type { Entry } from "../transcript/chain.ts";
import { holdPath, holdSigner, writeHoldPoint, type HoldPoint } from "../transcript/hold-point.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { judgeSeal, namespaceOf, type Meaning, type SealJudgement } from "../transcript/quorum.ts";
import type { RosterEntry } from "../transcript/roster.ts";
import type { RecordFiles } from "./recorded-inputs.ts";

const HOLDING: Meaning = { namespaceFor: namespaceOf, control: "HOLD-POINT-SIGNED" };

/** A hold-point as the entries tell of it. */
export interface RecordedHold {
  readonly point: HoldPoint;
  /** Null while nobody has gone on. */
  readonly answer: AnswerTo<"adjourn"> | null;
  /** When it was answered, or, before that, when it was asked; UTC. */
  readonly at: string;
}

/** Follows the entries: a request to adjourn makes a hold-point, its answer closes it. */
export function noteHold(holds: RecordedHold[], { body, seq, head }: Entry, of: Pick<HoldPoint, "ceremony" | "run"> | null): void {
  const at = `${body.at.slice(0, 19)}Z`;
  if (of !== null && body.kind === "request" && body.request.kind === "adjourn") {
    holds.push({ point: { ceremony: of.ceremony, run: of.run, point: holds.length + 1, step: body.request.step, entries: seq + 1, head }, answer: null, at });
  }
  const last = holds.pop();
  if (last === undefined) return;
  const answer = body.kind === "observation" && body.observation.kind === "adjourn" ? body.observation : null;
  holds.push(answer === null ? last : { ...last, answer, at });
}

/** The hold-point at which a record stands; null when it stands at none. */
export function openHold(entries: readonly Entry[]): HoldPoint | null {
  const holds: RecordedHold[] = [];
  const header = entries[0]?.body;
  for (const entry of entries) noteHold(holds, entry, header?.kind === "header" ? header : null);
  const last = holds.at(-1);
  return last === undefined || last.answer !== null ? null : last.point;
}

/** Judges the signatures over a hold-point that the record holds. */
export function judgeHold(files: RecordFiles, plan: Plan, { point, at }: Pick<RecordedHold, "point" | "at">, roster: readonly RosterEntry[] | null): SealJudgement {
  const signatures = files.list().flatMap((file) => {
    const id = holdSigner(point.point, file);
    return id === undefined ? [] : [{ file, id, armour: files.read(file) ?? new Uint8Array() }];
  });
  return judgeSeal({ quorum: plan.quorum.seal, people: sealersOf(plan), roster, signatures, seal: writeHoldPoint(point), sealedAt: at }, HOLDING);
}

/** What answers a request to adjourn: the text, and every signature over it, by their digests. */
export function answerOfHold(files: RecordFiles, { point }: Pick<RecordedHold, "point">): AnswerTo<"adjourn"> {
  const signatures = files.list().flatMap((file) => {
    const by = holdSigner(point.point, file);
    return by === undefined ? [] : [{ by, sha256: sha256Hex(files.read(file) ?? new Uint8Array()) }];
  });
  return { kind: "adjourn", outcome: "answered", sha256: sha256Hex(writeHoldPoint(point)), signatures };
}

/** Why the files of hold-points are not those of the entries; every reason makes the record not authentic. */
export function wrongHolds(files: RecordFiles, holds: readonly RecordedHold[]): Objection[] {
  const own = new Set(holds.map(({ point }) => holdPath(point.point)));
  const signed = (file: string): boolean => holds.some(({ point }) => holdSigner(point.point, file) !== undefined);
  const strays = files.list().filter((file) => file.startsWith(`${LAYOUT.holds}/`) && !own.has(file) && !signed(file));
  return [...strays.map((file) => refused(`${file} belongs to no hold-point of this record`)), ...holds.flatMap((hold) => wrongHold(files, hold))];
}

function refused(sentence: string): Objection {
  return objection("HOLD-POINT-SIGNED", sentence);
}

function wrongHold(files: RecordFiles, hold: RecordedHold): Objection[] {
  const { point, answer } = hold;
  const path = holdPath(point.point);
  const text = files.read(path);
  // a run that died right there has not written it yet; whoever goes on does
  if (text === null) return answer === null ? [] : [refused(`${path} is missing; entry ${point.entries - 1} adjourned`)];
  const wrong = sameBytes(text, writeHoldPoint(point)) ? [] : [refused(`${path} does not say what the entries say`)];
  if (answer !== null && canonicalText(answerOfHold(files, hold)) !== canonicalText(answer)) wrong.push(refused(`${path} and the signatures over it are not those that the record names`));
  return wrong;
}
