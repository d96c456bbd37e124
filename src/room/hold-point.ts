/** A hold-point in a record's folder: its text written, and the signatures over it demanded before anybody goes on [HOLD-POINT-SIGNED]. */
import { join } from "node:path";
import { answerOfHold, judgeHold } from "../ceremony/recorded-holds.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { holdPath, writeHoldPoint, type HoldPoint } from "../transcript/hold-point.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { sameBytes } from "../bytes/text.ts";
import { Checking } from "./checking.ts";
import { keepFile, kindAt, readRegular } from "./files.ts";
import { folderFiles } from "./folder.ts";

/** People go home. Thrown once the text of the hold-point is on the disk; nothing is wrong. */
export class Adjourned extends Error {
  readonly point: HoldPoint;

  constructor(point: HoldPoint) {
    super("adjourned");
    this.point = point;
  }
}

/** Writes the text that people sign; equal octets that are there go on. @throws Fault record-artifact-differs */
export function keepHoldText(folder: string, point: HoldPoint): void {
  keepFile(join(folder, holdPath(point.point)), writeHoldPoint(point));
}

/** Whether the text of a hold-point is there to be signed. @throws Fault record-corrupt when it says something else */
export function hasHoldText(folder: string, point: HoldPoint): boolean {
  const path = join(folder, holdPath(point.point));
  if (kindAt(path) === "nothing") return false;
  if (sameBytes(readRegular(path), writeHoldPoint(point))) return true;
  throw new Fault("record-corrupt", `${holdPath(point.point)} does not say what the transcript says`, ["this is not the record that was adjourned: do not go on with it"]);
}

/**
 * The answer to the request that adjourned, once enough people have signed.
 * @throws Fault record-adjourned that names who is missing; record-corrupt for a signature that does not count
 */
export async function signedHold(folder: string, plan: Plan, point: HoldPoint): Promise<AnswerTo<"adjourn">> {
  const files = folderFiles(folder);
  const judged = judgeHold(files, plan, { point, at: "" }, null);
  const checking = new Checking<string>();
  for (const claim of judged.claims) await checking.take(claim, `${claim.where}: the signature does not verify`);
  const wrong = [...judged.wrong, ...(await checking.failed())];
  if (wrong.length > 0) throw new Fault("record-corrupt", `hold-point ${point.point}: ${wrong.join("; ")}`, ["move that file away and have it signed again"]);
  if (judged.missing.length > 0) {
    throw new Fault("record-adjourned", `the ceremony was adjourned, and hold-point ${point.point} is not signed: missing ${judged.missing.join("; ")}`, [`each signs: anchorite seal ${folder} --as ID --key FILE`, "nothing was changed"]);
  }
  return answerOfHold(files, { point });
}
