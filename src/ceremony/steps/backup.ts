/** Step `back-up-key`: the key leaves its token wrapped, and custodians are given shares of what opens it. */
import { Content } from "../../bytes/content.ts";
import { fromHex, toHex } from "../../bytes/hex.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { AnswerTo } from "../../transcript/observation.ts";
import { judge, named, stopFor, type Course, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { checkPresence, confirmAct, decide, orStop, type Answered } from "../people.ts";
import { ask, type Ask } from "../request.ts";
import { wrappedKeyFaults } from "../wrapped-key.ts";

type BackupStep = StepOf<"back-up-key@1">;
type Wrapped = Extract<Answered<AnswerTo<"wrap-key">>, { outcome: "done" }>;

export function* backUpKey(course: Course, step: BackupStep): Ask<void> {
  const key = named(course.keys, step.key, "key");
  yield* confirmAct(course, step.number, "back-up", [step.key]);
  for (;;) {
    const wrapped = yield* wrapOnce(course, step, key);
    if (wrapped !== "again") return yield* keepBackup(course, step, { key, wrapped });
  }
}

/** What an attempt has given out that did not come to its end opens nothing: the next one has another wrapping key, and another blob. */
function* wrapOnce(course: Course, step: BackupStep, key: CourseKey): Ask<Wrapped | "again"> {
  const { number, backup, threshold, shares } = step;
  yield* checkPresence(course, number);
  const missing = shares.filter(({ by }) => !course.present.includes(by)).map(({ by }) => by);
  judge(course, "CUSTODIANS-PRESENT", number, missing.length === 0, `expected every custodian of ${backup} to be present, found ${missing.join(", ")} missing`);
  course.effects++;
  const { token } = key.planned;
  const answer = orStop(course, number, yield* ask({ kind: "wrap-key", step: number, backup, key: step.key, token, serial: key.serial, id: key.id, spki: key.spki, threshold, shares }));
  if (answer.outcome === "done") return answer;
  if (answer.outcome === "wrong") return stopFor(course, { kind: "wrong", step: number, name: backup }, `backup ${backup}: ${answer.why}`);
  const about = answer.outcome === "unknown" ? "unknown-backup" : "refused";
  yield* decide(course, { step: number, about, name: backup, facts: answer.ckr === "" ? [] : [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
  return "again";
}

function* keepBackup(course: Course, step: BackupStep, { key, wrapped }: { readonly key: CourseKey; readonly wrapped: Wrapped }): Ask<void> {
  const { number, backup, threshold, shares } = step;
  const blob = fromHex(wrapped.blob);
  const faults = wrappedKeyFaults(key.planned.algorithm, blob);
  const given = wrapped.shares.length === shares.length && shares.every(({ by, number: share }, i) => wrapped.shares[i]?.by === by && wrapped.shares[i].number === share);
  if (!given) faults.push("expected each share to be typed back by its custodian, found others");
  if (wrapped.subsets !== subsetsOf(shares.length, threshold)) faults.push(`expected ${subsetsOf(shares.length, threshold)} sets of ${threshold} shares to be tried, found ${wrapped.subsets}`);
  judge(course, "BACKUP-BLOB", number, faults.length === 0, `backup ${backup}: ${faults.join("; ")}`);
  const content = new Content(blob);
  const path = `backups/${backup}.wrapped`;
  const nameOf = (id: string): string => course.plan.people.find((person) => person.id === id)?.name ?? id;
  course.backups.push({
    backup, key: step.key, run: course.run, path, length: content.length, sha256: content.sha256, mechanism: wrapped.mechanism, spki: toHex(key.spki.open()), checkValue: wrapped.checkValue, threshold,
    shares: shares.map(({ by, number: share }) => ({ number: share, by, name: nameOf(by) })),
  });
  yield* keep(course, number, [{ path, content }]);
}

/** How many sets of `k` there are among `n`. */
function subsetsOf(n: number, k: number): number {
  let sets = 1;
  for (let i = 1; i <= k; i++) sets = (sets * (n - k + i)) / i;
  return sets;
}
