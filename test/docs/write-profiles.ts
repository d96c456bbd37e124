/** Writes the generated part of docs/profiles.md anew: `node build/test/docs/write-profiles.js`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../tools.ts";
import { MARKS, PROFILE_PAGE, profileBlocks } from "./profile-blocks.ts";

const path = join(checkout, PROFILE_PAGE);
const page = readFileSync(path, "utf8");
const [before = ""] = page.split(`${MARKS[0]}\n`);
const [, after = ""] = page.split(MARKS[1]);
writeFileSync(path, `${before}${MARKS[0]}\n\n${profileBlocks()}\n${MARKS[1]}${after}`);
