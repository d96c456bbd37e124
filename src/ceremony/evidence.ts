/** Files that people attached to acts: asked for by requests, bound by the digests of their answers. */
import { sha256Hex } from "../bytes/digest.ts";
import type { Body } from "../transcript/entry.ts";
import { objection, type Objection } from "../transcript/objection.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import type { RecordFiles } from "./recorded-inputs.ts";

type AttachedFile = Extract<AnswerTo<"attach">, { outcome: "answered" }>["files"][number];

/** What the entries say of evidence. */
export interface Evidence {
  /** Paths that a request asked for: a process that died may have left such a file without an answer. */
  readonly asked: Set<string>;
  readonly attached: AttachedFile[];
}

export function noEvidence(): Evidence {
  return { asked: new Set(), attached: [] };
}

/** Notes what an entry says of evidence. */
export function noteEvidence(evidence: Evidence, body: Body): void {
  if (body.kind === "request" && body.request.kind === "attach") for (const path of pathsOf(body.request)) evidence.asked.add(path);
  if (body.kind === "observation" && body.observation.kind === "attach" && body.observation.outcome === "answered") evidence.attached.push(...body.observation.files);
}

function pathsOf({ files }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(files) ? files.map(String) : [];
}

/**
 * Every file of evidence that is not the one that its answer names [RECORD-BOUND].
 * @param isLeft whether the file is withheld, as it may be in a public copy
 */
export function changedEvidence(files: RecordFiles, { attached }: Evidence, isLeft: (bytes: Uint8Array) => boolean = () => false): Objection[] {
  return attached.flatMap(({ path, length, sha256 }) => {
    const bytes = files.read(path);
    const isIt = bytes !== null && (isLeft(bytes) || (bytes.length === length && sha256Hex(bytes) === sha256));
    return isIt ? [] : [objection("RECORD-BOUND", `${path} is not the file that was attached`)];
  });
}
