/**
 * `node build/test/docs/write-example.js` prints the example of docs/transcript-format.md anew, after the format has changed.
 * It stands between two marks, which stay.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../tools.ts";
import { FORMAT_PAGE, madeExample, printExample } from "./example.ts";
import { page } from "./pages.ts";

const MARKS = /(<!-- example -->\n)[^]*?(<!-- end of example -->)/;

writeFileSync(join(checkout, FORMAT_PAGE), page(FORMAT_PAGE).replace(MARKS, (_all, begin: string, end: string) => `${begin}\n${printExample(madeExample())}\n${end}`));
