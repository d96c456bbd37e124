/** The answers file: what people would say, in the order they would be asked, for tests and demonstrations. */
import * as z from "zod";
import { toUtf8 } from "../bytes/text.ts";
import { Fault, type Finding } from "../fault.ts";
import { readStrictYaml } from "../script/strict-yaml.ts";
import { formFindingAt, readBySchema } from "../script/zod-findings.ts";

const answer = z.union(
  [z.string().max(2000), z.array(z.string().max(200)).max(200), z.record(z.string().max(200), z.string().max(2000))],
  { error: 'expected a word, a list of people or named values ({ by: bob, serial: "A-17" }), digits in quotes' },
);
/** One answer. Its shape follows the question: a word or digits, a list of people, or named values. */
export type Answer = z.infer<typeof answer>;

const stepAnswers = z.array(answer).max(1000);
const decision = z.enum(["adopt", "again", "destroy", "leave", "go-on", "stop"], { error: "expected adopt, again, destroy, leave, go-on or stop" });
const answersFile = z
  .object({
    words: z.literal("computed", { error: "expected computed: words are never written into an answers file" }).optional(),
    decisions: z.array(decision, { error: "expected a list of decisions, the preferred one first" }).min(1).optional(),
  })
  .catchall(stepAnswers);

export interface Answers {
  /** Whether words that people read from paper or screen are computed in their place. */
  readonly computedWords: boolean;
  /** What people would decide about an effect whose outcome nobody knows, the preferred choice first; empty: the file says it step by step. */
  readonly decisions: readonly string[];
  /** By step number, in the order asked; 0 holds what is asked outside steps and again when a ceremony goes on. */
  readonly steps: ReadonlyMap<number, readonly Answer[]>;
}

/** Characters; a file of answers to every question of a long ceremony is a tenth of it. */
const LARGEST = 256 * 1024;
const STEP = /^(0|[1-9]\d{0,5})$/;

/**
 * Reads an answers file: strict YAML, a map from step number to the list of answers in the order asked.
 * @throws Fault usage-answers with line:column of every problem, the first in the message
 */
export function readAnswers(text: string): Answers {
  if (text.length > LARGEST) throw new Fault("usage-answers", `answers file: expected at most ${LARGEST} characters, found ${text.length}`);
  const { value, findings, locate } = readStrictYaml(toUtf8(text), "answers");
  if (findings.length > 0) throw refused(findings);
  const read = readBySchema(answersFile, value ?? {}, [], locate);
  if (read.data === null) throw refused(read.findings);
  const { words, decisions, ...steps } = read.data;
  const unknown = Object.keys(steps).filter((name) => !STEP.test(name));
  if (unknown.length > 0) throw refused(unknown.map((name) => formFindingAt([name], "key", locate, "expected words, decisions or a step number")));
  return { computedWords: words === "computed", decisions: decisions ?? [], steps: new Map(Object.entries(steps).map(([step, list]) => [Number(step), stepAnswers.parse(list)])) };
}

function refused(findings: readonly Finding[]): Fault {
  const [first = "expected a map from step numbers to lists", ...more] = findings.map(({ line, column, path, message, hint }) => {
    const place = path.length === 0 ? "" : ` ${path.join(".")}:`;
    return `${line ?? 1}:${column ?? 1}:${place} ${message}${hint === undefined ? "" : ` (${hint})`}`;
  });
  return new Fault("usage-answers", `answers file: ${first}`, more);
}
