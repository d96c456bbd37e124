import { sha256Hex } from "../bytes/digest.ts";
import { proxyOf, type Proxy } from "../tokens/proxy.ts";
import { Fault } from "../fault.ts";
import { readRegular, realPath } from "../room/files.ts";

/**
 * SHA-256 of a PKCS#11 module's file, hex.
 * @throws Fault hsm-module when it cannot be read
 */
export function moduleDigest(module: string): string {
  return sha256Hex(moduleFile(module));
}

/** The proxy that a module is, which stands before another; null for none that is known. @throws Fault hsm-module when it cannot be read */
export function moduleProxy(module: string): Proxy | null {
  return proxyOf(moduleFile(module));
}

function moduleFile(module: string): Uint8Array {
  try {
    // distributions install modules behind links; what is loaded is what the link leads to
    return readRegular(realPath(module));
  } catch (cause) {
    throw new Fault("hsm-module", `cannot read the PKCS#11 module ${module}`, ["check the path in the station file, and that the module is installed"], { cause });
  }
}
