// What this machine must have besides Node and npm: found by file, installed where that is allowed, otherwise named.
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, Stop, timed } from "./lines.mjs";

/** Programs that the demo and the tests call, and the Debian packages that bring them. */
const TOOLS = [
  { program: "ssh-keygen", package: "openssh-client" },
  { program: "openssl", package: "openssl" },
  { program: "python3", package: "python3" },
];

/** Programs by which tests judge and without which they skip: installed where that asks for nobody. */
const JUDGES = [
  { program: "certtool", package: "gnutls-bin" },
  { program: "systemd-analyze", package: "systemd" },
  { program: "mender-artifact", package: "mender-artifact" },
  { program: "faketime", package: "faketime" },
  // the software tokens of test/tokens
  { program: "certutil", package: "libnss3-tools" },
  { program: "p11-kit", package: "p11-kit" },
  { program: "pkcsslotd", package: "opencryptoki" },
  { program: "dbus-daemon", package: "dbus" },
  { program: "swtpm", package: "swtpm" },
  { program: "tpm2-abrmd", package: "tpm2-abrmd" },
  { program: "tpm2_getcap", package: "tpm2-tools" },
  { program: "tpm2_ptool", package: "libtpm2-pkcs11-tools" },
  { program: "libtpm2_pkcs11.so", package: "libtpm2-pkcs11-1", library: true },
  { program: "libtss2-tcti-tabrmd.so.0", package: "libtss2-tcti-tabrmd0", library: true },
  { program: "chromium", package: "chromium" },
  { program: "pdftotext", package: "poppler-utils" },
  { program: "zbarimg", package: "zbar-tools" },
];

/** What node-gyp needs to compile the PKCS#11 addon. */
const COMPILER = [
  { program: "g++", package: "g++" },
  { program: "make", package: "make" },
];

/** Debian, Debian with multiarch folders, Fedora, openSUSE, local builds, Homebrew. */
const MODULE_FOLDERS = [
  "/usr/lib/softhsm",
  ...multiarchFolders().map((folder) => join(folder, "softhsm")),
  "/usr/lib64/softhsm",
  "/usr/lib64/pkcs11",
  "/usr/lib/pkcs11",
  "/usr/local/lib/softhsm",
  "/opt/homebrew/lib/softhsm",
];

function multiarchFolders() {
  if (!existsSync("/usr/lib")) return [];
  return readdirSync("/usr/lib").filter((name) => name.includes("-linux-")).map((name) => join("/usr/lib", name));
}

/** The full path of a program on PATH, or undefined. */
export function findProgram(program) {
  const candidates = (process.env.PATH ?? "").split(delimiter).filter(Boolean).map((folder) => join(folder, program));
  return candidates.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * SoftHSM's PKCS#11 module, or undefined: SOFTHSM2_MODULE if that is set, else the first of the usual places.
 * @throws {Stop} when SOFTHSM2_MODULE names a file that is not there
 */
export function findModule() {
  const named = process.env.SOFTHSM2_MODULE;
  if (named && !existsSync(named)) throw new Stop(`SOFTHSM2_MODULE names ${named}, and there is no such file`, 2);
  return named || MODULE_FOLDERS.map((folder) => join(folder, "libsofthsm2.so")).find((path) => existsSync(path));
}

const LIBRARY_FOLDERS = [...multiarchFolders(), "/usr/lib64", "/usr/lib"].flatMap((folder) => [join(folder, "pkcs11"), folder]);

/** The full path of a library or a PKCS#11 module by its file's name, or undefined. */
export function findLibrary(file) {
  return LIBRARY_FOLDERS.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

function missing({ compiler }) {
  const programs = [...(compiler ? COMPILER : []), ...TOOLS].filter(({ program }) => findProgram(program) === undefined);
  const module = findModule() === undefined ? [{ program: "libsofthsm2.so", package: "softhsm2" }] : [];
  return [...programs, ...module];
}

/**
 * Makes sure of the system packages and returns the path of SoftHSM's module.
 * @param {{ compiler: boolean }} need whether the addon has still to be compiled
 * @throws {Stop} 2, with the one command that a person has to run, where we may not install
 */
export function installSystemPackages(need) {
  const lacking = missing(need);
  if (lacking.length === 0) console.log("set-up: system packages: present");
  else install(lacking);
  const still = missing(need).map(({ program }) => program);
  if (still.length > 0) throw new Stop(`set-up: apt-get said that all went well, but these are not there: ${still.join(", ")}`, 2);
  return /** @type {string} */ (findModule());
}

/** Installs the judges of the tests that are not there, each by itself: not every system has all of them. Where that cannot be done a line says so, and their tests are skipped. */
export function installJudges() {
  const lacking = JUDGES.filter(({ program, library }) => (library ? findLibrary(program) : findProgram(program)) === undefined).map((tool) => tool.package);
  if (lacking.length === 0) return;
  const prefix = findProgram("apt-get") === undefined ? undefined : installerPrefix();
  for (const name of lacking) installJudge(prefix, name);
}

function installJudge(prefix, name) {
  try {
    if (prefix === undefined) throw new Error("that needs root and apt-get");
    timed(`set-up: judges of tests: installing ${name}`, () => aptGet(prefix, [name]));
  } catch (error) {
    console.log(`set-up: not installed, tests that need it are skipped: ${name} (${error.message.split("\n")[0]})`);
  }
}

function install(lacking) {
  const packages = lacking.map((tool) => tool.package);
  if (findProgram("apt-get") === undefined) {
    throw new Stop(`set-up: missing on this machine: ${lacking.map(({ program }) => program).join(", ")}\n(in Debian's packages ${packages.join(", ")}; SOFTHSM2_MODULE may name the module's file)`, 2);
  }
  const prefix = installerPrefix();
  if (prefix === undefined) {
    throw new Stop(`set-up: some system packages are missing, and installing them needs root. Run this, then the same command again:\n\n  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}'\n`, 2);
  }
  timed(`set-up: system packages: installing ${packages.join(" ")}`, () => aptGet(prefix, packages));
}

/** How apt-get is called: by root itself, by sudo if that asks for no password, or (undefined) not at all. */
function installerPrefix() {
  if (process.getuid?.() === 0) return ["env"];
  if (findProgram("sudo") === undefined) return undefined;
  try {
    run("sudo", ["-n", "true"]);
    return ["sudo", "-n", "env"];
  } catch {
    return undefined;
  }
}

function aptGet([program, ...before], packages) {
  const apt = [...before, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"];
  let updateFailed = "";
  try {
    run(program, [...apt, "update"]);
  } catch (error) {
    updateFailed = `${error.message}\n`; // one broken foreign source must not stop us: the install decides
  }
  try {
    run(program, [...apt, "install", "-y", "--no-install-recommends", ...packages]);
  } catch (error) {
    throw new Stop(updateFailed + error.message, 1);
  }
}
