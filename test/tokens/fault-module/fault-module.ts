/** The fault module of the tests: SoftHSM behind it, steered by a file. Compiled anew by each file of tests that uses it. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TokenBinding } from "../../../src/hsm/binding.ts";
import { SOFTHSM, type TestRoom } from "../../hsm/softhsm-room.ts";
import { checkout } from "../../tools.ts";

/** Places in CK_FUNCTION_LIST (PKCS#11 v2.40 base, 5.4 and on). */
export const FUNCTIONS = {
  C_GetInfo: 2, C_GetSlotList: 4, C_GetSlotInfo: 5, C_GetTokenInfo: 6, C_GetMechanismList: 7, C_GetMechanismInfo: 8, C_OpenSession: 12, C_CloseSession: 13, C_GetSessionInfo: 15, C_Login: 18, C_Logout: 19, C_DestroyObject: 22,
  C_GetAttributeValue: 24, C_FindObjectsInit: 26, C_FindObjects: 27, C_FindObjectsFinal: 28, C_SignInit: 42, C_Sign: 43, C_GenerateKeyPair: 59, C_GenerateRandom: 64,
} as const;
export type FunctionName = keyof typeof FUNCTIONS;

export interface FaultModule {
  binding(serial: string | null): TokenBinding;
  /** What goes wrong from now on, a line each as `fault.c` says; none: nothing. Counters begin anew. */
  steer(...lines: readonly string[]): void;
  /** The n-th call of a function, from 1, fails with this return value. */
  fail(name: FunctionName, code: number, n?: number): void;
}

export function faultModule(room: TestRoom): FaultModule {
  const [module, steering] = [join(room.folder, "fault.so"), join(room.folder, "steering")];
  execFileSync("gcc", ["-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o", module, join(checkout, "test/tokens/fault-module/fault.c"), "-ldl"], { stdio: "pipe" });
  let run = 0;
  const steer = (...lines: readonly string[]): void => writeFileSync(steering, `run ${run++}\n${lines.map((line) => `${line}\n`).join("")}`);
  steer();
  const environment = { SOFTHSM2_CONF: room.conf, FAULT_MODULE: SOFTHSM, FAULT_STEERING: steering };
  return { steer, binding: (serial) => ({ module, serial, environment, initString: null }), fail: (name, code, n = 1) => steer(`fail ${FUNCTIONS[name]} ${n} ${code}`) };
}
