/** Which names a piece of source says: those that refer to something, and those that it declares. */
import ts from "typescript";

/** The name that a node refers to or declares; null for names of members, of what another file exports, and for all other nodes. */
export function nameAt(node: ts.Node): string | null {
  if (ts.isMetaProperty(node)) return "import.meta";
  if (!ts.isIdentifier(node) || isMember(node) || isOfElsewhere(node)) return null;
  return node.text;
}

function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  const named = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isNamedTupleMember(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isObjectLiteralElement(parent);
  // `{ process }` says a member and refers to a variable
  return named && !ts.isShorthandPropertyAssignment(parent) && parent.name === node;
}

function isOfElsewhere(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) return parent.propertyName === node;
  return ts.isExportSpecifier(parent) || ts.isMetaProperty(parent) || ts.isImportTypeNode(parent) || isConstAssertion(parent);
}

/** The `const` of `as const`, which the parser takes for a type's name. */
function isConstAssertion(node: ts.Node): boolean {
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && node.typeName.text === "const";
}

/** The name that a node declares, anywhere in its file. */
export function declaredName(node: ts.Node): string | null {
  const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)
    || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeParameterDeclaration(node)
    || ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);
  return declares && node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : null;
}
