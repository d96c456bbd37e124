import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { checkout } from "../tools.ts";
import { assertNone, filesBelow, parsed, sourceFiles, textOf } from "./source.ts";

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(checkout, path), "utf8"));
const manifest = json("package.json") as Manifest;
const { "": _own, ...locked } = (json("package-lock.json") as { packages: Readonly<Record<string, Locked>> }).packages;
const pinned = { ...manifest.dependencies, ...manifest.devDependencies };

/** A row of docs/dependencies.md. */
interface Row {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** `src/…` or `test/…`, `by X`, `types`, or `not yet`. */
  readonly place: string;
  readonly why: string;
}

const rows = textOf("docs/dependencies.md").split("\n").filter((line) => line.startsWith("| `")).map((line): Row => {
  const [name = "", version = "", licence = "", place = "", why = ""] = line.slice(2, -2).split(" | ").map((cell) => cell.replaceAll("`", "").trim());
  return { name, version, licence, place, why };
});

test("every dependency is pinned to one version, and is the one that is installed", () => {
  assertNone(Object.entries(pinned).filter(([name, version]) => !/^\d+\.\d+\.\d+$/.test(version) || locked[`node_modules/${name}`]?.version !== version).map(([name, version]) => `${name} ${version}`));
});

test("every dependency has its row in docs/dependencies.md, with its version, its licence and a reason, and every row is one", () => {
  assert.deepEqual(rows.map(({ name }) => name).sort(), Object.keys(pinned).sort());
  const installed = (name: string): Locked | undefined => locked[`node_modules/${name}`];
  assertNone(rows.filter(({ name, version, licence }) => version !== pinned[name] || licence !== licenceOf(name, installed(name))).map(({ name, version, licence }) => `${name} ${version} ${licence}`));
  assertNone(rows.filter(({ why }) => why.length < 40).map(({ name }) => name));
});

/** npm notes the licence in the lock file, unless the package says it in an older form. */
function licenceOf(name: string, entry: Locked | undefined): string {
  const older = (json(`node_modules/${name}/package.json`) as { licenses?: readonly { type: string }[] }).licenses?.[0]?.type;
  return entry?.license ?? older?.replace(" ", "-") ?? "";
}

test("a dependency is used where its row says, and one that is not used says so", () => {
  const importers = new Map([...importersIn("src"), ...importersIn("test"), ...importersOfBuild()].flatMap(([file, names]) => names.map((name) => [`${name} ${file}`, file] as const)));
  const usersOf = (name: string): string[] => [...importers].filter(([key]) => key.startsWith(`${name} `)).map(([, file]) => file);
  const fits = ({ name, place }: Row): boolean => {
    const users = usersOf(name).filter((file) => name in manifest.devDependencies || file.startsWith("src/"));
    if (place.startsWith("not yet")) return users.length === 0;
    if (place.startsWith("by ")) return locked[`node_modules/${place.slice(3)}`]?.dependencies?.[name] !== undefined;
    return place === "types" ? name.startsWith("@types/") : users.some((file) => file.startsWith(place));
  };
  assertNone(rows.filter((row) => !fits(row)).map(({ name, place }) => `${name}: ${place}`));
});

/** The packages that each file imports; a test may also find one by its name. */
function importersIn(folder: "src" | "test"): [file: string, names: readonly string[]][] {
  if (folder === "src") return sourceFiles().map(({ path, imports }) => [`src/${path}`, imports.map(({ from }) => from)]);
  return filesBelow("test").filter((path) => !path.startsWith("house/dependencies")).map((path) => {
    const { imports, nodes } = parsed(path, textOf(`test/${path}`));
    const resolved = nodes.flatMap((node) => (ts.isCallExpression(node) && /resolve$/.test(node.expression.getText()) && node.arguments[0] && ts.isStringLiteral(node.arguments[0]) ? [node.arguments[0].text] : []));
    return [`test/${path}`, [...imports.map(({ from }) => from), ...resolved]];
  });
}

/** The packages by which `softhsm/` makes the program. */
function importersOfBuild(): [file: string, names: readonly string[]][] {
  const path = "softhsm/program.mjs";
  return [[path, [...textOf(path).matchAll(/from "([^"]+)"/g)].map(([, name = ""]) => name)]];
}

test("the lock file names no registry, and every package by its digest", () => {
  assertNone(Object.entries(locked).filter(([, { resolved, integrity }]) => resolved !== undefined || !/^sha512-/.test(integrity ?? "")).map(([path]) => path));
  assert.ok(!/https?:\/\/registry\./.test(textOf("package-lock.json")));
});

test("of the packages that have a script for their installation, one may run it, and each is decided upon by name", () => {
  const scripted = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path.replace("node_modules/", ""));
  assert.deepEqual(scripted, Object.keys(manifest.allowScripts));
  assert.deepEqual(scripted.filter((name) => manifest.allowScripts[name] === true), ["pkcs11js"]);
});

test("everything runs on the oldest Node that package.json allows", () => {
  assert.equal(manifest.engines.node, ">=20.17");
  assertNone(Object.entries(locked).filter(([, { engines }]) => !admits(engines?.node ?? "*", [20, 17, 0])).map(([path, { engines }]) => `${path}: ${engines?.node}`));
  assert.deepEqual([">=22", "^22.13.0 || ^20.17.0", ">= 14", "^18.0.0", ">=20.19.0", "*", "18 || 20", "22"].map((range) => admits(range, [20, 17, 0])), [false, true, true, false, false, true, true, false]);
});

/** Whether a range of the forms `>=a.b.c`, `^a.b.c`, `a`, `*`, with `||` between them, admits a version. Any other form does not. */
function admits(range: string, version: readonly number[]): boolean {
  return range.split("||").some((one) => {
    if (one.trim() === "*") return true;
    const [, kind, numbers] = /^(>=|\^|(?=\d+$))\s*(\d+(?:\.\d+){0,2})$/.exec(one.trim()) ?? [];
    if (kind === undefined || numbers === undefined) return false;
    const least = numbers.split(".").map(Number);
    const later = version.map((part, i) => part - (least[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
    return later >= 0 && (kind === ">=" || least[0] === version[0]);
  });
}
