// The program of the report page: src/report/page/ and what it needs of the pure rooms, in one piece that browsers run.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { checkout } from "./lines.mjs";

const PAGE = join(checkout, "src", "report", "page");
/** Where the built tool looks for it, beside its main.js; `.js`, so that the digest of the package covers it. */
const PLACES = ["src", "program"].map((folder) => join(checkout, "build", folder)).filter((folder) => existsSync(folder));

/** What a browser does not have, and what stands in for it. Locales of the schema library are for messages in other languages. */
const standIns = {
  name: "stand-ins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/(digest|gunzip)\.ts$/ }, ({ path, importer }) => (importer.startsWith(PAGE) ? undefined : { path: join(PAGE, path.slice(path.lastIndexOf("/") + 1)) }));
    onResolve({ filter: /locales\/index\.js$/ }, () => ({ path: "locales", namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export {};" }));
  },
};

/** The octets of the program. */
export async function pageProgram() {
  const { outputFiles } = await build({
    absWorkingDir: checkout, entryPoints: [join(PAGE, "main.ts")], bundle: true, minify: true, format: "iife", target: "es2023", charset: "utf8", legalComments: "none", write: false, logLevel: "warning", plugins: [standIns],
  });
  return outputFiles[0].text.trimEnd().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

/** Writes it beside each main.js that was built. */
async function buildPage() {
  const program = await pageProgram();
  for (const folder of PLACES) writeFileSync(join(folder, "page-program.js"), program);
}

if (process.argv[1] === import.meta.filename) await buildPage();
