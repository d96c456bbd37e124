// A ceremony's folder on one of five software tokens: `node test/tokens/prepare.mjs nss factory out/nss`.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checkout, main, Stop } from "../../softhsm/lines.mjs";
import { prepareCeremony } from "../../softhsm/prepare.mjs";
import { stopDaemons } from "./daemons.mjs";
import { KITS, KIT_NAMES } from "./kits.mjs";

/** Where ceremonies are: those of everybody, and the likeness for tokens that have RSA only. */
const CEREMONIES = [join(checkout, "ceremonies"), dirname(fileURLToPath(import.meta.url))];
const PINS = { user: "1234-test", so: "so-1234-test" };

/** The folder of a ceremony by its name. @throws {Stop} when there is none */
export function ceremonyFolder(name) {
  const found = CEREMONIES.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, "script.yaml")));
  if (found === undefined) throw new Stop(`tokens: there is no ceremony ${name}`, 2);
  return found;
}

/**
 * Makes the folder `to` and starts what the token needs; takes both away again when that fails half-way.
 * @param {{ token: string, name: string, to: string, from?: string }} wanted token: a name of KITS; name: of the ceremony; from: its folder
 * @returns what stands before a command that uses the token (nothing, for most), and the numbers of what a test may kill
 */
export function prepareOnToken({ token, name, to, from = ceremonyFolder(name) }) {
  const kit = KITS[token];
  if (kit === undefined) throw new Stop(`tokens: expected one of ${KIT_NAMES.join(", ")}, found ${token}`, 2);
  const lacking = kit.missing();
  if (lacking !== undefined) throw new Stop(`tokens: ${kit.title} needs ${lacking}, which is not here; Debian's packages are ${kit.packages.join(", ")}`, 2);
  const folder = resolve(to);
  prepareCeremony({ name: requestsOf(name), to: folder, from });
  try {
    return bind(kit, folder);
  } catch (error) {
    stopDaemons(folder);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The likeness signs the requests of another ceremony. */
const requestsOf = (name) => (name === "rsa" ? "hierarchy" : name);

function bind(kit, folder) {
  const pins = kit.pins ?? PINS;
  writeFileSync(join(folder, "pin.txt"), `${pins.user}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "so-pin.txt"), `${pins.so}\n`, { mode: 0o600 });
  const script = readFileSync(join(folder, "script.yaml"), "utf8");
  const made = kit.make({ folder, tokens: tokensOf(script), pins });
  writeFileSync(join(folder, "script.yaml"), fitted(kit, script));
  const shares = /^shares:.*$/m.exec(readFileSync(join(folder, "station.yaml"), "utf8"))?.[0];
  writeFileSync(join(folder, "station.yaml"), stationOf(made.tokens, shares));
  return { folder, prefix: made.prefix ?? [], server: made.server ?? null };
}

/** The script for a token that its vendor's tool has initialised, and whose words its profile takes. */
function fitted({ initialises, profile }, script) {
  const inspected = initialises ? script : script.replaceAll("initialize-token:", "inspect-token:");
  return profile === undefined ? inspected : inspected.replace(/^( {2}[a-z][a-z0-9-]*:\s*\{ holds: \[[^\]]*\])( \})/gm, `$1, profile: ${profile}$2`);
}

/** The names below `tokens:` of a script of ours. */
export function tokensOf(script) {
  const block = /^tokens:[^\S\n]*(?:#.*)?\n((?:[^\S\n]+.*\n)*)/m.exec(script)?.[1] ?? "";
  return [...block.matchAll(/^ {2}([a-z][a-z0-9-]*):/gm)].map(([, name]) => name);
}

/** @param shares the line of the ceremony's own station about custodians; undefined where it has none */
function stationOf(tokens, shares) {
  const lines = Object.entries(tokens).flatMap(([token, { module, environment = {}, initString, serial, label }]) => [
    `  ${token}:`, `    module: ${module}`,
    ...(Object.keys(environment).length === 0 ? [] : ["    environment:", ...Object.entries(environment).map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`)]),
    ...(initString === undefined ? [] : [`    init-string: ${JSON.stringify(initString)}`]),
    `    serial: ${serial === "uninitialized" ? serial : JSON.stringify(serial)}`,
    ...(label === undefined ? [] : [`    label: ${JSON.stringify(label)}`]),
    "    pin: { file: pin.txt }", "    so-pin: { file: so-pin.txt }",
  ]);
  return ["anchorite-station: 1", `salt: "${randomBytes(16).toString("hex")}"`, "tokens:", ...lines, ...(shares === undefined ? [] : [shares]), ""].join("\n");
}

function whatNext(to, { prefix }) {
  const folder = relative(process.cwd(), resolve(to)) || ".";
  const before = prefix.length === 0 ? "" : `${prefix.slice(0, -2).join(" ")} --wd=${process.cwd()} -- `;
  return [
    `prepared ${folder}; now for example:`,
    `  ${before}npx anchorite run ${folder}/script.yaml --record ${folder}/record --station ${folder}/station.yaml --answers ${folder}/answers.yaml`,
    `  npx anchorite seal ${folder}/record --as alice --key ${folder}/people/alice`,
    `  npx anchorite seal ${folder}/record --as dan --key ${folder}/people/dan`,
    `  npx anchorite replay ${folder}/record --roster ${folder}/roster`,
    `and when you are done with the token:`,
    `  node test/tokens/stop.mjs ${folder}`,
  ].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(() => {
    const [token, name, to, ...more] = process.argv.slice(2);
    if (to === undefined || more.length > 0) throw new Stop(`usage: node test/tokens/prepare.mjs TOKEN CEREMONY FOLDER    a TOKEN is one of ${KIT_NAMES.join(", ")}; for example: nss factory out/nss`, 2);
    console.log(whatNext(to, prepareOnToken({ token, name, to })));
  });
}
