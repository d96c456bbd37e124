/** Whatever a station says, the answer is findings or a fault: nothing that is in it ends the process. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { toUtf8 } from "../../src/bytes/text.ts";
import { bindingsOf, requireSources } from "../../src/commands/tokens.ts";
import { FAULT_CODES, Fault } from "../../src/fault.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { parseStation } from "../../src/script/station.ts";
import { eventsInto, noSoftHsm, pinsOf, SOFTHSM } from "./softhsm-room.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-stations-"));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "tokens"));
for (const [name, text] of [["empty.so", ""], ["text.so", "C_GetFunctionList\0"], ["good.conf", `directories.tokendir = ${join(folder, "tokens")}\n`], ["nowhere.conf", "directories.tokendir = /nonexistent/tokens\n"], ["noise.conf", "\u0001\u0002 = = =\n\n"], ["empty.conf", ""]] as const) writeFileSync(join(folder, name), text);

const LIBM = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"].find((path) => existsSync(path)) ?? "/etc/hostname";
const PINS: readonly unknown[] = ["prompt", { file: "pin.txt" }, { descriptor: 3 }, { descriptor: 255 }, { file: folder }, "prompt", { file: "pin.txt" }, "1234", { file: "pin.txt", descriptor: 3 }];

/** A value that such a field may well have, or any other. */
const orAnything = (usual: readonly unknown[]): fc.Arbitrary<unknown> => fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.jsonValue() }, { weight: 1, arbitrary: fc.string({ unit: "binary" }) });
const conf = (name: string) => ({ SOFTHSM2_CONF: { file: name } });
const entry = fc.record({
  module: orAnything([SOFTHSM, LIBM, join(folder, "empty.so"), join(folder, "text.so"), join(folder, "missing.so"), folder, "/dev/null", "/dev/zero", "/proc/self/mem", "libsofthsm2.so"]),
  environment: orAnything([conf("good.conf"), conf("nowhere.conf"), conf("noise.conf"), conf("empty.conf"), conf("missing.conf"), conf("tokens"), { SOFTHSM2_CONF: join(folder, "good.conf") }, { SOFTHSM2_CONF: "" }, {}]),
  "init-string": orAnything(["configdir=sql:x", "a".repeat(1000), " "]),
  serial: orAnything(["uninitialized", "0123456789abcdef", "0", "z".repeat(16), "z".repeat(17)]),
  label: orAnything(["vault", "l".repeat(32)]),
  pin: orAnything(PINS),
  "so-pin": orAnything([PINS[0], PINS[1]]),
}, { requiredKeys: ["module", "serial", "pin"] });
const station = fc.record({ "anchorite-station": orAnything([1]), salt: orAnything(["ab".repeat(16)]), "hsm-link": orAnything(["eth0"]), "idle-minutes": orAnything([15, 1]), tokens: fc.dictionary(fc.constantFrom("vault", "reserve", "vault", "third", "x y"), entry, { minKeys: 1, maxKeys: 2 }) }, { requiredKeys: ["anchorite-station", "tokens"] });

/** A fault with a code of the closed list, and never the one of a mistake of ours. */
function assertFault(thrown: unknown): string {
  assert.ok(thrown instanceof Fault, String(thrown));
  assert.ok((FAULT_CODES as readonly string[]).includes(thrown.code) && !thrown.code.startsWith("bug-"), `${thrown.code}: ${thrown.message}`);
  return thrown.code;
}

test("no station ends the process: findings, or a fault that names what is wrong, whatever is in its fields", { skip: noSoftHsm }, async () => {
  const seen = new Set<string>();
  await fc.assert(fc.asyncProperty(station, async (said) => {
    const { station: read, findings } = parseStation(toUtf8(JSON.stringify(said)), "station.yaml");
    if (read === null) {
      seen.add("findings");
      return assert.ok(findings.length > 0);
    }
    try {
      requireSources(read, join(folder, "station.yaml"));
    } catch (thrown) {
      assertFault(thrown);
    }
    try {
      await answered(bindingsOf(read, join(folder, "station.yaml")));
      seen.add("answered");
    } catch (thrown) {
      seen.add(assertFault(thrown));
    }
  }), { numRuns: 150 });
  for (const one of ["findings", "hsm-module", "hsm-configuration"]) assert.ok(seen.has(one), `${one} among ${[...seen].join(", ")}`);
});

async function answered(bindings: ReturnType<typeof bindingsOf>): Promise<void> {
  const hsm = new Hsm(bindings, pinsOf(), eventsInto([]));
  try {
    for (const token of Object.keys(bindings)) await hsm.answer({ kind: "find-token", step: 1, token, label: "x" });
  } finally {
    await hsm.close();
  }
}
