/**
 * YAML 1.2 without its surprises: no duplicate key, anchor, alias, tag, directive, merge key, second document, coerced
 * number, tab or invisible character; at most a mebibyte, nested at most 40 deep. All findings at once.
 */
import { isMap, isNode, isScalar, isSeq, parseDocument, type Document, type ErrorCode, type ParsedNode, type YAMLMap } from "yaml";
import type { Finding, ScriptPath } from "../fault.ts";
import { inReadingOrder, type Locate, type Place } from "./place.ts";
import { formFinding, readYamlText, type YamlText } from "./yaml-text.ts";
import { refusedTokens } from "./yaml-tokens.ts";
import { keyName, plainValue } from "./yaml-value.ts";

const MOST_FINDINGS = 100;
const START: Place = { line: 1, column: 1 };

export interface StrictYaml {
  /** Maps as objects (in the written order), lists as arrays, texts, integers, true, false, null. Undefined when the text is no YAML. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

/**
 * Reads the octets of a strict YAML file. Never throws: whatever is wrong is a [SCRIPT-FORM] finding.
 * @param file the name that the findings carry
 */
export function readStrictYaml(bytes: Uint8Array, file: string): StrictYaml {
  const source = readYamlText(bytes);
  const findings = [...source.findings];
  const read = source.text === null ? null : readDocument(source.text, source, findings);
  const inOrder = inReadingOrder(findings.slice(0, MOST_FINDINGS)).map((finding) => ({ ...finding, file }));
  return { value: read?.value, findings: inOrder, locate: read?.locate ?? (() => START) };
}

/** What strict YAML has found at a place, the schema finds again in its own words. */
export function withoutEchoes(findings: readonly Finding[], yaml: StrictYaml): Finding[] {
  const places = new Set(yaml.findings.map(({ line, column }) => `${line}:${column}`));
  return findings.filter(({ line, column }) => !places.has(`${line}:${column}`));
}

function readDocument(text: string, source: YamlText, findings: Finding[]): Pick<StrictYaml, "value" | "locate"> | null {
  const tokens = refusedTokens(text, source.placeAt);
  findings.push(...tokens.findings);
  if (!tokens.bounded) return null;
  // uniqueKeys compares every key with every other; yaml-value finds duplicates in one pass, 1 and "1" included
  const document = parseDocument(text, { version: "1.2", strict: true, uniqueKeys: false, prettyErrors: false, merge: false });
  findings.push(...syntaxFindings(document, source));
  const locate = locateIn(document, source);
  if (document.errors.length > 0) return { value: undefined, locate };
  const value = plainValue(document.contents, (node, message, hint) => {
    if (findings.length < MOST_FINDINGS) findings.push(formFinding(message, source.placeAt(startOf(node)), hint));
  });
  return { value, locate };
}

/** Words for the parser's complaints; its own quote the text, which may be somebody's PIN. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: "expected the same indentation as the lines around it",
  BAD_SCALAR_START: "a text that starts with this character needs quotes",
  BAD_DQ_ESCAPE: "a backslash between double quotes starts an escape; this one is unknown",
  BLOCK_AS_IMPLICIT_KEY: "expected one name and one colon a line; a text with a colon needs quotes",
  BLOCK_IN_FLOW: "expected no indented block between brackets or braces",
  MISSING_CHAR: "expected a closing quote, bracket or brace, a comma or a colon",
  MULTILINE_IMPLICIT_KEY: "expected a colon after the name on the same line",
  MULTIPLE_DOCS: "expected one document, found a second",
  TAB_AS_INDENT: "expected spaces, found a tab",
};

function syntaxFindings(document: Document.Parsed, { placeAt }: YamlText): Finding[] {
  return document.errors
    .slice(0, MOST_FINDINGS)
    .map(({ code, pos }) => formFinding(SYNTAX[code] ?? "expected YAML: indented names, a colon after each, values in place", placeAt(pos[0])));
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function locateIn(document: Document.Parsed, { placeAt }: YamlText): Locate {
  return (path, of = "value") => placeAt(offsetOf(document.contents, path, of));
}

function offsetOf(root: ParsedNode | null, path: ScriptPath, of: "value" | "key"): number {
  let node: unknown = root;
  for (const [depth, part] of path.entries()) {
    const next = isSeq(node) ? { key: null, value: node.items[Number(part)] } : isMap(node) ? pairOf(node, String(part)) : undefined;
    if (next === undefined) break;
    const wantsKey = next.key !== null && ((of === "key" && depth === path.length - 1) || isEmpty(next.value));
    node = wantsKey ? next.key : next.value;
  }
  return startOf(node);
}

function pairOf(map: YAMLMap, name: string): { key: unknown; value: unknown } | undefined {
  return map.items.find(({ key }) => keyName(key) === name);
}

/** `name:` with nothing behind it: its place is that of the name. */
function isEmpty(node: unknown): boolean {
  return !isNode(node) || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}
