/** Ceremonies on SoftHSM as a user has them: a prepared folder, the built command line, and what it said. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { MAIN, softhsmScript } from "../tools.ts";
import { Standby, type Command } from "./standby.ts";

export { MAIN };

interface Preparation {
  readonly name: string;
  readonly from?: string;
  readonly to: string;
  readonly module?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

const { prepareCeremony } = (await softhsmScript("prepare.mjs")) as { prepareCeremony(preparation: Preparation): void };

/** A command hangs when it takes so long, on the slowest machine. */
const LIMIT_MS = 120_000;

/** What a command left behind. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly main?: string;
  /** For node, before the program. */
  readonly nodeOptions?: readonly string[];
  /** Whether a process of its own is started for it, as for a user; a run always has one. */
  readonly fresh?: boolean;
}

/** The environment of a user who has never heard of SoftHSM. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { SOFTHSM2_CONF: _theirs, NODE_OPTIONS: _ours, ...rest } = process.env;
  return rest;
}

/** Runs `anchorite ARGS` without a terminal: in a process of its own where that matters, else in one that stands ready. */
export function anchorite(args: readonly string[], { cwd = process.cwd(), env = plainEnvironment(), main = MAIN, nodeOptions = [], fresh = args[0] === "run" }: Circumstances = {}): Ended {
  if (!fresh && main === MAIN && nodeOptions.length === 0) return onStandby({ args, cwd, env });
  const ended = spawnSync(process.execPath, [...nodeOptions, main, ...args], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT_MS });
  return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

let standby: Standby | null = null;
process.once("exit", () => standby?.close());

function onStandby(command: Command): Ended {
  standby ??= new Standby(MAIN);
  const ended = standby.call(command, LIMIT_MS);
  if (ended.exit !== null) return ended;
  standby.close();
  standby = null;
  return ended;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), "anchorite-end-to-end-")));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** A fresh path in this test file's own temporary folder, which goes when the file ends. */
export function freshPath(name: string): string {
  return join(folder, `${name}-${++made}`);
}

/** A ceremony's folder, as `npm run demo` makes one: script, station, answers, PINs, people's keys, requests, a token folder. */
export class Ceremony {
  readonly folder: string;
  readonly record: string;

  constructor(folder: string, record = "record") {
    this.folder = folder;
    this.record = record;
  }

  /** @param from the folder of another script; `name` then only decides which requests are made */
  static prepare(name: string, from?: string): Ceremony {
    const to = freshPath(name);
    prepareCeremony({ name, to, ...(from === undefined ? {} : { from }) });
    return new Ceremony(to);
  }

  /** Prepared, run, and sealed by those whom the quorum asks for. */
  static finished(name: string, sealers: readonly string[] = ["alice", "dan"]): Ceremony {
    const ceremony = Ceremony.prepare(name);
    const ended = ceremony.run();
    if (ended.exit !== 0) throw new Error(`run: exit ${ended.exit}\n${ended.stderr}`);
    for (const id of sealers) {
      const sealed = ceremony.seal(id);
      if (sealed.exit !== 0) throw new Error(`seal: exit ${sealed.exit}\n${sealed.stderr}`);
    }
    return ceremony;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  inRecord(...parts: string[]): string {
    return join(this.folder, this.record, ...parts);
  }

  read(...parts: string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** Changes a text file by replacing what must be there. */
  edit(file: string, from: string | RegExp, to: string): this {
    const text = this.read(file);
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has no ${String(from)}`);
    writeFileSync(this.path(file), changed);
    return this;
  }

  call(...args: string[]): Ended {
    return anchorite(args, { cwd: this.folder });
  }

  runArguments(): string[] {
    return ["run", "script.yaml", "--record", this.record, "--station", "station.yaml", "--answers", "answers.yaml"];
  }

  run(circumstances: Circumstances = {}): Ended {
    return anchorite(this.runArguments(), { cwd: this.folder, ...circumstances });
  }

  /** Starts a run without waiting for its end; it says nothing. */
  start(): ChildProcess {
    return spawn(process.execPath, [MAIN, ...this.runArguments()], { cwd: this.folder, env: plainEnvironment(), stdio: "ignore" });
  }

  seal(id: string, key = `people/${id}`): Ended {
    return this.call("seal", this.record, "--as", id, "--key", key);
  }

  replay(...args: string[]): Ended {
    return this.call("replay", this.record, ...args);
  }

  /** Every entry's fact, as the record holds it. */
  facts(): Fact[] {
    const lines = readFileSync(this.inRecord("transcript.jsonl"), "utf8").split("\n");
    return lines.filter((line, index) => index % 2 === 0 && line !== "").map((line) => JSON.parse(line) as Fact);
  }

  register(): Register {
    return JSON.parse(readFileSync(this.inRecord("artifacts", "register.json"), "utf8")) as Register;
  }

  /** Whether nothing has been made on any token. */
  tokenFolderIsEmpty(): boolean {
    return readdirSync(this.path("tokens")).length === 0;
  }
}

/** What tests look at in an entry; the chain reader checks the whole. */
export interface Fact {
  readonly kind: "header" | "request" | "observation" | "event";
  readonly request?: { readonly kind: string; readonly step: number; readonly serial?: string | null; readonly items?: readonly { readonly tbs: { readonly sha256: string } }[] };
  readonly observation?: { readonly kind: string; readonly outcome: string };
  readonly event?: { readonly name: string };
}

/** What tests look at in register.json. */
export interface Register {
  readonly outcome: string;
  readonly keys: readonly { readonly key: string; readonly state: string }[];
  readonly certificates: readonly { readonly name: string; readonly serial: string; readonly sha256: string }[];
  readonly possiblyIssued: readonly { readonly name: string; readonly kind: string; readonly burned: string; readonly tbs: { readonly sha256: string } }[];
  readonly crls: readonly { readonly name: string; readonly number: number }[];
  readonly exceptions: readonly object[];
}

/** Path, kind and SHA-256 of everything below a folder: equal only when nothing was changed. */
export function snapshot(path: string): string[] {
  if (!existsSync(path)) return [];
  return (readdirSync(path, { recursive: true }) as string[]).sort().map((name) => {
    const at = join(path, name);
    return statSync(at).isDirectory() ? `${name}/` : `${name} ${createHash("sha256").update(readFileSync(at)).digest("hex")}`;
  });
}
