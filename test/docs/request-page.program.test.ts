import assert from "node:assert/strict";
import { test } from "node:test";
import { REQUEST_CODES } from "../../src/x509/request-finding.ts";
import { page, section } from "./pages.ts";

test("the page about the request desk has every code with its control, and no other", () => {
  const rows = section(page("docs/request-desk.md"), "Codes").matchAll(/^\| `([a-z\d-]+)` \| ([A-Z-]+) \| .+ \|$/gm);
  assert.deepEqual([...rows].map(([, code, control]) => [code, control]), Object.entries(REQUEST_CODES));
});
