/** Entry 0 of a record against the files and the plan that it names [RECORD-BOUND]. Pure. */
import { canonicalBytes } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { sealsBefore, type Plan } from "../plan/plan.ts";
import type { Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import { approvalFiles, type RecordFiles } from "./recorded-inputs.ts";

/** Entry 0 binds script, plan, station and inputs; a file that differs from what it says was changed afterwards. */
export function differencesFromHeader(files: RecordFiles, header: Header | null, plan: Plan | null): Objection[] {
  if (header === null) return [];
  return [...changedFiles(files, header), ...strayApprovals(files, header), ...differencesFromPlan(header, plan)];
}

function changedFiles(files: RecordFiles, header: Header): Objection[] {
  const bound = [
    { path: LAYOUT.script, sha256: header.script }, { path: LAYOUT.station, sha256: header.station }, { path: LAYOUT.plan, sha256: header.plan },
    ...header.approvals, ...header.inputs.map(({ path, sha256 }) => ({ path: `${LAYOUT.inputs}/${path}`, sha256 })),
  ];
  return bound.flatMap(({ path, sha256 }) => {
    const bytes = files.read(path);
    if (bytes === null) return [objection("RECORD-BOUND", `${path} is missing; entry 0 names it`)];
    return sha256Hex(bytes) === sha256 ? [] : [objection("RECORD-BOUND", `${path} has the SHA-256 ${sha256Hex(bytes)}, entry 0 says ${sha256}`)];
  });
}

/** Approvals that lie there and that entry 0 does not name. */
export function strayApprovals(files: RecordFiles, header: Header): Objection[] {
  const strays = [...approvalFiles(files).keys()].map((name) => `${LAYOUT.approvals}/${name}`).filter((path) => !header.approvals.some((one) => one.path === path));
  return strays.map((path) => objection("RECORD-BOUND", `${path} is no approval that entry 0 names`));
}

function differencesFromPlan(header: Header, plan: Plan | null): Objection[] {
  if (plan === null) return [];
  const inputs = plan.inputs.map(({ path, sha256 }) => ({ path, sha256 }));
  const agrees = header.ceremony === plan.ceremony && header.assurance === plan.assurance && header.rehearsal === plan.rehearsal?.plan && sameBytes(canonicalBytes([header.inputs, header.previous]), canonicalBytes([inputs, sealsBefore(plan)]));
  return agrees ? [] : [objection("RECORD-BOUND", "entry 0 names another ceremony, assurance, inputs or seals before than the plan")];
}
