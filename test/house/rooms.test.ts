import assert from "node:assert/strict";
import { test } from "node:test";
import ts from "typescript";
import { declaredName, nameAt } from "./identifiers.ts";
import { BROWSER, covers, GLOBALS, LANGUAGE, PACKAGES, roomOf, ROOMS, WORLDLY_MEMBERS, type Reserved } from "./rooms.ts";
import { assertNone, parsed, placeOf, sourceFiles, textOf, type SourceFile } from "./source.ts";

const SOURCES = sourceFiles();
const BY_PATH = new Map(SOURCES.map((file) => [file.path, file]));

/** What a judge says of every file of src/: nothing, or the test fails with all of it. */
function judged(judge: (file: SourceFile) => readonly string[]): void {
  assertNone(SOURCES.flatMap((file) => [...judge(file)]));
}

/** A file that is not in src/, under a name that could be, for proving that a judge can refuse. */
const pretended = (path: string, ...lines: readonly string[]): SourceFile => parsed(path, lines.join("\n"));

test("every file has a room, and every room has a file", () => {
  assertNone(SOURCES.filter(({ path }) => roomOf(path) === null).map(({ path }) => path));
  assertNone(ROOMS.flatMap(({ files }) => files).filter((place) => !SOURCES.some(({ path }) => covers(place, path))));
  assert.equal(roomOf("somewhere/else.ts"), null);
});

test("a room uses the code of the rooms that its row names, and of no other", () => {
  judged(neighboursOf);
  const wrong = pretended("x509/tbs.ts", 'import { feed } from "../ceremony/feed.ts";', 'import type { Plan } from "../plan/plan.ts";', 'import { hex } from "../bytes/hex.ts";');
  assert.deepEqual(neighboursOf(wrong), ["src/x509/tbs.ts (x509) uses ceremony/feed.ts (ceremony)", "src/x509/tbs.ts (x509) knows plan/plan.ts (plan)"]);
  assert.deepEqual(neighboursOf(pretended("hsm/new.ts", 'import { type Request } from "../ceremony/request.ts";')), ["src/hsm/new.ts (hsm) uses ceremony/request.ts (vocabulary)"]);
});

function neighboursOf({ path, imports }: SourceFile): string[] {
  const own = roomOf(path);
  return imports.filter(({ isFile }) => isFile).flatMap(({ from, typeOnly }) => {
    const other = roomOf(from)?.name ?? "no room";
    const allowed = own?.name === other || own?.uses.includes(other) === true || (typeOnly && own?.knows.includes(other) === true);
    return allowed ? [] : [`src/${path} (${own?.name}) ${typeOnly ? "knows" : "uses"} ${from} (${other})`];
  });
}

test("no row allows a neighbour that nobody needs", () => {
  const needs = (name: string, other: string, running: boolean): boolean =>
    SOURCES.some(({ path, imports }) => roomOf(path)?.name === name && imports.some(({ from, isFile, typeOnly }) => isFile && roomOf(from)?.name === other && !(running && typeOnly)));
  assertNone(ROOMS.flatMap(({ name, uses }) => uses.filter((other) => !needs(name, other, true)).map((other) => `${name} uses ${other}`)));
  assertNone(ROOMS.flatMap(({ name, knows }) => knows.filter((other) => !needs(name, other, false)).map((other) => `${name} knows ${other}`)));
});

test("no file of src/ needs itself by a circle of imports", () => {
  assertNone(SOURCES.filter(({ path }) => reach(path).has(path)).map(({ path }) => path));
});

test("a package is imported where the table says, and nowhere else", () => {
  judged(strayPackages);
  assert.deepEqual(strayPackages(pretended("hsm/new.ts", 'import fs from "node:fs";', 'import "left-pad";')), ["src/hsm/new.ts imports node:fs", "src/hsm/new.ts imports left-pad"]);
  assert.deepEqual(strayPackages(pretended("ceremony/new.ts", 'import * as p from "pkcs11js";', 'const i = await import("inquirer");', "import(i);")), ["pkcs11js", "inquirer", "a computed name"].map((name) => `src/ceremony/new.ts imports ${name}`));
});

function strayPackages({ path, imports }: SourceFile): string[] {
  return imports.filter(({ from, isFile }) => !isFile && !PACKAGES.some(({ name, in: places }) => name === from && places.some((place) => covers(place, path)))).map(({ from }) => `src/${path} imports ${from}`);
}

test("nobody verifies a signature but room/claims.ts, and nobody takes more of node:crypto than their row says", () => {
  judged(strayNames);
  assert.deepEqual(strayNames(pretended("room/clock.ts", 'import { verify, randomBytes } from "node:crypto";')), ["src/room/clock.ts takes verify from node:crypto"]);
  assert.deepEqual(strayNames(pretended("bytes/digest.ts", 'import * as crypto from "node:crypto";')), ["src/bytes/digest.ts takes * from node:crypto"]);
});

function strayNames({ path, imports }: SourceFile): string[] {
  return imports.filter(({ isFile }) => !isFile).flatMap(({ from, names }) => {
    const rows = PACKAGES.filter(({ name, in: places }) => name === from && places.some((place) => covers(place, path)));
    return names.filter((one) => rows.length > 0 && !rows.some(({ only }) => only === undefined || only.includes(one))).map((one) => `src/${path} takes ${one} from ${from}`);
  });
}

test("only shell rooms wait: async, await and Promise are not said in a pure one", () => {
  judged(waitingIn);
  assert.deepEqual(waitingIn(pretended("plan/make.ts", "async function f() {}", "const g = (h: Promise<void>) => h;", "for await (const x of y) z(x);", 'const m = import("./m.ts");')), [
    "src/plan/make.ts:1 says async", "src/plan/make.ts:2 says Promise", "src/plan/make.ts:3 says await", "src/plan/make.ts:4 says import()",
  ]);
  assert.deepEqual(waitingIn(pretended("room/drive.ts", "async function f() { await g(); }")), []);
});

function waitingIn(file: SourceFile): string[] {
  if (roomOf(file.path)?.kind !== "pure") return [];
  const said = (node: ts.Node): string | null => {
    if (node.kind === ts.SyntaxKind.AsyncKeyword) return "async";
    if (node.kind === ts.SyntaxKind.AwaitKeyword || ts.isAwaitExpression(node)) return "await";
    if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) return "import()";
    return ts.isIdentifier(node) && /^(Promise|PromiseLike|Awaited|Async\w+)$/.test(node.text) ? node.text : null;
  };
  return file.nodes.flatMap((node) => (said(node) === null ? [] : [`${placeOf(file, node)} says ${said(node)}`]));
}

test("what the language does not give is named only where the table says: a pure room has no clock, no chance and no process", () => {
  judged(strayGlobals);
  const wrong = pretended("ceremony/new.ts", "const a = Date.now();", "const b = process.env;", "const c = globalThis.crypto;", "const d = new Intl.Collator();", "const e = Buffer.from([]);", "const process2 = { process: 1 };");
  assert.deepEqual(strayGlobals(wrong), ["Date", "process", "globalThis", "Intl", "Buffer"].map((name, i) => `src/ceremony/new.ts:${i + 1} names ${name}`));
  assert.deepEqual(strayGlobals(pretended("ceremony/new.ts", "const Date = 1;")), ["src/ceremony/new.ts:1 names Date"], "a name of the world is not given to something else");
});

test("a PIN's type is named by console and hsm alone", () => {
  judged(strayGlobals);
  assert.deepEqual(strayGlobals(pretended("commands/new.ts", 'import type { Secret } from "../console/secret.ts";')), ["src/commands/new.ts:1 names Secret"]);
});

const WATCHED: ReadonlySet<string> = new Set([...GLOBALS.map(({ name }) => name), "Intl", "globalThis", "crypto", "console", "eval", "Function", "require"]);

/** Free names that are neither of the language nor allowed here, and watched names even where a declaration hides them. */
function strayGlobals(file: SourceFile): string[] {
  const declared = new Set(file.nodes.flatMap((node) => declaredName(node) ?? []));
  return file.nodes.flatMap((node) => {
    const name = nameAt(node);
    const plain = name === null || (declared.has(name) && !WATCHED.has(name)) || LANGUAGE.has(name) || isWaiting(name);
    return plain || allowedHere([...GLOBALS, ...BROWSER], name, file.path) ? [] : [`${placeOf(file, node)} names ${name}`];
  });
}

/** Promises are judged by the kind of room, above; shell rooms need no row for them. */
const isWaiting = (name: string): boolean => name === "Promise";

function allowedHere(table: readonly Reserved[], name: string, path: string): boolean {
  return table.some((row) => row.name === name && row.in.some((place) => covers(place, path)));
}

test("a pure room asks nothing of chance, clock or locale by a member either", () => {
  judged(worldlyMembers);
  assert.deepEqual(worldlyMembers(pretended("bytes/new.ts", "const a = Math.random();", "const b = (1).toLocaleString();", 'const c = x["now"]();', "const d = certificate.verify();", "schema.parseAsync(1);")), [
    "random", "toLocaleString", "now", "verify", "parseAsync",
  ].map((name, i) => `src/bytes/new.ts:${i + 1} says .${name}`));
});

function worldlyMembers(file: SourceFile): string[] {
  if (roomOf(file.path)?.kind !== "pure") return [];
  return file.nodes.flatMap((node) => {
    const member = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression) ? node.argumentExpression.text : "";
    return WORLDLY_MEMBERS.test(member) ? [`${placeOf(file, node)} says .${member}`] : [];
  });
}

test("every permission of the table is used by somebody", () => {
  const idle = (rows: readonly Reserved[], uses: (row: Reserved, file: SourceFile) => boolean): string[] =>
    rows.flatMap((row) => row.in.filter((place) => !SOURCES.some((file) => covers(place, file.path) && uses(row, file))).map((place) => `${row.name} in ${place}`));
  assertNone(idle(PACKAGES, ({ name, only }, { imports }) => imports.some((one) => one.from === name && (only === undefined || one.names.some((taken) => only.includes(taken))))));
  assertNone(idle([...GLOBALS, ...BROWSER], ({ name }, { nodes }) => nodes.some((node) => nameAt(node) === name)));
});

test("replay reaches neither the token, nor the questions, nor another program, and neither does a process of its pool", () => {
  const reached = new Set(["main.ts", "replay-main.ts", "commands/replay.ts", "room/claim-checker.ts"].flatMap((from) => [from, ...reach(from)]));
  const files = SOURCES.filter(({ path }) => reached.has(path));
  const packages = files.flatMap(({ imports }) => imports.filter(({ isFile, typeOnly }) => !isFile && !typeOnly).map(({ from }) => from));
  const asked = files.filter(({ path }) => !["main.ts", "main-beginning.ts", "main-running.ts", "replay-main.ts", "room/claim-checker.ts"].includes(path)).flatMap(({ path, imports }) => imports.filter(({ dynamic }) => dynamic).map(({ from }) => `${path} asks for ${from} in the course of the run`));
  assertNone([...reached].filter((path) => ["hsm", "console", "secret"].includes(roomOf(path)?.name ?? "") || ["room/processes.ts", "x509/second-reading.ts"].includes(path)));
  assertNone(packages.filter((name) => /^(graphene-pk11|pkcs11js|inquirer|qrcode-terminal|@peculiar\/.*|reflect-metadata|node:net)$/.test(name)));
  assertNone(asked);
  assert.ok(reached.has("ceremony/feed.ts") && packages.includes("zod"), "the imports were followed");
});

/** The files that a file needs in order to load, itself among them only by a circle. */
function reach(from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const next = (BY_PATH.get(path)?.imports ?? []).filter((one) => one.isFile && !one.typeOnly && !one.dynamic && !found.has(one.from)).map((one) => one.from);
    for (const file of next) found.add(file);
    open.push(...next);
  }
  return found;
}

test("the page on the architecture shows every row of the table", () => {
  const rows = textOf("docs/architecture.md").split("\n").filter((line) => /\| (pure|shell) \|/.test(line)).map((line) => line.split(" | ").toSpliced(2, 1).join(" | "));
  const list = (names: readonly string[]): string => names.join(", ") || "–";
  assert.equal(rows.join("\n"), ROOMS.map(({ name, kind, uses, knows }) => `| ${name} | ${kind} | ${list(uses)} | ${list(knows)} |`).join("\n"));
});
