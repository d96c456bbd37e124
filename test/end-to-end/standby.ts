/**
 * Commands of the program without a process each: a second process has the program loaded, and evaluates its main.js anew for each
 * command. What is left out is the start of node, and what a fresh process forgets; tests of those start the program itself.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toldOf } from "../processes.ts";
import { checkout } from "../tools.ts";

/** What is sent: argv behind the program, the working directory, the whole environment. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const SCRIPT = join(checkout, "softhsm", "standby.mjs");
const GLANCE_MS = 2;

export class Standby {
  readonly #folder = mkdtempSync(join(tmpdir(), "anchorite-standby-"));
  readonly #child: ChildProcess;
  readonly #requests: number;
  readonly #answers: number;

  /** @param main the program: its main.js */
  constructor(main: string) {
    execFileSync("mkfifo", [this.#at("requests"), this.#at("answers")]);
    const [stdout, stderr] = [openSync(this.#at("stdout"), "a"), openSync(this.#at("stderr"), "a")];
    this.#child = spawn(process.execPath, [SCRIPT, main, this.#at("requests"), this.#at("answers")], { stdio: ["ignore", stdout, stderr] });
    this.#child.unref();
    closeSync(stdout);
    closeSync(stderr);
    this.#answers = openSync(this.#at("answers"), constants.O_RDONLY | constants.O_NONBLOCK);
    this.#requests = openSync(this.#at("requests"), "w"); // waits until the other end is open
  }

  /** Has one command done; null when the process died of it, or took longer than `limit` milliseconds. */
  call(command: Command, limit: number): { exit: number | null; stdout: string; stderr: string } {
    for (const stream of ["stdout", "stderr"]) truncateSync(this.#at(stream));
    writeSync(this.#requests, `${JSON.stringify(command)}\n`);
    const exit = this.#answer(performance.now() + limit);
    return { exit, stdout: readFileSync(this.#at("stdout"), "utf8"), stderr: readFileSync(this.#at("stderr"), "utf8") };
  }

  close(): void {
    this.#child.kill("SIGKILL");
    closeSync(this.#requests);
    closeSync(this.#answers);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #answer(until: number): number | null {
    const octets = Buffer.alloc(256);
    const bell = new Int32Array(new SharedArrayBuffer(4));
    while (performance.now() < until) {
      const count = readNow(this.#answers, octets);
      if (count > 0) return (JSON.parse(octets.toString("utf8", 0, count)) as { exit: number }).exit;
      if ((toldOf(this.#child.pid ?? 0)?.state ?? "Z") === "Z") return null;
      Atomics.wait(bell, 0, 0, GLANCE_MS);
    }
    return null;
  }
}

/** Octets that are there, without waiting: 0 when there are none. */
function readNow(file: number, octets: Uint8Array): number {
  try {
    return readSync(file, octets);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
