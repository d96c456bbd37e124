// What a person sees of set-up, demo and tests: one line for each thing done, with its time; a tool's own words only when it fails.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends a command with a message instead of a stack: `exitCode` 2 when something is missing on this machine, 1 when a tool failed. */
export class Stop extends Error {
  /** @param {string} message  @param {number} exitCode */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Seconds since `start` (of `performance.now()`), as people read them: `3.1 s`. */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Does `action`, which takes a while: says what first, how long it took afterwards. */
export function timed(what, action) {
  const start = performance.now();
  process.stdout.write(`${what} … `);
  try {
    const result = action();
    process.stdout.write(`${secondsSince(start)}\n`);
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}

/**
 * Runs a program to its end and returns what it wrote to stdout.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 * @throws {Stop} with all that the program said, when it cannot start or does not exit with 0
 */
export function run(program, args, options = {}) {
  const ended = spawnSync(program, args, { cwd: checkout, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28, ...options });
  if (ended.status === 0) return String(ended.stdout);
  const reason = ended.error?.message ?? (ended.signal === null ? `exit code ${ended.status}` : `ended by ${ended.signal}`);
  throw new Stop([`$ ${program} ${args.join(" ")}`, ended.stdout, ended.stderr, reason].filter(Boolean).map(String).map((said) => said.trimEnd()).join("\n"), 1);
}

/** The environment for our own programs: without this user's SoftHSM configuration, which is never to be touched. */
export function environmentWithoutSoftHsm() {
  const { SOFTHSM2_CONF: _theirs, ...rest } = process.env;
  return rest;
}

/** Runs a command of this folder: a `Stop` becomes its message and its exit code; anything else is a bug and keeps its stack. */
export async function main(command) {
  try {
    process.exitCode = (await command()) ?? 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}
