/**
 * What strict YAML leaves out, found in the tokens: anchors, aliases, tags, directives, and so much nesting or punctuation
 * that reading it would exhaust the stack or anybody's patience.
 */
import { CST, Lexer, Parser } from "yaml";
import type { Finding } from "../fault.ts";
import type { Place } from "./place.ts";
import { formFinding } from "./yaml-text.ts";

const DEEPEST = 40;
/** What the lexer sends before the text of a plain or block scalar, and other marks that are no part of the text. */
const SCALAR_FOLLOWS = "\u001f";
const MARKS = new Set(["\u0002", "\u0018", SCALAR_FOLLOWS]);
const MOST_FINDINGS = 100;
/** Of names, values, blanks and punctuation marks. The longest script, 1000 steps, has half as many. */
const MOST_TOKENS = 200_000;

const REFUSED = new Map([
  ["anchor", "anchors are not allowed: write the value out where it is used"],
  ["alias", "aliases are not allowed: write the value out where it is used"],
  ["tag", "tags are not allowed: quotes make a text, plain digits a number"],
  ["directive-line", "directives are not allowed: a script is YAML 1.2"],
]);

export interface TokenFindings {
  readonly findings: readonly Finding[];
  /** Whether the text may be parsed: it is neither too deep nor too long. */
  readonly bounded: boolean;
}

/** @param text without control characters (`readYamlText`), which the lexer uses as marks */
export function refusedTokens(text: string, placeAt: (offset: number) => Place): TokenFindings {
  const parser = new Parser();
  const findings: Finding[] = [];
  let [offset, count, inScalar] = [0, 0, false];
  for (const token of new Lexer().lex(text)) {
    const message = inScalar ? undefined : REFUSED.get(CST.tokenType(token) ?? "");
    if (message !== undefined && findings.length < MOST_FINDINGS) findings.push(formFinding(message, placeAt(offset)));
    for (const _ of parser.next(token));
    const excess = excessOf(parser.stack, ++count);
    if (excess !== null) return { findings: [...findings, formFinding(excess, placeAt(offset))], bounded: false };
    inScalar = token === SCALAR_FOLLOWS;
    if (!MARKS.has(token)) offset += token.length;
  }
  return { findings, bounded: true };
}

function excessOf(stack: readonly CST.Token[], count: number): string | null {
  // the stack holds more than collections, so it is longer than the nesting is deep
  if (stack.length > DEEPEST && stack.filter((token) => CST.isCollection(token)).length > DEEPEST) return `expected at most ${DEEPEST} levels of nesting`;
  return count > MOST_TOKENS ? "expected a text that a person can read through, found one with too many parts" : null;
}
