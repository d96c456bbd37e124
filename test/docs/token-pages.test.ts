import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkout } from "../tools.ts";
import { textOf } from "../house/source.ts";
import { tokenPages } from "./token-pages.ts";

test("docs/tokens says what the token profiles say, a page each, and nothing else [TOKEN-PROFILE]", () => {
  const pages = tokenPages();
  assert.deepEqual(readdirSync(join(checkout, "docs/tokens")).sort(), [...pages.keys()].sort());
  for (const [path, text] of pages) assert.equal(textOf(`docs/tokens/${path}`), text, `${path}: run node build/test/docs/write-tokens.js`);
});
