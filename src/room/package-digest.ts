/** What is running: the tool's version, and a digest over its built files and the lock file of its dependencies. */
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { kindAt, readRegular } from "./files.ts";
import { listFiles } from "./listing.ts";

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** SHA-256 over the sorted `sha256  path` lines of the running files and package-lock.json, hex. */
  readonly package: string;
}

/**
 * Reads what is running: every built file of the folder that this file is of, `build/program` as shipped or `build/src` beside the
 * tests. Paths in the digest are relative to the package: `build/program/main.js`.
 */
export function readTool(): Tool {
  const running = dirname(fileURLToPath(import.meta.url));
  const folder = packageAbove(running);
  const described = JSON.parse(fromUtf8(readRegular(join(folder, "package.json")))) as { name: string; version: string };
  const built = relative(folder, running).split(sep).slice(0, 2).join("/");
  const files = listFiles(join(folder, built)).filter((path) => path.endsWith(".js")).map((path) => `${built}/${path}`);
  const lines = [...files, "package-lock.json"].map((path) => `${sha256Hex(readRegular(join(folder, path)))}  ${path}\n`).sort();
  return { name: described.name, version: described.version, package: sha256Hex(toUtf8(lines.join(""))) };
}

/** The nearest folder that holds a package.json. */
function packageAbove(folder: string): string {
  if (kindAt(join(folder, "package.json")) === "file") return folder;
  if (dirname(folder) === folder) throw new Error("this program lies in no package");
  return packageAbove(dirname(folder));
}

/** A file of the built tool that it hands out and does not run. @param name in the folder of `main.js` @throws Fault usage-file */
export function readBuilt(name: string): Uint8Array {
  const running = dirname(fileURLToPath(import.meta.url));
  const folder = packageAbove(running);
  const file = join(folder, ...relative(folder, running).split(sep).slice(0, 2), name);
  if (kindAt(file) !== "file") throw new Fault("usage-file", `expected ${name} in the built tool, found none`, ["build it anew: npm run build"]);
  return readRegular(file);
}
