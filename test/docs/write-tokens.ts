/** Writes docs/tokens anew from the token profiles: `node build/test/docs/write-tokens.js`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../tools.ts";
import { tokenPages } from "./token-pages.ts";

const folder = join(checkout, "docs/tokens");
mkdirSync(folder, { recursive: true });
for (const [path, text] of tokenPages()) writeFileSync(join(folder, path), text);
