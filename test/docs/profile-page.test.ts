import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { profileFields } from "../../src/script/profile-fields.ts";
import { checkout } from "../tools.ts";
import { MARKS, PROFILE_PAGE, profileBlocks } from "./profile-blocks.ts";

const PAGE = readFileSync(join(checkout, PROFILE_PAGE), "utf8");

test("the page says of every profile what the table of profiles says", () => {
  const [, rest = ""] = PAGE.split(MARKS[0]);
  assert.equal(rest.split(MARKS[1])[0], `\n\n${profileBlocks()}\n`);
});

test("the page has a row for every field that a profile may take", () => {
  for (const field of ["subject", "factory", ...Object.keys(profileFields)]) assert.match(PAGE, new RegExp(`^\\| \`${field}\` \\|`, "m"));
});
