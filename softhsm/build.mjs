// TypeScript to build/, and from that the program that is shipped: all of it from nothing, or nothing at all.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, run, timed } from "./lines.mjs";

/** Holds the digest of what was compiled and of what came out: neither a changed source nor a changed output goes unseen. */
const STAMP = join(checkout, "build", ".built");
const SOURCES = ["src", "test", join("softhsm", "program.mjs"), join("softhsm", "page.mjs"), "package-lock.json", "tsconfig.json"];
const OUTPUTS = [join("build", "src"), join("build", "test"), join("build", "program")];

/** Compiles, unless build/ is what these sources give. The output of a deleted source never stays: it must not be tested or shipped. */
export function build() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest([...SOURCES, ...OUTPUTS])) {
    console.log("set-up: build: present");
    return;
  }
  timed("set-up: build: tsc, esbuild", () => {
    rmSync(join(checkout, "build"), { recursive: true, force: true });
    run(process.execPath, [join(checkout, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.json"]);
    // esbuild is a package: this file is read before there are any
    run(process.execPath, [join(checkout, "softhsm", "program.mjs")]);
    run(process.execPath, [join(checkout, "softhsm", "page.mjs")]);
    writeFileSync(STAMP, digest([...SOURCES, ...OUTPUTS]));
  });
}

/** SHA-256, in hex, over the sorted lines of all files below these paths. */
function digest(paths) {
  const lines = paths.flatMap(filesBelow).sort().map((file) => `${sha256(readFileSync(join(checkout, file)))}  ${file}\n`);
  return sha256(lines.join(""));
}

function filesBelow(path) {
  if (!existsSync(join(checkout, path))) return [];
  if (/\.(json|mjs)$/.test(path)) return [path];
  return readdirSync(join(checkout, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(checkout.length + 1));
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
