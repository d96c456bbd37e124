/** SoftHSM behind the module of faults: compiled once a process, and told by a file what to do wrong. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRoom, SOFTHSM, type TestRoom } from "../hsm/softhsm-room.ts";
import { checkout } from "../tools.ts";

/** Compiles the module, with the header that comes with the binding. */
export function faultModule(folder = mkdtempSync(join(tmpdir(), "anchorite-faults-"))): string {
  const module = join(folder, "fault.so");
  const header = join(checkout, "node_modules", "pkcs11js", "includes", "pkcs11");
  execFileSync("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-I", header, "-o", module, join(checkout, "test", "tokens", "fault-module", "fault.c"), "-ldl"]);
  return module;
}

export interface FaultyRoom extends TestRoom {
  readonly module: string;
  /** What the station has to set for the module. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of the file of faults from now on; none: the token is honest. Calls are counted anew. */
  faults(...lines: readonly string[]): void;
}

export function makeFaultyRoom(): FaultyRoom {
  const room = makeRoom();
  const file = join(room.folder, "faults");
  const module = faultModule(room.folder);
  const environment = { SOFTHSM2_CONF: room.conf, ANCHORITE_FAULT_MODULE: SOFTHSM, ANCHORITE_FAULTS: file };
  let told = 0;
  // a text that differs from the one before, so that counting begins anew for the same faults
  const faults = (...lines: readonly string[]): void => writeFileSync(file, `# ${++told}\n${lines.map((line) => `${line}\n`).join("")}`);
  faults();
  return { ...room, module, environment, faults, binding: (serial) => ({ module, serial, environment, initString: null }) };
}
