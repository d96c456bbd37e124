/** Which calls of src/ make a generator, and what becomes of it. Read with TypeScript's type checker. */
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { checkout } from "../tools.ts";

/** What becomes of a generator: run to its end behind `yield*`, iterated, kept for somebody else to run, or dropped. */
export type Fate = "delegated" | "iterated" | "kept" | "dropped";

/** A place where a generator comes to be, or where one that was kept is named as a statement of its own. */
export interface MadeGenerator {
  /** Below src/. */
  readonly file: string;
  readonly line: number;
  /** The function that makes it: `ask`, `feed`, `draft`. */
  readonly of: string;
  readonly fate: Fate;
}

/**
 * Every generator that src/ makes, and those of files that are not on the disk.
 * @param pretended texts by their path below src/
 */
export function madeGenerators(pretended: ReadonlyMap<string, string> = new Map()): { made: MadeGenerator[]; errors(file: string): string[] } {
  const program = programOf(pretended);
  const checker = program.getTypeChecker();
  const sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(SRC));
  return { made: sources.flatMap((source) => generatorsOf(source, checker)), errors: (file) => errorsOf(program, join(SRC, file)) };
}

const SRC = join(checkout, "src/");

/** The project of tsconfig.json without its packages: they make no generator of ours, and reading them takes seconds. */
function programOf(pretended: ReadonlyMap<string, string>): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(join(checkout, "tsconfig.json"), { noEmit: true, incremental: false, types: [] }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  if (config === undefined) throw new Error("cannot read tsconfig.json");
  const { tsBuildInfoFile: _none, ...options } = config.options;
  const host = ts.createCompilerHost(options);
  const texts = new Map([...pretended].map(([path, text]) => [join(SRC, path), text]));
  host.readFile = (name) => texts.get(name) ?? ts.sys.readFile(name);
  host.resolveModuleNameLiterals = (literals, from) => literals.map(({ text }) => ({ resolvedModule: text.startsWith(".") ? { resolvedFileName: resolve(dirname(from), text), extension: ts.Extension.Ts, resolvedUsingTsExtension: true } : undefined }));
  return ts.createProgram({ rootNames: [...config.fileNames.filter((name) => name.startsWith(SRC)), ...texts.keys()], options, host });
}

function errorsOf(program: ts.Program, file: string): string[] {
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(file));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

function generatorsOf(source: ts.SourceFile, checker: ts.TypeChecker): MadeGenerator[] {
  const made: MadeGenerator[] = [];
  const visit = (node: ts.Node): void => {
    const of = ts.isCallExpression(node) ? madeByCall(node, checker) : keptName(node, checker);
    if (of !== null) made.push({ file: source.fileName.slice(SRC.length), line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, of, fate: fateOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return made;
}

/** The name of the function, when a call of it gives a generator. */
function madeByCall(call: ts.CallExpression, checker: ts.TypeChecker): string | null {
  const signatures = checker.getTypeAtLocation(call.expression).getCallSignatures();
  if (!signatures.some((signature) => isGenerator(checker.getReturnTypeOfSignature(signature)))) return null;
  return (ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression).getText();
}

/** A generator that was kept under a name, standing there as a statement. */
function keptName(node: ts.Node, checker: ts.TypeChecker): string | null {
  const isStatement = !ts.isCallExpression(node) && ts.isExpression(node) && ts.isExpressionStatement(node.parent);
  return isStatement && !ts.isYieldExpression(node) && isGenerator(checker.getTypeAtLocation(node)) ? node.getText() : null;
}

function isGenerator(type: ts.Type): boolean {
  return /^(Async)?Generator$/.test(type.symbol?.name ?? "") || (type.isUnion() && type.types.some(isGenerator));
}

function fateOf(node: ts.Node): Fate {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return fateOf(parent);
  if (ts.isYieldExpression(parent)) return parent.asteriskToken === undefined ? "kept" : "delegated";
  if (ts.isSpreadElement(parent) || (ts.isForOfStatement(parent) && parent.expression === node)) return "iterated";
  return ts.isExpressionStatement(parent) || ts.isVoidExpression(parent) ? "dropped" : "kept";
}
