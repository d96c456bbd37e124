// `npm run bundle`: one folder with Node, the program and the addon, for a machine of the same Debian release without network, compiler or npm.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkout, main, Stop } from "./lines.mjs";
import { setUp } from "./set-up.mjs";

const readJson = (path) => JSON.parse(readFileSync(join(checkout, path), "utf8"));

/** Nothing of the user's environment decides what is loaded. */
const START = `#!/bin/sh
unset NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS LD_PRELOAD
here=$(cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
exec "$here/node" "$here/build/program/main.js" "$@"
`;

/** What an officer and an auditor read, and what the program finds itself by. */
const COPIED = ["package.json", "package-lock.json", "LICENSE", "README.md", "CHANGELOG.md", "docs", "ceremonies", join("build", "program")];
/** Of the packages only the addon is not in the program. */
const ADDON = ["package.json", "index.js", "LICENSE", join("build", "Release", "pkcs11.node")];

/**
 * Makes the folder, which must not exist.
 * @returns {Promise<{ hex: string, words: string[] }>} the SHA-256 of its SHA256SUMS
 */
export async function makeBundle(to) {
  if (existsSync(to)) throw new Stop(`bundle: ${to} exists already, and nothing is overwritten`, 2);
  for (const path of COPIED) cpSync(join(checkout, path), join(to, path), { recursive: true });
  for (const path of ADDON) copyFile(join(checkout, "node_modules", "pkcs11js", path), join(to, "node_modules", "pkcs11js", path));
  copyFile(realpathSync(process.execPath), join(to, "node"));
  writeFileSync(join(to, "anchorite"), START);
  for (const program of ["node", "anchorite"]) chmodSync(join(to, program), 0o755);
  const { replayAlone } = await import("./program.mjs");
  writeFileSync(join(to, "replay.cjs"), replayAlone());
  writeFileSync(join(to, "LICENSES.txt"), licences());
  writeFileSync(join(to, "MADE-FOR.txt"), madeFor());
  return addSums(to);
}

function copyFile(from, to) {
  mkdirSync(join(to, ".."), { recursive: true });
  copyFileSync(from, to);
}

/** The licences of what the program holds of others. */
function licences() {
  const { "": _own, ...locked } = readJson("package-lock.json").packages;
  const shipped = Object.entries(locked).filter(([, { dev }]) => dev !== true).map(([path]) => path);
  return shipped.map((path) => {
    const file = readdirSync(join(checkout, path)).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? `${locked[path].license ?? "see its package.json"}\n` : readFileSync(join(checkout, path, file), "utf8");
    return `==== ${path.replace(/^.*node_modules\//, "")} ${locked[path].version}\n\n${text.trimEnd()}\n`;
  }).join("\n");
}

function madeFor() {
  const release = /^PRETTY_NAME="?([^"\n]*)/m.exec(existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "")?.[1] ?? "an unknown system";
  return `system: ${release}\nprocessor: ${process.arch}\nnode: ${process.versions.node}\nanchorite: ${readJson("package.json").version}\n`;
}

async function addSums(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath ?? one.path, one.name).slice(folder.length + 1)).sort();
  const sums = paths.map((path) => `${sha256(readFileSync(join(folder, path)))}  ${path}\n`).join("");
  writeFileSync(join(folder, "SHA256SUMS"), sums);
  const built = (file) => import(pathToFileURL(join(checkout, "build", "src", ...file)).href);
  const [{ toWords }, { fromHex }] = await Promise.all([built(["console", "words.js"]), built(["bytes", "hex.js"])]);
  const hex = sha256(sums);
  return { hex, words: toWords(fromHex(hex)) };
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// called by its own name and not imported
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    setUp();
    const to = join(checkout, "out", `anchorite-${readJson("package.json").version}-linux-${process.arch}`);
    rmSync(to, { recursive: true, force: true }); // made by this command, from what is in the checkout
    const { hex, words } = await makeBundle(to);
    console.log([`${to}`, "the SHA-256 of its SHA256SUMS, for paper:", hex, ...[0, 8, 16, 24].map((at) => `  ${words.slice(at, at + 8).join(" ")}`), "on the other machine: sha256sum SHA256SUMS, sha256sum -c SHA256SUMS --quiet, ./anchorite doctor"].join("\n"));
  });
}
