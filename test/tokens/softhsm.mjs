// SoftHSM 2 as the ceremonies have it: a token folder, no daemon, tokens that the ceremony initialises.
import { join } from "node:path";
import { findModule } from "../../softhsm/system.mjs";

export const title = "SoftHSM 2";
export const packages = ["softhsm2"];
/** The ceremony initialises its tokens itself. */
export const initialises = true;

export const missing = () => (findModule() === undefined ? "libsofthsm2.so" : undefined);

export function make({ folder, tokens }) {
  const entry = { module: findModule(), environment: { SOFTHSM2_CONF: join(folder, "softhsm2.conf") }, serial: "uninitialized" };
  return { tokens: Object.fromEntries(tokens.map((token) => [token, entry])) };
}
