/** `init DIR`: a script and a station file of a first ceremony, from a few answers. No token is touched and nothing is overwritten. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { toHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import { askLine, PromptLeft, STANDARD_TERMINAL, terminalReady } from "../console/prompts.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { keepFiles, kindAt, readRegular, type FileToKeep } from "../room/files.ts";
import { jsonSchemaOf } from "../script/json-schema.ts";
import { parseScript } from "../script/parse.ts";
import { BEGINNINGS, type Asked } from "../script/starting/first-steps.ts";
import { beginningOf, idFrom, newScript, newStation, type FirstAnswers, type Newcomer } from "../script/starting/new-files.ts";
import { parseStation } from "../script/station.ts";
import { result, talk, talkFindings } from "./output.ts";

/** What was given; what is missing is asked for. A person is a name, or `NAME=FILE` with that person's public SSH key. */
export interface InitOptions {
  readonly platform?: string;
  readonly title?: string;
  readonly assurance?: string;
  readonly organization?: string;
  readonly factory?: string;
  readonly administrator?: string;
  readonly operator?: string;
  readonly witness?: string;
  readonly module?: string;
}

const KEY_LIMIT = 16 * 1024;
const ROLES = ["administrator", "operator", "witness"] as const;

/** @throws Fault usage-no-terminal when something is missing and nobody can be asked; record-artifact-differs for a file that is there */
export async function init(folder: string, options: InitOptions): Promise<ExitCode> {
  const answers = await answered(options);
  const [script, station] = [toUtf8(newScript(answers)), toUtf8(newStation(answers, toHex(randomBytes(16))))];
  const findings = [...parseScript(script, "script.yaml").findings, ...parseStation(station, "station.yaml").findings];
  if (findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  const files = [{ path: "script.yaml", bytes: script }, { path: "station.yaml", bytes: station }, schemaFile("script"), schemaFile("station"), ...keysOf(options, answers)];
  await keepNew(folder, files);
  for (const { path } of files) result(join(folder, path));
  for (const line of whatNext(folder, options, answers)) talk(line);
  return EXIT.done;
}

/** All of them or none: whoever has a script here keeps it. */
async function keepNew(folder: string, files: readonly FileToKeep[]): Promise<void> {
  const there = files.find(({ path }) => kindAt(join(folder, path)) !== "nothing");
  if (there !== undefined) throw new Fault("usage-file", `${join(folder, there.path)} is there already, and nothing is overwritten`, ["name a new folder"]);
  await keepFiles(files.map(({ path, bytes }) => ({ path: join(folder, path), bytes })));
}

function schemaFile(form: "script" | "station"): FileToKeep {
  return { path: `${form}.schema.json`, bytes: toUtf8(`${JSON.stringify(jsonSchemaOf(form), null, 1)}\n`) };
}

function keysOf(options: InitOptions, answers: FirstAnswers): FileToKeep[] {
  return ROLES.flatMap((role) => {
    const file = keyFileOf(options[role]);
    return file === null ? [] : [{ path: `people/${answers[role].id}.pub`, bytes: readRegular(file, KEY_LIMIT) }];
  });
}

const nameOf = (given: string): string => given.replace(/=.*/s, "").trim();
const keyFileOf = (given: string | undefined): string | null => (given?.includes("=") === true ? given.replace(/^[^=]*=/, "") : null);

async function answered(options: InitOptions): Promise<FirstAnswers> {
  const platform = await given(options.platform, "platform", `For which platform? ${Object.keys(BEGINNINGS).join(", ")}`, (word) => word in BEGINNINGS || `expected one of ${Object.keys(BEGINNINGS).join(", ")}`);
  if (options.platform === undefined) talk(`${platform}: ${beginningOf(platform).says}`);
  const title = await given(options.title, "title", "The title of the ceremony, as it is read aloud", lineOf(3, 60));
  const assurance = await given(options.assurance, "assurance", "test (throw-away keys) or software-keys (real, and never accepted as production)", assuranceWord);
  const words = { organization: "", factory: "" };
  for (const asked of beginningOf(platform).asks) words[asked] = await given(options[asked], asked, QUESTION[asked], lineOf(2, 40));
  const people: Newcomer[] = [];
  for (const role of ROLES) people.push(await newcomer(options[role], role, people));
  const [administrator, operator, witness] = people;
  if (administrator === undefined || operator === undefined || witness === undefined) throw new Error("three people were asked for");
  const module = await given(options.module, "module", "The PKCS#11 module of the tokens, such as /usr/lib/softhsm/libsofthsm2.so", (path) => /^\/./.test(path) || "expected an absolute path");
  return { platform, title, assurance, ...words, administrator, operator, witness, module };
}

const QUESTION: Readonly<Record<Asked, string>> = {
  organization: "The organization, as it stands in the certificates (O)",
  factory: "The name of the factory, as the platform knows it",
};

function assuranceWord(word: string): true | string {
  if (word === "production") return "a production script says which tokens are accepted and how each key survives, which nobody can guess: begin with software-keys and see docs/script.md";
  return word === "test" || word === "software-keys" || "expected test or software-keys";
}

const lineOf = (least: number, most: number) => (text: string): true | string => (text.length >= least && text.length <= most) || `expected ${least} to ${most} characters`;

async function newcomer(option: string | undefined, role: (typeof ROLES)[number], before: readonly Newcomer[]): Promise<Newcomer> {
  const check = (text: string): true | string => {
    const id = idFrom(nameOf(text));
    if (id === "") return "expected a name with letters from a to z; another may be written into the script afterwards";
    return before.every((one) => one.id !== id) || "expected somebody else: nobody has two roles";
  };
  const name = nameOf(await given(option, role, `The ${role}: first name and surname`, check));
  return { name, id: idFrom(name) };
}

/** What was given is judged like what is typed. @throws Fault usage-arguments, usage-no-terminal, usage-answers */
async function given(option: string | undefined, name: string, question: string, check: (text: string) => true | string): Promise<string> {
  if (option !== undefined) {
    const judged = check(option.trim());
    if (judged !== true) throw new Fault("usage-arguments", `--${name}: ${judged}`, []);
    return option.trim();
  }
  if (!terminalReady()) throw new Fault("usage-no-terminal", `nobody can be asked: ${question}`, [`run it at a terminal, or give --${name}`]);
  try {
    return await askLine(STANDARD_TERMINAL, question, check);
  } catch (thrown) {
    if (thrown instanceof PromptLeft) throw new Fault("usage-answers", "the questions were left before their end", ["nothing was written"]);
    throw thrown;
  }
}

function whatNext(folder: string, options: InitOptions, answers: FirstAnswers): string[] {
  const missing = ROLES.filter((role) => keyFileOf(options[role]) === null).map((role) => join(folder, "people", `${answers[role].id}.pub`));
  const keys = missing.length === 0 ? [] : [`next: each person puts a public SSH key where the script looks for it (anchorite key makes one): ${missing.join(", ")}`];
  const softHsm = /softhsm/i.test(answers.module) ? [`then: the token folder of SoftHSM, named in ${join(folder, "softhsm2.conf")}: directories.tokendir = /absolute/path`] : [];
  return [...keys, ...softHsm, `then: anchorite check ${join(folder, "script.yaml")}`];
}
