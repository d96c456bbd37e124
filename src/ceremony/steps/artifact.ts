/** Step `sign-artifact`: people see and read back what is in the file, then a key signs it in the format of its consumer. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { refusal } from "../../plan/bundle.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { ArtifactFormat, Prepared, Signing } from "../../platforms/artifact.ts";
import type { Shelf } from "../../platforms/platform.ts";
import { findFormat } from "../../platforms/platforms.ts";
import { shelfOf } from "../../platforms/shelf.ts";
import { judge, named, type Course, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signOctets, type Draft } from "../sign.ts";
import { stockOf } from "./bundles.ts";
import { readBack } from "./people.ts";

type ArtifactStep = StepOf<"sign-artifact@1">;

interface ArtifactDraft extends Draft {
  readonly prepared: Prepared;
}

export function* signArtifact(course: Course, step: ArtifactStep): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const format = findFormat(step.format);
  const shelf = shelfOf(step.parts, stockOf(course));
  for (const file of step.parts["file"] ?? []) {
    const sha256 = sha256Hex(named(course.files, file, "file"));
    for (const by of step.by) yield* readBack(course, step.number, by, { subject: "artifact", name: step.artifact, sha256 });
  }
  yield* confirmAct(course, step.number, "sign", [step.artifact]);
  const { signature, draft } = yield* signOctets<ArtifactDraft>(course, {
    step: step.number, purpose: "artifact", name: step.artifact, issuer: step.key, key,
    *draft() {
      return yield* draftArtifact(course, step, { key, format, shelf });
    },
  });
  const files = draft.prepared.finish(signature).map(({ name, bytes }) => ({ path: `signed/${step.artifact}/${name}`, content: new Content(bytes) }));
  yield* keep(course, step.number, files);
  course.artifacts.push({ artifact: step.artifact, format: step.format, key: step.key, files: files.map(({ path, content }) => ({ path, sha256: content.sha256 })) });
}

interface Making {
  readonly key: CourseKey;
  readonly format: ArtifactFormat;
  readonly shelf: Shelf;
}

function* draftArtifact(course: Course, step: ArtifactStep, { key, format, shelf }: Making): Ask<ArtifactDraft> {
  const instant = yield* attestedInstant(course, step.number);
  const signing: Signing = { mechanism: key.planned.signature, instant, spki: key.spki.open() };
  const refused = format.acceptance(shelf, signing, false).filter(({ found }) => found !== null);
  judge(course, "PLATFORM-ACCEPTS", step.number, refused.length === 0, refused.map((one) => refusal(step.format, one)).join("; "));
  const prepared = format.prepare(shelf, signing);
  return { tbs: prepared.message, number: "", prepared };
}
