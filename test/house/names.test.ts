import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { checkout } from "../tools.ts";
import { assertNone, parsed, placeOf, sourceFiles, textOf, type SourceFile } from "./source.ts";

const SOURCES = sourceFiles();
const FOLDERS = ["src", "test", "softhsm", "ceremonies", "docs"];

/** Every file that we write, relative to the checkout. */
const FILES = FOLDERS.flatMap((folder) => readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(checkout.length + 1));

/** Words that say nothing of what a thing is, whatever stands beside them. */
const EMPTY_WORDS = new Set(["util", "utils", "utility", "helper", "helpers", "manager", "service", "misc", "validate", "validator", "validation"]);
/** Words that are empty where a name begins with them: what is done to a thing, if it is "handled"? */
const EMPTY_VERBS = new Set(["handle", "process", "common"]);
/** The standards' own words. */
const STANDARD_WORDS = new Set(["commonName"]);

/** `CRLNumber`, `keepFile`, `key-template`: the words of a name, in small letters. */
const wordsOf = (name: string): string[] => name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2").toLowerCase().split(/[^a-z\d]+/).filter(Boolean);

function isEmpty(name: string): boolean {
  const words = wordsOf(name);
  return !STANDARD_WORDS.has(name) && (words.some((word) => EMPTY_WORDS.has(word)) || EMPTY_VERBS.has(words[0] ?? ""));
}

test("no file and no declaration of src/ has a name that says nothing", () => {
  assertNone(FILES.filter((path) => !path.startsWith("docs/") && isEmpty(basename(path).split(".")[0] ?? "")));
  assertNone(SOURCES.flatMap((file) => emptyNames(file)));
  const wrong = parsed("new.ts", "export const certUtils = 1; function handleRequest() {} class KeyManager { validate() {} } type ObjectHandle = 1; const commonName = 2; const isProcessed = 3;");
  assert.deepEqual(emptyNames(wrong).map((line) => line.split(" ")[1]), ["certUtils", "handleRequest", "KeyManager", "validate"]);
});

/** What a file declares for more than one function to see. */
function emptyNames(file: SourceFile): string[] {
  return file.nodes.flatMap((node) => {
    const isTop = ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent);
    const declares = isTop || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isMethodDeclaration(node);
    const name = declares && node.name !== undefined && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name)) ? node.name.text : "";
    return isEmpty(name) ? [`${placeOf(file, node)} ${name}`] : [];
  });
}

test("a file has one concept, and at most 250 lines", () => {
  const code = FILES.filter((path) => /\.(ts|mjs)$/.test(path));
  assert.ok(code.length > 100, "files were found");
  assertNone(code.map((path) => ({ path, lines: textOf(path).split("\n").length - 1 })).filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines} lines`));
});

test("a function has at most 40 lines, and half of them at most 15", () => {
  const functions = SOURCES.flatMap((file) => file.nodes.filter(hasBody).map((node) => ({ place: placeOf(file, node), lines: linesOf(file, node) })));
  assertNone(functions.filter(({ lines }) => lines > 40).map(({ place, lines }) => `${place}: ${lines} lines`));
  // one expression is no statement of its own: counting those would make any median small
  const blocks = SOURCES.flatMap((file) => file.nodes.filter((node) => hasBody(node) && ts.isBlock(node.body)).map((node) => linesOf(file, node)));
  const median = blocks.sort((a, b) => a - b)[Math.floor(blocks.length / 2)] ?? Infinity;
  assert.ok(blocks.length > 300 && median <= 15, `median ${median} of ${blocks.length} functions`);
});

function hasBody(node: ts.Node): node is ts.FunctionLikeDeclaration & { readonly body: ts.Node } {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

function linesOf(file: SourceFile, node: ts.Node): number {
  const lineOf = (at: number): number => file.tree.getLineAndCharacterOfPosition(at).line;
  return lineOf(node.end) - lineOf(node.getStart(file.tree)) + 1;
}

test("nothing is put off in a comment, and no test is left out", () => {
  const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX"].map((word) => `\\b${word}\\b`).join("|"));
  const left = /\b(test|it|describe|suite|t)\.(only|skip|todo)\(|\bonly: true/;
  const lines = FILES.filter((path) => /\.(ts|mjs|md|yaml)$/.test(path)).flatMap((path) => readFileSync(join(checkout, path), "utf8").split("\n").map((line, i) => ({ line, place: `${path}:${i + 1}` })));
  assertNone(lines.filter(({ line }) => marks.test(line) || left.test(line)).map(({ place, line }) => `${place}: ${line.trim()}`));
  assert.ok(marks.test("// TO" + "DO later") && left.test("test.on" + "ly('a')") && left.test("{ on" + "ly: true }"));
});
