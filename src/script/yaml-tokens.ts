/**
 * What strict YAML leaves out, found in the tokens: anchors, aliases, tags, directives, and nesting so deep that reading
 * it would exhaust the stack.
 */
import { CST, Lexer, Parser } from "yaml";
import type { Finding } from "../fault.ts";
import type { Place } from "./place.ts";
import { formFinding } from "./yaml-text.ts";

const DEEPEST = 40;
/** The parser's stack holds the document below the collections and a scalar above them. */
const MOST_ON_STACK = DEEPEST + 2;
/** What the lexer sends before the text of a plain or block scalar, and other marks that are no part of the text. */
const SCALAR_FOLLOWS = "\u001f";
const MARKS = new Set(["\u0002", "\u0018", SCALAR_FOLLOWS]);
const MOST_FINDINGS = 100;

const REFUSED = new Map([
  ["anchor", "anchors are not allowed: write the value out where it is used"],
  ["alias", "aliases are not allowed: write the value out where it is used"],
  ["tag", "tags are not allowed: quotes make a text, plain digits a number"],
  ["directive-line", "directives are not allowed: a script is YAML 1.2"],
]);

export interface TokenFindings {
  readonly findings: readonly Finding[];
  /** Whether the text may be parsed: it is not nested too deeply. */
  readonly bounded: boolean;
}

/** @param text without control characters (`readYamlText`), which the lexer uses as marks */
export function refusedTokens(text: string, placeAt: (offset: number) => Place): TokenFindings {
  const parser = new Parser();
  const findings: Finding[] = [];
  let offset = 0;
  let inScalar = false;
  for (const token of new Lexer().lex(text)) {
    const message = inScalar ? undefined : REFUSED.get(CST.tokenType(token) ?? "");
    if (message !== undefined && findings.length < MOST_FINDINGS) findings.push(formFinding(message, placeAt(offset)));
    for (const _ of parser.next(token));
    if (parser.stack.length > MOST_ON_STACK) {
      return { findings: [...findings, formFinding(`expected at most ${DEEPEST} levels of nesting`, placeAt(offset))], bounded: false };
    }
    inScalar = token === SCALAR_FOLLOWS;
    if (!MARKS.has(token)) offset += token.length;
  }
  return { findings, bounded: true };
}
