/** The vocabulary of requests as the source declares it: kinds and fields, read from the type, which no program can ask. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { checkout } from "../tools.ts";

/** The fields of every member of the union `Request`, by kind; several members of one kind add up. */
export function requestFields(): Map<string, Set<string>> {
  const source = ts.createSourceFile("request.ts", readFileSync(join(checkout, "src", "ceremony", "request.ts"), "utf8"), ts.ScriptTarget.Latest);
  const union = source.statements.find((statement): statement is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(statement) && statement.name.text === "Request");
  const fields = new Map<string, Set<string>>();
  for (const member of union !== undefined && ts.isUnionTypeNode(union.type) ? union.type.types : []) {
    const properties = propertiesOf(member, source);
    const kind = literalOf(properties.get("kind"));
    fields.set(kind, new Set([...(fields.get(kind) ?? []), ...properties.keys()]));
  }
  return fields;
}

function propertiesOf(node: ts.TypeNode, source: ts.SourceFile): Map<string, ts.TypeNode | undefined> {
  if (ts.isParenthesizedTypeNode(node)) return propertiesOf(node.type, source);
  if (ts.isIntersectionTypeNode(node)) return new Map(node.types.flatMap((part) => [...propertiesOf(part, source)]));
  if (ts.isTypeLiteralNode(node)) return new Map(node.members.filter(ts.isPropertySignature).map((member) => [member.name.getText(source), member.type]));
  if (!ts.isTypeReferenceNode(node)) throw new Error(`a request is made of something unexpected: ${node.getText(source)}`);
  const named = source.statements.find((statement): statement is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(statement) && statement.name.text === node.typeName.getText(source));
  return new Map([...(named?.members ?? [])].filter(ts.isPropertySignature).map((member) => [member.name.getText(source), member.type]));
}

function literalOf(node: ts.TypeNode | undefined): string {
  if (node !== undefined && ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return node.literal.text;
  throw new Error("a request without a kind");
}
