/** The page's program as it was built: what its sources give, and nothing that a page from a stick cannot have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { version } from "esbuild";
import { softhsmScript } from "../tools.ts";
import { PROGRAM } from "./made.ts";

test("the page's program is what its sources give, octet for octet, and holds no end of the element that it stands in", async () => {
  const { pageProgram } = (await softhsmScript("page.mjs")) as { pageProgram(): Promise<string> };
  assert.equal(await pageProgram(), PROGRAM, `made anew by esbuild ${version}`);
  assert.ok(!/<\/script|<!--/i.test(PROGRAM));
  assert.ok(!/\bimport\(|XMLHttpRequest|\bfetch\(|WebSocket|sendBeacon/.test(PROGRAM), "nothing in it asks a network");
});
