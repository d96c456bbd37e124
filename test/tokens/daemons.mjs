// What a token of the tests needs to be running: started by us, written down, ended by its own number and by nothing else.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, closeSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "../../softhsm/lines.mjs";

const LIST = "daemons.json";
const PATIENCE_MS = 20_000;

/** The programs that were started for a folder, in the order of starting: `{ what, pid, started }`. */
export function daemonsOf(folder) {
  const path = join(folder, LIST);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

/**
 * Starts a program that stays, with its words in FOLDER/WHAT.log, and writes its number down before anything else is done.
 * @returns its number
 */
export function startDaemon(folder, what, program, args, environment = {}) {
  const log = openSync(join(folder, `${what}.log`), "a", 0o600);
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...environment }, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  if (child.pid === undefined) throw new Stop(`${what}: ${program} cannot be started`, 2);
  child.unref();
  child.on("error", () => undefined); // its log and `until` say more
  noteDaemon(folder, what, child.pid);
  return child.pid;
}

/** Writes down a program that something else started for this folder. */
export function noteDaemon(folder, what, pid) {
  writeFileSync(join(folder, LIST), `${JSON.stringify([...daemonsOf(folder), { what, pid, started: startOf(pid) }], null, 1)}\n`);
}

/** Waits until a program says yes. @throws {Stop} with the log when it never does */
export function until(folder, what, ready) {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!ready()) {
    if (performance.now() > giveUp) throw new Stop(`${what} does not answer; ${join(folder, `${what}.log`)} says:\n${logOf(folder, what)}`, 1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

function logOf(folder, what) {
  const path = join(folder, `${what}.log`);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Whether a program can be run to a good end. */
export function succeeds(program, args, environment = {}) {
  return spawnSync(program, args, { env: { ...process.env, ...environment }, stdio: "ignore" }).status === 0;
}

/** Ends what was started for a folder, the last first. A number that has become another program's is left alone. */
export function stopDaemons(folder) {
  endAll(daemonsOf(folder));
  if (existsSync(folder)) writeFileSync(join(folder, LIST), "[]\n");
}

/** The same for a list of them, whose folder may be gone. */
export function endAll(daemons) {
  for (const { pid, started } of daemons.toReversed()) end(pid, started);
}

function end(pid, started) {
  for (const [signal, patience] of [["SIGTERM", 3000], ["SIGKILL", 3000]]) {
    const giveUp = performance.now() + patience;
    if (startOf(pid) !== started || started === null) return;
    process.kill(pid, signal);
    while (startOf(pid) === started && performance.now() < giveUp) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

/** When a program was started, in ticks of the kernel (proc(5), field 22 of stat): number and start together name one program. Null when it is gone or a zombie. */
export function startOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return fields[0] === "Z" ? null : fields[19];
  } catch {
    return null;
  }
}

/** The programs that a program started. */
export function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
