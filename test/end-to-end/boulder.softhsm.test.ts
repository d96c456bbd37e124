/** The years of Let's Encrypt's ceremonies that are there, imported, run on SoftHSM, replayed, and held against what boulder made of them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { corpora } from "../tools.ts";
import type { Ceremony } from "./ceremony.ts";
import { firstCeremony, held, importedFrom, laterCeremony } from "./imported.ts";

const corpus = corpora("boulder");
const [E, R] = [["e5", "e6", "e7", "e8", "e9"], ["r10", "r11", "r12", "r13", "r14"]];
const INTERMEDIATES = [...[...E, ...R].map((name) => `${name}-key`), ...[...E, ...R].map((name) => `${name}-cert`), ...E.map((name) => `${name}-cross-cert`)];
const Y = ["ye1", "ye2", "ye3", "yr1", "yr2", "yr3"];
/** In the order in which they were run. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  2000: ["root-dst"], 2015: ["root-x1"],
  2020: ["root-x2", "root-x2-cross-cert", "root-x1.crl", "root-x2.crl", "e1-key", "e2-key", "r3-key", "r4-key", "e1-cert", "e2-cert", "r3-cert", "r4-cert", "r3-cross-csr", "r4-cross-csr"],
  2021: ["root-x1-cross-cert", "root-x1-cross-csr"], 2023: INTERMEDIATES, 2024: INTERMEDIATES,
  2025: [
    ...Y.map((name) => `int-${name}.key`), "root-ye", "root-yr", ...Y.map((name) => `int-${name}.cert`), "root-ye.crl", "root-yr.crl",
    "root-x2-by-x1", "root-ye-by-x2", "root-yr-by-x1", "root-x1.crl", "root-x2.crl",
  ],
};
const YEARS = Object.keys(ORDER).filter((year) => existsSync(join(corpus.path, "ceremonies", year)));
const configsOf = (year: string): string[] => (ORDER[year] ?? []).map((name) => join(corpus.path, "ceremonies", year, `${name}.yaml`));

interface Artifact {
  readonly path: string;
  readonly kind: "x509" | "crl" | "req";
  /** What boulder made, `openssl -text`. */
  readonly theirs: string;
}

/** What these configurations make, in their order: a name that is taken has a number behind it. */
function artifactsOf(years: readonly string[]): Artifact[] {
  const taken = new Map<string, number>();
  return years.flatMap(configsOf).flatMap((file): Artifact[] => {
    const output = /(certificate|crl|csr)-path: \S*?([^/\s]+)\.pem$/m.exec(readFileSync(file, "utf8").replace(/^inputs:(\n .*)*/m, ""));
    const [, kind = "", name = ""] = output ?? [];
    if (output === null) return [];
    const own = name.replace(/\.cert$/, "").replace(/\./g, "-");
    const number = (taken.get(`${kind} ${own}`) ?? 0) + 1;
    taken.set(`${kind} ${own}`, number);
    const called = number === 1 ? own : `${own}-${number}`;
    const theirs = join(corpus.path, "outputs", file.split("/").at(-2) ?? "", `${name}.txt`);
    const kinds = { certificate: [`certificates/${called}.pem`, "x509"], crl: [`crls/${called}.pem`, "crl"], csr: [`requests/${called}.csr`, "req"] } as const;
    const [path, openssl] = kinds[kind as keyof typeof kinds];
    return [{ path, kind: openssl, theirs }];
  });
}

/** The text of openssl without what differs from one making to the next: serial numbers, keys, key identifiers, signatures. */
function facts(text: string): string {
  return text.split("\n").filter((line) => !/^\s+([0-9a-f]{2}:)+[0-9a-f]{0,2}$|^\s*([0-9A-F]{2}:){15,}|^\s+([0-9a-f]{2}:){10,}/i.test(line) && !/Serial Number|keyid:|^-----|^[A-Za-z0-9+/=]{20,}$|Signature Value/.test(line))
    .map((line) => line.replaceAll(" = ", "=").trim()).filter((line) => line !== "" && line !== "(none)" && !/^(Attributes:|Requested Extensions:|NIST CURVE|Exponent)/.test(line)).join("\n");
}

/** Compares what is published of these artifacts; returns how many that were. */
function compare(ceremony: Ceremony, artifacts: readonly Artifact[]): number {
  const published = artifacts.filter(({ theirs }) => existsSync(theirs));
  for (const { path, kind, theirs } of published) {
    const ours = spawnSync("openssl", [kind, "-in", ceremony.inRecord("artifacts", path), "-noout", "-text"], { encoding: "utf8" });
    const text = readFileSync(theirs, "utf8");
    // the published requests are older than their configuration, which has dropped a (FAKE) since
    assert.equal(facts(ours.stdout), facts(kind === "req" ? text.replace("O = (FAKE) Let's", "O = Let's") : text), theirs);
  }
  return published.length;
}

test("the years of boulder's ceremonies come out as boulder made them, in one script, and replay", { skip: corpus.skip ?? false }, () => {
  const { folder, said } = importedFrom(YEARS.flatMap(configsOf));
  assert.match(said, new RegExp(`the PINs of ${YEARS.flatMap(configsOf).length} configurations are dropped`));
  assert.doesNotMatch(readFileSync(join(folder, "script.yaml"), "utf8"), /1234\b|libsofthsm/);
  assert.ok(compare(held(firstCeremony({ folder, said })), artifactsOf(YEARS)) >= 11);
});

test("each later year alone, on the register of the years before, comes out as boulder made it [REGISTER-KEY] [REGISTER-TOKEN]", { skip: corpus.skip ?? false }, () => {
  const [first = "", ...later] = YEARS.filter((year) => year !== "2000" && year !== "2021");
  const host = held(firstCeremony(importedFrom(configsOf(first))));
  let before = host;
  for (const [i, year] of later.entries()) {
    const next = held(laterCeremony(importedFrom(configsOf(year), { register: before.inRecord() }), host));
    const made = artifactsOf([first, ...later.slice(0, i + 1)]).filter(({ theirs }) => theirs.includes(`/${year}/`));
    assert.ok(compare(next, made) > 0, year);
    before = next;
  }
});
