/** Step `export-bundle`: what a platform is given, made from the certificates of this ceremony; same record, same bytes. */
import { Content } from "../../bytes/content.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import { foundriesUpload } from "../../platforms/foundries.ts";
import { pemBundle } from "../../platforms/pem.ts";
import { named, type Course } from "../course.ts";
import { keep } from "../keep.ts";
import type { Ask } from "../request.ts";

export function* exportBundle(course: Course, step: StepOf<"export-bundle@1">): Ask<void> {
  const files = filesOf(course, step).map(({ name, bytes }) => ({ path: `bundles/${step.bundle}/${name}`, content: new Content(bytes) }));
  yield* keep(course, step.number, files);
  course.bundles.push({ bundle: step.bundle, platform: step.platform, files: files.map(({ path, content }) => ({ path, sha256: content.sha256 })) });
}

interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function filesOf(course: Course, step: StepOf<"export-bundle@1">): BundleFile[] {
  const der = (name: string) => named(course.certificates, name, "certificate").der;
  if (step.platform === "pem") {
    const crls = step.crls.map((name) => named(course.crls, name, "CRL").der);
    return [{ name: "bundle.pem", bytes: toUtf8(pemBundle(step.certificates.map(der), crls)) }];
  }
  const upload = foundriesUpload({ root: der(step.root), tls: der(step.tls), deviceCas: step.deviceCas.map(der) });
  return [{ name: "upload.json", bytes: toUtf8(upload) }];
}
