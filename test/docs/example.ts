/** The complete example of docs/transcript-format.md: how it was made, how it is printed, how it is read back. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { softhsmModule } from "../tools.ts";
import { anchorite, blocks, makeKey, page } from "./pages.ts";

export const FORMAT_PAGE = "docs/transcript-format.md";
/** The block of a file of the example has `record/PATH` behind its fence. */
const PREFIX = "record/";
/** The order in which a reader meets the files. */
const ORDER = ["script.yaml", "station.yaml", "inputs/", "plan.json", "transcript.jsonl", "artifacts/", "SHA256SUMS", "seal.txt", "signatures/"];

const SCRIPT = `# A visit to the safe: nothing is signed, and the token stays in its bag.
anchorite: 1
ceremony: Visit to the safe
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
tokens:
  vault: { holds: [] }
steps:
  - roll-call: {}
  - act: { by: alice, say: Open the safe and read the number of the bag., type: [bag] }
  - close: {}
`;

const ANSWERS = `words: computed
1: [[alice, dan], agree]
2: [{ by: alice, bag: A-1047 }]
`;

const station = (): string => `anchorite-station: 1
tokens:
  vault: { module: ${softhsmModule()}, serial: "0123456789abcdef", pin: prompt }
`;

/** The files of the example as the page prints them, by path in the record; a JSON file has no LF at its end. */
export function printedExample(): Map<string, string> {
  const printed = blocks(page(FORMAT_PAGE)).flatMap(({ info, text }): [string, string][] => {
    const name = info.split(" ")[1] ?? "";
    return name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), name.endsWith(".json") ? text.slice(0, -1) : text]] : [];
  });
  return new Map(printed);
}

/** Runs the example's ceremony anew and returns the files of its record. */
export function madeExample(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-example-"));
  try {
    mkdirSync(join(folder, "people"));
    for (const id of ["alice", "dan"]) makeKey(join(folder, "people"), id);
    for (const [name, text] of [["script.yaml", SCRIPT], ["station.yaml", station()], ["answers.yaml", ANSWERS]] as const) writeFileSync(join(folder, name), text);
    must(folder, "run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "answers.yaml");
    for (const id of ["alice", "dan"]) must(folder, "seal", "record", "--as", id, "--key", join("people", id));
    return filesBelow(join(folder, "record"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function must(folder: string, ...args: string[]): void {
  const { exit, stderr } = anchorite(args, folder);
  if (exit !== 0) throw new Error(`${args[0]} ended with ${exit}:\n${stderr}`);
}

function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(String).filter((path) => statSync(join(folder, path)).isFile());
  const rank = (path: string): number => ORDER.findIndex((start) => path.startsWith(start));
  const sorted = paths.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return new Map(sorted.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** The example as the page prints it. */
export function printExample(files: ReadonlyMap<string, string>): string {
  return [...files].map(([path, text]) => {
    const kind = path.endsWith(".yaml") ? "yaml" : path.endsWith(".json") ? "json" : "text";
    return `\`\`\`${kind} ${PREFIX}${path}\n${text}${text.endsWith("\n") ? "" : "\n"}\`\`\`\n`;
  }).join("\n");
}
