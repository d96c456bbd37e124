// The program that is shipped: the built code and its libraries in a few files, so that it starts fast. Everything but the native addon is in it.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, buildSync } from "esbuild";
import { checkout } from "./lines.mjs";

const FROM = join(checkout, "build", "src");
const TO = join(checkout, "build", "program");

/** What a person types, and the program of the pool, which is started by its name. */
const ENTRIES = ["main.js", join("room", "claim-checker.js")];

/** Libraries in CommonJS ask for Node's own modules with `require`. */
const REQUIRE = 'import{createRequire as __require_of}from"node:module";const require=__require_of(import.meta.url);';

const OPTIONS = {
  absWorkingDir: checkout, entryPoints: ENTRIES.map((path) => join(FROM, path)), entryNames: "[name]", outdir: TO, write: false, metafile: true, logLevel: "warning",
  bundle: true, splitting: true, format: "esm", platform: "node", target: "node20", external: ["pkcs11js"],
  // names stay, for who reads a stack; comments name paths, and go
  minifyWhitespace: true, minifySyntax: true, legalComments: "none", banner: { js: REQUIRE },
};

/**
 * Writes build/program from build/src: the same octets from the same sources, wherever the checkout lies. Commands stay files of their
 * own, so that each loads only what it uses.
 */
export async function writeProgram() {
  const { outputFiles } = await build(OPTIONS);
  rmSync(TO, { recursive: true, force: true });
  mkdirSync(TO);
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  chmodSync(join(TO, "main.js"), 0o755); // for npx
}

/** Each file of the program: of which source it is the entry, what is in it, and what it imports. Nothing is written. */
export function programContents() {
  const { metafile } = buildSync(OPTIONS);
  return Object.entries(metafile.outputs).map(([path, { imports, inputs, entryPoint }]) => ({
    file: path, entry: entryPoint ?? null, inputs: Object.keys(inputs), imports: imports.map(({ kind, path: file }) => ({ kind, file })),
  }));
}

/**
 * Replay alone as one plain file, for Node on any system: what it needs of Node it asks for by name, and no path of this machine is in it.
 * @returns its octets
 */
export function replayAlone() {
  const { outputFiles } = buildSync({
    absWorkingDir: checkout, entryPoints: [join(FROM, "replay-main.js")], outfile: join(TO, "replay.cjs"), write: false, logLevel: "warning",
    bundle: true, format: "cjs", platform: "node", target: "node20", minifyWhitespace: true, minifySyntax: true, legalComments: "none",
    define: { "import.meta.url": "__this_file" }, banner: { js: 'const __this_file=require("node:url").pathToFileURL(__filename).href;' },
  });
  return outputFiles[0].contents;
}

// called by its own name and not imported
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await writeProgram();
