/** The source files of this checkout, read with TypeScript's own parser: what they hold and what they import. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { checkout } from "../tools.ts";

/** One import, wherever it stands in the file. */
export interface Import {
  /** A file below src/ (`bytes/hex.ts`), or a package (`zod`, `node:fs`). */
  readonly from: string;
  readonly isFile: boolean;
  /** Erased by the compiler: `import type`. An `import { type A }` stays, as an import of nothing. */
  readonly typeOnly: boolean;
  /** `import()` in the course of the run. */
  readonly dynamic: boolean;
  /** The names as the other side exports them; `*` for all of it. */
  readonly names: readonly string[];
}

export interface SourceFile {
  /** Below src/: `bytes/hex.ts`. */
  readonly path: string;
  readonly tree: ts.SourceFile;
  /** Every node of the tree, from the top down. */
  readonly nodes: readonly ts.Node[];
  readonly imports: readonly Import[];
}

/** Every TypeScript file below a folder of the checkout, sorted: `bytes/hex.ts`. */
export function filesBelow(folder: string): string[] {
  const found = readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" });
  return found.map((path) => path.replaceAll("\\", "/")).filter((path) => path.endsWith(".ts")).sort();
}

/** A file of the checkout as text. */
export function textOf(path: string): string {
  return readFileSync(join(checkout, path), "utf8");
}

let sources: readonly SourceFile[] | undefined;

/** All of src/, parsed once. */
export function sourceFiles(): readonly SourceFile[] {
  return (sources ??= filesBelow("src").map((path) => parsed(path, textOf(`src/${path}`))));
}

/** One file, parsed; tests give it texts of their own. */
export function parsed(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const nodes = nodesOf(tree);
  return { path, tree, nodes, imports: nodes.flatMap((node) => importAt(path, node) ?? []) };
}

function nodesOf(tree: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

/** Fails with every line of what was found; there should be none. */
export function assertNone(found: readonly string[]): void {
  assert.ok(found.length === 0, `expected none, found ${found.length}:\n  ${found.join("\n  ")}`);
}

/** `src/hsm/hsm.ts:12`, for messages. */
export function placeOf(file: Pick<SourceFile, "path" | "tree">, node: ts.Node): string {
  return `src/${file.path}:${file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1}`;
}

function importAt(path: string, node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node)) return importOf(path, node.moduleSpecifier, node.importClause?.isTypeOnly === true, namesOf(node.importClause));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return importOf(path, node.moduleSpecifier, node.isTypeOnly, exportedNames(node));
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return importOf(path, node.argument.literal, true, ["*"]);
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return null;
  const [specifier] = node.arguments;
  return specifier === undefined ? null : { ...importOf(path, specifier, false, ["*"]), dynamic: true };
}

function importOf(path: string, specifier: ts.Expression, typeOnly: boolean, names: readonly string[]): Import {
  // a module that is computed has no name that a table could allow
  const name = ts.isStringLiteralLike(specifier) ? specifier.text : "a computed name";
  const isFile = name.startsWith(".");
  const from = isFile ? posix.join(posix.dirname(path), name) : packageOf(name);
  return { from, isFile, typeOnly, dynamic: false, names };
}

/** `zod/v4/core` is of the package `zod`, `@peculiar/x509/build` of `@peculiar/x509`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function namesOf(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return [];
  const bindings = clause.namedBindings;
  const named = bindings === undefined ? [] : ts.isNamedImports(bindings) ? bindings.elements.map((one) => (one.propertyName ?? one.name).text) : ["*"];
  return [...(clause.name === undefined ? [] : ["default"]), ...named];
}

function exportedNames({ exportClause }: ts.ExportDeclaration): string[] {
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return ["*"];
  return exportClause.elements.map((one) => (one.propertyName ?? one.name).text);
}
