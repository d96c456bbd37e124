/** What is running: the tool's version, and a digest over its built files and the lock file of its dependencies. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { kindAt, readRegular } from "./files.ts";
import { listFiles } from "./listing.ts";

/** The folder of built files and that of package.json, seen from this file. */
const BUILT = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGE = dirname(dirname(BUILT));

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** SHA-256 over the sorted `sha256  path` lines of the built files and package-lock.json, hex. */
  readonly package: string;
}

/** Reads what is running. Paths in the digest are relative to the package: `build/src/main.js`. */
export function readTool(): Tool {
  const described = JSON.parse(fromUtf8(readRegular(join(PACKAGE, "package.json")))) as { name: string; version: string };
  const built = listFiles(BUILT).filter((path) => path.endsWith(".js")).map((path) => `build/src/${path}`);
  const lines = [...built, "package-lock.json"].map((path) => `${sha256Hex(readRegular(join(PACKAGE, path)))}  ${path}\n`).sort();
  return { name: described.name, version: described.version, package: sha256Hex(toUtf8(lines.join(""))) };
}

/** A file of the built tool that it hands out and does not run. @param path below the built files @throws Fault usage-file */
export function readBuilt(path: string): Uint8Array {
  const file = join(BUILT, path);
  if (kindAt(file) !== "file") throw new Fault("usage-file", `expected ${path} in the built tool, found none`, ["build it anew: npm run build"]);
  return readRegular(file);
}
