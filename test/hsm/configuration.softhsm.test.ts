import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Hsm } from "../../src/hsm/hsm.ts";
import { eventsInto, noSoftHsm, pinsOf, SOFTHSM } from "./softhsm-room.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-conf-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const conf = join(folder, "softhsm2.conf");
const binding = { module: SOFTHSM, serial: "1", environment: { SOFTHSM2_CONF: conf }, initString: null };
const find = { kind: "find-token", step: 1, token: "vault", label: "x" } as const;

test("names what to look at when SoftHSM has no configuration or no token folder, and works once it is there", { skip: noSoftHsm }, async () => {
  const hsm = new Hsm({ vault: binding }, pinsOf(), eventsInto([]));
  const refused = { code: "hsm-configuration", message: /CKR_GENERAL_ERROR/ };
  await assert.rejects(hsm.answer(find), (error: { hints: readonly string[] }) => error.hints.some((hint) => hint.includes(`SOFTHSM2_CONF=${conf}`) && hint.includes("tokendir")));
  await assert.rejects(hsm.answer(find), refused);
  writeFileSync(conf, `directories.tokendir = ${join(folder, "tokens")}\n`);
  await assert.rejects(hsm.answer(find), refused);
  mkdirSync(join(folder, "tokens"));
  assert.deepEqual(await hsm.answer(find), { kind: "find-token", outcome: "answered", matches: [] });
  await hsm.close();
});

test("refuses a second environment or init string for a module, and a second value of a variable", { skip: noSoftHsm }, async () => {
  const other = { ...binding, environment: { SOFTHSM2_CONF: "/nowhere" } };
  for (const second of [other, { ...binding, initString: "x" }]) {
    const hsm = new Hsm({ vault: binding, second }, pinsOf(), eventsInto([]));
    await hsm.answer(find);
    await assert.rejects(hsm.answer({ ...find, token: "second" }), { code: "hsm-environment" });
    await hsm.close();
  }
});

test("tells a token name that the station does not have", { skip: noSoftHsm }, async () => {
  const hsm = new Hsm({ vault: binding }, pinsOf(), eventsInto([]));
  await assert.rejects(hsm.answer({ ...find, token: "toString" }), { code: "hsm-no-token" });
  await hsm.close();
});
