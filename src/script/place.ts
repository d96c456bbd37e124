/** Where a finding points: one-based line and column of a text, counted in UTF-16 units as editors do. */
import type { Finding, ScriptPath } from "../fault.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The place of the value at a path; of its nearest ancestor where there is none. `"key"` asks for the name in place of the value. */
export type Locate = (path: ScriptPath, of?: "value" | "key") => Place;

/** The findings with file, line and column; a place that a finding already has is kept. */
export function placed(findings: readonly Finding[], file: string, locate: Locate): Finding[] {
  return findings.map((finding) => ({ ...(finding.line === undefined ? locate(finding.path) : {}), file, ...finding }));
}

/** In the order of the text. */
export function inReadingOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
