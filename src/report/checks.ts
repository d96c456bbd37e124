/** What can be checked of a record, one row a check: what the record says, and afterwards what was found. */
import { sha256Hex } from "../bytes/digest.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import type { Replayed } from "../ceremony/replay.ts";
import type { Sealed } from "../ceremony/sealed.ts";
import { CONTROLS } from "../controls.ts";
import { Fault } from "../fault.ts";
import { isManifested, LAYOUT } from "../transcript/layout.ts";
import { readManifest } from "../transcript/manifest.ts";
import { RECORD_CONTROLS, type RecordControl } from "../transcript/objection.ts";
import type { Threshold } from "../transcript/quorum.ts";
import { readSeal, type Seal } from "../transcript/seal.ts";

/** One check. */
export interface Check {
  /** Of its cell and its anchor: unique in a page. */
  readonly id: string;
  readonly what: string;
  /** What the record says of it. */
  readonly recorded: string;
}

/** A rule over the whole record. */
export interface RuleCheck extends Check {
  readonly control: RecordControl;
  readonly rule: string;
}

/** A file with the digest that SHA256SUMS gives it; empty where it gives none. */
export interface FileCheck extends Check {
  readonly path: string;
  readonly length: number;
}

/** A signature under the record: of a person or of the token. */
export interface SealCheck extends Check {
  readonly path: string;
}

export interface Checks {
  readonly rules: readonly RuleCheck[];
  readonly seals: readonly SealCheck[];
  readonly files: readonly FileCheck[];
}

/** Every check of a record but those of its certificates and CRLs, which stand with them. */
export function checksOf(files: RecordFiles, replayed: Replayed, sealed: Sealed): Checks {
  const seal = sealIn(files);
  return {
    rules: RECORD_CONTROLS.filter((control) => applies(control, files, replayed)).map((control) => ({
      id: `rule-${control}`, control, what: control, rule: CONTROLS.find(({ id }) => id === control)?.rule ?? "", recorded: recordedOf(control, { files, replayed, sealed, seal }),
    })),
    seals: sealsOf(files, replayed, sealed),
    files: fileChecks(files),
  };
}

interface Known {
  readonly files: RecordFiles;
  readonly replayed: Replayed;
  readonly sealed: Sealed;
  readonly seal: Seal | null;
}

function applies(control: RecordControl, files: RecordFiles, { plan, holds }: Replayed): boolean {
  if (control === "PLAN-APPROVED" || control === "STANDING-QUORUM") return plan !== null && plan.quorum.approval.length > 0 && (control === "STANDING-QUORUM") === (plan.scheduled !== undefined);
  if (control === "HOLD-POINT-SIGNED") return holds.length > 0 || files.list().some((path) => path.startsWith(`${LAYOUT.holds}/`));
  return true;
}

function recordedOf(control: RecordControl, { files, replayed: { header, plan, holds }, seal }: Known): string {
  const unsealed = "nothing: there is no seal that can be read";
  switch (control) {
    case "RECORD-FOLDER": return `${files.list().length} files`;
    case "RECORD-CHAIN": return seal === null ? unsealed : `${seal.entries} entries, head ${seal.head}`;
    case "RECORD-BOUND": return header === null ? "nothing: there is no entry 0 that can be read" : `script ${header.script}, plan ${header.plan}, ${header.inputs.length} inputs`;
    case "RECORD-MANIFEST": return seal === null ? unsealed : `SHA256SUMS has the SHA-256 ${seal.manifest}`;
    case "RECORD-ARTIFACTS": return `${files.list().filter((path) => path.startsWith(`${LAYOUT.artifacts}/`)).length} files below artifacts/`;
    case "RECORD-REBUILT": return header === null ? "nothing" : `a plan with the SHA-256 ${header.plan}, the requests and artifacts of the transcript`;
    case "RECORD-WHOLE": return seal === null ? unsealed : `the ceremony ended: ${seal.outcome}`;
    case "RECORD-SIGNATURES": return "every signature, with the key that it is by";
    case "RECORD-NOT-ROLLED-BACK": return "the heads that tokens kept, where they were looked at";
    case "SEAL-FORM": return seal === null ? unsealed : `run ${seal.run}, ${seal.outcome}`;
    case "SEAL-FILES": return `${files.list().filter((path) => path.startsWith(`${LAYOUT.signatures}/`)).length} files below signatures/`;
    case "SEAL-TOKEN": return seal === null ? unsealed : `token signature: ${seal.tokenSignature}`;
    case "SEAL-QUORUM": return plan === null ? "nothing: there is no plan" : plan.scheduled === undefined ? quorumText(plan.quorum.seal) : "nobody: the transcript key alone, under a standing approval";
    case "SEAL-PINNED": return "nothing: this can only come from outside the record";
    case "PLAN-APPROVED": return plan === null ? "nothing" : quorumText(plan.quorum.approval);
    case "STANDING-QUORUM": return plan === null ? "nothing" : quorumText(plan.quorum.approval);
    case "HOLD-POINT-SIGNED": return `${holds.length} hold-points`;
  }
}

/** `1 of administrator, 1 of witness`. */
export function quorumText(quorum: readonly Threshold[]): string {
  return quorum.map(({ count, role }) => `${count} of ${role}`).join(", ");
}

function sealsOf(files: RecordFiles, { plan }: Replayed, { people }: Sealed): SealCheck[] {
  const signers = new Map((people?.signedBy ?? []).map(({ id, fingerprint, namespace }) => [`${LAYOUT.signatures}/${id}.sig`, `${fingerprint}, ${namespace}`]));
  const names = new Map((plan?.people ?? []).map(({ id, name, role }) => [`${LAYOUT.signatures}/${id}.sig`, `${name}, ${role}`]));
  return files.list().filter((path) => path.startsWith(`${LAYOUT.signatures}/`) && path !== LAYOUT.allowedSigners).map((path) => ({
    id: `seal-${path}`, path, what: path === LAYOUT.tokenSignature ? "the transcript key on the token" : names.get(path) ?? "nobody of the plan", recorded: signers.get(path) ?? path,
  }));
}

function fileChecks(files: RecordFiles): FileCheck[] {
  const listed = new Map(manifestIn(files).map(({ path, sha256 }) => [path, sha256]));
  const paths = [...new Set([...files.list(), ...listed.keys()])].sort();
  return paths.map((path) => ({ id: `file-${path}`, path, what: path, length: files.read(path)?.length ?? 0, recorded: listed.get(path) ?? (isManifested(path) ? "" : OUTSIDE[path] ?? outsideText(path)) }));
}

const OUTSIDE: Readonly<Record<string, string>> = {
  [LAYOUT.transcript]: "bound by the head, which seal.txt names", [LAYOUT.seal]: "what people and token sign", [LAYOUT.manifest]: "its SHA-256 stands in seal.txt",
};

function outsideText(path: string): string {
  return path.startsWith(`${LAYOUT.addenda}/`) ? "came later: no part of the sealed record" : "a signature, or what is needed to check one";
}

/** seal.txt as it reads; null where there is none, or another form. */
export function sealIn(files: RecordFiles): Seal | null {
  const bytes = files.read(LAYOUT.seal);
  return bytes === null ? null : orNull(() => readSeal(bytes));
}

/** The lines of SHA256SUMS; none where there is none, or another form. */
export function manifestIn(files: RecordFiles): readonly { readonly path: string; readonly sha256: string }[] {
  const bytes = files.read(LAYOUT.manifest);
  return bytes === null ? [] : orNull(() => readManifest(bytes)) ?? [];
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/** The digest of a file as it lies there, hex; empty where it is missing. */
export function digestHere(files: RecordFiles, path: string): string {
  const bytes = files.read(path);
  return bytes === null ? "" : sha256Hex(bytes);
}
