/** The verifier of `docs/verifier/`, asked about many records in one process of Python: it starts two programs a signature as it is. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../tools.ts";

export const VERIFIER = join(checkout, "docs", "verifier", "anchorite_verify.py");

/** What is asked of one record. Paths are those of this host. */
export interface Question {
  readonly record: string;
  readonly roster: string | null;
  readonly head: string | null;
}

/** What it says; the rest of its JSON is for people. */
export interface Answer {
  readonly exit: number;
  readonly codes: readonly string[];
  readonly wrong: readonly string[];
  readonly unfit: readonly string[];
  readonly missing: readonly string[];
  /** What it says of each addendum, by its folder. */
  readonly addenda: Readonly<Record<string, string>>;
}

/** The verifier's own function over each line, as its command line calls it. */
const DRIVER = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import anchorite_verify as verifier
for line in sys.stdin:
    asked = json.loads(line)
    roster = asked["roster"] and verifier.read_roster(asked["roster"])
    print(json.dumps(verifier.verify(asked["record"], roster, asked["head"])))
`;

export function askVerifier(questions: readonly Question[]): Answer[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const ended = spawnSync("python3", ["-c", DRIVER, join(VERIFIER, "..")], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (ended.status !== 0) throw new Error(`python3: ${ended.stderr}`);
  return ended.stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Answer);
}
