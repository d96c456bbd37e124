import { Fault } from "../fault.ts";
import type { Course } from "./course.ts";
import { stopFor } from "./course.ts";
import { ask, type ArtifactFile, type Ask } from "./request.ts";

/** Has files written below `artifacts/`. Free: putting it again with equal bytes changes nothing. */
export function* keep(course: Course, step: number, files: readonly ArtifactFile[]): Ask<void> {
  const { kept } = yield* ask({ kind: "keep-artifacts", step, files });
  if (kept !== files.length) stopFor(course, { kind: "short-answer", step, of: "keep-artifacts" }, `expected ${files.length} files to be kept, found ${kept}`);
}

/**
 * The files of the close: nothing is left that could be stopped.
 * @throws Fault bug-answer when the room kept more or fewer files than it was given: nobody can go on with that
 */
export function* keepLast(step: number, files: readonly ArtifactFile[]): Ask<void> {
  const { kept } = yield* ask({ kind: "keep-artifacts", step, files });
  if (kept !== files.length) throw new Fault("bug-answer", `expected ${files.length} files to be kept, the room kept ${kept}`);
}
