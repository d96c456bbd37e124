import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { EXIT } from "../../src/fault.ts";
import { checkout } from "../tools.ts";
import { anchorite, blocks, page, pages, section } from "./pages.ts";

/** Text without fenced blocks and without code, in which brackets are links. */
function prose(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "`…`");
}

/** The fragment by which a heading can be reached. */
function fragments(text: string): Set<string> {
  const headings = [...text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));
}

interface Link {
  readonly from: string;
  readonly to: string;
}

function links(): Link[] {
  return pages().flatMap((from) => [...prose(page(from)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = ""]) => ({ from, to })));
}

test("every relative link leads to a file or a heading that is there", () => {
  const relative = links().filter(({ to }) => !to.startsWith("https://"));
  assert.ok(relative.length > 20);
  const broken = relative.filter(({ from, to }) => {
    const [path = "", fragment] = to.split("#");
    const target = path === "" ? from : normalize(join(dirname(from), path));
    if (!existsSync(join(checkout, target))) return true;
    return fragment !== undefined && !fragments(page(target)).has(fragment);
  });
  assert.deepEqual(broken, []);
});

test("links to other sites are https", () => {
  assert.deepEqual(links().filter(({ to }) => /^[a-z]+:/.test(to) && !to.startsWith("https://")), []);
});

/** A verb that has verbs of its own: what stands behind it in `--help`. The first of several is asked for the options of all. */
const BELOW: Readonly<Record<string, readonly string[]>> = { request: ["inspect"], import: ["boulder"], artifact: ["verify"], qr: ["show", "read"], rotation: ["status", "next", "calendar", "metrics", "note"], token: ["list", "inspect", "probe"] };

/** What `--help` says: each verb, and its options. */
function verbs(): Map<string, string[]> {
  const help = anchorite(["--help"], checkout).stdout;
  const names = [...help.slice(help.indexOf("Commands:")).matchAll(/^ {2}([a-z]+) .*?(?:<| {2})/gm)].map(([, name = ""]) => name).filter((name) => name !== "anchorite");
  const options = (...words: readonly string[]): string[] => anchorite([...words, "--help"], checkout).stdout.match(/--[a-z]+(?:-[a-z]+)*/g) ?? [];
  return new Map(names.map((name) => [name, (BELOW[name] ?? [""]).flatMap((below) => options(...[name, below].filter(Boolean)))]));
}

/** Every command of the pages: lines of shell blocks, and code in sentences. */
function commands(): { from: string; words: string[] }[] {
  return pages().flatMap((from) => {
    const text = page(from);
    const lines = blocks(text).flatMap((block) => block.text.split("\n"));
    const code = [...text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, inside = ""]) => inside);
    const ours = [...lines, ...code].map((line) => /^\s*(?:\$ )?(?:npx )?anchorite (.+)$/.exec(line)?.[1]).filter((rest) => rest !== undefined);
    return ours.map((rest) => ({ from, words: rest.replaceAll(/"[^"]*"/g, "TEXT").split(/\s+/).filter(Boolean) }));
  });
}

/** One a line. */
const VERBS = [
  "addend",
  "approve",
  "artifact",
  "check",
  "copy",
  "diff",
  "disclose",
  "doctor",
  "history",
  "import",
  "init",
  "key",
  "preflight",
  "qr",
  "rehearse",
  "replay",
  "report",
  "request",
  "rotation",
  "run",
  "schema",
  "script",
  "seal",
  "timestamp",
  "token",
  "waive",
];

test("every command of the pages has a verb and options that exist", () => {
  const known = verbs();
  assert.deepEqual([...known.keys()].sort(), [...VERBS].sort());
  const found = commands();
  assert.ok(found.length > 8);
  const wrong = found.filter(({ words: [verb = "", ...rest] }) => {
    const options = known.get(verb);
    return options === undefined || (verb in BELOW && !(BELOW[verb] ?? []).includes(rest[0] ?? "")) || rest.some((word) => word.startsWith("--") && !options.includes(word));
  });
  assert.deepEqual(wrong, []);
});

test("no page names a path of somebody's machine", () => {
  const found = pages().filter((path) => /\/(?:work|home|root|tmp|Users)\//.test(page(path)));
  assert.deepEqual(found, []);
});

test("the README lists every exit code, in order, and the page about replay those of replay", () => {
  const codes = (text: string) => [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.deepEqual(codes(section(page("README.md"), "Exit codes")), Object.values(EXIT));
  const replay = section(page("docs/what-replay-proves.md"), "Exit codes of replay");
  for (const code of [EXIT.done, EXIT.unpinned, EXIT.incompleteOrDiverged, EXIT.notAuthentic]) assert.ok(codes(replay).includes(code));
});

test("the first screen of the README says what it is, the two commands and the three doors", () => {
  const first = page("README.md").split("\n").slice(0, 36).join("\n");
  for (const word of ["npm run demo", "npm test", "run a ceremony", "given a record", "keep the dates"]) assert.ok(first.includes(word), word);
});

test("decisions are numbered without a gap, each with context, decision and consequence", () => {
  const decisions = pages().filter((path) => path.startsWith("docs/decisions/"));
  assert.ok(decisions.length > 0);
  for (const [index, path] of decisions.entries()) {
    const number = String(index + 1).padStart(4, "0");
    assert.match(path, new RegExp(`^docs/decisions/${number}-[a-z0-9-]+\\.md$`));
    const text = page(path);
    assert.ok(text.startsWith(`# ${number}. `), path);
    for (const heading of ["Context", "Decision", "Consequence"]) assert.notEqual(section(text, heading).trim(), "", `${path}: ${heading}`);
  }
});

test("the changelog has the version of package.json", () => {
  const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
  assert.match(page("CHANGELOG.md"), new RegExp(`^## ${version.replaceAll(".", "\\.")}( |$)`, "m"));
});

test("the licence is the one that package.json names", () => {
  const { license } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { license: string };
  assert.equal(license, "Apache-2.0");
  assert.match(readFileSync(join(checkout, "LICENSE"), "utf8"), /Apache License\s+Version 2\.0, January 2004/);
});
