// What a ceremony on SoftHSM needs on the day: a token folder of its own, the people's keys, PINs, requests. All of it for tests only.
import { randomBytes } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkout, main, run, Stop } from "./lines.mjs";
import { makeMaterials } from "./materials.mjs";
import { makeRequests } from "./requests.mjs";
import { findModule } from "./system.mjs";

/** PINs that nobody can take for real ones. */
const PINS = { "pin.txt": "1234-test", "so-pin.txt": "so-1234-test" };

/**
 * Makes the folder `to` from the ceremony of this name; takes it away again when that fails half-way.
 * @param {object} ceremony
 * @param {string} ceremony.name such as `factory`; decides which requests are made
 * @param {string} [ceremony.from] the folder with script.yaml, station.yaml and answers.yaml
 * @param {string} ceremony.to the folder to make, which must not exist
 * @param {string | undefined} [ceremony.module] SoftHSM's PKCS#11 module; found in the usual places by default
 * @param {Readonly<Record<string, string>>} [ceremony.extra] further files, by name
 * @throws {Stop} when the target exists, or the ceremony or the module does not
 */
export function prepareCeremony({ name, from = join(checkout, "ceremonies", name), to, module = findModule(), extra = {} }) {
  const target = resolve(to);
  if (existsSync(target)) throw new Stop(`prepare: ${to} exists already, and nothing is overwritten`, 2);
  if (!existsSync(join(from, "script.yaml"))) throw new Stop(`prepare: there is no ceremony ${name}: ${join(from, "script.yaml")} is not there`, 2);
  if (module === undefined) throw new Stop("prepare: SoftHSM's module is not on this machine: `npm run demo` installs it", 2);
  mkdirSync(target, { recursive: true });
  try {
    for (const [file, text] of Object.entries(extra)) writeFileSync(join(target, file), text);
    copyCeremony(from, target, module);
    makeTokenFolder(target);
    makePeople(target);
    makeRequests(name, join(target, "requests"));
    makeMaterials(name, target);
  } catch (error) {
    rmSync(target, { recursive: true });
    throw error;
  }
}

function copyCeremony(from, target, module) {
  for (const file of ["script.yaml", "answers.yaml"]) copyFileSync(join(from, file), join(target, file));
  // what a script judges or signs; requests and keys are made
  for (const folder of readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory())) cpSync(join(from, folder.name), join(target, folder.name), { recursive: true });
  for (const file of readdirSync(from).filter((name) => /^[a-z0-9-]+\.yaml$/.test(name) && name !== "script.yaml" && name !== "answers.yaml")) {
    if (/station\.yaml$/.test(file)) bindStation(join(from, file), join(target, file), module);
    else copyFileSync(join(from, file), join(target, file));
  }
}

function bindStation(from, to, module) {
  const bound = readFileSync(from, "utf8").replace(/^(\s*module:\s*).*$/gm, (_line, key) => key + module);
  // so that a public copy of the record can withhold the station
  writeFileSync(to, `${bound}salt: "${randomBytes(16).toString("hex")}"\n`);
}

function makeTokenFolder(target) {
  if (/[#=\r\n]/.test(target)) throw new Stop(`prepare: SoftHSM's configuration cannot name a folder with # or = in its path: ${target}`, 2);
  mkdirSync(join(target, "tokens"), { mode: 0o700 });
  const settings = [`directories.tokendir = ${join(target, "tokens")}`, "objectstore.backend = file", "log.level = ERROR"];
  writeFileSync(join(target, "softhsm2.conf"), `${settings.join("\n")}\n`);
  for (const [file, pin] of Object.entries(PINS)) writeFileSync(join(target, file), `${pin}\n`, { mode: 0o600 });
}

/** An SSH key for each person, and the roster that an auditor would have received from outside the record. */
function makePeople(target) {
  mkdirSync(join(target, "people"));
  const lines = everybodyOf(target).map(({ id, role }) => {
    const key = join(target, "people", id);
    run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", `${id}@example.test`, "-f", key]);
    const namespace = role === "witness" || role === "auditor" ? "anchorite-seal-witnessed" : "anchorite-seal-approved";
    return `${id} namespaces="${namespace}" ${readFileSync(`${key}.pub`, "utf8").trim()}\n`;
  });
  writeFileSync(join(target, "roster"), lines.join(""));
}

/** The people of all scripts of the folder, each once: in later ones others may stand. */
function everybodyOf(target) {
  const scripts = ["script.yaml", ...readdirSync(target).filter((name) => /^year-[a-z0-9]+\.yaml$/.test(name)).sort()].map((file) => readFileSync(join(target, file), "utf8"));
  return [...new Map(scripts.flatMap(peopleOf).map((person) => [person.id, person])).values()];
}

/**
 * The ids and roles below `people:` of a script. No YAML library: this must run before npm has installed one, and it reads our own scripts only.
 * @param {string} script
 * @returns {{ id: string, role: string }[]}
 */
export function peopleOf(script) {
  const block = /^people:[^\S\n]*(?:#.*)?\n((?:[^\S\n]+.*\n|#.*\n|\n)*)/m.exec(script)?.[1] ?? "";
  const indent = /^[^\S\n]+(?=[a-z])/m.exec(block)?.[0] ?? "";
  const people = block.split(new RegExp(`^${indent}(?=[a-z])`, "m")).flatMap((entry) => {
    const id = /^([a-z][a-z0-9-]*):/.exec(entry)?.[1];
    const role = /\brole:\s*([a-z-]+)/.exec(entry)?.[1];
    return id === undefined || role === undefined ? [] : [{ id, role }];
  });
  if (people.length === 0) throw new Stop("prepare: script.yaml names nobody below `people:`", 2);
  return people;
}

function whatNext(to) {
  const folder = relative(process.cwd(), resolve(to)) || ".";
  return [
    `prepared ${folder}; now for example:`,
    `  npx anchorite check ${folder}/script.yaml`,
    `  npx anchorite run ${folder}/script.yaml --record ${folder}/record --station ${folder}/station.yaml --answers ${folder}/answers.yaml`,
    `  npx anchorite seal ${folder}/record --as alice --key ${folder}/people/alice`,
    `  npx anchorite replay ${folder}/record --roster ${folder}/roster`,
  ].join("\n");
}

// called by its own name or through a link, and not imported
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(() => {
    const [name, to, ...more] = process.argv.slice(2);
    if (name === undefined || to === undefined || more.length > 0) throw new Stop("usage: node softhsm/prepare.mjs CEREMONY FOLDER    for example: factory out/my-factory", 2);
    prepareCeremony({ name, to });
    console.log(whatNext(to));
  });
}
