/** Ceremonies on the software tokens of this folder: prepared, run where the token can be reached, and stopped when the file ends. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { after } from "node:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ceremony, freshPath, MAIN, plainEnvironment, type Ended } from "../end-to-end/ceremony.ts";
import { checkout } from "../tools.ts";

/** What a kit made: where, what stands before a command, and p11-kit's server. */
interface Made {
  readonly folder: string;
  readonly prefix: readonly string[];
  readonly server: number | null;
}

const script = async (file: string): Promise<unknown> => import(pathToFileURL(join(checkout, "test", "tokens", file)).href);
const { KITS } = (await script("kits.mjs")) as { KITS: Readonly<Record<string, { missing(): string | undefined }>> };
const { prepareOnToken } = (await script("prepare.mjs")) as { prepareOnToken(wanted: { token: string; name: string; to: string; from?: string }): Made };
const { daemonsOf, endAll, childrenOf } = (await script("daemons.mjs")) as { daemonsOf(folder: string): readonly object[]; endAll(daemons: readonly object[]): void; childrenOf(pid: number): number[] };

/** Options for a test that needs one of the tokens. */
export function needToken(token: string): { skip?: string } {
  const lacking = KITS[token]?.missing();
  return lacking === undefined ? {} : { skip: `tool missing: ${lacking}` };
}

const LIMIT_MS = 120_000;

/** A ceremony on one of the tokens. */
export class OnToken extends Ceremony {
  readonly #made: Made;

  private constructor(made: Made, record?: string) {
    super(made.folder, record);
    this.#made = made;
  }

  /** @param from the folder of another script; `name` then only decides which requests are made */
  static on(token: string, name: string, from?: string): OnToken {
    const made = prepareOnToken({ token, name, to: freshPath(token), ...(from === undefined ? {} : { from }) });
    // the folder is removed before this
    const daemons = daemonsOf(made.folder);
    after(() => endAll(daemons));
    return new OnToken(made);
  }

  /** The same folder and token, another record. */
  withRecord(record: string): OnToken {
    return new OnToken(this.#made, record);
  }

  /** Runs `anchorite ARGS` from where the token is seen. */
  reaching(args: readonly string[]): Ended {
    const [program = "", ...before] = [...this.#made.prefix, process.execPath];
    const ended = spawnSync(program, [...before, MAIN, ...args], { cwd: this.folder, env: plainEnvironment(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT_MS });
    return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  }

  /** Runs another program from there. */
  beside(...command: readonly string[]): void {
    const [program = "", ...args] = [...this.#made.prefix, ...command];
    spawnSync(program, args, { cwd: this.folder, stdio: "ignore", timeout: LIMIT_MS });
  }

  override run(): Ended {
    return this.reaching(this.runArguments());
  }

  override start(): ChildProcess {
    const [program = "", ...before] = [...this.#made.prefix, process.execPath];
    return spawn(program, [...before, MAIN, ...this.runArguments()], { cwd: this.folder, env: plainEnvironment(), stdio: "ignore" });
  }

  /** The processes that stand between the program and the token, for p11-kit: to kill one is to pull the plug. */
  remotes(): number[] {
    return this.#made.server === null ? [] : childrenOf(this.#made.server);
  }
}
