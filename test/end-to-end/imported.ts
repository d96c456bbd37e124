/** Scripts that `import boulder` wrote, made ready to run on SoftHSM: people, answers, stations, waivers. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { anchorite, Ceremony, freshPath, type Ended } from "./ceremony.ts";

export interface Imported {
  readonly folder: string;
  /** What `import` said. */
  readonly said: string;
}

interface Import {
  readonly into?: string;
  /** The record of the ceremony before. */
  readonly register?: string;
}

export function imported(configs: readonly string[], { into = freshPath("boulder"), register }: Import = {}): Ended {
  return anchorite(["import", "boulder", ...configs, "-o", into, ...(register === undefined ? [] : ["--register", register])]);
}

/** Imports configurations into a fresh folder, without a finding. */
export function importedFrom(configs: readonly string[], { into = freshPath("boulder"), register }: Import = {}): Imported {
  return { folder: into, said: succeeded(imported(configs, { into, ...(register === undefined ? {} : { register }) })).stderr };
}

const WORDS: Readonly<Record<string, string>> = { "initialize-token": "initialize", "generate-key-pair": "generate" };
const EVERYBODY = "[[administrator, operator, witness], agree]";

/** Answers for every step, and stations of SoftHSM whose PINs lie in files. */
function makeReady(folder: string): void {
  const kinds = [...readFileSync(join(folder, "script.yaml"), "utf8").matchAll(/^ {2}- ([a-z-]+):/gm)].map(([, kind = ""]) => kind);
  const silent = ["close", "inspect-token"];
  const answers = kinds.flatMap((kind, i) => (kind === "roll-call" ? [`${i + 1}: ${EVERYBODY}`] : silent.includes(kind) ? [] : [`${i + 1}: [${WORDS[kind] ?? "sign"}]`]));
  writeFileSync(join(folder, "answers.yaml"), ["words: computed", ...answers, `0: ${EVERYBODY}`, ""].join("\n"));
  const station = readFileSync(join(folder, "station.yaml"), "utf8").replace(/module: .*/g, "module: /usr/lib/softhsm/libsofthsm2.so\n    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }");
  writeFileSync(join(folder, "station.yaml"), station.replaceAll("so-pin: prompt", "so-pin: { file: so-pin.txt }").replaceAll(" pin: prompt", " pin: { file: pin.txt }"));
}

/** The first ceremony of a host: its tokens and its people are made here. */
export function firstCeremony({ folder }: Imported): Ceremony {
  makeReady(folder);
  return waived(Ceremony.prepare("hierarchy", folder));
}

/** A later ceremony of the same people on the same tokens. */
export function laterCeremony({ folder }: Imported, first: Ceremony): Ceremony {
  makeReady(folder);
  for (const name of ["people", "roster", "pin.txt", "so-pin.txt", "softhsm2.conf"]) cpSync(first.path(name), join(folder, name), { recursive: true });
  const station = readFileSync(join(folder, "station.yaml"), "utf8").replace(/module: .*/g, /module: .*/.exec(first.read("station.yaml"))?.[0] ?? "");
  writeFileSync(join(folder, "station.yaml"), station);
  return waived(new Ceremony(folder));
}

/** Each waiver that the script asks for is signed by those whom it names. */
function waived(ceremony: Ceremony): Ceremony {
  for (const [, control = ""] of ceremony.read("script.yaml").matchAll(/^ {2}([A-Z]+(?:-[A-Z]+)+): \{ on:/gm)) {
    for (const id of ["administrator", "witness"]) succeeded(ceremony.call("waive", "script.yaml", control, "--as", id, "--key", `people/${id}`));
  }
  return ceremony;
}

export function succeeded(ended: Ended): Ended {
  assert.equal(ended.exit, 0, ended.stdout + ended.stderr);
  return ended;
}

/** Runs, seals and replays: all three without an exception. */
export function held(ceremony: Ceremony): Ceremony {
  succeeded(ceremony.run());
  for (const id of ["administrator", "witness"]) succeeded(ceremony.seal(id));
  succeeded(ceremony.replay("--roster", "roster"));
  return ceremony;
}

/** Writes configurations, by name, into a folder of a year. */
export function yearOf(folder: string, configs: Readonly<Record<string, string>>): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(configs).map(([name, text]) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  });
}
