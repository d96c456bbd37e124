// From a bare clone to a build: system packages, node packages, compiled addon, tsc. What is there already is left alone.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { checkout, run, Stop, timed } from "./lines.mjs";
import { installSystemPackages } from "./system.mjs";

const at = (...path) => join(checkout, ...path);
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/**
 * All that a command needs before it can begin.
 * @returns {{ module: string }} the path of SoftHSM's PKCS#11 module
 * @throws {Stop} when something is missing that a person has to mend, or a tool failed
 */
export function setUp() {
  checkNode();
  const module = installSystemPackages({ compiler: !(nodePackagesMatchLock() && addonIsBuilt()) });
  installNodePackages();
  build();
  return { module };
}

function checkNode() {
  const wanted = readJson(at("package.json")).engines.node.replace(">=", "");
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  const enough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  if (!enough) throw new Stop(`set-up: this is Node ${process.versions.node}; Anchorite needs ${wanted} or later`, 2);
}

function installNodePackages() {
  if (nodePackagesMatchLock()) console.log("set-up: node packages: present");
  else timed("set-up: node packages: npm ci", () => npm(["ci", "--include=dev"]));
  if (!addonIsBuilt()) timed("set-up: node packages: npm rebuild pkcs11js", () => npm(["rebuild", "pkcs11js"]));
  if (!addonIsBuilt()) throw new Stop("set-up: npm did not build the addon of pkcs11js; `npm rebuild pkcs11js --foreground-scripts` shows why", 1);
}

function addonIsBuilt() {
  return existsSync(at("node_modules", "pkcs11js", "build", "Release", "pkcs11.node"));
}

/** Whether node_modules holds exactly what package-lock.json asks for; npm writes its own lock there when an install is complete. */
function nodePackagesMatchLock() {
  const installed = at("node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const { "": _root, ...wanted } = readJson(at("package-lock.json")).packages;
  const found = readJson(installed).packages;
  const asWanted = ([path, { integrity, optional }]) => (optional && !(path in found)) || (found[path]?.integrity === integrity && existsSync(at(path)));
  return Object.entries(wanted).every(asWanted) && Object.keys(found).every((path) => path in wanted);
}

function npm(args) {
  const env = { ...process.env };
  const prefix = dirname(dirname(process.execPath));
  // With the headers of the running Node at hand node-gyp does not reach for the network.
  if (existsSync(join(prefix, "include", "node", "node_api.h"))) env.npm_config_nodedir ??= prefix;
  const { npm_execpath: npmCli } = process.env;
  if (npmCli?.endsWith("npm-cli.js")) run(process.execPath, [npmCli, ...args], { env });
  else run("npm", args, { env });
}
