/** What is no module: every case ends in a fault, none in the end of the process. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
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

/** The ELF header of a shared object of another machine: everything else is as it was. */
function elf(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.concat([readFileSync(LIBM ?? ""), Buffer.from("\0C_GetFunctionList\0")]);
  change(bytes);
  return bytes;
}

const HEADERS: readonly (readonly [string, (bytes: Buffer) => void])[] = [
  ["another machine (SPARC)", (bytes) => bytes.writeUInt16LE(2, 18)], ["another machine (RISC-V)", (bytes) => bytes.writeUInt16LE(243, 18)], ["no machine", (bytes) => bytes.writeUInt16LE(0xffff, 18)],
  ["another order of octets", (bytes) => bytes.writeUInt8(2, 5)], ["32 bits", (bytes) => bytes.writeUInt8(1, 4)], ["no class", (bytes) => bytes.writeUInt8(9, 4)], ["another version", (bytes) => bytes.writeUInt8(7, 6)],
  ["a program and no library", (bytes) => bytes.writeUInt16LE(2, 16)], ["an object file", (bytes) => bytes.writeUInt16LE(1, 16)],
];

for (const [what, change] of HEADERS) {
  test(`refuses a module whose header says ${what}, and lives on`, { skip: noLibm }, async () => {
    const path = file(`elf-${what.replaceAll(/[^a-z0-9]+/gi, "-")}.so`, elf(change));
    const { code, hints } = await refusal(path);
    assert.deepEqual([code, hints.length > 0], ["hsm-module", true]);
  });
}

let written = 0;

test("whatever the first octets of a header are, by which the loader knows what it is, a file is refused and the process lives on", { skip: noLibm }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(19), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
    const bytes = elf((octets) => {
      for (const [at, value] of changes) octets.writeUInt8(value, at);
    });
    // a name of its own: where nothing was changed the file stays loaded, and writing over it would take its data from under it
    const path = file(`changed-${++written}.so`, bytes);
    // no function of that name is in it, so that nothing of it is ever a module
    assert.equal((await refusal(path)).code, "hsm-module");
    rmSync(path);
  }), { numRuns: 40 });
});
