/** A script and a station file of a first ceremony, from a few answers. */
import { BEGINNINGS, type Beginning } from "./first-steps.ts";

/** Somebody of the ceremony: a name, and the id by which the script speaks of them. */
export interface Newcomer {
  readonly name: string;
  readonly id: string;
}

export interface FirstAnswers {
  /** `plain`, or the name of a platform. */
  readonly platform: string;
  readonly title: string;
  /** `test` or `software-keys`; what a production script says of its tokens nobody can guess. */
  readonly assurance: string;
  /** For the subjects of CAs; the factory where the platform asks for one. */
  readonly organization: string;
  readonly factory: string;
  readonly administrator: Newcomer;
  readonly operator: Newcomer;
  readonly witness: Newcomer;
  /** The PKCS#11 module, an absolute path. */
  readonly module: string;
}

/** @throws Error for a platform that there is not */
export function beginningOf(platform: string): Beginning {
  const beginning = BEGINNINGS[platform];
  if (beginning === undefined) throw new Error(`no beginning for ${platform}`);
  return beginning;
}

/** The person's id from a name: `Alice M. Example` is `alice-m-example`; what letters cannot give is left out. */
export function idFrom(name: string): string {
  const plain = name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "");
  return plain.slice(0, 31).replace(/-+$/, "");
}

/** script.yaml, UTF-8 text. What was answered is quoted where YAML would read it as something else. */
export function newScript(answers: FirstAnswers): string {
  const { tokens, steps, says } = beginningOf(answers.platform);
  const holds = Object.entries(tokens).map(([token, keys]) => `  ${token}: { holds: [${keys.join(", ")}] }\n`).join("");
  const initialize = Object.keys(tokens).map((token) => `  - initialize-token: { token: ${token} }\n`).join("");
  return `# yaml-language-server: $schema=script.schema.json
# ${capital(says)}.
anchorite: 1
ceremony: ${scalar(answers.title)}
assurance: ${answers.assurance}

people:
${peopleLines(answers)}
quorum:
  seal: [1 of administrator, 1 of witness]
  effects: [2 of any]                       # nothing is generated or signed alone

tokens:
${holds}
steps:
  - roll-call: {}
${initialize}${filled(steps, answers)}`;
}

function peopleLines({ administrator, operator, witness }: FirstAnswers): string {
  const line = ({ id, name }: Newcomer, role: string): string => `  ${id}: { name: ${scalar(name)}, role: ${role}, key: people/${id}.pub }\n`;
  return line(administrator, "administrator") + line(operator, "operator") + line(witness, "witness");
}

function filled(steps: string, { organization, factory, witness }: FirstAnswers): string {
  const common = (rest: string): string => scalar(`${organization} ${rest}`);
  return steps.replace(/<O ([^>]+)>/g, (_all, rest: string) => common(rest)).replaceAll("<O>", () => scalar(organization)).replaceAll("<FACTORY>", () => scalar(factory)).replaceAll("<WITNESS>", witness.id);
}

/**
 * station.yaml: tokens that the ceremony initialises itself, and PINs that people type.
 * @param salt random, hex, so that a public copy of the record can withhold the station
 */
export function newStation({ platform, module }: FirstAnswers, salt: string): string {
  const softHsm = /softhsm/i.test(module);
  const setUp = softHsm ? "    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }\n" : "";
  const pins = "    pin: prompt\n    so-pin: prompt\n";
  const token = (name: string): string => `  ${name}:\n    module: ${module}\n${setUp}    serial: uninitialized                   # the one token of this module that nobody has initialised\n${pins}`;
  return `# yaml-language-server: $schema=station.schema.json
anchorite-station: 1
salt: "${salt}"
tokens:
${Object.keys(beginningOf(platform).tokens).map(token).join("")}`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A text as YAML reads it back: bare where it is plain words, else in double quotes. */
function scalar(text: string): string {
  const bare = /^[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return bare ? text : JSON.stringify(text);
}
