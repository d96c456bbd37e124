// opencryptoki's software token. Its paths are compiled in, so its daemon gets a view of the disk of its own (mount namespace), in
// which those paths are folders of ours; whoever uses the token has to look from there as well. Nothing outside is touched.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "../../softhsm/lines.mjs";
import { startDaemon, until } from "./daemons.mjs";
import { findLibrary, firstMissing } from "./modules.mjs";

export const title = "opencryptoki soft";
/** The token profile of the script: what this model does not report or says otherwise. */
export const profile = "opencryptoki-soft";
export const packages = ["opencryptoki"];
/** C_InitPIN wants the SO PIN changed first, which the vendor's tool does. */
export const initialises = false;
/** At most 8 characters. */
export const pins = { user: "test-123", so: "so-test1" };

const MODULE = "libopencryptoki.so";
/** Every token says this; the label tells them apart. */
const SERIAL = "123";
const FIRST_SO_PIN = "87654321";

export const missing = () => {
  if (process.getuid?.() !== 0) return "root";
  return firstMissing({ modules: [MODULE], programs: ["pkcsslotd", "pkcsconf", "unshare", "nsenter"] }) ?? (ownView() === null ? "unshare --mount" : undefined);
};

export function make({ folder, tokens, pins: given }) {
  const at = (name) => join(folder, "opencryptoki", name);
  for (const token of tokens) mkdirSync(join(at("lib"), token, "TOK_OBJ"), { recursive: true, mode: 0o700 });
  mkdirSync(at("shm"), { mode: 0o700 });
  const slots = tokens.map((token, i) => `slot ${i}\n{\nstdll = libpkcs11_sw.so\ntokname = ${token}\n}\n`);
  writeFileSync(at("opencryptoki.conf"), `version opencryptoki-3.1\n${slots.join("")}`);
  writeFileSync(at("view.sh"), viewOf(at, tokens));
  const pid = startDaemon(folder, "pkcsslotd", "unshare", [...(ownView() ?? []), "--ipc", "sh", at("view.sh")]);
  const prefix = ["nsenter", "-t", String(pid), "--mount", "--root", "--ipc", `--wd=${folder}`, "--"];
  until(folder, "pkcsslotd", () => spawnSync(prefix[0], [...prefix.slice(1), "pkcsconf", "-t"]).status === 0);
  for (const [i, token] of tokens.entries()) initialise(prefix, i, token, given);
  return { tokens: Object.fromEntries(tokens.map((token) => [token, { module: findLibrary(MODULE), serial: SERIAL, label: token }])), prefix };
}

/** Arguments of unshare for mounts that nobody else sees; null where they cannot be had. In a chroot nothing can be made private, but there may be nothing shared. */
function ownView() {
  if (spawnSync("unshare", ["--mount", "true"]).status === 0) return ["--mount"];
  const unchanged = ["--mount", "--propagation", "unchanged"];
  return !isShared("/") && spawnSync("unshare", [...unchanged, "true"]).status === 0 ? unchanged : null;
}

/** Whether what is mounted below the path may turn up elsewhere, by the list of mounts that the first process sees: in a chroot one's own has no root. */
function isShared(path) {
  const { dev } = statSync(path);
  const number = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const mounts = readFileSync("/proc/1/mountinfo", "utf8").split("\n").map((line) => line.split(" ")).filter((fields) => fields[2] === number);
  return mounts.length === 0 || mounts.some((fields) => fields.some((field) => field.startsWith("shared:")));
}

/** What the daemon sees in the place of the machine's own folders, and then the daemon. */
function viewOf(at, tokens) {
  return [
    "set -e",
    `mount --bind '${at("lib")}' /var/lib/opencryptoki`, `mount --bind '${at("opencryptoki.conf")}' /etc/opencryptoki/opencryptoki.conf`,
    `mount --bind '${at("shm")}' /dev/shm`, "mount -t tmpfs -o mode=0755 tmpfs /run", "mount -t tmpfs tmpfs /var/log",
    `mkdir -p ${tokens.map((token) => `/run/lock/opencryptoki/${token}`).join(" ")}`, "exec pkcsslotd -f", "",
  ].join("\n");
}

/** As its vendor's tool does it; the PINs are for tests. */
function initialise([program, ...before], slot, label, { user, so }) {
  for (const [args, input] of [[["-I", "-S", FIRST_SO_PIN], `${label}\n`], [["-P", "-S", FIRST_SO_PIN, "-n", so], ""], [["-u", "-S", so, "-n", user], ""]]) {
    const ended = spawnSync(program, [...before, "pkcsconf", "-c", String(slot), ...args], { input, encoding: "utf8" });
    if (ended.status !== 0) throw new Stop(`pkcsconf ${args[0]}: ${ended.stdout}${ended.stderr}`, 1);
  }
}
