/** zod's complaints as findings in plain words. */
import * as z from "zod";
import type { Finding, ScriptPath } from "../fault.ts";
import { expecting } from "./field.ts";
import type { Locate } from "./place.ts";
import { didYouMean, shown } from "./wording.ts";

/** Of one value. Finding the place of each takes time, and nobody reads more. */
const MOST_FINDINGS = 100;

/** A value read by a schema, or why not. */
export type Read<T> = { readonly data: T; readonly findings: readonly [] } | { readonly data: null; readonly findings: readonly Finding[] };

/** Reads a value that stands at `base` by a schema; every complaint is a placed [SCRIPT-FORM] finding. */
export function readBySchema<S extends z.ZodType>(schema: S, value: unknown, base: ScriptPath, locate: Locate): Read<z.output<S>> {
  const result = schema.safeParse(value, { error: (issue) => notADocument(issue, base) ?? plainWords(issue) });
  if (result.success) return { data: result.data, findings: [] };
  return { data: null, findings: result.error.issues.slice(0, MOST_FINDINGS).flatMap((issue) => findingsOf(issue, base, locate)) };
}

/** A [SCRIPT-FORM] finding at a path: at its value, or at the name before the colon. */
export function formFindingAt(path: ScriptPath, of: "value" | "key", locate: Locate, message: string, hint?: string): Finding {
  return { control: "SCRIPT-FORM", path, message, ...(hint === undefined ? {} : { hint }), ...locate(path, of) };
}

const OF_TYPE: Readonly<Record<string, string>> = { object: "a map of fields", record: "a map", array: "a list", string: "a text in quotes" };

/** Words for what the schemas leave unsaid. For unknown fields: the known ones, which only zod's raw issue can tell. */
const plainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "unrecognized_keys") return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(", ") : "";
  if (issue.code === "invalid_type") return expecting(OF_TYPE[issue.expected] ?? issue.expected)(issue);
  return undefined;
};

/** A file that is one bare value was named by mistake and may well be a PIN: it is not shown. */
function notADocument(issue: z.core.$ZodRawIssue, base: ScriptPath): string | undefined {
  if (base.length > 0 || (issue.path ?? []).length > 0 || issue.code !== "invalid_type" || typeof issue.input === "object") return undefined;
  return `expected ${OF_TYPE[issue.expected] ?? issue.expected}, found a single value: is this another file?`;
}

function findingsOf(issue: z.core.$ZodIssue, base: ScriptPath, locate: Locate): Finding[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") return issue.keys.slice(0, MOST_FINDINGS).map((key) => unknownField(path, key, issue.message.split(", ").filter(Boolean), locate));
  if (issue.code === "invalid_key") return [formFindingAt(path, "key", locate, issue.issues[0]?.message ?? issue.message)];
  const branch = issue.code === "invalid_union" ? nearestBranch(issue.errors) : null;
  if (branch !== null) return branch.flatMap((inner) => findingsOf(inner, path, locate));
  return [formFindingAt(path, "value", locate, issue.message)];
}

function unknownField(path: ScriptPath, field: string, known: readonly string[], locate: Locate): Finding {
  const at = [...path, field];
  const hint = didYouMean(field, known) ?? (known.length > 0 ? `the fields here are ${known.join(", ")}` : "there are no fields here");
  return formFindingAt(at, "key", locate, `unknown field ${shown(field)}`, hint);
}

/** Of the forms that a value may have the one with the fewest complaints; none when the value as a whole fits no form. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const fitting = branches.filter((issues) => issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys"));
  return fitting.sort((a, b) => a.length - b.length)[0] ?? null;
}
