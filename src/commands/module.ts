import { sha256Hex } from "../bytes/digest.ts";
import { Fault } from "../fault.ts";
import { readRegular, realPath } from "../room/files.ts";

/**
 * SHA-256 of a PKCS#11 module's file, hex.
 * @throws Fault hsm-module when it cannot be read
 */
export function moduleDigest(module: string): string {
  try {
    // distributions install modules behind links; what is loaded is what the link leads to
    return sha256Hex(readRegular(realPath(module)));
  } catch (cause) {
    throw new Fault("hsm-module", `cannot read the PKCS#11 module ${module}`, ["check the path in the station file, and that the module is installed"], { cause });
  }
}
