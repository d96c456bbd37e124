/** Where SoftHSM's module is on this machine. */
import { Fault } from "../fault.ts";
import { kindAt, realPath } from "../room/files.ts";
import { softHsmVariable } from "./environment.ts";

/** Debian, Debian with multiarch folders, Fedora, openSUSE, local builds, Homebrew. */
const PLACES = [
  "/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm", "/usr/lib/arm-linux-gnueabihf/softhsm", "/usr/lib64/softhsm", "/usr/lib64/pkcs11", "/usr/lib/pkcs11", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm",
].map((folder) => `${folder}/libsofthsm2.so`);

/** Whether a path names SoftHSM's module: throw-away tokens are made with nothing else. */
export function isSoftHsm(module: string): boolean {
  return /(^|\/)libsofthsm2?\.(so|dylib)$/.test(module);
}

/**
 * SoftHSM's module: that which SOFTHSM2_MODULE names, else the first of the usual places.
 * @throws Fault hsm-module when there is none
 */
export function findSoftHsm(): string {
  const named = softHsmVariable();
  const found = named ?? PLACES.find(isThere);
  if (found !== undefined && isThere(found)) return found;
  throw new Fault("hsm-module", `expected SoftHSM's module${named === null ? "" : ` at ${named}`}, found none`, ["install the package softhsm2, or name the module by SOFTHSM2_MODULE or in the station file"]);
}

function isThere(path: string): boolean {
  if (kindAt(path) === "nothing") return false;
  return kindAt(realPath(path)) === "file";
}
