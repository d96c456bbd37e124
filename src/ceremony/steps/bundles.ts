/** Step `export-bundle`: what a platform is given, and what it will say of it; same record, same bytes. */
import { canonicalBytes } from "../../bytes/canonical.ts";
import { Content } from "../../bytes/content.ts";
import { refusal } from "../../plan/bundle.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { Acceptance, BundleFile } from "../../platforms/platform.ts";
import { findPlatform } from "../../platforms/platforms.ts";
import { shelfOf, type Stock } from "../../platforms/shelf.ts";
import { judge, named, type Course } from "../course.ts";
import { keep } from "../keep.ts";
import type { Ask } from "../request.ts";

type BundleStep = StepOf<"export-bundle@1">;

/** Nothing but the verdict is kept of a bundle that its consumer would refuse. */
export function* exportBundle(course: Course, step: BundleStep): Ask<void> {
  const { files, acceptance } = findPlatform(step.platform).exportBundle(shelfOf(step.parts, stockOf(course)), course.attested ?? "");
  const refused = acceptance.filter(({ found }) => found !== null);
  const kept = [...(refused.length === 0 ? files : []), ...verdict(acceptance)].map(({ name, bytes }) => ({ path: `bundles/${step.bundle}/${name}`, content: new Content(bytes) }));
  yield* keep(course, step.number, kept);
  judge(course, "PLATFORM-ACCEPTS", step.number, refused.length === 0, refused.map((one) => refusal(step.platform, one)).join("; "));
  course.bundles.push({ bundle: step.bundle, platform: step.platform, files: kept.map(({ path, content }) => ({ path, sha256: content.sha256 })) });
}

/** What the ceremony has, by name. */
export function stockOf(course: Course): Stock {
  return {
    certificate: (name) => named(course.certificates, name, "certificate").der,
    crl: (name) => named(course.crls, name, "CRL").der,
    file: (name) => named(course.files, name, "file"),
    earlier: course.register?.bundles ?? [],
  };
}

/** What the consumer was foreseen to look at, one canonical object; none for a bundle that no platform looks at. */
function verdict(acceptance: readonly Acceptance[]): BundleFile[] {
  if (acceptance.length === 0) return [];
  const checks = acceptance.map(({ part, expects, found }) => ({ part, expects, verdict: found === null ? "pass" : "fail", found: found ?? "" }));
  return [{ name: "acceptance.json", bytes: canonicalBytes({ checks, verdict: checks.every((check) => check.verdict === "pass") ? "pass" : "fail" }) }];
}
