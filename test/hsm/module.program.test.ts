/** What is no module: every case ends in a fault, none in the end of the process. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Hsm } from "../../src/hsm/hsm.ts";
import { eventsInto, pinsOf } from "./softhsm-room.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-module-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const LIBM = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/usr/lib/libm.so.6"].find((path) => existsSync(path));
const noLibm = LIBM === undefined ? "tool missing: libm" : false;

async function refusal(module: string): Promise<{ code: string; message: string; hints: readonly string[] }> {
  const hsm = new Hsm({ vault: { module, serial: "1", environment: {}, initString: null } }, pinsOf(), eventsInto([]));
  try {
    await hsm.answer({ kind: "find-token", step: 1, token: "vault", label: "x" });
  } catch (error) {
    return error as { code: string; message: string; hints: readonly string[] };
  } finally {
    await hsm.close();
  }
  throw new Error("nothing was refused");
}

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test("refuses a module that is missing, and says where it looked", async () => {
  const path = join(folder, "missing.so");
  const { code, message, hints } = await refusal(path);
  assert.deepEqual([code, message.includes(path), hints.length > 0], ["hsm-module", true, true]);
});

test("refuses a path that is not absolute, a folder, a dangling link and a text", async () => {
  mkdirSync(join(folder, "folder.so"));
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling.so"));
  for (const path of ["libsofthsm2.so", join(folder, "folder.so"), join(folder, "dangling.so"), file("text.so", "C_GetFunctionList\0"), file("empty.so", "")]) {
    assert.equal((await refusal(path)).code, "hsm-module", path);
  }
});

test("refuses a shared object that is no PKCS#11 module before it is loaded", { skip: noLibm }, async () => {
  const { code, message } = await refusal(LIBM ?? "");
  assert.deepEqual([code, /a shared object without it/.test(message)], ["hsm-module", true]);
});

test("survives a shared object that only looks like a module, again and again", { skip: noLibm }, async () => {
  const pretender = file("pretender.so", Buffer.concat([readFileSync(LIBM ?? ""), Buffer.from("\0C_GetFunctionList\0")]));
  for (let i = 0; i < 5; i++) assert.match((await refusal(pretender)).message, /does not load/);
});

test("refuses a module that was cut short, wherever: the loader would end the process", { skip: noLibm }, async () => {
  const whole = readFileSync(LIBM ?? "");
  for (const length of [4, 63, 64, 100, 400, 4096, whole.length >> 1]) {
    const torn = file(`torn-${length}.so`, Buffer.concat([whole.subarray(0, length), Buffer.from("\0C_GetFunctionList\0")]));
    assert.match((await refusal(torn)).message, /cut short/, String(length));
  }
});
